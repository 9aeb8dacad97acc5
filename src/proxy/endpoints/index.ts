/** From Kubernetes objects to Service ports with their endpoints resolved. */
export { relocate } from './relocate.ts';
export { type ResolvedServices, resolveServices } from './resolve.ts';
export { weightAnnotation } from './weight.ts';
