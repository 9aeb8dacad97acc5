/** What plugins threw in PostBind: the pods are bound all the same, but who runs the plugin wants to know. */
import type { Writable } from 'node:stream';
import type { SchedulerObserver } from '../scheduler/attempt.ts';

const shownFaults = 10;

export class PostBindFaults implements SchedulerObserver {
  readonly #lines = new Set<string>();

  /** The same fault at the same pod, as of many seeds, is said once. */
  readonly postBindFailed: NonNullable<SchedulerObserver['postBindFailed']> = ({ pod }, { message }) => {
    this.#lines.add(
      `${message}; pod ${pod.metadata.namespace ?? 'default'}/${pod.metadata.name} is bound all the same`,
    );
  };

  /** A line for each. */
  printOn(stream: Writable): void {
    const lines = [...this.#lines];
    for (const line of lines.slice(0, shownFaults)) stream.write(`warning: ${line}\n`);
    const hidden = lines.length - shownFaults;
    if (hidden > 0) stream.write(`warning: and ${hidden} more of this kind\n`);
  }
}
