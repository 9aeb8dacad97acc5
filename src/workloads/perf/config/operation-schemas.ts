/**
 * The fields of each operation as a file may write them, before the workload's parameters are put in.
 * Sources: scheduler_perf.go, operations.go, update.go and dra.go of test/integration/scheduler_perf.
 */
import { z } from 'zod';
import { dnsLabel, labels, problem, strictObject, wholeNumber } from '../../../api/fields.ts';
import { count, durationMs, paramReference, templateParams, text } from './fields.ts';

const counted = { count: count.default(0), countParam: paramReference.optional() };

const nodeAllocatableStrategy = strictObject({
  nodeAllocatable: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  csiNodeAllocatable: z.record(z.string(), strictObject({ count: wholeNumber(0, 2 ** 31 - 1).optional() })).default({}),
  migratedPlugins: z.array(z.string()).default([]),
});

const labelNodePrepareStrategy = strictObject({ labelKey: text, labelValues: z.array(z.string()).min(1, 'is empty') });
const uniqueNodeLabelStrategy = strictObject({ labelKey: text });

/** What createNodes may do to its nodes; one of them at most. */
const nodeStrategies = ['nodeAllocatableStrategy', 'labelNodePrepareStrategy', 'uniqueNodeLabelStrategy'] as const;

const createNodes = strictObject({
  opcode: z.literal('createNodes'),
  ...counted,
  nodeTemplatePath: text.optional(),
  nodeAllocatableStrategy: nodeAllocatableStrategy.optional(),
  labelNodePrepareStrategy: labelNodePrepareStrategy.optional(),
  uniqueNodeLabelStrategy: uniqueNodeLabelStrategy.optional(),
  templateParams,
}).check(({ value, issues }) => {
  const [, second] = nodeStrategies.filter((name) => value[name] !== undefined);
  if (second === undefined) return;
  issues.push(problem('is one strategy too many', [second], value[second], `one of ${nodeStrategies.join(', ')}`));
});

const createNamespaces = strictObject({
  opcode: z.literal('createNamespaces'),
  prefix: dnsLabel,
  ...counted,
  namespaceTemplatePath: text.optional(),
});

const createPodsFields = {
  ...counted,
  countMultiplierParam: paramReference.optional(),
  namespace: dnsLabel.optional(),
  podTemplatePath: text.optional(),
  collectMetrics: z.boolean().default(false),
  skipWaitToCompletion: z.boolean().default(false),
  steadyState: z.boolean().default(false),
  steadyStateParam: paramReference.optional(),
  duration: durationMs.default(0),
  durationParam: paramReference.optional(),
  persistentVolumeTemplatePath: text.optional(),
  persistentVolumeClaimTemplatePath: text.optional(),
  signatureBatchSize: count.default(0),
  signatureBatchSizeParam: paramReference.optional(),
  templateParams,
};

type CreatePodsFields = z.output<z.ZodObject<typeof createPodsFields>>;

/** Fields that exclude each other, in createPods and within createPodSets. */
function checkCreatePods({ value, issues }: { value: CreatePodsFields; issues: z.core.$ZodRawIssue[] }): void {
  const steadyState = value.steadyState || value.steadyStateParam !== undefined;
  if (value.skipWaitToCompletion && value.collectMetrics) {
    issues.push(problem('excludes collectMetrics', ['skipWaitToCompletion'], true, 'only one of the two'));
  }
  if (value.skipWaitToCompletion && steadyState) {
    issues.push(problem('excludes steadyState', ['skipWaitToCompletion'], true, 'only one of the two'));
  }
  const { persistentVolumeTemplatePath: volume, persistentVolumeClaimTemplatePath: claim } = value;
  if ((volume === undefined) !== (claim === undefined)) {
    const missing = volume === undefined ? 'persistentVolumeTemplatePath' : 'persistentVolumeClaimTemplatePath';
    issues.push(problem('is required: a volume and its claim are made together', [missing], undefined));
  }
}

const createPods = strictObject({ opcode: z.literal('createPods'), ...createPodsFields }).check(checkCreatePods);

const createPodSets = strictObject({
  opcode: z.literal('createPodSets'),
  ...counted,
  namespacePrefix: dnsLabel,
  createPodsOp: strictObject({ opcode: z.literal('createPods').optional(), ...createPodsFields }).check(
    checkCreatePods,
  ),
});

const deletePods = strictObject({
  opcode: z.literal('deletePods'),
  namespace: dnsLabel,
  labelSelector: labels.default({}),
  deletePodsPerSecond: count.default(0),
  skipWaitToCompletion: z.boolean().default(false),
});

const churn = strictObject({
  opcode: z.literal('churn'),
  mode: z.enum(['create', 'recreate']),
  number: count.default(0),
  intervalMilliseconds: count.default(0),
  namespace: dnsLabel.optional(),
  templatePaths: z.array(text).min(1, 'is empty'),
}).check(({ value, issues }) => {
  if (value.mode !== 'recreate' || value.number > 0) return;
  issues.push(problem('is required where mode is recreate', ['number'], value.number, 'a whole number from 1'));
});

const barrier = strictObject({
  opcode: z.literal('barrier'),
  namespaces: z.array(dnsLabel).default([]),
  labelSelector: labels.default({}),
  stageRequirement: z.enum(['Scheduled', 'Attempted']).default('Scheduled'),
});

const sleep = strictObject({
  opcode: z.literal('sleep'),
  duration: durationMs.default(0),
  durationParam: paramReference.optional(),
});

const startCollectingMetrics = strictObject({
  opcode: z.literal('startCollectingMetrics'),
  name: z.string().default(''),
  namespaces: z.array(dnsLabel).min(1, 'is empty'),
  labelSelector: labels.default({}),
});

const stopCollectingMetrics = strictObject({ opcode: z.literal('stopCollectingMetrics') });

const createAny = strictObject({
  opcode: z.literal('createAny'),
  templatePath: text,
  namespace: dnsLabel.optional(),
  count: count.default(1),
  countParam: paramReference.optional(),
  templateParams,
});

const updateAny = strictObject({
  opcode: z.literal('updateAny'),
  templatePath: text,
  namespace: dnsLabel.optional(),
  count: count.default(1),
  countParam: paramReference.optional(),
  updatePerSecond: count.default(0),
  subresources: z.array(z.string()).default([]),
  templateParams,
});

const createResourceClaims = strictObject({
  opcode: z.literal('createResourceClaims'),
  ...counted,
  namespace: dnsLabel,
  templatePath: text,
});

const createResourceDriver = strictObject({
  opcode: z.literal('createResourceDriver'),
  driverName: text,
  maxClaimsPerNode: count.default(0),
  maxClaimsPerNodeParam: paramReference.optional(),
  nodes: text,
});

const allocResourceClaims = strictObject({
  opcode: z.literal('allocResourceClaims'),
  namespace: dnsLabel.optional(),
});

export const operationSchemas = {
  createNodes,
  createNamespaces,
  createPods,
  createPodSets,
  deletePods,
  churn,
  barrier,
  sleep,
  startCollectingMetrics,
  stopCollectingMetrics,
  createAny,
  updateAny,
  createResourceClaims,
  createResourceDriver,
  allocResourceClaims,
} as const;

export type Opcode = keyof typeof operationSchemas;
export const opcodes = Object.keys(operationSchemas) as [Opcode, ...Opcode[]];

/** An operation as a file writes it. */
export type OperationSpec<O extends Opcode = Opcode> = z.output<(typeof operationSchemas)[O]>;
