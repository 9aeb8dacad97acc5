/** Pods and nodes as the API writes them: for those who are asked about them over HTTP. */
import type { Affinity, Container, Node, Pod, PodAffinity, TopologySpreadConstraint, Volume } from './objects.ts';

export function writeNode(node: Node | undefined): Record<string, unknown> | undefined {
  if (node === undefined) return undefined;
  const { apiVersion, kind, metadata, spec, status } = node;
  return { apiVersion, kind, metadata, spec, status };
}

export function writePod({ apiVersion, kind, metadata, spec, status }: Pod): Record<string, unknown> {
  const { affinity, schedulingGates, topologySpreadConstraints, volumes, nodeName, podGroupName, ...rest } = spec;
  const { nominatedNodeName, ...state } = status;
  return {
    apiVersion,
    kind,
    metadata,
    spec: {
      ...rest,
      ...(nodeName === '' ? {} : { nodeName }),
      ...(podGroupName === undefined ? {} : { schedulingGroup: { podGroupName } }),
      containers: spec.containers.map(writeContainer),
      initContainers: spec.initContainers.map(writeContainer),
      affinity: writeAffinity(affinity),
      schedulingGates: schedulingGates.map((name) => ({ name })),
      topologySpreadConstraints: topologySpreadConstraints.map(writeConstraint),
      volumes: volumes.map(writeVolume),
    },
    status: { ...state, ...(nominatedNodeName === '' ? {} : { nominatedNodeName }) },
  };
}

function writeContainer(container: Container): Record<string, unknown> {
  return {
    ...container,
    ports: container.ports.map(({ hostPort, hostIP, ...port }) => ({
      ...port,
      ...(hostPort === 0 ? {} : { hostPort }),
      ...(hostIP === '' ? {} : { hostIP }),
    })),
  };
}

function writeAffinity({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity): Record<string, unknown> {
  return {
    ...(nodeAffinity === undefined
      ? {}
      : {
          nodeAffinity: {
            ...(nodeAffinity.required === undefined
              ? {}
              : { requiredDuringSchedulingIgnoredDuringExecution: nodeAffinity.required }),
            preferredDuringSchedulingIgnoredDuringExecution: nodeAffinity.preferred,
          },
        }),
    ...(podAffinity === undefined ? {} : { podAffinity: writePodAffinity(podAffinity) }),
    ...(podAntiAffinity === undefined ? {} : { podAntiAffinity: writePodAffinity(podAntiAffinity) }),
  };
}

/** With the keys that admission has made requirements of: the API server keeps them, too. */
function writePodAffinity({ required, preferred }: PodAffinity): Record<string, unknown> {
  return {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  };
}

function writeConstraint(constraint: TopologySpreadConstraint): Record<string, unknown> {
  const { minDomains, whenUnsatisfiable } = constraint;
  const { minDomains: _, ...rest } = constraint;
  return whenUnsatisfiable === 'DoNotSchedule' ? { ...rest, minDomains } : rest;
}

function writeVolume({ name, source }: Volume): Record<string, unknown> {
  if (source.kind === 'ephemeral') {
    const { labels, template } = source;
    return { name, ephemeral: { volumeClaimTemplate: { metadata: { labels }, spec: template } } };
  }
  const { kind, ...fields } = source;
  return kind === 'other' ? { name } : { name, [kind]: fields };
}
