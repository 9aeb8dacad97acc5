/** The scheduler under test, brought to the state of a random cluster by the events that led there. */
import assert from 'node:assert/strict';
import type { Pod } from '../../../src/api/objects.ts';
import type { AnyObject } from '../../../src/cluster/memory-cluster.ts';
import { planScheduler, type SchedulerPlan } from '../../../src/scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';
import type { Framework } from '../../../src/scheduler/framework/framework.ts';
import { pluginRegistry } from '../../../src/scheduler/plugins/registry.ts';
import { Scheduler } from '../../../src/scheduler/scheduler.ts';
import { applyEvent, type ClusterEvent, objectKey } from '../arbitraries/index.ts';
import { podKey, type ReferenceCluster, type ReferenceOptions } from '../reference/index.ts';

/** As a user would write it. */
function configOf(options: ReferenceOptions) {
  const { scoringStrategy, spreadDefaults, addedAffinity, ignoredResources, ignoredResourceGroups } = options;
  const strategy =
    scoringStrategy.type === 'RequestedToCapacityRatio'
      ? {
          type: scoringStrategy.type,
          resources: scoringStrategy.resources,
          requestedToCapacityRatio: { shape: scoringStrategy.shape },
        }
      : scoringStrategy;
  const args = {
    NodeResourcesFit: { scoringStrategy: strategy, ignoredResources, ignoredResourceGroups },
    // The formula does not use weights, and kube-scheduler takes none but 1.
    NodeResourcesBalancedAllocation: { resources: options.balancedResources.map(({ name }) => ({ name, weight: 1 })) },
    PodTopologySpread: spreadDefaults,
    InterPodAffinity: {
      hardPodAffinityWeight: options.hardPodAffinityWeight,
      ignorePreferredTermsOfExistingPods: options.ignorePreferredTermsOfExistingPods,
    },
    DefaultPreemption: {
      minCandidateNodesPercentage: options.minCandidateNodesPercentage,
      minCandidateNodesAbsolute: options.minCandidateNodesAbsolute,
    },
    NodeAffinity: addedAffinity === undefined ? {} : { addedAffinity: asWritten(addedAffinity) },
  };
  const enabled = Object.entries(options.weights).map(([name, weight]) => ({ name, weight }));
  return schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    percentageOfNodesToScore: options.percentageOfNodesToScore,
    profiles: [
      {
        plugins: { multiPoint: { enabled } },
        pluginConfig: Object.entries(args).map(([name, written]) => ({ name, args: written })),
      },
    ],
  });
}

function asWritten({ required, preferred }: NonNullable<ReferenceOptions['addedAffinity']>) {
  return {
    ...(required === undefined ? {} : { requiredDuringSchedulingIgnoredDuringExecution: required }),
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  };
}

/** Every plugin that the reference knows, with the arguments of its options. */
export function planFor(options: ReferenceOptions): SchedulerPlan {
  const gates = { DynamicResourceAllocation: false };
  return planScheduler(configOf(options), { compat: options.compat, gates }, pluginRegistry);
}

/** What a preemption has done to the cluster. */
export interface Effects {
  /** Names of evicted pods, in order. */
  readonly evicted: string[];
  /** Names of pods whose nomination was taken back, in order. */
  readonly withdrawn: string[];
}

export class FastScheduler {
  readonly scheduler: Scheduler;
  readonly effects: Effects = { evicted: [], withdrawn: [] };
  /** What the scheduler draws, whatever for: from 0 up to, but not including, 1. */
  drawn = 0;
  #cluster: ReferenceCluster;

  constructor(start: ReferenceCluster, options: ReferenceOptions) {
    this.scheduler = new Scheduler({
      plan: planFor(options),
      client: {
        bind: () => undefined,
        evict: ({ metadata }) => {
          this.effects.evicted.push(metadata.name);
        },
        nominate: ({ metadata }, nodeName) => {
          if (nodeName === '') this.effects.withdrawn.push(metadata.name);
        },
      },
      nowMs: () => options.nowMs,
      setTimer: () => () => undefined,
      random: { next: () => this.drawn },
      tieBreak: 'first',
    });
    this.#cluster = { nodes: [], pods: [], nominated: [], objects: [] };
    for (const object of start.objects) this.apply({ type: 'setObject', object });
    for (const node of start.nodes) this.apply({ type: 'setNode', node });
    for (const pod of start.pods) this.apply({ type: 'setPod', pod });
    for (const pod of start.nominated) this.apply({ type: 'nominate', pod });
  }

  get framework(): Framework {
    const framework = this.scheduler.frameworks.get('default-scheduler');
    assert.ok(framework !== undefined);
    return framework;
  }

  apply(event: ClusterEvent): void {
    const { nodes, pods, nominated, objects } = this.#cluster;
    switch (event.type) {
      case 'setNode':
        this.#changed(
          nodes.find(({ metadata }) => metadata.name === event.node.metadata.name),
          event.node,
        );
        break;
      case 'removeNode':
        this.#changed(event.node, undefined);
        break;
      case 'setPod':
        this.#changed(samePod(pods, event.pod), event.pod);
        break;
      case 'nominate':
        this.#changed(samePod(nominated, event.pod), event.pod);
        break;
      case 'removePod':
        this.#changed(samePod(pods, event.pod), undefined);
        break;
      case 'withdraw':
        this.#changed(samePod(nominated, event.pod), undefined);
        break;
      case 'setObject':
        this.#changed(
          objects.find((object) => objectKey(object) === objectKey(event.object)),
          event.object,
        );
        break;
      case 'removeObject':
        this.#changed(event.object, undefined);
        break;
    }
    this.#cluster = applyEvent(this.#cluster, event);
  }

  #changed(before: AnyObject | undefined, after: AnyObject | undefined): void {
    if (after !== undefined) this.scheduler.change(before === undefined ? { after } : { before, after });
    else if (before !== undefined) this.scheduler.change({ before });
  }
}

function samePod(pods: readonly Pod[], pod: Pod): Pod | undefined {
  return pods.find((other) => podKey(other) === podKey(pod));
}
