/** Volumes of a pod: which of the API's many sources it is, as far as scheduling tells them apart. */
import { z } from 'zod';
import { dnsLabel, labels } from '../../fields.ts';
import type { Volume, VolumeSource } from '../../objects.ts';
import { claimSpec } from '../claim-spec.ts';

const readOnly = z.boolean().default(false);

const sources = {
  persistentVolumeClaim: z
    .looseObject({ claimName: z.string().min(1), readOnly })
    .transform(({ claimName, readOnly }): VolumeSource => ({ kind: 'persistentVolumeClaim', claimName, readOnly })),
  ephemeral: z
    .looseObject({
      volumeClaimTemplate: z.looseObject({
        metadata: z.looseObject({ labels: labels.default({}) }).prefault({}),
        spec: claimSpec,
      }),
    })
    .transform(
      ({ volumeClaimTemplate: { metadata, spec } }): VolumeSource => ({
        kind: 'ephemeral',
        template: spec,
        labels: metadata.labels,
      }),
    ),
  gcePersistentDisk: z
    .looseObject({ pdName: z.string(), readOnly })
    .transform(({ pdName, readOnly }): VolumeSource => ({ kind: 'gcePersistentDisk', pdName, readOnly })),
  awsElasticBlockStore: z
    .looseObject({ volumeID: z.string(), readOnly })
    .transform(({ volumeID, readOnly }): VolumeSource => ({ kind: 'awsElasticBlockStore', volumeID, readOnly })),
  iscsi: z
    .looseObject({ iqn: z.string(), readOnly })
    .transform(({ iqn, readOnly }): VolumeSource => ({ kind: 'iscsi', iqn, readOnly })),
  rbd: z
    .looseObject({ monitors: z.array(z.string()), pool: z.string().default('rbd'), image: z.string(), readOnly })
    .transform(
      ({ monitors, pool, image, readOnly }): VolumeSource => ({ kind: 'rbd', monitors, pool, image, readOnly }),
    ),
  azureDisk: z
    .looseObject({ diskName: z.string(), readOnly })
    .transform(({ diskName, readOnly }): VolumeSource => ({ kind: 'azureDisk', diskName, readOnly })),
  csi: z.looseObject({ driver: z.string() }).transform(({ driver }): VolumeSource => ({ kind: 'csi', driver })),
  image: z
    .looseObject({ reference: z.string().default('') })
    .transform(({ reference }): VolumeSource => ({ kind: 'image', reference })),
};
const kinds = Object.keys(sources) as (keyof typeof sources)[];

const optionalSources = Object.fromEntries(kinds.map((kind) => [kind, sources[kind].optional()])) as {
  readonly [K in keyof typeof sources]: z.ZodOptional<(typeof sources)[K]>;
};

export const volume = z.looseObject({ name: dnsLabel, ...optionalSources }).transform((written): Volume => {
  const source = kinds.map((kind) => written[kind]).find((candidate) => candidate !== undefined);
  return { name: written.name, source: source ?? { kind: 'other' } };
});
