/** A cluster without machines: the objects that it has, and what controllers make of them. */
export { MemoryCluster, type ObjectChange } from './memory-cluster.ts';
