/** The seam for a kind of object that the loader understands: one file of this folder per kind, listed in registry.ts. */
import type { z } from 'zod';

export interface KindDefinition<T> {
  readonly kind: string;
  /** Accepted values of apiVersion, the preferred one first. */
  readonly apiVersions: readonly string[];
  readonly schema: z.ZodType<T>;
}
