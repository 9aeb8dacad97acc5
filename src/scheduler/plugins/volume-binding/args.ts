/** Source: kube-scheduler apis/config v1 VolumeBindingArgs, its defaults and its validation. */
import { z } from 'zod';

export const volumeBindingArgs = z.strictObject({
  /** How long a pod waits for the controllers that make its volumes. */
  bindTimeoutSeconds: z.int().min(0).default(600),
  /** Only with the feature gate StorageCapacityScoring. */
  shape: z
    .array(z.strictObject({ utilization: z.int().min(0).max(100), score: z.int().min(0).max(10) }))
    .min(1)
    .refine(
      (points) => points.every(({ utilization }, place) => utilization > (points[place - 1]?.utilization ?? -1)),
      'the utilizations of a shape must rise from point to point',
    )
    .optional(),
});
export type VolumeBindingArgs = z.output<typeof volumeBindingArgs>;

/** The emptier the storage the better. */
export const defaultShape = [
  { utilization: 0, score: 10 },
  { utilization: 100, score: 0 },
] as const;
