/** Small nodes that soon are full, in few zones, with taints and images. */
import fc from 'fast-check';
import type { Node, ResourceList, Taint } from '../../../src/api/objects.ts';
import {
  gpu,
  hostnameKey,
  imageSizes,
  oldZoneKey,
  regionKey,
  taintEffects,
  taintKeys,
  zone,
  zoneKey,
} from './pools.ts';
import { chance, compact, few, maybe, optional, sometimes } from './some.ts';

export const taint: fc.Arbitrary<Taint> = fc.record({
  key: fc.constantFrom(...taintKeys),
  value: fc.constantFrom('', 'a', 'b'),
  effect: fc.constantFrom('PreferNoSchedule' as const, ...taintEffects),
});

const allocatable: fc.Arbitrary<ResourceList> = fc
  .record({
    cpu: fc.constantFrom('4', '3', '2500m', '2', '1'),
    memory: fc.constantFrom('4Gi', '3Gi', '3000000k', '2Gi'),
    pods: fc.constantFrom('110', '110', '4', '3', '2'),
    'ephemeral-storage': maybe(75, fc.constantFrom('2Gi', '5Gi')),
    [gpu]: maybe(60, fc.constantFrom('1', '2', '4', '0')),
    'hugepages-2Mi': maybe(60, fc.constantFrom('4Mi', '8Mi')),
  })
  .map(compact);

const features = ['RestartAllContainersOnContainerExits', 'UserNamespacesHostNetworkSupport'] as const;

/** All of a node but its name, which is that of its place in the list. */
export const nodeShape = fc.record({
  allocatable,
  labels: fc.record({
    hasHostname: sometimes(4, fc.constant(false), true),
    zone: maybe(92, zone),
    oldZone: maybe(8, zone),
    region: maybe(30, fc.constantFrom('r1', 'r2')),
    rack: maybe(30, fc.constantFrom('1', '2')),
    disk: maybe(60, fc.constantFrom('ssd', 'hdd')),
    generation: maybe(60, fc.constantFrom('1', '2', '3', 'x', '-5')),
  }),
  taints: few(40, taint),
  unschedulable: chance(8),
  images: fc.subarray(Object.keys(imageSizes)),
  declaredFeatures: maybe(40, fc.subarray([...features])),
});
export type NodeShape = typeof nodeShape extends fc.Arbitrary<infer T> ? T : never;

export function buildNode(name: string, shape: NodeShape): Node {
  const { hasHostname, zone: ownZone, oldZone, region, rack, disk, generation } = shape.labels;
  const labels = compact({
    [hostnameKey]: hasHostname ? name : undefined,
    [zoneKey]: ownZone,
    [oldZoneKey]: oldZone,
    [regionKey]: region,
    rack,
    disk,
    generation,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels, annotations: {} },
    spec: { unschedulable: shape.unschedulable, taints: uniqueTaints(shape.taints) },
    status: {
      capacity: shape.allocatable,
      allocatable: shape.allocatable,
      images: shape.images.map((image) => ({ names: [image], sizeBytes: imageSizes[image] as number })),
      ...optional('declaredFeatures', shape.declaredFeatures),
    },
  };
}

/** What a cluster is short of. Where it is not, other plugins get to see the nodes. */
export interface Plenty {
  readonly hasRoom: boolean;
  readonly isOpen: boolean;
}

const room: ResourceList = {
  cpu: '64',
  memory: '256Gi',
  pods: '110',
  'ephemeral-storage': '1Ti',
  [gpu]: '64',
  'hugepages-2Mi': '1Gi',
};

export function withPlenty(node: Node, { hasRoom, isOpen }: Plenty): Node {
  const { spec, status } = node;
  const soft = spec.taints.map((one) => ({ ...one, effect: 'PreferNoSchedule' as const }));
  return {
    ...node,
    spec: isOpen ? { unschedulable: false, taints: uniqueTaints(soft) } : spec,
    status: hasRoom ? { ...status, capacity: room, allocatable: room } : status,
  };
}

/** The API server refuses two taints of one key and effect. */
function uniqueTaints(taints: readonly Taint[]): Taint[] {
  const isFirst = (one: Taint, index: number): boolean =>
    taints.findIndex(({ key, effect }) => key === one.key && effect === one.effect) === index;
  return taints.filter(isFirst);
}
