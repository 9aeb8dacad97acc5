/** Finds the two lists of a trace in a folder and reads them. */
import { join } from 'node:path';
import type { FileAccess, SourceText } from '../../api/files.ts';
import { traceErrors } from './errors.ts';
import { readOpenbNodes, readOpenbPods } from './read-openb.ts';
import type { Trace } from './trace.ts';

export interface TraceFiles {
  /** Names within the folder. Without one: the list that the paper uses, else the only one that is there. */
  readonly nodes?: string;
  readonly pods?: string;
}

/** The paper's cluster is that of the nodes with GPUs. */
const preferredNodes = 'openb_node_list_gpu_node.csv';
const preferredPods = 'openb_pod_list_default.csv';

/** @throws InputError for files that are not there, cannot be read or are wrong. */
export async function loadTrace(folder: string, { nodes, pods }: TraceFiles, files: FileAccess): Promise<Trace> {
  const needsListing = nodes === undefined || pods === undefined;
  const names = needsListing ? await listCsv(folder, files) : [];
  const nodeFile = nodes ?? choose(folder, 'nodes', names, /node.*\.csv$/, preferredNodes);
  const podFile = pods ?? choose(folder, 'pods', names, /pod.*\.csv$/, preferredPods);
  return {
    nodes: readOpenbNodes(await readFile(join(folder, nodeFile), files)),
    pods: readOpenbPods(await readFile(join(folder, podFile), files)),
  };
}

async function readFile(file: string, files: FileAccess): Promise<SourceText> {
  try {
    return { file, text: await files.read(file) };
  } catch (error) {
    throw traceErrors.unreadable(file, error);
  }
}

async function listCsv(folder: string, files: FileAccess): Promise<string[]> {
  try {
    return (await files.list(folder)).filter((name) => name.endsWith('.csv')).sort();
  } catch (error) {
    throw traceErrors.unreadable(folder, error);
  }
}

function choose(folder: string, what: string, names: readonly string[], pattern: RegExp, preferred: string): string {
  const fitting = names.filter((name) => pattern.test(name));
  if (fitting.includes(preferred)) return preferred;
  const [only, ...others] = fitting;
  if (only === undefined) throw traceErrors.noFile(folder, what, `*${what.slice(0, -1)}*.csv`, names);
  if (others.length > 0) throw traceErrors.severalFiles(folder, what, fitting);
  return only;
}
