/** Puts a workload's parameters into operations, and notes which of them were used. */
import { formatPath, type JsonPath, type Problem } from '../../../api/index.ts';
import { parseDurationMs } from '../config/duration.ts';
import type { PerfWorkload, WrittenOperation } from '../config/types.ts';

export class Params {
  readonly #workload: PerfWorkload;
  readonly #problems: Problem[];
  readonly #used = new Set<string>();

  constructor(workload: PerfWorkload, problems: Problem[]) {
    this.#workload = workload;
    this.#problems = problems;
  }

  /** A whole number from 0: the parameter's, or where none is referred to, the one that is written. */
  count(operation: WrittenOperation, path: JsonPath, reference: string | undefined, written: number): number {
    if (reference === undefined) return written;
    const value = this.#get(operation, path, reference);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    this.#wrongType(reference, value, 'a whole number from 0');
    return 0;
  }

  durationMs(operation: WrittenOperation, path: JsonPath, reference: string | undefined, written: number): number {
    if (reference === undefined) return written;
    const value = this.#get(operation, path, reference);
    const durationMs = typeof value === 'string' ? parseDurationMs(value) : undefined;
    if (durationMs !== undefined) return durationMs;
    this.#wrongType(reference, value, 'numbers with a unit, such as 500ms, 10s or 1m30s');
    return 0;
  }

  flag(operation: WrittenOperation, path: JsonPath, reference: string | undefined, written: boolean): boolean {
    if (reference === undefined) return written;
    const value = this.#get(operation, path, reference);
    if (typeof value === 'boolean') return value;
    this.#wrongType(reference, value, 'true or false');
    return written;
  }

  /** Values for a template: those that are texts beginning with `$` are parameters. */
  values(operation: WrittenOperation, path: JsonPath, values: Readonly<Record<string, unknown>>) {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const isReference = typeof value === 'string' && value.startsWith('$');
        return [name, isReference ? this.#get(operation, [...path, name], value) : value] as const;
      }),
    );
  }

  /** A parameter that nothing refers to is most likely a typing error. */
  reportUnused(): void {
    for (const [name, { at }] of this.#workload.params) {
      if (this.#used.has(name)) continue;
      const path = `params.${name}`;
      this.#problems.push({ at, path, message: 'is used by no operation; take it out, or correct its name' });
    }
  }

  #get(operation: WrittenOperation, path: JsonPath, reference: string): unknown {
    const name = reference.slice(1);
    const param = this.#workload.params.get(name);
    this.#used.add(name);
    if (param !== undefined) return param.value;
    this.#problems.push({
      at: operation.positionOf(path),
      path: formatPath(path),
      message: `workload ${this.#workload.name} has no such parameter`,
      got: reference,
      allowed: [...this.#workload.params.keys()].map((known) => `$${known}`).join(', '),
    });
    return undefined;
  }

  /** A missing parameter has been reported already. */
  #wrongType(reference: string, value: unknown, allowed: string): void {
    const name = reference.slice(1);
    const param = this.#workload.params.get(name);
    if (param === undefined) return;
    const got = JSON.stringify(value);
    this.#problems.push({ at: param.at, path: `params.${name}`, message: 'does not fit its use', got, allowed });
  }
}
