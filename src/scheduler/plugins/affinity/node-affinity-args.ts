/** NodeAffinityArgs: affinity that a profile adds to that of all its pods, written as in a pod. */
import type { z } from 'zod';
import { strictObject } from '../../../api/fields.ts';
import { nodeAffinity } from '../../../api/kinds/pod/affinity.ts';

export const nodeAffinityArgs = strictObject({ addedAffinity: nodeAffinity.optional() });
export type NodeAffinityArgs = z.output<typeof nodeAffinityArgs>;
