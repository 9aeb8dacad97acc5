/**
 * The one source of chance of the project: xoshiro128** (Blackman and Vigna, 2018), seeded through splitmix64 so
 * that neighbouring seeds give unrelated sequences. The same seed gives the same sequence on every machine.
 * It is not for secrets.
 */

/** Passed in wherever something is drawn, so that a test or a re-run draws the same. */
export interface Random {
  /** Uniform over the 2^32 multiples of 2^-32 in [0, 1). */
  next(): number;
}

/** State of xoshiro128**: four 32-bit words, not all 0. */
export type Xoshiro128State = readonly [number, number, number, number];

/** A generator that starts from `seed`, any safe integer. */
export function createRandom(seed: number): Random {
  return xoshiro128(splitmix128(BigInt.asUintN(64, BigInt(Math.trunc(seed)))));
}

/**
 * A generator for one purpose: `label` picks a sequence of its own for the same seed, so that adding a draw in one
 * place does not shift the draws of another.
 */
export function createLabelledRandom(seed: number, label: string): Random {
  return xoshiro128(splitmix128(BigInt.asUintN(64, BigInt(Math.trunc(seed)) ^ fnv1a64(label))));
}

/** A generator in exactly this state; for reference vectors. */
export function xoshiro128(state: Xoshiro128State): Random {
  let [a, b, c, d] = state;
  return {
    next() {
      const product = Math.imul(b, 5);
      const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
      return result / 2 ** 32;
    },
  };
}

/** The next output of splitmix64 and the state after it (Steele, Lea and Flood, 2014). */
export function splitmix64(state: bigint): { readonly output: bigint; readonly state: bigint } {
  const next = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
  let mixed = next;
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
  return { output: mixed ^ (mixed >> 31n), state: next };
}

/** Two outputs of splitmix64 as four words. They cannot all be 0: splitmix64 is a bijection, so 0 comes only once. */
function splitmix128(seed: bigint): Xoshiro128State {
  const first = splitmix64(seed);
  const second = splitmix64(first.state).output;
  const word = (value: bigint): number => Number(BigInt.asUintN(32, value));
  return [word(first.output), word(first.output >> 32n), word(second), word(second >> 32n)];
}

/** FNV-1a, 64 bits, over the UTF-16 code units of `text`. */
function fnv1a64(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let place = 0; place < text.length; place += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(place))) * 0x100000001b3n);
  }
  return hash;
}
