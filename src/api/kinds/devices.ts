/** Dynamic resource allocation: resource.k8s.io/v1. */
import { z } from 'zod';
import { filledText, problem, quantity, strictObject, timestamp, unsupported, wholeNumber } from '../fields.ts';
import { clusterMeta, namespacedMeta } from '../metadata.ts';
import type {
  Device,
  DeviceAttributeValue,
  DeviceClass,
  DeviceTaintRule,
  ExactDeviceRequest,
  ResourceClaim,
  ResourceClaimTemplate,
  ResourceSlice,
} from '../objects.ts';
import { compareQuantities } from '../quantity.ts';
import type { KindDefinition } from './definition.ts';
import { effects, taintOf, toleration } from './pod/affinity.ts';
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

const requestPolicy = strictObject({
  default: quantity.exactOptional(),
  validValues: z.array(quantity).exactOptional(),
  validRange: strictObject({
    min: quantity.exactOptional(),
    max: quantity.exactOptional(),
    step: quantity.exactOptional(),
  }).exactOptional(),
}).check(({ value: { validRange, validValues }, issues }) => {
  if (validRange !== undefined && validValues !== undefined) {
    issues.push(problem('is one too many', ['validRange'], validRange, 'it or validValues, not both'));
  } else if (validRange?.step !== undefined && validRange.min === undefined) {
    issues.push(problem('is required', ['validRange', 'min'], undefined, 'where steps are counted from'));
  } else if (validRange?.step !== undefined && compareQuantities(validRange.step, '1') < 0) {
    issues.push(problem('is too small', ['validRange', 'step'], validRange.step, '1 or more'));
  }
});

const capacity = strictObject({ value: quantity, requestPolicy: requestPolicy.exactOptional() });

const counters = z.record(
  z.string(),
  strictObject({ value: quantity }).transform(({ value }) => value),
);

/** `None` only informs. */
const deviceTaint = taintOf([...effects, 'None']).transform(({ key, value, effect }) =>
  effect === 'None' ? undefined : { key, value, effect },
);

const deviceTaints = z
  .array(deviceTaint)
  .default([])
  .transform((taints) => taints.filter((one) => one !== undefined));

const device: z.ZodType<Device> = strictObject(
  {
    name: filledText,
    attributes: z.record(z.string(), attribute).default({}),
    capacity: z.record(z.string(), capacity).default({}),
    taints: deviceTaints,
    consumesCounters: z.array(strictObject({ counterSet: filledText, counters })).exactOptional(),
    nodeName: filledText.exactOptional(),
    nodeSelector: nodeSelector.exactOptional(),
    allNodes: z.boolean().exactOptional(),
    allowMultipleAllocations: z.boolean().exactOptional(),
    bindsToNode: z.boolean().exactOptional(),
    bindingConditions: z.array(z.string()).exactOptional(),
    bindingFailureConditions: z.array(z.string()).exactOptional(),
  },
  ['nodeAllocatableResourceMappings'],
).transform(({ capacity: capacities, ...rest }) => {
  const policies = Object.entries(capacities).flatMap(([name, { requestPolicy: policy }]) =>
    policy === undefined ? [] : [[name, policy] as const],
  );
  return {
    ...rest,
    capacity: Object.fromEntries(Object.entries(capacities).map(([name, { value }]) => [name, value])),
    ...(policies.length === 0 ? {} : { requestPolicies: Object.fromEntries(policies) }),
  };
});

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
    perDeviceNodeSelection: z.boolean().exactOptional(),
    devices: z.array(device).default([]),
    sharedCounters: z.array(strictObject({ name: filledText, counters })).exactOptional(),
  }).check(
    ({ value: { nodeName, nodeSelector, allNodes, perDeviceNodeSelection, devices, sharedCounters }, issues }) => {
      const given = [nodeName, nodeSelector, allNodes, perDeviceNodeSelection];
      if (given.filter((one) => one !== undefined && one !== false).length !== 1) {
        const allowed = 'exactly one of nodeName, nodeSelector, allNodes: true, perDeviceNodeSelection: true';
        issues.push(problem('is not clear', ['nodeName'], nodeName, allowed));
      }
      if ((sharedCounters ?? []).length > 0 && devices.length > 0) {
        issues.push(problem('is one too many', ['sharedCounters'], undefined, 'counters or devices, not both'));
      }
      for (const [place, one] of devices.entries()) {
        const own = [one.nodeName, one.nodeSelector, one.allNodes].filter(
          (each) => each !== undefined && each !== false,
        );
        if (own.length === (perDeviceNodeSelection ? 1 : 0)) continue;
        const allowed = perDeviceNodeSelection
          ? 'exactly one of nodeName, nodeSelector, allNodes: true'
          : 'absent without perDeviceNodeSelection: true';
        issues.push(problem('is not clear', ['devices', place, 'nodeName'], one.nodeName, allowed));
      }
    },
  ),
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

const taintRule: z.ZodType<DeviceTaintRule> = strictObject(
  {
    apiVersion: z.string(),
    kind: z.literal('DeviceTaintRule'),
    metadata: clusterMeta,
    spec: strictObject({
      deviceSelector: strictObject({
        driver: filledText.exactOptional(),
        pool: filledText.exactOptional(),
        device: filledText.exactOptional(),
        // Up to 1.34.
        deviceClassName: unsupported.optional(),
        selectors: unsupported.optional(),
      })
        .transform(({ deviceClassName: _, selectors: __, ...selector }) => selector)
        .prefault({}),
      taint: deviceTaint,
    }).transform(({ deviceSelector, taint: one }) => ({
      deviceSelector,
      ...(one === undefined ? {} : { taint: one }),
    })),
  },
  ['status'],
);
export const deviceTaintRuleKind: KindDefinition<DeviceTaintRule> = {
  kind: 'DeviceTaintRule',
  apiVersions: ['resource.k8s.io/v1beta2', 'resource.k8s.io/v1alpha3'],
  schema: taintRule,
};

const exactFields = {
  deviceClassName: filledText,
  selectors,
  allocationMode: z.enum(['ExactCount', 'All']).default('ExactCount'),
  count: wholeNumber(1, 2 ** 31 - 1).default(1),
  adminAccess: z.boolean().default(false),
  tolerations: z.array(toleration).default([]),
  capacity: strictObject({ requests: z.record(z.string(), quantity).default({}) })
    .transform(({ requests }) => requests)
    .exactOptional(),
};
const exactRequest: z.ZodType<ExactDeviceRequest> = strictObject(exactFields);
const alternative = strictObject({ name: filledText, ...exactFields });

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
              shareID: z.string().exactOptional(),
              consumedCapacity: z.record(z.string(), quantity).exactOptional(),
              bindingConditions: z.array(z.string()).exactOptional(),
              bindingFailureConditions: z.array(z.string()).exactOptional(),
            }),
          )
          .default([]),
      })
      .prefault({}),
    nodeSelector: nodeSelector.exactOptional(),
    allocationTimestamp: timestamp.exactOptional(),
  })
  .transform(({ devices, nodeSelector: nodes, allocationTimestamp }) => ({
    results: devices.results.map((result) => picked(result, resultFields)),
    ...(nodes === undefined ? {} : { nodeSelector: nodes }),
    ...(allocationTimestamp === undefined ? {} : { allocationTimestamp }),
  }));

const resultFields = [
  'request',
  'driver',
  'pool',
  'device',
  'adminAccess',
  'shareID',
  'consumedCapacity',
  'bindingConditions',
  'bindingFailureConditions',
] as const;

/** Only fields that scheduling reads. */
function picked<T extends object, K extends keyof T>(from: T, fields: readonly K[]): Pick<T, K> {
  return Object.fromEntries(fields.flatMap((field) => (field in from ? [[field, from[field]]] : []))) as Pick<T, K>;
}

const deviceCondition = z
  .looseObject({
    type: z.string(),
    status: z.string(),
    reason: z.string().default(''),
    message: z.string().default(''),
  })
  .transform((condition) => picked(condition, ['type', 'status', 'reason', 'message']));

const deviceStatus = z
  .looseObject({
    driver: z.string(),
    pool: z.string(),
    device: z.string(),
    conditions: z.array(deviceCondition).default([]),
  })
  .transform((status) => picked(status, ['driver', 'pool', 'device', 'conditions']));

const claimStatus = z
  .looseObject({
    allocation: allocation.exactOptional(),
    reservedFor: z
      .array(z.looseObject({ resource: z.string().default('pods'), name: z.string(), uid: z.string() }))
      .default([]),
    devices: z.array(deviceStatus).exactOptional(),
  })
  .transform(({ allocation: allocated, reservedFor, devices }) => ({
    ...(allocated === undefined ? {} : { allocation: allocated }),
    reservedFor: reservedFor.map(({ resource, name, uid }) => ({ resource, name, uid })),
    ...(devices === undefined ? {} : { devices }),
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
