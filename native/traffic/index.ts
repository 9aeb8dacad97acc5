/** Epoll load engine, echo backends with service-time models, raw-packet injector, shared-memory histograms. */
export { inject, monotonicNs, nativeArrivalOffsetsNs, nativeBucketIndex, runLoad, startEcho } from './addon.ts';
export { TrafficError, type TrafficErrorCode } from './errors.ts';
export type {
  Arrivals,
  EchoBackend,
  EchoOptions,
  EchoServer,
  Framing,
  InjectOptions,
  InjectResult,
  InjectSink,
  LoadOptions,
  LoadResult,
  ServiceTime,
  TrafficAddon,
} from './types.ts';
