/** Kinds of resources by their names. Sources: pkg/apis/core/v1/helper/helpers.go, kube-scheduler util/utils.go. */

/** One that somebody has added to the nodes, as `nvidia.com/gpu`. */
export function isExtendedResource(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

/** Everything that is counted but cpu, memory and ephemeral-storage. */
export function isScalarResource(name: string): boolean {
  return (
    isExtendedResource(name) ||
    name.includes('kubernetes.io/') ||
    name.startsWith('hugepages-') ||
    name.startsWith('attachable-volumes-')
  );
}

const basicResources = ['cpu', 'memory', 'ephemeral-storage'];

/** Whether NodeResourcesFit counts the resource at all. */
export function isCountedResource(name: string): boolean {
  return basicResources.includes(name) || isScalarResource(name);
}
