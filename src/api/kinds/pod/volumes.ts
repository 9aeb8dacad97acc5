/** Volumes of a pod: which of the API's many sources it is, as far as scheduling tells them apart. */
import { z } from 'zod';
import { dnsLabel, filledText, labels, problem, strictObject } from '../../fields.ts';
import type { Volume, VolumeSource } from '../../objects.ts';
import { claimSpec } from '../claim-spec.ts';

const readOnly = z.boolean().default(false);

const sources = {
  persistentVolumeClaim: z
    .looseObject({ claimName: filledText, readOnly })
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
    .looseObject({ pdName: filledText, readOnly })
    .transform(({ pdName, readOnly }): VolumeSource => ({ kind: 'gcePersistentDisk', pdName, readOnly })),
  awsElasticBlockStore: z
    .looseObject({ volumeID: filledText, readOnly })
    .transform(({ volumeID, readOnly }): VolumeSource => ({ kind: 'awsElasticBlockStore', volumeID, readOnly })),
  iscsi: z
    .looseObject({ iqn: filledText, readOnly })
    .transform(({ iqn, readOnly }): VolumeSource => ({ kind: 'iscsi', iqn, readOnly })),
  rbd: z
    .looseObject({ monitors: z.array(z.string()), pool: z.string().default('rbd'), image: z.string(), readOnly })
    .transform(
      ({ monitors, pool, image, readOnly }): VolumeSource => ({ kind: 'rbd', monitors, pool, image, readOnly }),
    ),
  azureDisk: z
    .looseObject({ diskName: filledText, readOnly })
    .transform(({ diskName, readOnly }): VolumeSource => ({ kind: 'azureDisk', diskName, readOnly })),
  csi: z.looseObject({ driver: filledText }).transform(({ driver }): VolumeSource => ({ kind: 'csi', driver })),
  image: z
    .looseObject({ reference: z.string().default('') })
    .transform(({ reference }): VolumeSource => ({ kind: 'image', reference })),
};
const kinds = Object.keys(sources) as (keyof typeof sources)[];

const optionalSources = Object.fromEntries(kinds.map((kind) => [kind, sources[kind].optional()])) as {
  readonly [K in keyof typeof sources]: z.ZodOptional<(typeof sources)[K]>;
};

/** Sources that scheduling does not look at. */
const others = [
  'hostPath',
  'emptyDir',
  'gitRepo',
  'secret',
  'nfs',
  'glusterfs',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'downwardAPI',
  'fc',
  'azureFile',
  'configMap',
  'vsphereVolume',
  'quobyte',
  'photonPersistentDisk',
  'projected',
  'portworxVolume',
  'scaleIO',
  'storageos',
];

export const volume = strictObject({ name: dnsLabel, ...optionalSources }, others)
  .check(({ value: { name, ...given }, issues }) => {
    const [first, second] = Object.keys(given);
    if (second === undefined) return;
    issues.push(problem(`is a second source beside ${first}`, [second], undefined, 'one source per volume'));
  })
  .transform((written): Volume => {
    const source = kinds.map((kind) => written[kind]).find((candidate) => candidate !== undefined);
    return { name: written.name, source: source ?? { kind: 'other' } };
  });
