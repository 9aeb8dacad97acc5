/** ObjectMeta (apimachinery meta/v1): what every object carries. */
import { z } from 'zod';
import { dnsLabel, dnsSubdomain, labels } from './fields.ts';

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

/** The metadata of a pod template: the name is given when pods are made from it. */
export const templateMeta = z.looseObject({
  labels: labels.default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
