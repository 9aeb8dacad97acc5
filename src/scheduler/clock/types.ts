/** Where time comes from. The same code runs on virtual time, as fast as the CPU goes, and on real time. */

/** Calls off what was scheduled; does nothing once it has run. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds; only differences mean anything unless the clock says otherwise. */
  nowMs(): number;
  /** Calls `callback` once at that time, or as soon as it can when that time is over. */
  schedule(atMs: number, callback: () => void): Cancel;
}
