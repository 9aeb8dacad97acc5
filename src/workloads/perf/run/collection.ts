/** One collection of metrics: what is watched between its start and its stop. */
import type { MetricsConfig } from '../config/config-schema.ts';
import { achieved } from '../metrics/achieved.ts';
import { type DataItem, dataItems, type Measured } from '../metrics/data-items.ts';
import { type HeapReading, heapIntervalMs } from '../metrics/heap.ts';
import { hasLabels } from '../metrics/metric-catalogue.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import type { ProgressPoint } from '../metrics/perfdash.ts';
import { type Observation, samplingIntervalMs, throughputSamples } from '../metrics/throughput.ts';
import type { PodRecord } from './pod-tracker.ts';
import type { WorkloadRun } from './workload-run.ts';

export interface CollectionScope {
  /** What perf-dash calls the series. */
  readonly name: string;
  readonly namespaces: readonly string[];
  readonly labelSelector: Readonly<Record<string, string>>;
  /** Bytes of the heap in use; without it no memory is reported. */
  readonly heapBytes: (() => number) | undefined;
}

/** What a collection has found: the observations themselves, and the figures made from them. */
export interface CollectionResult extends Measured {
  readonly observations: readonly Observation[];
  readonly progress: readonly ProgressPoint[];
  /** From creation to binding, of each pod that was bound meanwhile. */
  readonly latenciesMs: readonly number[];
  readonly items: readonly DataItem[];
}

export class Collection {
  readonly #run: WorkloadRun;
  readonly #scope: CollectionScope;
  readonly #namespaces: ReadonlySet<string>;
  readonly #startMs: number;
  readonly #registry = new MetricRegistry();
  readonly #observations: Observation[] = [];
  readonly #attempts: { readonly all: number; readonly scheduled: number }[] = [];
  readonly #heap: HeapReading[] = [];
  readonly #createdMs: number[] = [];
  readonly #latenciesMs: number[] = [];
  readonly #stops: (() => void)[];
  #scheduled: number;

  /** Begins at once. */
  constructor(run: WorkloadRun, scope: CollectionScope) {
    this.#run = run;
    this.#scope = scope;
    this.#namespaces = new Set(scope.namespaces);
    this.#scheduled = [...run.pods.find(scope.namespaces, scope.labelSelector)].filter(
      ({ stage }) => stage === 'scheduled',
    ).length;
    this.#stops = [
      run.pods.listen({ created: (record) => this.#created(record), scheduled: (record) => this.#bound(record) }),
      run.every(samplingIntervalMs, () => this.#look()),
    ];
    if (scope.heapBytes !== undefined) {
      this.#readHeap();
      this.#stops.push(run.every(heapIntervalMs, () => this.#readHeap()));
    }
    run.target.measure(this.#registry);
    this.#startMs = run.clock.nowMs();
  }

  stop(config: MetricsConfig | undefined): CollectionResult {
    const endMs = this.#run.clock.nowMs();
    for (const stop of this.#stops) stop();
    this.#run.target.measure(undefined);
    const samples = throughputSamples(this.#observations);
    const measured = {
      name: this.#scope.name,
      samples,
      achieved: achieved({
        startMs: this.#startMs,
        endMs,
        createdMs: this.#createdMs,
        latenciesMs: this.#latenciesMs,
      }),
      registry: this.#registry,
      heap: this.#heap,
    };
    const attemptsAt = new Map(this.#observations.map(({ timeMs }, place) => [timeMs, this.#attempts[place]]));
    const progress = samples.map((sample) => {
      const { all = 0, scheduled = 0 } = attemptsAt.get(sample.timeMs) ?? {};
      return { ...sample, attempts: all, completed: scheduled };
    });
    return {
      ...measured,
      observations: this.#observations,
      progress,
      latenciesMs: this.#latenciesMs,
      items: dataItems(measured, config),
    };
  }

  #isOurs(record: PodRecord): boolean {
    return this.#namespaces.has(record.namespace) && hasLabels(record.labels, this.#scope.labelSelector);
  }

  #created(record: PodRecord): void {
    if (this.#isOurs(record)) this.#createdMs.push(record.createdMs);
  }

  #bound(record: PodRecord): void {
    if (!this.#isOurs(record)) return;
    this.#scheduled += 1;
    this.#latenciesMs.push(this.#run.clock.nowMs() - record.createdMs);
  }

  #look(): 'again' {
    this.#observations.push({ timeMs: this.#run.clock.nowMs(), scheduled: this.#scheduled });
    this.#attempts.push(this.#registry.attempts());
    return 'again';
  }

  #readHeap(): 'again' {
    this.#heap.push({ timeMs: this.#run.clock.nowMs(), bytes: this.#scope.heapBytes?.() ?? 0 });
    return 'again';
  }
}
