import assert from 'node:assert/strict';
import { type ExtenderConfig, schedulerConfigSchema } from '../../../src/scheduler/config/scheduler-config.ts';

/** An extender with the defaults that a configuration file would give it. */
export function extenderConfigFrom(extender: Readonly<Record<string, unknown>>): ExtenderConfig {
  const { extenders } = schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    extenders: [extender],
  });
  const [config] = extenders;
  assert.ok(config !== undefined);
  return config;
}
