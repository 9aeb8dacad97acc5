/** Reads a lab and the manifests it names, and settles what is measured. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { inputErrors, inputProblems, loadObjects, readDocuments, validate } from '../api/index.ts';
import { relocate, resolveServices } from '../proxy/endpoints/index.ts';
import type { ServicePort } from '../proxy/types.ts';
import { unknownTargetError } from './errors.ts';
import { type Lab, labSchema } from './lab-spec.ts';

export interface LoadedLab {
  readonly lab: Lab;
  readonly target: ServicePort;
  /** What was left out or decided on the user's behalf, one sentence each. */
  readonly notes: readonly string[];
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw inputErrors.unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

/** @throws InputError with every problem of the file and its position. */
async function readLab(file: string): Promise<Lab> {
  const { documents, problems } = readDocuments(await readText(file), file);
  if (problems.length > 0) throw inputProblems(problems);
  const [document, second] = documents;
  const start = { file, line: 1, column: 1 };
  if (document === undefined)
    throw inputProblems([{ at: start, message: 'is empty', allowed: 'one document of kind Lab' }]);
  if (second !== undefined) {
    throw inputProblems([
      { at: second.positionOf([]), message: 'a second document', allowed: 'one document of kind Lab' },
    ]);
  }
  const result = validate(labSchema, document);
  if (!result.ok) throw inputProblems(result.problems);
  return result.value;
}

function chooseTarget(lab: Lab, services: readonly ServicePort[]): ServicePort {
  const usable = services.filter((service) => service.protocol === 'TCP' && service.endpoints.length > 0);
  const wanted = lab.spec.target;
  const target = usable.find(
    (service) => wanted === undefined || (service.namespace === wanted.namespace && service.name === wanted.service),
  );
  if (target !== undefined) return target;
  const known = [...new Set(usable.map((service) => `${service.namespace}/${service.name}`))];
  throw unknownTargetError(wanted === undefined ? '(the first)' : `${wanted.namespace}/${wanted.service}`, known);
}

/**
 * The lab in `file`, its manifests read relative to it.
 * @throws InputError or LabError, with file and line where there is one.
 */
export async function loadLab(file: string): Promise<LoadedLab> {
  const lab = await readLab(file);
  const loaded = await loadObjects(lab.spec.manifests.map((manifest) => resolve(dirname(file), manifest)));
  const { services, notes } = relocate(resolveServices(loaded));
  return { lab, target: chooseTarget(lab, services), notes: [...loaded.notes, ...notes] };
}
