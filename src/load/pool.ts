/** Load generators: a thread for each CPU given, which together run one slice after another. */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { closeNetns, currentNetns, type Netns } from '../../native/netns/index.ts';
import type { LoadResult } from '../../native/traffic/index.ts';
import { createHistogram } from '../stats/index.ts';
import { allowedCpus, readCpuTimes, stealShare } from './cpus.ts';
import { loadErrors } from './errors.ts';
import { type GeneratorOutcome, mergeOutcomes } from './merge.ts';
import type { GeneratorLoad, SliceLoad, SliceOptions } from './slice.ts';
import { type GeneratorShare, splitLoad } from './split.ts';
import { judge, limitsFor, type ValidityLimits } from './validity.ts';
import type { GeneratorTask } from './worker.ts';

/** What a pool needs to know. */
export interface LoadPoolOptions {
  /** One generator is pinned to each; leave a CPU to the servers and the data plane where there is one to spare. */
  readonly cpus: readonly number[];
  /** Module whose default export does a `GeneratorTask`. @default the native engine's */
  readonly worker?: URL;
}

/** `src/load/worker.ts` when run by tsx, `dist/src/load/worker.js` when compiled. */
const workerExtension = extname(fileURLToPath(import.meta.url));

const engineWorker = new URL(`./worker${workerExtension}`, import.meta.url);

function startThreads(count: number, worker: URL): Piscina<GeneratorTask, LoadResult> {
  return new Piscina({
    filename: worker.href,
    minThreads: count,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
    // A generator sleeps in epoll, never in Atomics.wait, where a pending exit could not reach it.
    atomics: 'disabled',
    recordTiming: false,
    ...(workerExtension === '.ts' ? { execArgv: ['--import', createRequire(import.meta.url).resolve('tsx')] } : {}),
  });
}

/** Runs slices; close it when done. One slice at a time: generators that share their CPUs would measure each other. */
export class LoadPool {
  readonly #cpus: readonly number[];
  readonly #threads: Piscina<GeneratorTask, LoadResult>;
  readonly #home: Netns;
  readonly #limits: ValidityLimits;
  readonly #stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #state: 'idle' | 'busy' | 'closed' = 'idle';

  /** @throws LoadError without CPUs. */
  constructor(options: LoadPoolOptions) {
    if (options.cpus.length === 0) throw loadErrors.noCpus();
    this.#cpus = options.cpus;
    this.#limits = limitsFor(allowedCpus().length);
    this.#home = currentNetns();
    this.#threads = startThreads(options.cpus.length, options.worker ?? engineWorker);
    // Without a listener, the death of an idle thread would end the process; the next slice gets a new thread anyway.
    this.#threads.on('error', () => undefined);
    // The end of the process waits for its threads, and they for the end of the load.
    process.once('exit', this.#stopAll);
  }

  /**
   * Runs one slice on all generators at once.
   * @throws LoadError when an option makes no sense, the pool is busy or closed, or a generator died: then the slice is
   *   lost, and the next one runs on a new thread. When `signal` is aborted, its reason, within about 10 ms.
   */
  async runSlice(options: SliceOptions, signal?: AbortSignal): Promise<SliceLoad> {
    if (this.#state === 'busy') throw loadErrors.poolBusy();
    if (this.#state === 'closed') throw loadErrors.poolClosed();
    signal?.throwIfAborted();
    const shares = splitLoad(options, this.#cpus.length);
    this.#state = 'busy';
    Atomics.store(this.#stop, 0, 0);
    signal?.addEventListener('abort', this.#stopAll, { once: true });
    const before = readCpuTimes();
    try {
      const outcomes = await this.#all(shares.map((share, number) => this.#generate(options, share, number)));
      signal?.throwIfAborted();
      const load = mergeOutcomes(outcomes, stealShare(before, readCpuTimes(), this.#cpus));
      return { ...load, validity: judge(load, options.limits ?? this.#limits) };
    } finally {
      signal?.removeEventListener('abort', this.#stopAll);
      if (this.#state === 'busy') this.#state = 'idle';
    }
  }

  /** Ends the threads; a slice that is running fails. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopAll();
    await this.#threads.destroy();
    process.off('exit', this.#stopAll);
    closeNetns(this.#home);
  }

  #stopAll = (): void => {
    Atomics.store(this.#stop, 0, 1);
  };

  /** Waits for every generator, also after one has failed: the others are stopped and must be idle before the next slice. */
  async #all(running: readonly Promise<GeneratorOutcome>[]): Promise<GeneratorOutcome[]> {
    for (const generator of running) generator.catch(this.#stopAll);
    const settled = await Promise.allSettled(running);
    return settled.map((result) => {
      if (result.status === 'fulfilled') return result.value;
      throw this.#state === 'closed' ? loadErrors.poolClosed() : loadErrors.generatorFailed(result.reason);
    });
  }

  async #generate(options: SliceOptions, share: GeneratorShare, number: number): Promise<GeneratorOutcome> {
    const { netns, limits: _, ...plan } = options;
    const cpu = this.#cpus[number % this.#cpus.length] ?? 0;
    const histograms = { response: createHistogram(), service: createHistogram(), lateness: createHistogram() };
    const result = await this.#threads.run({
      cpu,
      home: this.#home,
      ...(netns === undefined ? {} : { netns }),
      load: { ...plan, ...share, ...histograms, stop: this.#stop },
    });
    const ratePerSec = share.arrivals.kind === 'closed' ? {} : { ratePerSec: share.arrivals.ratePerSec };
    const load: GeneratorLoad = { ...result, cpu, ...ratePerSec };
    return { load, ...histograms };
  }
}
