/** ObjectMeta (apimachinery meta/v1): what every object carries. */
import { z } from 'zod';
import { dnsLabel, dnsSubdomain, labels } from './fields.ts';
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

const ownerReference = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string().exactOptional(),
  controller: z.boolean().exactOptional(),
});

/** What scheduling reads of an object's metadata. */
const schedulingFields = {
  uid: z.string().exactOptional(),
  labels: labels.default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  ownerReferences: z.array(ownerReference).exactOptional(),
  creationTimestamp: z.string().exactOptional(),
  deletionTimestamp: z.string().exactOptional(),
  finalizers: z.array(z.string()).exactOptional(),
};

/** Of objects that live in a namespace. */
export const namespacedMeta = z
  .looseObject({ name: dnsSubdomain, namespace: dnsLabel.default('default'), ...schedulingFields })
  .transform(pickMeta);

/** Of objects that belong to the whole cluster. */
export const clusterMeta = z.looseObject({ name: dnsSubdomain, ...schedulingFields }).transform(pickMeta);

/** `kubectl get -o json` gives much more (managedFields alone is longer than all else), which nobody here reads. */
function pickMeta(meta: z.output<ReturnType<typeof metaShape>>): ObjectMeta {
  const { name, namespace, uid, ownerReferences, creationTimestamp, deletionTimestamp, finalizers } = meta;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    labels: meta.labels,
    annotations: meta.annotations,
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
}

function metaShape() {
  return z.object({ name: dnsSubdomain, namespace: z.string().exactOptional(), ...schedulingFields });
}

/** The metadata of a pod template: the name is given when pods are made from it. */
export const templateMeta = z.looseObject({
  labels: labels.default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
