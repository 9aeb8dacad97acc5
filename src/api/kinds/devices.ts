/** Dynamic resource allocation: resource.k8s.io/v1. */
import { z } from 'zod';
import { filledText, problem, quantity, strictObject, unsupported, wholeNumber } from '../fields.ts';
import { clusterMeta, namespacedMeta } from '../metadata.ts';
import type {
  Device,
  DeviceAttributeValue,
  DeviceClass,
  ExactDeviceRequest,
  ResourceClaim,
  ResourceClaimTemplate,
  ResourceSlice,
} from '../objects.ts';
import type { KindDefinition } from './definition.ts';
import { taint, toleration } from './pod/affinity.ts';
import { nodeSelector } from './pod/selectors.ts';

const versions = ['resource.k8s.io/v1', 'resource.k8s.io/v1beta2'];

const attribute = strictObject({
  string: z.string().exactOptional(),
  int: z.int().exactOptional(),
  bool: z.boolean().exactOptional(),
  version: z.string().exactOptional(),
})
  .check(({ value, issues }) => {
    if (Object.keys(value).length === 1) return;
    issues.push(problem('is not one value', [], value, 'one of string, int, bool, version'));
  })
  .transform(({ string, int, bool, version }): DeviceAttributeValue => {
    if (version !== undefined) return { version };
    return string ?? int ?? bool ?? '';
  });

const capacity = strictObject({ value: quantity }, ['requestPolicy']).transform(({ value }) => value);

/** `None` only informs. */
const deviceTaints = z
  .array(z.union([taint, z.looseObject({ effect: z.literal('None') }).transform(() => undefined)]))
  .default([])
  .transform((taints) => taints.filter((one) => one !== undefined));

const device: z.ZodType<Device> = strictObject(
  {
    name: filledText,
    attributes: z.record(z.string(), attribute).default({}),
    capacity: z.record(z.string(), capacity).default({}),
    taints: deviceTaints,
    // Partitions of devices, devices of several nodes in one slice, devices for several claims at once.
    consumesCounters: unsupported.optional(),
    nodeName: unsupported.optional(),
    nodeSelector: unsupported.optional(),
    allNodes: unsupported.optional(),
    allowMultipleAllocations: unsupported.optional(),
  },
  ['bindsToNode', 'bindingConditions', 'bindingFailureConditions', 'nodeAllocatableResourceMappings'],
).transform(({ name, attributes, capacity, taints }) => ({ name, attributes, capacity, taints }));

const slice: z.ZodType<ResourceSlice> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('ResourceSlice'),
  metadata: clusterMeta,
  spec: strictObject({
    driver: filledText,
    pool: strictObject({
      name: filledText,
      generation: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0),
      resourceSliceCount: wholeNumber(1, 2 ** 31 - 1).default(1),
    }),
    nodeName: z.string().exactOptional(),
    nodeSelector: nodeSelector.exactOptional(),
    allNodes: z.boolean().exactOptional(),
    devices: z.array(device).default([]),
    sharedCounters: unsupported.optional(),
    perDeviceNodeSelection: unsupported.optional(),
  })
    .check(({ value: { nodeName, nodeSelector, allNodes }, issues }) => {
      const given = [nodeName, nodeSelector, allNodes].filter((one) => one !== undefined && one !== false);
      if (given.length === 1) return;
      issues.push(
        problem('is not clear', ['nodeName'], nodeName, 'exactly one of nodeName, nodeSelector, allNodes: true'),
      );
    })
    .transform(({ sharedCounters: _, perDeviceNodeSelection: __, ...spec }) => spec),
});
export const resourceSliceKind: KindDefinition<ResourceSlice> = {
  kind: 'ResourceSlice',
  apiVersions: versions,
  schema: slice,
};

const selectors = z
  .array(
    strictObject({ cel: strictObject({ expression: filledText }) }).transform(({ cel }) => ({
      cel: cel.expression,
    })),
  )
  .default([]);

const deviceClass: z.ZodType<DeviceClass> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('DeviceClass'),
  metadata: clusterMeta,
  spec: strictObject({ selectors, extendedResourceName: filledText.exactOptional() }, [
    'config',
    'suitableNodes',
    'managementMode',
  ]).transform(({ selectors, extendedResourceName }) => ({
    selectors,
    ...(extendedResourceName === undefined ? {} : { extendedResourceName }),
  })),
});
export const deviceClassKind: KindDefinition<DeviceClass> = {
  kind: 'DeviceClass',
  apiVersions: versions,
  schema: deviceClass,
};

const exactFields = {
  deviceClassName: filledText,
  selectors,
  allocationMode: z.enum(['ExactCount', 'All']).default('ExactCount'),
  count: wholeNumber(1, 2 ** 31 - 1).default(1),
  adminAccess: z.boolean().default(false),
  tolerations: z.array(toleration).default([]),
  capacity: unsupported.optional(),
};
const exactRequest: z.ZodType<ExactDeviceRequest> = strictObject(exactFields).transform(
  ({ capacity: _, ...request }) => request,
);
const alternative = strictObject({ name: filledText, ...exactFields }).transform(
  ({ capacity: _, ...request }) => request,
);

const deviceRequest = strictObject({
  name: filledText,
  exactly: exactRequest.exactOptional(),
  firstAvailable: z.array(alternative).exactOptional(),
}).check(({ value: { exactly, firstAvailable }, issues }) => {
  if ((exactly === undefined) !== (firstAvailable === undefined)) return;
  issues.push(problem('is required', ['exactly'], undefined, 'it or firstAvailable, not both'));
});

const claimSpec = strictObject({
  devices: strictObject(
    {
      requests: z.array(deviceRequest).default([]),
      constraints: z
        .array(
          strictObject({
            requests: z.array(z.string()).default([]),
            matchAttribute: z.string().exactOptional(),
            distinctAttribute: z.string().exactOptional(),
          }),
        )
        .default([]),
    },
    ['config'],
  ).prefault({}),
}).transform(({ devices: { requests, constraints } }) => ({ requests, constraints }));

const allocation = z
  .looseObject({
    devices: z
      .looseObject({
        results: z
          .array(
            z.looseObject({
              request: z.string(),
              driver: z.string(),
              pool: z.string(),
              device: z.string(),
              adminAccess: z.boolean().default(false),
            }),
          )
          .default([]),
      })
      .prefault({}),
    nodeSelector: nodeSelector.exactOptional(),
  })
  .transform(({ devices, nodeSelector: nodes }) => ({
    results: devices.results.map(({ request, driver, pool, device: name, adminAccess }) => ({
      ...{ request, driver, pool, device: name, adminAccess },
    })),
    ...(nodes === undefined ? {} : { nodeSelector: nodes }),
  }));

const claimStatus = z
  .looseObject({
    allocation: allocation.exactOptional(),
    reservedFor: z
      .array(z.looseObject({ resource: z.string().default('pods'), name: z.string(), uid: z.string() }))
      .default([]),
  })
  .transform(({ allocation: allocated, reservedFor }) => ({
    ...(allocated === undefined ? {} : { allocation: allocated }),
    reservedFor: reservedFor.map(({ resource, name, uid }) => ({ resource, name, uid })),
  }));

const claim: z.ZodType<ResourceClaim> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('ResourceClaim'),
  metadata: namespacedMeta,
  spec: claimSpec,
  status: claimStatus.prefault({}),
});
export const resourceClaimKind: KindDefinition<ResourceClaim> = {
  kind: 'ResourceClaim',
  apiVersions: versions,
  schema: claim,
};

const template: z.ZodType<ResourceClaimTemplate> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('ResourceClaimTemplate'),
  metadata: namespacedMeta,
  spec: strictObject({ spec: claimSpec }, ['metadata']).transform(({ spec }) => ({ spec })),
});
export const resourceClaimTemplateKind: KindDefinition<ResourceClaimTemplate> = {
  kind: 'ResourceClaimTemplate',
  apiVersions: versions,
  schema: template,
};
