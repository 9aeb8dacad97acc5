/** The few names of the random clusters: so few that everything collides. */
import fc from 'fast-check';
import type { Labels } from '../../../src/api/objects.ts';
import { compact, maybe } from './some.ts';

export const hostnameKey = 'kubernetes.io/hostname';
export const zoneKey = 'topology.kubernetes.io/zone';
export const oldZoneKey = 'failure-domain.beta.kubernetes.io/zone';
export const regionKey = 'topology.kubernetes.io/region';

export const maxNodes = 12;
export const nodeName = (index: number): string => `n${index}`;
export const nodeNames = Array.from({ length: maxNodes }, (_, index) => nodeName(index));

export const zones = ['za', 'zb', 'zc'] as const;
export const zone = fc.constantFrom(...zones);
/** Few nodes have a rack or a region. */
export const topologyKey = fc.constantFrom(
  ...[zoneKey, zoneKey, zoneKey, zoneKey, hostnameKey, hostnameKey, hostnameKey, hostnameKey, 'rack', regionKey],
);

export const namespaces = ['default', 'team-a', 'team-b'] as const;
export const namespace = fc.constantFrom(...namespaces);
/** Of namespaces. */
export const team: fc.Arbitrary<Labels> = fc.constantFrom({ team: 'a' }, { team: 'b' }, {});

export const apps = ['web', 'db'] as const;
export const app = fc.constantFrom(...apps);

export const podLabels: fc.Arbitrary<Labels> = fc
  .record({
    app: maybe(85, app),
    tier: maybe(30, fc.constantFrom('x', 'y')),
    version: maybe(40, fc.constantFrom('1', '2')),
  })
  .map(compact);

export const gpu = 'example.com/gpu';
/** Sizes by name; everywhere the same, for kube-scheduler takes the size from the first node that it saw. */
export const imageSizes: Readonly<Record<string, number>> = {
  'app:latest': 500 * 2 ** 20,
  'registry:5000/tool:2': 90 * 2 ** 20,
  'tiny:1': 5 * 2 ** 20,
  'huge:latest': 3000 * 2 ** 20,
};
/** As pods write them. */
export const image = fc.constantFrom('none', 'app', 'registry:5000/tool:2', 'tiny:1', 'huge');

export const taintKeys = ['dedicated', 'spot'] as const;
export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export const driver = 'csi.example.com';
export const claimNames = ['c0', 'c1', 'c2', 'c3'] as const;
export const volumeNames = ['v0', 'v1', 'v2', 'v3', 'v4', 'v5'] as const;
export const classNames = ['wait', 'local', 'zonal', 'now'] as const;
