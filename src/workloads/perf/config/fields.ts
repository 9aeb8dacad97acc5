/** Leaf values that performance-config.yaml is made of. */
import { z } from 'zod';
import { wholeNumber } from '../../../api/fields.ts';
import { parseDurationMs } from './duration.ts';

/** More objects than any cluster has. */
const mostObjects = 10_000_000;

export const count = wholeNumber(0, mostObjects, 'is not a count');

export const text = z.custom<string>((value) => typeof value === 'string' && value !== '', {
  error: 'is not a text',
  params: { allowed: 'a text that is not empty' },
});

/** `$name`, which stands for the workload's parameter of that name. */
export const paramReference = z.custom<string>((value) => typeof value === 'string' && /^\$.+/.test(value), {
  error: 'is not a reference to a parameter',
  params: { allowed: '$ and the name of a parameter of the workload' },
});

/** Milliseconds, from a duration as Go writes it. */
export const durationMs = z
  .custom<string>((value) => typeof value === 'string' && parseDurationMs(value) !== undefined, {
    error: 'is not a duration',
    params: { allowed: 'numbers with a unit, such as 500ms, 10s or 1m30s' },
  })
  .transform((value) => parseDurationMs(value) ?? 0);

export const featureGates = z.record(z.string(), z.boolean()).default({});

/** Values that go into templates; those that begin with `$` stand for parameters of the workload. */
export const templateParams = z.record(z.string(), z.unknown()).default({});
