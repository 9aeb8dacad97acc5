/** core/v1 Node. */
import { z } from 'zod';
import { resourceList, strictObject } from '../fields.ts';
import { clusterMeta } from '../metadata.ts';
import type { Node } from '../objects.ts';
import type { KindDefinition } from './definition.ts';
import { taint } from './pod/affinity.ts';

const spec = z
  .looseObject({ unschedulable: z.boolean().default(false), taints: z.array(taint).default([]) })
  .transform(({ unschedulable, taints }) => ({ unschedulable, taints }));

const image = z
  .looseObject({ names: z.array(z.string()).default([]), sizeBytes: z.number().min(0).default(0) })
  .transform(({ names, sizeBytes }) => ({ names, sizeBytes }));

/** What a node can give defaults to what it has. */
const status = z
  .looseObject({
    capacity: resourceList.default({}),
    allocatable: resourceList.optional(),
    images: z.array(image).default([]),
    declaredFeatures: z.array(z.string()).exactOptional(),
  })
  .transform(({ capacity, allocatable, images, declaredFeatures }) => ({
    capacity,
    allocatable: allocatable ?? capacity,
    images,
    ...(declaredFeatures === undefined ? {} : { declaredFeatures }),
  }));

const schema: z.ZodType<Node> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('Node'),
  metadata: clusterMeta,
  spec: spec.prefault({}),
  status: status.prefault({}),
});

export const nodeKind: KindDefinition<Node> = { kind: 'Node', apiVersions: ['v1'], schema };
