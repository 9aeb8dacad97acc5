/**
 * Keeps pods off nodes without room for them, and scores the room that is left. Source: kube-scheduler
 * plugins/noderesources/fit.go. Of extended resources that devices stand behind, the filter counts what device plugins
 * provide, and scores count the devices.
 */
import { stateKey } from '../framework/cycle.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { scoreAllocation, strategyOf } from './resources/allocation-scores.ts';
import { classResources } from './resources/device-classes.ts';
import { deviceScores } from './resources/device-scores.ts';
import { fitEvents } from './resources/fit-hints.ts';
import { placementScore } from './resources/placement-score.ts';
import { type FitArgs, fitArgs } from './resources/resource-args.ts';
import { isExtendedResource } from './resources/resource-names.ts';
import { RoomChecks } from './resources/room-checks.ts';
import { type ScoredResource, scoredResources } from './resources/scored-resources.ts';
import { perShape } from './support/per-shape.ts';

const name = 'NodeResourcesFit';
const checksKey = stateKey<RoomChecks>(`${name} filter`);
const scoredKey = stateKey<readonly ScoredResource[]>(`${name} score`);

function create(args: FitArgs, { cluster, statuses, featureEnabled }: PluginContext): Plugin {
  const { ignoredResources, ignoredResourceGroups, scoringStrategy } = args;
  const classes = featureEnabled('DRAExtendedResource') ? cluster.part(classResources) : undefined;
  const delegates = classes === undefined ? undefined : (resource: string): boolean => classes.has(resource);
  const leftOut = {
    ignores: (resource: string) =>
      isExtendedResource(resource) &&
      (ignoredResources.includes(resource) || ignoredResourceGroups.includes(resource.split('/', 1)[0] ?? '')),
    delegates: delegates ?? (() => false),
  };
  let checksOf = perShape((shape) => new RoomChecks(cluster, statuses, name, shape, leftOut));
  let generation = classes?.generation;
  const currentChecks = (shape: Parameters<typeof checksOf>[0]): RoomChecks => {
    if (classes?.generation !== generation) {
      generation = classes?.generation;
      checksOf = perShape((other) => new RoomChecks(cluster, statuses, name, other, leftOut));
    }
    return checksOf(shape);
  };
  const strategy = strategyOf(scoringStrategy);
  const scored = perShape((shape) => scoredResources(shape, scoringStrategy.resources, cluster.resources, true));
  const devices = deviceScores(cluster, classes, scoringStrategy.resources);
  return {
    name,
    nodeLocalScore: devices === undefined,
    get nodeLocal() {
      return classes?.isEmpty ?? true;
    },
    events: fitEvents({ resizes: featureEnabled('InPlacePodVerticalScaling'), delegates }),

    preFilter(cycle) {
      cycle.set(checksKey, currentChecks(cycle.pod.shape));
      return undefined;
    },

    filter(cycle, block) {
      const checks = cycle.get(checksKey) ?? currentChecks(cycle.pod.shape);
      checks.filter(block, cycle.verdicts);
    },

    preScore(cycle) {
      cycle.set(scoredKey, scored(cycle.pod.shape));
      return undefined;
    },

    score(cycle, block, scores) {
      const resources = cycle.get(scoredKey) ?? scored(cycle.pod.shape);
      scoreAllocation(strategy, block, devices?.withDevices(resources, block) ?? resources, scores);
    },

    placementScore: (_group, proposal) => placementScore(cluster, scoringStrategy.resources, proposal),
  };
}

export const nodeResourcesFit = pluginFactory({ name, args: fitArgs, create });
