/** `kubedyno scheduler run`: objects in; bindings, waiting pods and the use of each node out. */
import type { Writable } from 'node:stream';
import { Command } from 'commander';
import { InputError, loadSchedulingObjects, type SchedulingInput } from '../api/index.ts';
import type { Node, Pod } from '../api/objects.ts';
import type { AnyObject } from '../cluster/memory-cluster.ts';
import type { SchedulerObserver } from '../scheduler/attempt.ts';
import { howManyMoreFit, howManyNodesAreNeeded } from '../scheduler/capacity.ts';
import type { SchedulerPlan } from '../scheduler/config/read-config.ts';
import { placementReport } from '../scheduler/placement-report.ts';
import { SchedulingSession } from '../scheduler/session.ts';
import { PostBindFaults } from './post-bind-faults.ts';
import {
  checkStdin,
  notesOn,
  parsePodName,
  planFrom,
  type SchedulerFlags,
  wholeNumberOption,
  withSchedulerFlags,
} from './scheduler-options.ts';
import { fitText, nodesText, placementText } from './scheduler-text.ts';

/** Where the results and the remarks about them go; tests pass their own. */
export interface OutputStreams {
  readonly out: Writable;
  readonly err: Writable;
}

interface RunFlags extends SchedulerFlags {
  readonly filename: readonly string[];
  readonly fit?: string;
  readonly moreOf?: string;
  readonly limit: number;
  readonly json?: true;
}

const example = `
Examples:
  kubedyno scheduler run -f examples/cluster.yaml
  kubedyno scheduler run -f examples/cluster.yaml --fit web-0 --more-of node-a
  kubectl get nodes,pods,services,replicasets -A -o json | kubedyno scheduler run -f - --json`;

export function schedulerRunCommand(streams: OutputStreams): Command {
  return withSchedulerFlags(new Command('run'))
    .description('schedule the pods of manifests, or of a cluster’s dump, as kube-scheduler would')
    .requiredOption('-f, --filename <path...>', 'objects: files, folders, or - for standard input')
    .option('--fit <pod>', 'how many more of this pod fit afterwards')
    .option('--more-of <node>', 'how many more of this node it takes until no pod waits')
    .option(
      '--limit <count>',
      'at most so many pods or nodes are tried',
      wholeNumberOption('--limit', 1, 1_000_000),
      10_000,
    )
    .option('--json', 'print the results as JSON')
    .addHelpText('after', example)
    .action(async (flags: RunFlags) => {
      process.exitCode = await run(flags, streams);
    });
}

/** 0: every pod has a node; 1: some wait. */
async function run(flags: RunFlags, { out, err }: OutputStreams): Promise<number> {
  checkStdin({ '-f': flags.filename, '--config': flags.config });
  const [input, plan] = await Promise.all([loadSchedulingObjects(flags.filename), planFrom(flags)]);
  for (const note of [...notesOn(flags), ...input.notes]) err.write(`note: ${note}\n`);
  const pod = flags.fit === undefined ? undefined : findPod(input, flags.fit);
  const node = flags.moreOf === undefined ? undefined : findNode(input, flags.moreOf);
  const faults = new PostBindFaults();
  const session = settled(plan, flags, input, [], faults);
  try {
    for (const { namespace, name, message } of session.disruptions.problems) {
      err.write(`note: PodDisruptionBudget ${namespace}/${name} allows no disruption: ${message}\n`);
    }
    const given = new Set(input.pods.filter(({ spec }) => spec.nodeName !== '').map(keyOf));
    const report = placementReport(session.api, session.scheduler.cluster, (key) => !given.has(key), session.heldBack);
    const fit = pod === undefined ? undefined : howManyMoreFit(session, pod, flags.limit);
    const more =
      node === undefined
        ? undefined
        : howManyNodesAreNeeded(node, flags.limit, (extra) => pendingWith(plan, flags, input, extra));
    if (flags.json === true) {
      out.write(`${JSON.stringify({ ...report, ...(fit && { fit }), ...(more && { moreNodes: more }) }, null, 2)}\n`);
    } else {
      const parts = [placementText(report)];
      if (fit !== undefined) parts.push(fitText(flags.fit ?? '', fit));
      if (more !== undefined) parts.push(nodesText(flags.moreOf ?? '', more));
      out.write(`${parts.join('\n\n')}\n`);
    }
    faults.printOn(err);
    return report.pending.length === 0 ? 0 : 1;
  } finally {
    session.close();
  }
}

function settled(
  plan: SchedulerPlan,
  { seed, tieBreak }: SchedulerFlags,
  { objects, pods }: SchedulingInput,
  extra: readonly AnyObject[],
  observer: SchedulerObserver = {},
): SchedulingSession {
  const session = new SchedulingSession({ plan, seed, tieBreak, observer });
  session.put(...objects, ...extra);
  session.put(...pods);
  session.settle();
  return session;
}

function pendingWith(
  plan: SchedulerPlan,
  flags: SchedulerFlags,
  input: SchedulingInput,
  extra: readonly AnyObject[],
): number {
  const session = settled(plan, flags, input, extra);
  try {
    return placementReport(session.api, session.scheduler.cluster).pending.length;
  } finally {
    session.close();
  }
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** @throws InputError that names some of the pods that there are */
export function findPod({ pods }: SchedulingInput, text: string): Pod {
  const { namespace, name } = parsePodName(text);
  const found = pods.find((pod) => pod.metadata.name === name && (pod.metadata.namespace ?? 'default') === namespace);
  if (found !== undefined) return found;
  throw new InputError(`no pod is called '${namespace}/${name}' (allowed: ${some(pods.map(keyOf))})`);
}

/** @throws InputError that names some of the nodes that there are */
export function findNode({ objects }: SchedulingInput, name: string): Node {
  const nodes = objects.filter((object) => object.kind === 'Node');
  const found = nodes.find(({ metadata }) => metadata.name === name);
  if (found !== undefined) return found;
  throw new InputError(`no node is called '${name}' (allowed: ${some(nodes.map(({ metadata }) => metadata.name))})`);
}

const shownNames = 10;

function some(names: readonly string[]): string {
  if (names.length === 0) return 'none was given';
  return names.length > shownNames
    ? `${names.slice(0, shownNames).join(', ')}, and ${names.length - shownNames} more`
    : names.join(', ');
}
