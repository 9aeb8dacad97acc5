/** From the words of `kubedyno load` to a plan of the load. Pure. */
import type { Arrivals, Framing } from '../../native/traffic/index.ts';
import { loadErrors, parseTarget, type SliceOptions, type Target } from '../load/index.ts';

/** The options as they were typed; commander fills in the defaults. */
export interface LoadWords {
  readonly mode?: string;
  readonly rate?: string;
  readonly arrivals: string;
  readonly seed: string;
  readonly connections: string;
  readonly duration: string;
  readonly warmup: string;
  readonly timeout: string;
  readonly http?: true;
  readonly requestBytes: string;
  readonly replyBytes?: string;
  readonly cpus?: string;
  readonly json?: true;
}

/** All of a slice but the target's address, which takes a resolver to know. */
export interface LoadPlan {
  readonly target: Target;
  readonly slice: Omit<SliceOptions, 'target'>;
}

/** @throws LoadError that names the option, its value and what it must be. */
export function planLoad(targetText: string, words: LoadWords): LoadPlan {
  const target = httpTarget(parseTarget(targetText), words);
  const mode = modeOf(target, words);
  return {
    target,
    slice: {
      mode,
      sources: [],
      connections: whole('--connections', words.connections, 1, 100_000),
      framing: framingOf(target, words),
      arrivals: arrivalsOf(words),
      warmupNs: seconds('--warmup', words.warmup, 0),
      durationNs: seconds('--duration', words.duration, 0.001),
      timeoutNs: seconds('--timeout', words.timeout, 0.001),
    },
  };
}

/** The CPUs of `--cpus 0,2`, all of them `allowed`; without the option the last one, which interrupts favour least. */
export function cpusOf(words: LoadWords, allowed: readonly number[]): readonly number[] {
  if (words.cpus === undefined) return allowed.slice(-1);
  return words.cpus.split(',').map((text) => {
    const cpu = whole('--cpus', text, 0, 4095);
    if (!allowed.includes(cpu))
      throw loadErrors.outOfRange('--cpus', text, `of those that this process may use: ${allowed.join(', ')}`);
    return cpu;
  });
}

function httpTarget(target: Target, words: LoadWords): Target {
  if (words.http !== true || target.protocol === 'http') return target;
  if (target.protocol === 'udp') throw loadErrors.outOfRange('--http', 'given', 'left out for a udp:// target');
  return { ...target, protocol: 'http', path: '/' };
}

function modeOf(target: Target, words: LoadWords): SliceOptions['mode'] {
  const mode = words.mode ?? (target.protocol === 'udp' ? 'udp' : 'rr');
  if (mode !== 'rr' && mode !== 'crr' && mode !== 'udp')
    throw loadErrors.outOfRange('--mode', mode, "'rr', 'crr' or 'udp'");
  // HOST:PORT says nothing of the protocol, so the mode may; http:// and udp:// do.
  const fits = mode === 'udp' ? target.protocol !== 'http' : target.protocol !== 'udp';
  if (!fits)
    throw loadErrors.outOfRange(
      '--mode',
      mode,
      `${target.protocol === 'udp' ? "'udp'" : "'rr' or 'crr'"} for this target`,
    );
  return mode;
}

function framingOf(target: Target, words: LoadWords): Framing {
  if (target.protocol === 'http') return { kind: 'http', path: target.path };
  const requestBytes = whole('--request-bytes', words.requestBytes, 1, 65_507);
  const replyBytes =
    words.replyBytes === undefined ? requestBytes : whole('--reply-bytes', words.replyBytes, 1, 65_507);
  return { kind: 'fixed', requestBytes, replyBytes };
}

function arrivalsOf(words: LoadWords): Arrivals {
  const { arrivals: kind } = words;
  if (kind !== 'constant' && kind !== 'poisson')
    throw loadErrors.outOfRange('--arrivals', kind, "'constant' or 'poisson'");
  const seed = whole('--seed', words.seed, 0, Number.MAX_SAFE_INTEGER);
  if (words.rate === undefined) return { kind: 'closed' };
  return { kind, ratePerSec: decimal('--rate', words.rate, 0.001, 10_000_000), seed };
}

function decimal(option: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw loadErrors.outOfRange(option, text, `a number from ${least} to ${most}`);
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = decimal(option, text, least, most);
  if (Number.isInteger(value)) return value;
  throw loadErrors.outOfRange(option, text, `a whole number from ${least} to ${most}`);
}

/** Seconds as nanoseconds, an hour at most. */
function seconds(option: string, text: string, least: number): number {
  return Math.round(decimal(option, text, least, 3600) * 1e9);
}
