/** InterPodAffinityArgs. */
import { z } from 'zod';

export const interPodAffinityArgs = z.strictObject({
  /** What a required affinity term of a pod on a node counts when it matches the pod to be placed. */
  hardPodAffinityWeight: z.int().min(0).max(100).default(1),
  /** Pods without preferences of their own do not mind those of others. */
  ignorePreferredTermsOfExistingPods: z.boolean().default(false),
});
export type InterPodAffinityArgs = z.output<typeof interPodAffinityArgs>;
