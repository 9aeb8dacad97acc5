/** What a plugin says of a pod or of a node. Sources: kube-scheduler framework/interface.go (Code, Status). */

/** `unresolvable`: no preemption on the node can help (UnschedulableAndUnresolvable). `pending`: wait for others. */
export type StatusCode = 'unschedulable' | 'unresolvable' | 'pending' | 'error';

export interface Status {
  readonly code: StatusCode;
  readonly plugin: string;
  /** In the words of kube-scheduler: they are counted and joined into its FitError message. */
  readonly reasons: readonly string[];
}

/**
 * Statuses as small numbers, so that the verdict on each of thousands of nodes is one write into a typed array.
 * Number 0 is never given out: it stands for a node that passed.
 */
export class StatusTable {
  readonly #byKey = new Map<string, number>();
  readonly #statuses: Status[] = [];

  /** The number of this status; equal statuses have equal numbers. */
  intern(status: Status): number {
    const key = `${status.plugin}\u0000${status.code}\u0000${status.reasons.join('\u0000')}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#statuses.push(status);
    this.#byKey.set(key, this.#statuses.length);
    return this.#statuses.length;
  }

  /** @throws for a number that `intern` did not give out. */
  get(id: number): Status {
    const status = this.#statuses[id - 1];
    if (status === undefined) throw new RangeError(`no status has the number ${id}`);
    return status;
  }
}
