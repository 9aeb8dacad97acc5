/** The machine's time. */
import type { Cancel, Clock } from './types.ts';

/** Node's timers take no longer delay; a longer one is waited for in parts. */
const longestTimeoutMs = 2 ** 31 - 1;

/** Milliseconds since 1970, but steady: a correction of the system's time does not move it. */
export class RealClock implements Clock {
  nowMs(): number {
    return performance.timeOrigin + performance.now();
  }

  /** @throws RangeError for a time that is not a finite number */
  schedule(atMs: number, callback: () => void): Cancel {
    if (!Number.isFinite(atMs)) throw new RangeError(`a callback cannot be scheduled at ${atMs} ms`);
    let timer: NodeJS.Timeout;
    // A timer may fire a little early; whoever waits until a time must not wake before it.
    const wake = (): void => {
      if (this.nowMs() < atMs) wait();
      else callback();
    };
    const wait = (): void => {
      const leftMs = Math.max(0, Math.ceil(atMs - this.nowMs()));
      timer = setTimeout(wake, Math.min(leftMs, longestTimeoutMs));
    };
    wait();
    return () => clearTimeout(timer);
  }
}
