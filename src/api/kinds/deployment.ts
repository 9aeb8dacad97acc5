/** apps/v1 Deployment: how many pods of a template there are. */
import { z } from 'zod';
import { problem, replicas, strictObject } from '../fields.ts';
import { objectMeta } from '../metadata.ts';
import { labelSelector, matchesSelector } from '../selector.ts';
import type { KindDefinition } from './definition.ts';
import { podTemplate } from './pod.ts';

const spec = strictObject({ replicas: replicas, selector: labelSelector, template: podTemplate }, [
  'strategy',
  'minReadySeconds',
  'revisionHistoryLimit',
  'paused',
  'progressDeadlineSeconds',
]).check(({ value, issues }) => {
  const { labels } = value.template.metadata;
  if (!matchesSelector(value.selector, labels)) {
    const message = 'does not match the labels of the template';
    issues.push(problem(message, ['selector'], value.selector, `a selector for ${JSON.stringify(labels)}`));
  }
});

const schema = strictObject({ apiVersion: z.string(), kind: z.literal('Deployment'), metadata: objectMeta(), spec }, [
  'status',
]);

export type Deployment = z.output<typeof schema>;
export const deploymentKind: KindDefinition<Deployment> = { kind: 'Deployment', apiVersions: ['apps/v1'], schema };
