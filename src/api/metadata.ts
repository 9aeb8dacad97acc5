/** ObjectMeta (apimachinery meta/v1): what every object carries. */
import { z } from 'zod';
import { dnsLabel, dnsSubdomain, filledText, labels, timestamp } from './fields.ts';
import type { ObjectMeta } from './objects.ts';

/** The metadata of an object whose name obeys `name`. Names may be left out of templates only. */
export function objectMeta(name: z.ZodType<string> = dnsSubdomain) {
  return z.looseObject({
    name,
    namespace: dnsLabel.default('default'),
    labels: labels.default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    /** Set on objects that are being deleted. */
    deletionTimestamp: z.string().optional(),
  });
}

const ownerReference = z
  .looseObject({
    apiVersion: filledText,
    kind: filledText,
    name: filledText,
    uid: z.string().exactOptional(),
    controller: z.boolean().exactOptional(),
  })
  .transform(({ apiVersion, kind, name, uid, controller }) => ({
    ...{ apiVersion, kind, name },
    ...(uid === undefined ? {} : { uid }),
    ...(controller === undefined ? {} : { controller }),
  }));

/** What scheduling reads of an object's metadata. */
const schedulingFields = {
  uid: z.string().exactOptional(),
  labels: labels.default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  ownerReferences: z.array(ownerReference).exactOptional(),
  creationTimestamp: timestamp.exactOptional(),
  deletionTimestamp: timestamp.exactOptional(),
  finalizers: z.array(z.string()).exactOptional(),
};

const namespacedShape = z.looseObject({
  name: dnsSubdomain,
  namespace: dnsLabel.default('default'),
  ...schedulingFields,
});

/** Of objects that live in a namespace. */
export const namespacedMeta: z.ZodType<ObjectMeta> = namespacedShape.transform(({ namespace, ...meta }) => {
  const { name, ...rest } = pickMeta(meta);
  return { name, namespace, ...rest };
});

const clusterShape = z.looseObject({ name: dnsSubdomain, ...schedulingFields });

/** Of objects that belong to the whole cluster. */
export const clusterMeta: z.ZodType<ObjectMeta> = clusterShape.transform(pickMeta);

/** `kubectl get -o json` gives much more (managedFields alone is longer than all else), which nobody here reads. */
function pickMeta(meta: z.output<typeof clusterShape>): ObjectMeta {
  const { name, uid, ownerReferences, creationTimestamp, deletionTimestamp, finalizers } = meta;
  return {
    name,
    ...(uid === undefined ? {} : { uid }),
    labels: meta.labels,
    annotations: meta.annotations,
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
}

/** The metadata of a pod template: the name is given when pods are made from it. */
export const templateMeta = z.looseObject({
  labels: labels.default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
