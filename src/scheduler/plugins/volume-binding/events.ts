/** What may help a pod that VolumeBinding has refused. Source: volumebinding/volume_binding.go, EventsToRegister. */
import { quantityValue } from '../../../api/quantity.ts';
import type { ClusterEventInterest } from '../../framework/events.ts';
import { changeOf } from '../volumes/changes.ts';
import { usesClaim } from '../volumes/claims.ts';
import { sameMigration } from '../volumes/in-tree.ts';
import { volumeLimit } from '../volumes/storage-capacity.ts';

export const volumeBindingEvents: readonly ClusterEventInterest[] = [
  {
    resource: 'StorageClass',
    actions: ['add', 'update'],
    hint(_pod, event) {
      const { before, after } = changeOf('StorageClass', event);
      if (before === undefined || after === undefined) return 'queue';
      const isSame = JSON.stringify(before.allowedTopologies) === JSON.stringify(after.allowedTopologies);
      return isSame ? 'skip' : 'queue';
    },
  },
  {
    resource: 'PersistentVolumeClaim',
    actions: ['add', 'update'],
    hint({ pod }, event) {
      const { after } = changeOf('PersistentVolumeClaim', event);
      return after !== undefined && usesClaim(pod, after) ? 'queue' : 'skip';
    },
  },
  { resource: 'PersistentVolume', actions: ['add', 'update'] },
  { resource: 'Node', actions: ['add', 'update-labels'] },
  {
    resource: 'CSINode',
    actions: ['add', 'update'],
    hint(_pod, event) {
      const { before, after } = changeOf('CSINode', event);
      return before !== undefined && sameMigration(before, after) ? 'skip' : 'queue';
    },
  },
  {
    resource: 'CSIDriver',
    actions: ['update'],
    hint({ pod }, event) {
      const { before, after } = changeOf('CSIDriver', event);
      const name = after?.metadata.name;
      const uses = pod.spec.volumes.some(({ source }) => source.kind === 'csi' && source.driver === name);
      return uses && before?.spec.storageCapacity === true && after?.spec.storageCapacity !== true ? 'queue' : 'skip';
    },
  },
  {
    resource: 'CSIStorageCapacity',
    actions: ['add', 'update'],
    hint(_pod, event) {
      const { before, after } = changeOf('CSIStorageCapacity', event);
      if (before === undefined || after === undefined) return 'queue';
      const [old, now] = [volumeLimit(before), volumeLimit(after)];
      return now !== undefined && (old === undefined || quantityValue(now) > quantityValue(old)) ? 'queue' : 'skip';
    },
  },
];
