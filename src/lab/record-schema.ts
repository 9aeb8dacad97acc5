/**
 * The record format as a checker: what results.jsonl may hold, line by line. docs/formats/results.v1.schema.json is
 * made from it by scripts/write-schema.ts. Fields it does not know are dropped, so that an older program reads the
 * file of a newer one as long as the version in `schema` is the same.
 */
import { z } from 'zod';
import { kernelNames } from '../kernel/types.ts';
import { dataPlaneModes, ipvsSchedulers } from '../proxy/types.ts';
import { bucketCount } from '../stats/histogram.ts';
import { measures, resultsSchema } from './records.ts';

const kernelName = z.enum(kernelNames).describe('host: the kernel of the machine; uml: the User-Mode Linux guest');
const facts = z.record(z.string(), z.union([z.string(), z.number()]));
const count = z.number().nonnegative();
const timestamp = z.iso.datetime().describe('UTC, ISO 8601');

const armSchema = z.object({
  id: z.string().min(1).describe('mode, or ipvs-<scheduler>; unique within a kernel'),
  mode: z.enum(dataPlaneModes),
  scheduler: z.enum(ipvsSchedulers).exactOptional(),
  control: z.literal(true).exactOptional().describe('repeats the arm of the same mode: shows the noise floor'),
});

const pointSchema = z.object({
  services: z.int().nonnegative().describe('Service ports programmed into the node, the measured ones included'),
  position: z.enum(['first', 'middle', 'last']).exactOptional().describe('which Service of the list is addressed'),
  backends: z.enum(['even', 'uneven']).exactOptional(),
  loop: z
    .enum(['closed', 'open'])
    .exactOptional()
    .describe('closed: as fast as answers come; open: arrivals at ratePerSec whatever the answers do'),
  ratePerSec: z.number().nonnegative().exactOptional(),
});

const histogramSchema = z.object({
  layout: z.literal('log-linear-7').describe('128 buckets per power of two; bucket i < 256 holds exactly i ns'),
  buckets: z
    .array(
      z.tuple([
        z
          .int()
          .min(0)
          .max(bucketCount - 1)
          .describe('bucket index'),
        z.number().positive().describe('samples in it'),
      ]),
    )
    .describe('only buckets that are not empty, in ascending order'),
});

const voidReasonSchema = z.object({
  code: z.enum(['generator-saturated', 'generator-late', 'generator-starved', 'errors', 'no-samples', 'stray-traffic']),
  message: z.string(),
});

const validitySchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('valid') }),
  z.object({ state: z.literal('void'), reasons: z.array(voidReasonSchema) }),
]);

const capabilitySchema = z.discriminatedUnion('state', [
  z.object({ name: z.string(), state: z.literal('available'), detail: z.string().exactOptional() }),
  z.object({ name: z.string(), state: z.literal('missing'), reason: z.string(), remedy: z.string() }),
]);

const runSchema = z
  .object({
    type: z.literal('run'),
    schema: z.literal(resultsSchema),
    id: z.string().min(1),
    startedAt: timestamp,
    seed: z.number(),
    version: z.string().describe('of kubedyno'),
    git: z.object({ sha: z.string(), dirty: z.boolean() }).exactOptional(),
    quick: z.boolean(),
    machine: facts,
    lab: z.unknown().describe('the experiment, with every default filled in'),
  })
  .describe('The first line of a file');

const kernelSchema = z
  .object({
    type: z.literal('kernel'),
    kernel: kernelName,
    report: z.object({
      kernel: kernelName,
      release: z.string().exactOptional(),
      capabilities: z.array(capabilitySchema),
    }),
    fingerprint: facts,
    arms: z.array(armSchema),
  })
  .describe('One kernel that took part, its tools and settings');

const omissionSchema = z
  .object({
    type: z.literal('omitted'),
    kernel: kernelName,
    what: z.string(),
    reason: z.string(),
    remedy: z.string().exactOptional(),
  })
  .describe('Something that was asked for and is not in the results');

const sliceSchema = z
  .object({
    type: z.literal('slice'),
    kernel: kernelName,
    arm: z.string().min(1),
    measure: z.enum(measures),
    point: pointSchema,
    round: z.int().nonnegative().describe('each round visits every arm of a point once'),
    order: z.int().nonnegative().describe('place within the round; drawn from the seed'),
    startedAtNs: z.number().describe('monotonic clock of the kernel'),
    durationNs: count,
    samples: count.describe('packets, requests or operations that the values rest on'),
    values: z.record(z.string(), z.number()).describe('raw values; the name ends in the unit'),
    latency: histogramSchema.exactOptional().describe('ns'),
    lateness: histogramSchema.exactOptional().describe('ns between the planned and the actual send'),
    backends: z.array(count).exactOptional().describe('requests answered per backend, as the backends counted them'),
    validity: validitySchema.describe('a void slice is kept and shown, never averaged in'),
  })
  .describe('One short measurement of one arm');

const schedulingSchema = z
  .object({
    type: z.literal('scheduling'),
    profile: z.string().min(1).describe('name of a scheduler profile'),
    round: z.int().nonnegative().describe('each round visits every profile once, with the same cluster and pods'),
    order: z.int().nonnegative().describe('place within the round; drawn from the seed'),
    startedAtNs: z.number().describe('monotonic clock'),
    durationNs: count.describe('work through the queue, without making the cluster'),
    nodes: count,
    pods: count.describe('submitted: bound and pending'),
    bound: count,
    pending: count,
    attempts: count,
    latency: histogramSchema.describe('ns of each attempt, from the queue to the binding'),
  })
  .describe('One profile of the scheduler placed all pods of a generated trace, on the CPU of this machine');

const endSchema = z
  .object({
    type: z.literal('end'),
    endedAt: timestamp,
    status: z.enum(['complete', 'interrupted', 'failed']),
    message: z.string().exactOptional(),
  })
  .describe('The last line; a file without one belongs to a run that was killed');

/** Checks one line of results.jsonl. */
export const resultRecordSchema = z.discriminatedUnion('type', [
  runSchema,
  kernelSchema,
  omissionSchema,
  sliceSchema,
  schedulingSchema,
  endSchema,
]);
