/** `kubedyno scheduler replay`: a trace of a GPU cluster under several policies, on virtual time. */
import { basename } from 'node:path';
import { Command } from 'commander';
import { InputError, nodeFiles } from '../api/index.ts';
import { planScheduler, type SchedulerPlan } from '../scheduler/config/read-config.ts';
import {
  type GpuPolicy,
  gpuPolicies,
  policyConfig,
  type TargetWorkload,
  targetWorkload,
} from '../scheduler/plugins/gpu-sharing/index.ts';
import { pluginRegistry } from '../scheduler/plugins/registry.ts';
import { allocationCurve, runReplay, summarizeReplay, utilizationOverTime } from '../scheduler/replay/index.ts';
import {
  generateTrace,
  loadTrace,
  qosClasses,
  type ReplayPlan,
  replayPlan,
  sampleNodes,
  type TimedOptions,
  type Trace,
} from '../workloads/trace/index.ts';
import { PostBindFaults } from './post-bind-faults.ts';
import {
  choice,
  keyValueOption,
  listOf,
  notesOn,
  numberOption,
  planFrom,
  progressOn,
  type SchedulerFlags,
  wholeNumberOption,
  withSchedulerFlags,
} from './scheduler-options.ts';
import { type ReplayRow, replayTable } from './scheduler-replay-text.ts';
import type { OutputStreams } from './scheduler-run.ts';

const departures = ['at-trace-time', 'after-running', 'never'] as const satisfies readonly TimedOptions['departures'][];

interface ReplayFlags extends SchedulerFlags {
  readonly trace?: string;
  readonly nodeList?: string;
  readonly podList?: string;
  readonly nodes?: number;
  readonly pods?: number;
  readonly policy?: readonly GpuPolicy[];
  readonly fill?: number;
  readonly timed?: true;
  readonly speedup?: number;
  readonly lifetimeSpeedup?: number;
  readonly departures?: (typeof departures)[number];
  readonly priority: readonly (readonly [string, number])[];
  readonly json?: true;
}

const example = `
Examples:
  kubedyno scheduler replay --nodes 60
  kubedyno scheduler replay --trace data/openb --policy FGD BestFit
  kubedyno scheduler replay --trace data/openb --nodes 10 --timed --speedup 50 --priority LS=1000 --json
The openb trace: https://github.com/alibaba/clusterdata, folder cluster-trace-gpu-v2023/csv.`;

export function schedulerReplayCommand(streams: OutputStreams): Command {
  const command = new Command('replay')
    .description('place the pods of a GPU cluster’s trace under several policies; say what each leaves unused')
    .option('--trace <folder>', 'openb’s lists of nodes and pods; default: a trace generated in their likeness')
    .option('--node-list <file>', 'which list of nodes in the folder')
    .option('--pod-list <file>', 'which list of pods in the folder')
    .option(
      '--nodes <count>',
      'so many nodes: generated, or drawn from the trace',
      wholeNumberOption('--nodes', 1, 1e5),
    )
    .option('--pods <count>', 'so many pods are generated', wholeNumberOption('--pods', 1, 1e6))
    .option('--policy <name...>', `of ${gpuPolicies.join(', ')}; default: all`, listOf(choice('policy', gpuPolicies)))
    .option('--fill <percent>', 'pods arrive and stay until they ask for so much of the GPUs; default: 130', fillOption)
    .option('--timed', 'pods come and go at the trace’s times instead')
    .option('--speedup <factor>', 'with --timed: pods arrive so many times faster', numberOption('--speedup', 0))
    .option(
      '--lifetime-speedup <factor>',
      'with --timed: they stay so much shorter',
      numberOption('--lifetime-speedup', 0),
    )
    .option('--departures <when>', `with --timed: ${departures.join(', ')}`, choice('departures', departures))
    .option(
      '--priority <class=number...>',
      'of a class of service (LS, BE, …): it may preempt lower ones',
      priorityOption,
      [],
    )
    .option('--json', 'print figures, curves and use over time as JSON');
  return withSchedulerFlags(command, { tieBreak: 'first' })
    .addHelpText('after', example)
    .action((flags: ReplayFlags) => run(flags, streams));
}

const fillOption = numberOption('--fill', 0, 1000);
const priorityOption = listOf(keyValueOption('--priority', wholeNumberOption('--priority', -2_147_483_648, 1e9)));

async function run(flags: ReplayFlags, { out, err }: OutputStreams): Promise<void> {
  checkTogether(flags);
  for (const note of notesOn(flags)) err.write(`note: ${note}\n`);
  const trace = await traceFrom(flags);
  checkPriorities(flags, trace);
  const replay = replayPlan(trace, replayOptions(flags));
  const workload = targetWorkload(replay.population);
  const policies = await policiesFrom(flags, workload);
  const progress = progressOn(err);
  const rows: ReplayRow[] = [];
  const details: unknown[] = [];
  const faults = new PostBindFaults();
  for (const { policy, plan } of policies) {
    const startMs = performance.now();
    const failures = new Map<string, number>();
    const log = runReplay(replay, {
      plan,
      seed: flags.seed,
      tieBreak: flags.tieBreak,
      priorities: Object.fromEntries(flags.priority),
      attemptFailed: ({ message }) => failures.set(message, (failures.get(message) ?? 0) + 1),
      postBindFailed: faults.postBindFailed,
      onProgress: (done, total) => progress(policy, done, total),
    });
    const row = { policy, summary: summarizeReplay(log, workload), wallMs: performance.now() - startMs };
    rows.push(row);
    for (const [message, count] of failures) err.write(`warning: ${policy}: ${message} (${count} attempts)\n`);
    if (flags.json !== true) continue;
    const curve = flags.timed === true ? {} : { curve: allocationCurve(log, workload) };
    details.push({ policy, ...row.summary, wallMs: row.wallMs, ...curve, overTime: utilizationOverTime(log, 50) });
  }
  faults.printOn(err);
  const [what, facts] = describe(flags, trace, replay);
  if (flags.json === true) out.write(`${JSON.stringify({ ...facts, policies: details }, null, 2)}\n`);
  else out.write(`${what}\n\n${replayTable(rows, flags.timed !== true)}\n`);
}

/** Options that another one makes void are a mistake of whoever typed them. */
function checkTogether(flags: ReplayFlags): void {
  const given = (name: keyof ReplayFlags): boolean => flags[name] !== undefined;
  const rules: readonly (readonly [wrong: boolean, message: string])[] = [
    [given('timed') && given('fill'), 'only one of --fill and --timed can be given'],
    [!given('timed') && given('speedup'), '--speedup is of the trace’s times; add --timed'],
    [!given('timed') && given('lifetimeSpeedup'), '--lifetime-speedup is of the trace’s times; add --timed'],
    [!given('timed') && given('departures'), '--departures is of the trace’s times; add --timed'],
    [given('trace') && given('pods'), '--pods is for the generated trace; leave out --trace or --pods'],
    [!given('trace') && given('nodeList'), '--node-list is a file of a trace; add --trace'],
    [!given('trace') && given('podList'), '--pod-list is a file of a trace; add --trace'],
  ];
  const broken = rules.find(([wrong]) => wrong);
  if (broken !== undefined) throw new InputError(broken[1]);
}

/** @throws InputError for a class of service that no pod has, so that its priority would be nobody's */
function checkPriorities({ priority }: ReplayFlags, { pods }: Trace): void {
  // A small trace may have drawn none of a class that there is.
  const known = [...new Set([...qosClasses.map(([qos]) => qos), ...pods.map(({ qos }) => qos)])].sort();
  const unknown = priority.find(([qos]) => !known.includes(qos));
  if (unknown === undefined) return;
  const [qos, value] = unknown;
  throw new InputError(
    `--priority '${qos}=${value}': no pod of the trace is of class '${qos}' (allowed: ${known.join(', ')})`,
  );
}

async function traceFrom({ trace: folder, nodeList, podList, nodes, pods, seed }: ReplayFlags): Promise<Trace> {
  if (folder === undefined) return generateTrace({ seed, ...(nodes && { nodes }), ...(pods && { pods }) });
  const lists = { ...(nodeList && { nodes: nodeList }), ...(podList && { pods: podList }) };
  const trace = await loadTrace(folder, lists, nodeFiles);
  return nodes === undefined ? trace : sampleNodes(trace, nodes, seed);
}

function replayOptions({ timed, fill, speedup, lifetimeSpeedup, departures: leave, seed }: ReplayFlags) {
  if (timed !== true) return { kind: 'fill' as const, seed, ...(fill && { gpuPercent: fill }) };
  return {
    kind: 'timed' as const,
    ...(speedup && { arrivalSpeedup: speedup }),
    ...(lifetimeSpeedup && { lifetimeSpeedup }),
    ...(leave && { departures: leave }),
  };
}

interface NamedPlan {
  readonly policy: string;
  readonly plan: SchedulerPlan;
}

/** With a configuration and no --policy, all policies and the configuration. */
async function policiesFrom(flags: ReplayFlags, workload: TargetWorkload): Promise<NamedPlan[]> {
  const options = { compat: flags.compat, gates: Object.fromEntries(flags.gate) };
  const plans: NamedPlan[] = [...new Set(flags.policy ?? gpuPolicies)].map((policy) => ({
    policy,
    plan: planScheduler(policyConfig(policy, workload), options, pluginRegistry),
  }));
  if (flags.config === undefined) return plans;
  const plan = await planFrom(flags);
  const profile = plan.profiles.find(({ schedulerName }) => schedulerName === 'default-scheduler');
  if (profile === undefined) {
    throw new InputError(`${flags.config}: no profile is called default-scheduler, which the trace’s pods are for`);
  }
  // Kubernetes counts a resource per node only: without the plugin, pods would be given GPUs that have no room for them.
  if (!profile.factories.some(({ factory }) => factory.name === 'GpuSharing')) {
    throw new InputError(
      `${flags.config}: the profile default-scheduler does not enable GpuSharing, which keeps count of each GPU; enable it under multiPoint`,
    );
  }
  return [...plans, { policy: basename(flags.config), plan }];
}

function describe(
  flags: ReplayFlags,
  { nodes }: Trace,
  { events }: ReplayPlan,
): readonly [text: string, facts: object] {
  const gpus = nodes.reduce((sum, node) => sum + node.gpus, 0);
  const arrivals = events.filter(({ kind }) => kind === 'pod-arrives').length;
  const source = flags.trace ?? `generated trace, seed ${flags.seed}`;
  const mode = flags.timed === true ? 'timed' : 'fill';
  const how = mode === 'timed' ? 'come and go at the trace’s times' : 'arrive and stay';
  return [
    `${source}: ${nodes.length} nodes, ${gpus} GPUs; ${arrivals} pods ${how}`,
    { source, mode, seed: flags.seed, nodes: nodes.length, gpus, arrivals },
  ];
}
