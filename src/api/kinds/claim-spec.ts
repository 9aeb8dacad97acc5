/** PersistentVolumeClaimSpec: of claims, and of the templates that ephemeral volumes are made from. */
import { z } from 'zod';
import { resourceList, strictObject } from '../fields.ts';
import type { PersistentVolumeClaimSpec } from '../objects.ts';
import { labelSelector } from '../selector.ts';

export const accessMode = z.enum(['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod']);
export const volumeMode = z.enum(['Filesystem', 'Block']);

export const claimSpec: z.ZodType<PersistentVolumeClaimSpec> = strictObject(
  {
    accessModes: z.array(accessMode).default([]),
    selector: labelSelector.exactOptional(),
    resources: strictObject({ requests: resourceList.default({}) }, ['limits']).prefault({}),
    volumeName: z.string().default(''),
    storageClassName: z.string().exactOptional(),
    volumeMode: volumeMode.default('Filesystem'),
    volumeAttributesClassName: z.string().exactOptional(),
  },
  ['dataSource', 'dataSourceRef'],
).transform((spec) => ({
  accessModes: spec.accessModes,
  ...(spec.selector === undefined ? {} : { selector: spec.selector }),
  resources: { requests: spec.resources.requests },
  volumeName: spec.volumeName,
  ...(spec.storageClassName === undefined ? {} : { storageClassName: spec.storageClassName }),
  volumeMode: spec.volumeMode,
  ...(spec.volumeAttributesClassName === undefined
    ? {}
    : { volumeAttributesClassName: spec.volumeAttributesClassName }),
}));
