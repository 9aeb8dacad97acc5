/** PodTopologySpreadArgs. Source: apis/config/v1/types_pluginargs.go and its validation. */
import { z } from 'zod';
import { topologySpreadConstraint } from '../../../api/kinds/pod/affinity.ts';
import type { TopologySpreadConstraint } from '../../../api/objects.ts';

export const podTopologySpreadArgs = z
  .strictObject({
    /** Of pods that have none of their own; without selectors, which come from Services and owners. */
    defaultConstraints: z.array(topologySpreadConstraint).default([]),
    /** `System`: kube-scheduler's own defaults; `List`: those of defaultConstraints. */
    defaultingType: z.enum(['System', 'List']).default('System'),
  })
  .check(({ value, issues }) => {
    const problem = (message: string, path: (string | number)[], input: unknown): void => {
      issues.push({ code: 'custom', message, path, input, params: { crossCheck: true } });
    };
    if (value.defaultingType === 'System' && value.defaultConstraints.length > 0) {
      problem('must be empty with defaultingType System', ['defaultConstraints'], value.defaultConstraints);
    }
    const pairs = new Set<string>();
    for (const [place, { labelSelector, topologyKey, whenUnsatisfiable }] of value.defaultConstraints.entries()) {
      const pair = `${topologyKey} ${whenUnsatisfiable}`;
      if (pairs.has(pair)) {
        problem('there is a constraint of this key and this action before', ['defaultConstraints', place], pair);
      }
      pairs.add(pair);
      if (labelSelector === undefined) continue;
      problem(
        'is not for defaults: it comes from Services and owners',
        ['defaultConstraints', place, 'labelSelector'],
        labelSelector,
      );
    }
  });
export type PodTopologySpreadArgs = z.output<typeof podTopologySpreadArgs>;

function systemDefault(topologyKey: string, maxSkew: number): TopologySpreadConstraint {
  return {
    maxSkew,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    minDomains: 1,
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
    matchLabelKeys: [],
  };
}

export const systemDefaults: readonly TopologySpreadConstraint[] = [
  systemDefault('kubernetes.io/hostname', 3),
  systemDefault('topology.kubernetes.io/zone', 5),
];
