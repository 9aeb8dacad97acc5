/** A scheduler of few plugins, among them those that a test brings, with a small cluster on virtual time. */
import type { Attempt, SchedulerObserver } from '../../../src/scheduler/attempt.ts';
import { defaultPlugins } from '../../../src/scheduler/config/default-plugins.ts';
import { planScheduler } from '../../../src/scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import type { PluginContext, PluginFactory } from '../../../src/scheduler/framework/plugin-factory.ts';
import { defaultBinder } from '../../../src/scheduler/plugins/default-binder.ts';
import { defaultPreemption } from '../../../src/scheduler/plugins/default-preemption.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { prioritySort } from '../../../src/scheduler/plugins/priority-sort.ts';
import { SchedulingSession } from '../../../src/scheduler/session.ts';
import { testNode } from '../support/objects.ts';

const few: readonly PluginFactory[] = [prioritySort, nodeResourcesFit, defaultPreemption, defaultBinder];

/** A plugin, or what makes one of the scheduler that it is in. */
export type TestPlugin = Plugin | ((context: PluginContext) => Plugin);

export interface SessionWords {
  readonly plugins: readonly TestPlugin[];
  readonly observer?: SchedulerObserver;
  /** Nodes of one cpu each. @default 1 */
  readonly nodes?: number;
  /** @default true */
  readonly preempts?: boolean;
}

export function sessionWith(words: SessionWords): SchedulingSession {
  const own = words.plugins.map((plugin, place): PluginFactory => {
    const create = typeof plugin === 'function' ? plugin : () => plugin;
    const name = typeof plugin === 'function' ? `Test${place}` : plugin.name;
    return { name, create: (_args, context) => create(context) };
  });
  const kept = words.preempts === false ? few.filter((factory) => factory !== defaultPreemption) : few;
  const all = [...own, ...kept];
  const config = schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    profiles: [
      {
        plugins: {
          multiPoint: {
            disabled: defaultPlugins('1.36', {}).map(({ name }) => ({ name })),
            enabled: all.map(({ name }) => ({ name })),
          },
          bind: { enabled: words.plugins.filter(hasBind).map(({ name }) => ({ name })) },
        },
      },
    ],
  });
  const registry = new Map(all.map((factory) => [factory.name, factory]));
  const { observer } = words;
  const session = new SchedulingSession({
    plan: planScheduler(config, {}, registry),
    ...(observer === undefined ? {} : { observer }),
  });
  for (let place = 0; place < (words.nodes ?? 1); place += 1) {
    session.put(testNode({ name: `node-${place}`, cpu: '1' }));
  }
  return session;
}

/** Binders are asked before the default one. */
function hasBind(plugin: TestPlugin): plugin is Plugin {
  return typeof plugin === 'object' && plugin.bind !== undefined;
}

/** Attempts until no pod is ready at this moment, in short. */
export function attemptsOf(session: SchedulingSession): string[] {
  const attempts: string[] = [];
  session.drain((attempt) => attempts.push(inShort(attempt)));
  return attempts;
}

function inShort(attempt: Attempt): string {
  if (attempt.kind === 'error') return `error: ${attempt.error.message}`;
  if (attempt.kind === 'unschedulable') return `unschedulable: ${attempt.message}`;
  return attempt.kind === 'dropped' ? 'dropped' : `${attempt.kind}: ${attempt.nodeName}`;
}

/** Node by pod, of those that the API server has as bound. */
export function placementsOf({ api }: SchedulingSession): Record<string, string> {
  const bound = [...api.list('Pod')].filter(({ spec }) => spec.nodeName !== '');
  return Object.fromEntries(bound.map(({ metadata, spec }) => [metadata.name, spec.nodeName]));
}

/** Lets promises that are settled be heard of. */
export const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
