/** createNodes and createNamespaces. */
import type { CSINode, Node } from '../../../api/objects.ts';
import { defaultNode } from '../objects/template-library.ts';
import type { CreateNamespaces, CreateNodes, NodeStrategy } from '../plan/operations.ts';
import { ofKind, type WorkloadRun } from './workload-run.ts';

export function createNodes(run: WorkloadRun, { count, template, strategy, place }: CreateNodes): void {
  const source = run.template(template?.path, { fallback: defaultNode });
  for (let index = 0; index < count; index += 1) {
    const made = source.make({ ...template?.params, Index: index, Count: count });
    // Nodes without a template are named after the operation, as scheduler_perf does.
    const namePrefix = template === undefined ? `node-${place}-` : made.namePrefix;
    const node = run.named({ ...ofKind(made, 'Node', source.file), namePrefix }, '') as Node;
    const { name } = node.metadata;
    const labels = { ...node.metadata.labels, 'kubernetes.io/hostname': name, ...strategyLabels(strategy, index) };
    run.create({ ...withAllocatable(node, strategy), metadata: { ...node.metadata, labels } });
    if (strategy.kind === 'allocatable') run.create(csiNode(name, run.names.uid(), strategy));
  }
}

function strategyLabels(strategy: NodeStrategy, index: number): Readonly<Record<string, string>> {
  switch (strategy.kind) {
    case 'label':
      return { [strategy.key]: strategy.values[index % strategy.values.length] ?? '' };
    case 'uniqueLabel':
      return { [strategy.key]: `unique-${index}` };
    default:
      return {};
  }
}

function withAllocatable(node: Node, strategy: NodeStrategy): Node {
  if (strategy.kind !== 'allocatable') return node;
  const allocatable = { ...node.status.allocatable, ...strategy.allocatable };
  return { ...node, status: { ...node.status, allocatable } };
}

function csiNode(name: string, uid: string, strategy: Extract<NodeStrategy, { kind: 'allocatable' }>): CSINode {
  const annotations = { 'storage.alpha.kubernetes.io/migrated-plugins': strategy.migratedPlugins.join(',') };
  const drivers = strategy.drivers.map(({ name: driver, volumeLimit }) => ({
    name: driver,
    nodeID: name,
    topologyKeys: [],
    allocatable: volumeLimit === undefined ? {} : { count: volumeLimit },
  }));
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name, uid, labels: {}, annotations },
    spec: { drivers },
  };
}

export function createNamespaces(run: WorkloadRun, { count, prefix, template }: CreateNamespaces): void {
  const source = template === undefined ? undefined : run.template(template.path);
  for (let index = 0; index < count; index += 1) {
    const labels =
      source === undefined
        ? {}
        : ofKind(source.make({ ...template?.params, Index: index, Count: count }), 'Namespace', source.file).object
            .metadata.labels;
    run.ensureNamespace(`${prefix}-${index}`, labels);
  }
}
