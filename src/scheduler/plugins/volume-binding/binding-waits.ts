/** Pods whose volumes controllers still work on: looked at again whenever a claim or a volume changes. */

import type { SetTimer } from '../../binding.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import type { BindingProgress } from './bind-volumes.ts';

export class BindingWaits {
  readonly #timeoutMs: number;
  readonly #setTimer: SetTimer | undefined;
  readonly #waits = new Set<() => void>();

  /** @param setTimer without one a binding that does not get on is waited for without end */
  constructor(objects: ObjectTable, timeoutMs: number, setTimer: SetTimer | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#setTimer = setTimer;
    const lookAgain = (): void => {
      for (const wait of this.#waits) wait();
    };
    objects.listen('PersistentVolumeClaim', lookAgain);
    objects.listen('PersistentVolume', lookAgain);
  }

  /** Until `check` says something other than pending. Resolves with an error, or with nothing when it is done. */
  until(check: () => BindingProgress): Promise<string | undefined> {
    return new Promise((resolve) => {
      const settle = (error: string | undefined): void => {
        this.#waits.delete(wait);
        cancel?.();
        resolve(error);
      };
      const wait = (): void => {
        const progress = check();
        if (progress !== 'pending') settle(progress === 'done' ? undefined : progress.error);
      };
      this.#waits.add(wait);
      const cancel = this.#setTimer?.(this.#timeoutMs, () => settle('context deadline exceeded'));
    });
  }
}
