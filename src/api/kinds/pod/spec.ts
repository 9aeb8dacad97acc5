/** PodSpec, as far as scheduling and Service networking read it, with the API server's defaults. */
import { z } from 'zod';
import { dnsSubdomain, filledText, labels, problem, resourceList, strictObject, wholeNumber } from '../../fields.ts';
import type { Container, PodSpec, ResourceRequirements } from '../../objects.ts';
import { containerRequests, isPodLevel } from '../../pod-requests.ts';
import { formatQuantity } from '../../quantity.ts';
import { affinity, toleration, topologySpreadConstraint } from './affinity.ts';
import { appContainer, initContainer, resourceFields } from './containers.ts';
import { volume } from './volumes.ts';

const podClaim = strictObject({
  name: filledText,
  resourceClaimName: filledText.exactOptional(),
  resourceClaimTemplateName: filledText.exactOptional(),
})
  .check(({ value: { resourceClaimName, resourceClaimTemplateName }, issues }) => {
    if ((resourceClaimName === undefined) !== (resourceClaimTemplateName === undefined)) return;
    issues.push(problem('is required', ['resourceClaimName'], undefined, 'it or resourceClaimTemplateName, not both'));
  })
  .transform(({ name, resourceClaimName, resourceClaimTemplateName }) => ({
    name,
    ...(resourceClaimName === undefined ? {} : { resourceClaimName }),
    ...(resourceClaimTemplateName === undefined ? {} : { resourceClaimTemplateName }),
  }));

/** Fields of the API that nobody here reads. */
const others = [
  'ephemeralContainers',
  'restartPolicy',
  'terminationGracePeriodSeconds',
  'activeDeadlineSeconds',
  'dnsPolicy',
  'dnsConfig',
  'serviceAccountName',
  'serviceAccount',
  'automountServiceAccountToken',
  'hostPID',
  'hostIPC',
  'shareProcessNamespace',
  'securityContext',
  'imagePullSecrets',
  'hostname',
  'hostnameOverride',
  'subdomain',
  'setHostnameAsFQDN',
  'hostAliases',
  'readinessGates',
  'runtimeClassName',
  'enableServiceLinks',
  'os',
  'workloadRef',
];

const fields = strictObject(
  {
    nodeName: z.string().default(''),
    schedulerName: filledText.default('default-scheduler'),
    priorityClassName: z.string().default(''),
    priority: wholeNumber(-(2 ** 31), 2 ** 31 - 1).default(0),
    preemptionPolicy: z.enum(['PreemptLowerPriority', 'Never']).default('PreemptLowerPriority'),
    containers: z.array(appContainer),
    initContainers: z.array(initContainer).default([]),
    overhead: resourceList.default({}),
    resources: resourceFields.exactOptional(),
    hostNetwork: z.boolean().default(false),
    hostUsers: z.boolean().exactOptional(),
    nodeSelector: labels.default({}),
    affinity: affinity.default({}),
    tolerations: z.array(toleration).default([]),
    topologySpreadConstraints: z.array(topologySpreadConstraint).default([]),
    schedulingGates: z.array(strictObject({ name: filledText })).default([]),
    volumes: z.array(volume).default([]),
    resourceClaims: z.array(podClaim).default([]),
    schedulingGroup: strictObject({ podGroupName: dnsSubdomain }).exactOptional(),
  },
  others,
);
type Fields = z.output<typeof fields>;

/** Pods of the API are refused for a field that it does not have, because a misspelt one would be missed silently. */
export const podSpec: z.ZodType<PodSpec> = fields
  .check(({ value, issues }) => {
    issues.push(...constraintProblems(value), ...nameProblems(value), ...podLevelProblems(value));
  })
  .transform(withDefaults);

function constraintProblems({ topologySpreadConstraints }: Fields): z.core.$ZodRawIssue[] {
  const issues: z.core.$ZodRawIssue[] = [];
  const seen = new Map<string, number>();
  for (const [place, { topologyKey, whenUnsatisfiable, minDomains }] of topologySpreadConstraints.entries()) {
    const key = `${topologyKey} ${whenUnsatisfiable}`;
    const path = ['topologySpreadConstraints', place];
    const first = seen.get(key);
    if (first !== undefined) {
      const message = `repeats the topologyKey and whenUnsatisfiable of topologySpreadConstraints[${first}]`;
      issues.push(problem(message, [...path, 'topologyKey'], topologyKey));
    }
    seen.set(key, place);
    if (minDomains !== 1 && whenUnsatisfiable !== 'DoNotSchedule') {
      issues.push(problem('has no effect', [...path, 'minDomains'], minDomains, 'only with DoNotSchedule'));
    }
  }
  return issues;
}

/** Containers of both kinds share their names; so do volumes and claims among themselves. */
function nameProblems({ containers, initContainers, volumes, resourceClaims }: Fields): z.core.$ZodRawIssue[] {
  const groups: readonly Readonly<Record<string, readonly { readonly name: string }[]>>[] = [
    { containers, initContainers },
    { volumes },
    { resourceClaims },
  ];
  const issues: z.core.$ZodRawIssue[] = [];
  for (const group of groups) {
    const seen = new Map<string, string>();
    for (const [field, entries] of Object.entries(group)) {
      for (const [place, { name }] of entries.entries()) {
        const first = seen.get(name);
        if (first === undefined) seen.set(name, `${field}[${place}]`);
        else issues.push(problem(`repeats the name of ${first}`, [field, place, 'name'], name));
      }
    }
  }
  return issues;
}

function podLevelProblems({ resources }: Fields): z.core.$ZodRawIssue[] {
  if (resources === undefined) return [];
  return (['requests', 'limits'] as const).flatMap((list) =>
    Object.entries(resources[list])
      .filter(([name]) => !isPodLevel(name))
      .map(([name, amount]) =>
        problem('is not for a pod as a whole', ['resources', list, name], amount, 'cpu, memory, hugepages-SIZE'),
      ),
  );
}

function withDefaults(written: Fields): PodSpec {
  const podGroupName = written.schedulingGroup?.podGroupName;
  const spec: PodSpec = {
    nodeName: written.nodeName,
    schedulerName: written.schedulerName,
    priorityClassName: written.priorityClassName,
    priority: written.priority,
    preemptionPolicy: written.preemptionPolicy,
    containers: written.hostNetwork ? written.containers.map(onHostNetwork) : written.containers,
    initContainers: written.hostNetwork ? written.initContainers.map(onHostNetwork) : written.initContainers,
    overhead: written.overhead,
    hostNetwork: written.hostNetwork,
    ...(written.hostUsers === undefined ? {} : { hostUsers: written.hostUsers }),
    nodeSelector: written.nodeSelector,
    affinity: written.affinity,
    tolerations: written.tolerations,
    topologySpreadConstraints: written.topologySpreadConstraints,
    schedulingGates: written.schedulingGates.map(({ name }) => name),
    volumes: written.volumes,
    resourceClaims: written.resourceClaims,
    ...(podGroupName === undefined ? {} : { podGroupName }),
  };
  return written.resources === undefined ? spec : { ...spec, resources: podLevel(spec, written.resources) };
}

/**
 * With limits for the pod as a whole, its requests default to the sum of its containers', and where they have none to
 * the limit. Source: pkg/apis/core/v1/defaults.go, defaultPodRequests.
 */
function podLevel(spec: PodSpec, { requests, limits, ...rest }: ResourceRequirements): ResourceRequirements {
  if (Object.keys(limits).length === 0) return { requests, limits, ...rest };
  const sums = [...containerRequests(spec)].filter(([name]) => name === 'cpu' || name === 'memory');
  return {
    requests: {
      ...Object.fromEntries(Object.entries(limits).filter(([name]) => isPodLevel(name))),
      ...Object.fromEntries(sums.map(([name, amount]) => [name, formatQuantity(amount, 'milli')])),
      ...requests,
    },
    limits,
    ...rest,
  };
}

/** On the host's network every port is a port of the host. */
function onHostNetwork<C extends Container>(container: C): C {
  return {
    ...container,
    ports: container.ports.map((port) => (port.hostPort === 0 ? { ...port, hostPort: port.containerPort } : port)),
  };
}
