/** core/v1 Pod. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { ipAddress, resourceList, strictObject, timestamp } from '../fields.ts';
import { namespacedMeta, templateMeta } from '../metadata.ts';
import type { ContainerStatus, Pod as SchedulingPod, PodStatus as SchedulingPodStatus } from '../objects.ts';
import type { KindDefinition } from './definition.ts';
import { withOwnLabels } from './pod/match-label-keys.ts';
import { podSpec } from './pod/spec.ts';

export type { PodSpec } from '../objects.ts';

/** The part of a workload that pods are made from. */
export const podTemplate = strictObject({ metadata: templateMeta.prefault({}), spec: podSpec });

const statusResources = z
  .looseObject({ requests: resourceList.default({}), limits: resourceList.default({}) })
  .transform(({ requests, limits }) => ({ requests, limits }));

const containerStatus = z
  .looseObject({
    name: z.string(),
    allocatedResources: resourceList.exactOptional(),
    resources: statusResources.exactOptional(),
  })
  .transform(({ name, allocatedResources, resources }): ContainerStatus | undefined =>
    allocatedResources === undefined && resources === undefined
      ? undefined
      : {
          name,
          ...(allocatedResources === undefined ? {} : { allocatedResources }),
          ...(resources === undefined ? {} : { resources }),
        },
  );

const condition = z
  .looseObject({
    type: z.string(),
    status: z.enum(['True', 'False', 'Unknown']),
    reason: z.string().exactOptional(),
    message: z.string().exactOptional(),
  })
  .transform(({ type, status, reason, message }) => ({
    type,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  }));

/** Beyond what scheduling reads, the address at which a Service finds the pod. */
export interface PodStatus extends SchedulingPodStatus {
  readonly podIP?: string;
}

const claimStatus = z
  .looseObject({ name: z.string(), resourceClaimName: z.string().exactOptional() })
  .transform(({ name, resourceClaimName }) => ({
    name,
    ...(resourceClaimName === undefined ? {} : { resourceClaimName }),
  }));

const extendedClaimStatus = z
  .looseObject({
    requestMappings: z
      .array(z.looseObject({ containerName: z.string(), resourceName: z.string(), requestName: z.string() }))
      .default([]),
    resourceClaimName: z.string(),
  })
  .transform(({ requestMappings, resourceClaimName }) => ({
    requestMappings: requestMappings.map(({ containerName, resourceName, requestName }) => ({
      ...{ containerName, resourceName, requestName },
    })),
    resourceClaimName,
  }));

const status = z
  .looseObject({
    phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).default('Pending'),
    conditions: z.array(condition).default([]),
    nominatedNodeName: z.string().default(''),
    startTime: timestamp.exactOptional(),
    podIP: ipAddress.optional(),
    containerStatuses: z.array(containerStatus).default([]),
    initContainerStatuses: z.array(containerStatus).default([]),
    resourceClaimStatuses: z.array(claimStatus).exactOptional(),
    extendedResourceClaimStatus: extendedClaimStatus.exactOptional(),
    allocatedResources: resourceList.exactOptional(),
    resources: statusResources.exactOptional(),
  })
  .transform((written): PodStatus => {
    const containers = written.containerStatuses.filter((one) => one !== undefined);
    const initContainers = written.initContainerStatuses.filter((one) => one !== undefined);
    return {
      phase: written.phase,
      conditions: written.conditions,
      nominatedNodeName: written.nominatedNodeName,
      ...(written.startTime === undefined ? {} : { startTime: written.startTime }),
      // Lanes are IPv4: a pod with another address gets one there like a pod without any.
      ...(written.podIP === undefined || !isIPv4(written.podIP) ? {} : { podIP: written.podIP }),
      ...(containers.length === 0 ? {} : { containerStatuses: containers }),
      ...(initContainers.length === 0 ? {} : { initContainerStatuses: initContainers }),
      ...(written.resourceClaimStatuses === undefined ? {} : { resourceClaimStatuses: written.resourceClaimStatuses }),
      ...(written.extendedResourceClaimStatus === undefined
        ? {}
        : { extendedResourceClaimStatus: written.extendedResourceClaimStatus }),
      ...(written.allocatedResources === undefined ? {} : { allocatedResources: written.allocatedResources }),
      ...(written.resources === undefined ? {} : { resources: written.resources }),
    };
  });

export interface Pod extends SchedulingPod {
  readonly status: PodStatus;
}

const schema: z.ZodType<Pod> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('Pod'),
  metadata: namespacedMeta,
  spec: podSpec,
  status: status.prefault({}),
}).transform((pod) => ({
  ...pod,
  spec: { ...pod.spec, affinity: withOwnLabels(pod.spec.affinity, pod.metadata.labels) },
}));

export const podKind: KindDefinition<Pod> = { kind: 'Pod', apiVersions: ['v1'], schema };
