/** KubeSchedulerConfiguration v1 as it is written. Source: k8s.io/kube-scheduler/config/v1 types.go, its defaults and its validation. */
import { z } from 'zod';
import { extensionPoints } from '../framework/profile.ts';

const plugin = z.strictObject({ name: z.string().min(1), weight: z.int().min(0).max(100).optional() });
const pluginSet = z.strictObject({
  enabled: z.array(plugin).default([]),
  disabled: z.array(plugin).default([]),
});
export type PluginSetConfig = z.output<typeof pluginSet>;

const plugins = z
  .strictObject({
    multiPoint: pluginSet.prefault({}),
    ...(Object.fromEntries(extensionPoints.map((point) => [point, pluginSet.prefault({})])) as Record<
      (typeof extensionPoints)[number],
      z.ZodPrefault<typeof pluginSet>
    >),
  })
  .prefault({});

const percentage = z.int().min(0).max(100);

const profile = z.strictObject({
  schedulerName: z.string().min(1).default('default-scheduler'),
  percentageOfNodesToScore: percentage.optional(),
  plugins,
  pluginConfig: z
    .array(z.strictObject({ name: z.string().min(1), args: z.record(z.string(), z.unknown()).default({}) }))
    .default([]),
});
export type ProfileConfig = z.output<typeof profile>;

const extender = z.strictObject({
  urlPrefix: z.url({ protocol: /^https?$/ }),
  filterVerb: z.string().default(''),
  preemptVerb: z.string().default(''),
  prioritizeVerb: z.string().default(''),
  bindVerb: z.string().default(''),
  /** Of its scores, which are 0 to 10. */
  weight: z.int().min(0).default(0),
  enableHTTPS: z.boolean().default(false),
  tlsConfig: z.record(z.string(), z.unknown()).optional(),
  /** As Go writes durations: 100ms, 30s. */
  httpTimeout: z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m)$/)
    .default('30s'),
  nodeCacheCapable: z.boolean().default(false),
  managedResources: z
    .array(z.strictObject({ name: z.string(), ignoredByScheduler: z.boolean().default(false) }))
    .default([]),
  /** A failing extender does not fail the pod. */
  ignorable: z.boolean().default(false),
});
export type ExtenderConfig = z.output<typeof extender>;

export const schedulerConfigSchema = z.strictObject({
  apiVersion: z.literal('kubescheduler.config.k8s.io/v1'),
  kind: z.literal('KubeSchedulerConfiguration'),
  parallelism: z.int().min(1).default(16),
  percentageOfNodesToScore: percentage.default(0),
  podInitialBackoffSeconds: z.number().positive().default(1),
  podMaxBackoffSeconds: z.number().min(0).default(10),
  // An empty list is as good as none, as for kube-scheduler.
  profiles: z
    .array(profile)
    .prefault([{}])
    .transform((profiles) => (profiles.length === 0 ? [profile.parse({})] : profiles)),
  extenders: z.array(extender).default([]),
  /** Not part of the Kubernetes type: modules of one's own that bring plugins, relative to the file. */
  kubedyno: z.strictObject({ plugins: z.array(z.string().min(1)).default([]) }).prefault({}),
  // What has no meaning without an API server is read over.
  leaderElection: z.unknown().optional(),
  clientConnection: z.unknown().optional(),
  healthzBindAddress: z.unknown().optional(),
  metricsBindAddress: z.unknown().optional(),
  enableProfiling: z.unknown().optional(),
  enableContentionProfiling: z.unknown().optional(),
  delayCacheUntilActive: z.unknown().optional(),
});
export type SchedulerConfig = z.output<typeof schedulerConfigSchema>;

/** What an empty configuration means. */
export function defaultSchedulerConfig(): SchedulerConfig {
  return schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
  });
}
