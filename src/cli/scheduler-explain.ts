/** `kubedyno scheduler explain`: for one pod every node's verdict, every plugin's score, and what would change the choice. */
import { Command } from 'commander';
import { InputError, loadSchedulingObjects, quantityMilliValue, type SchedulingInput } from '../api/index.ts';
import type { Pod } from '../api/objects.ts';
import type { SchedulerObserver } from '../scheduler/attempt.ts';
import type { SchedulerPlan } from '../scheduler/config/read-config.ts';
import { type Explanation, explain, feasibleOf } from '../scheduler/explain/explanation.ts';
import { explainInGroup, type GroupExplanation } from '../scheduler/explain/group-explanation.ts';
import { type TippingWeight, tippingWeights } from '../scheduler/explain/tipping-weights.ts';
import { changedNode, changedPod, parseWhatIf, type WhatIfChange } from '../scheduler/explain/what-if.ts';
import type { Framework } from '../scheduler/framework/framework.ts';
import { SchedulingSession } from '../scheduler/session.ts';
import { PostBindFaults } from './post-bind-faults.ts';
import { checkStdin, notesOn, planFrom, type SchedulerFlags, withSchedulerFlags } from './scheduler-options.ts';
import { findNode, findPod, type OutputStreams } from './scheduler-run.ts';
import { explanationText, groupText } from './scheduler-text.ts';

interface ExplainFlags extends SchedulerFlags {
  readonly filename: readonly string[];
  readonly pod: string;
  readonly whatIf: readonly string[];
  readonly json?: true;
}

const example = `
Examples:
  kubedyno scheduler explain -f examples/cluster.yaml --pod web-0
  kubedyno scheduler explain -f examples/cluster.yaml --pod report --what-if label:node-b:disk=ssd
What-ifs: weight:PLUGIN=NUMBER, request:RESOURCE=QUANTITY (of the first container), label:NODE:KEY=VALUE,
taint:NODE:KEY=VALUE:EFFECT; label:NODE:KEY- and taint:NODE:KEY- take away.`;

export function schedulerExplainCommand(streams: OutputStreams): Command {
  return withSchedulerFlags(new Command('explain'))
    .description('say why a pod goes where it goes, or nowhere, and what would change that')
    .requiredOption('-f, --filename <path...>', 'objects: files, folders, or - for standard input')
    .requiredOption('--pod <name>', 'NAMESPACE/NAME, or NAME in the namespace default')
    .option('--what-if <change...>', 'changes to try, each by itself', [])
    .option('--json', 'print the explanations as JSON')
    .addHelpText('after', example)
    .action(async (flags: ExplainFlags) => {
      process.exitCode = await run(flags, streams);
    });
}

/** A what-if as it was typed, or how things are. */
interface Question {
  readonly text?: string;
  readonly change?: WhatIfChange;
  readonly observer: SchedulerObserver;
}

interface Explained {
  /** What keeps the pod out of the queue, whatever the nodes make of it. */
  readonly heldBack?: string;
  /** Of a pod that is decided on together with others. */
  readonly group?: GroupExplanation;
  readonly explanation: Explanation;
  readonly tipping: readonly TippingWeight[];
}

/** 0: the pod has a node to go to; 1: it has none. */
async function run(flags: ExplainFlags, { out, err }: OutputStreams): Promise<number> {
  checkStdin({ '-f': flags.filename, '--config': flags.config });
  const changes = flags.whatIf.map((text) => ({ text, change: parseWhatIf(text) }));
  const [input, plan] = await Promise.all([loadSchedulingObjects(flags.filename), planFrom(flags)]);
  for (const note of [...notesOn(flags), ...input.notes]) err.write(`note: ${note}\n`);
  const pod = findPod(input, flags.pod);
  if (pod.spec.nodeName !== '')
    err.write(`note: ${flags.pod} runs on ${pod.spec.nodeName}; it is taken off for this\n`);
  for (const { text, change } of changes) checkChange(text, change, input, plan);
  const observer = new PostBindFaults();
  const asIs = explained(plan, flags, input, pod, { observer });
  const whatIfs = changes.map(({ text, change }) => ({
    text,
    ...explained(plan, flags, input, pod, { text, change, observer }),
  }));
  observer.printOn(err);
  if (asIs.heldBack !== undefined) err.write(`note: as it stands, ${flags.pod} is not tried: ${asIs.heldBack}\n`);
  if (flags.json === true) {
    out.write(`${JSON.stringify({ pod: flags.pod, ...asIs, whatIf: whatIfs }, null, 2)}\n`);
  } else {
    const texts = [explainedText(flags.pod, asIs)];
    for (const { text, ...whatIf } of whatIfs) {
      texts.push(`With ${text}:\n\n${explainedText(flags.pod, { ...whatIf, tipping: [] })}`);
    }
    out.write(`${texts.join('\n\n')}\n`);
  }
  return asIs.explanation.best.length > 0 && asIs.group?.message === undefined ? 0 : 1;
}

function explainedText(pod: string, { group, explanation, tipping }: Explained): string {
  if (group === undefined) return explanationText(pod, explanation, tipping);
  // Without a place for the group, where the pod would fit by itself does not matter.
  if (group.message !== undefined) return groupText(pod, group);
  return `${groupText(pod, group)}\n\n${explanationText(pod, explanation, tipping)}`;
}

/**
 * The other pods that have no node yet are scheduled first, as they stand before it in the input; those that are decided
 * on together with it are not.
 */
function explained(
  plan: SchedulerPlan,
  { seed, tieBreak }: SchedulerFlags,
  input: SchedulingInput,
  pod: Pod,
  { text: whatIf = '', change, observer }: Question,
): Explained {
  const session = new SchedulingSession({
    plan: change === undefined ? plan : withWeight(plan, change),
    seed,
    tieBreak,
    observer,
  });
  try {
    session.put(
      ...input.objects.map((object) => (object.kind === 'Node' && change ? changedNode(object, change) : object)),
    );
    const running = input.pods.filter((other) => other !== pod && other.spec.nodeName !== '');
    const { cluster, frameworks } = session.scheduler;
    const asked: Pod = { ...pod, spec: { ...pod.spec, nodeName: '' } };
    const host = pod.spec.podGroupName === undefined ? undefined : session.scheduler.groupHost(cluster.info(asked));
    const fellows = host === undefined ? [] : input.pods.filter((other) => isFellow(other, pod));
    const before = input.pods.slice(0, input.pods.indexOf(pod)).filter((other) => other.spec.nodeName === '');
    session.put(...running, ...before.filter((other) => !fellows.includes(other)));
    session.settle();
    const framework = frameworks.get(asked.spec.schedulerName);
    if (framework === undefined) {
      throw new InputError(
        `pod ${pod.metadata.name} is for the scheduler '${asked.spec.schedulerName}' (allowed: ${[...frameworks.keys()].join(', ')})`,
      );
    }
    if (change?.kind === 'weight') checkScores(framework, change.plugin, whatIf);
    // They wait in the queue, which is not worked on any more; controllers make the claims that belong to them.
    session.put(asked, ...fellows);
    const current = (one: Pod): Pod =>
      session.api.get('Pod', one.metadata.namespace ?? 'default', one.metadata.name) ?? one;
    const waiting = current(asked);
    const info = cluster.info(change === undefined ? waiting : changedPod(waiting, change));
    const members = input.pods.flatMap((other) => {
      if (other === pod) return info;
      return fellows.includes(other) ? cluster.info(current(other)) : [];
    });
    const together =
      host === undefined ? { explanation: explain(framework, info) } : explainInGroup(host, members, info);
    const heldBack = session.heldBack(waiting);
    return {
      ...together,
      ...(heldBack === undefined ? {} : { heldBack }),
      tipping: tippingWeights(feasibleOf(together.explanation), together.explanation.best),
    };
  } finally {
    session.close();
  }
}

/** @throws InputError for a plugin whose weight weighs nothing in the pod's profile */
function checkScores({ profile }: Framework, plugin: string, whatIf: string): void {
  const scoring = profile.score.map((one) => one.plugin.name);
  if (scoring.includes(plugin)) return;
  throw new InputError(
    `--what-if '${whatIf}': plugin '${plugin}' does not score in the profile ${profile.schedulerName}, so that its weight changes nothing (allowed: ${scoring.join(', ')})`,
  );
}

/** Whether another pod waits for its group as this one does. */
function isFellow(other: Pod, { metadata, spec }: Pod): boolean {
  return (
    other.spec.podGroupName === spec.podGroupName &&
    (other.metadata.namespace ?? 'default') === (metadata.namespace ?? 'default') &&
    other.metadata.name !== metadata.name &&
    other.spec.nodeName === '' &&
    other.spec.schedulingGates.length === 0
  );
}

/** @throws InputError for a change of something that is not there, or to something that cannot be. */
function checkChange(text: string, change: WhatIfChange, input: SchedulingInput, plan: SchedulerPlan): void {
  if ('node' in change) findNode(input, change.node);
  if (change.kind === 'request') checkQuantity(text, change.quantity);
  if (change.kind !== 'weight') return;
  const known = plan.profiles.flatMap(({ factories }) => factories.map(({ factory }) => factory.name));
  if (!known.includes(change.plugin)) {
    throw new InputError(
      `--what-if '${text}': no plugin is called '${change.plugin}' (allowed: ${[...new Set(known)].join(', ')})`,
    );
  }
  if (change.weight < 1 || change.weight > maxWeight) {
    throw new InputError(
      `--what-if '${text}': a weight of ${change.weight} is out of range; allowed: 1 to ${maxWeight}`,
    );
  }
}

/** As much as a sum of weighted scores can hold without rounding, many times over. */
const maxWeight = 1_000_000;

function checkQuantity(text: string, quantity: string): void {
  const isGood = (() => {
    try {
      return quantityMilliValue(quantity) >= 0;
    } catch {
      return false;
    }
  })();
  if (!isGood) {
    throw new InputError(`--what-if '${text}': '${quantity}' is not a quantity; allowed: such as 2, 500m, 1.5 or 4Gi`);
  }
}

function withWeight(plan: SchedulerPlan, change: WhatIfChange): SchedulerPlan {
  if (change.kind !== 'weight') return plan;
  const { plugin, weight } = change;
  const changed = <P extends { readonly name: string }>(plugins: readonly P[]): P[] =>
    plugins.map((each) => (each.name === plugin ? { ...each, weight } : each));
  return {
    ...plan,
    profiles: plan.profiles.map((profile) => {
      const { score } = profile.plugins;
      const plugins = { ...profile.plugins, score: { ...score, enabled: changed(score.enabled) } };
      return { ...profile, multiPoint: changed(profile.multiPoint), plugins };
    }),
  };
}
