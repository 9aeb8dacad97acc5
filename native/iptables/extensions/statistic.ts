/** `-m statistic` (xt_statistic.h). */
import { iptablesErrors } from '../errors.ts';
import { checkNumber } from '../names.ts';
import type { StatisticMatch } from '../table.ts';
import { defineExtension } from './codec.ts';

/** The kernel compares 31 random bits with the probability as a multiple of 2^-31. */
const steps = 2 ** 31;
const randomMode = 0;
const nthMode = 1;

function quantised(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw iptablesErrors.misuse(`probability is ${probability}`, 'give a number from 0 to 1');
  }
  return Math.round(probability * steps);
}

/**
 * `%.11f` of C. Number.toFixed rounds an exact tie up where C rounds it to even, and the probabilities of 2^12
 * endpoints and more are such ties.
 */
function elevenDigits(quantum: number): string {
  const scaled = BigInt(quantum) * 10n ** 11n;
  const whole = scaled / BigInt(steps);
  const rest = 2n * (scaled % BigInt(steps));
  const roundUp = rest > BigInt(steps) || (rest === BigInt(steps) && whole % 2n === 1n);
  const digits = (whole + (roundUp ? 1n : 0n)).toString().padStart(12, '0');
  return `${digits.slice(0, -11)}.${digits.slice(-11)}`;
}

export const statisticMatch = defineExtension<StatisticMatch>({
  name: 'statistic',
  revision: 0,
  /** mode, flags, three numbers, and the kernel's own pointer. */
  structBytes: 24,
  encode(out, at, options) {
    if (options.mode === 'random') {
      const quantum = quantised(options.probability);
      out.u32(at + 4, quantum);
      // The counter of nth mode, which iptables fills in here too; the kernel does not look at it.
      out.u32(at + 12, quantum);
      return;
    }
    const last = checkNumber('statistic every', options.every, 1) - 1;
    const packet = checkNumber('statistic packet', options.packet, 0, last);
    out.u16(at, nthMode);
    out.u32(at + 4, last);
    out.u32(at + 8, packet);
    out.u32(at + 12, last - packet);
  },
  decode(payload, at) {
    const mode = payload.u16(at);
    const first = payload.u32(at + 4);
    if (mode === randomMode && first <= steps) {
      return { match: 'statistic', mode: 'random', probability: first / steps };
    }
    const packet = payload.u32(at + 8);
    if (mode !== nthMode || first === 0xffffffff || packet > first) return undefined;
    return { match: 'statistic', mode: 'nth', every: first + 1, packet };
  },
  save: (options) =>
    options.mode === 'random'
      ? ` --mode random --probability ${elevenDigits(quantised(options.probability))}`
      : ` --mode nth --every ${options.every} --packet ${options.packet}`,
});
