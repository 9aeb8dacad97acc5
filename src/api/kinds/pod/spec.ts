/** PodSpec, as far as scheduling and Service networking read it, with the API server's defaults. */
import { z } from 'zod';
import { dnsSubdomain, labels, problem, resourceList, strictObject } from '../../fields.ts';
import type { Container, PodSpec } from '../../objects.ts';
import { affinity, toleration, topologySpreadConstraint } from './affinity.ts';
import { appContainer, initContainer, resourceRequirements } from './containers.ts';
import { volume } from './volumes.ts';

const podClaim = z
  .looseObject({
    name: z.string(),
    resourceClaimName: z.string().exactOptional(),
    resourceClaimTemplateName: z.string().exactOptional(),
  })
  .transform(({ name, resourceClaimName, resourceClaimTemplateName }) => ({
    name,
    ...(resourceClaimName === undefined ? {} : { resourceClaimName }),
    ...(resourceClaimTemplateName === undefined ? {} : { resourceClaimTemplateName }),
  }));

/** Only what is read is checked: the other fields of a pod spec pass as they are, and are dropped. */
export const podSpec: z.ZodType<PodSpec> = z
  .looseObject({
    nodeName: z.string().default(''),
    schedulerName: z.string().default('default-scheduler'),
    priorityClassName: z.string().default(''),
    priority: z.int().default(0),
    preemptionPolicy: z.enum(['PreemptLowerPriority', 'Never']).default('PreemptLowerPriority'),
    containers: z.array(appContainer),
    initContainers: z.array(initContainer).default([]),
    overhead: resourceList.default({}),
    resources: resourceRequirements.exactOptional(),
    hostNetwork: z.boolean().default(false),
    hostUsers: z.boolean().exactOptional(),
    nodeSelector: labels.default({}),
    affinity: affinity.default({}),
    tolerations: z.array(toleration).default([]),
    topologySpreadConstraints: z.array(topologySpreadConstraint).default([]),
    schedulingGates: z.array(strictObject({ name: z.string() })).default([]),
    volumes: z.array(volume).default([]),
    resourceClaims: z.array(podClaim).default([]),
    workloadRef: z.looseObject({ podGroup: dnsSubdomain }).exactOptional(),
    schedulingGroup: z.looseObject({ podGroupName: dnsSubdomain }).exactOptional(),
  })
  .check(({ value, issues }) => {
    const seen = new Map<string, number>();
    for (const [place, { topologyKey, whenUnsatisfiable, minDomains }] of value.topologySpreadConstraints.entries()) {
      const key = `${topologyKey} ${whenUnsatisfiable}`;
      const path = ['topologySpreadConstraints', place];
      if (seen.has(key)) {
        const message = `repeats the topologyKey and whenUnsatisfiable of topologySpreadConstraints[${seen.get(key)}]`;
        issues.push(problem(message, [...path, 'topologyKey'], topologyKey));
      }
      seen.set(key, place);
      if (minDomains !== 1 && whenUnsatisfiable !== 'DoNotSchedule') {
        issues.push(problem('is only for DoNotSchedule', [...path, 'minDomains'], minDomains));
      }
    }
  })
  .transform((spec): PodSpec => {
    const podGroupName = spec.schedulingGroup?.podGroupName ?? spec.workloadRef?.podGroup;
    return {
      nodeName: spec.nodeName,
      schedulerName: spec.schedulerName,
      priorityClassName: spec.priorityClassName,
      priority: spec.priority,
      preemptionPolicy: spec.preemptionPolicy,
      containers: spec.hostNetwork ? spec.containers.map(onHostNetwork) : spec.containers,
      initContainers: spec.hostNetwork ? spec.initContainers.map(onHostNetwork) : spec.initContainers,
      overhead: spec.overhead,
      ...(spec.resources === undefined ? {} : { resources: spec.resources }),
      hostNetwork: spec.hostNetwork,
      ...(spec.hostUsers === undefined ? {} : { hostUsers: spec.hostUsers }),
      nodeSelector: spec.nodeSelector,
      affinity: spec.affinity,
      tolerations: spec.tolerations,
      topologySpreadConstraints: spec.topologySpreadConstraints,
      schedulingGates: spec.schedulingGates.map(({ name }) => name),
      volumes: spec.volumes,
      resourceClaims: spec.resourceClaims,
      ...(podGroupName === undefined ? {} : { podGroupName }),
    };
  });

/** On the host's network every port is a port of the host. */
function onHostNetwork<C extends Container>(container: C): C {
  return {
    ...container,
    ports: container.ports.map((port) => (port.hostPort === 0 ? { ...port, hostPort: port.containerPort } : port)),
  };
}
