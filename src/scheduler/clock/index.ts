/** Time, passed in wherever something waits. */
export { RealClock } from './real-clock.ts';
export type { Cancel, Clock } from './types.ts';
export { VirtualClock } from './virtual-clock.ts';
