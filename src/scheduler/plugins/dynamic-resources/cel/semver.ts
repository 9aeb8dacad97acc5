/** CEL's semantic versions. Sources: apiserver pkg/cel/library semverlib.go; semver.org 2.0.0, whose order it is. */

const number = '(0|[1-9]\\d*)';
const identifier = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const strict = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);
const digits = /^\d+$/;

export class CelSemver {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Empty: a release. */
  readonly #prerelease: readonly string[];

  private constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly string[]) {
    [this.major, this.minor, this.patch] = numbers;
    this.#prerelease = prerelease;
  }

  /**
   * Undefined for a text that is no version.
   * @param normalize also take `v1`, `1.2` and `01.2.3`
   */
  static parse(text: string, normalize = false): CelSemver | undefined {
    const match = strict.exec(normalize ? normalized(text) : text);
    if (match === null) return undefined;
    const [, major = '', minor = '', patch = '', prerelease = ''] = match;
    const numbers = [BigInt(major), BigInt(minor), BigInt(patch)] as const;
    return new CelSemver(numbers, prerelease === '' ? [] : prerelease.split('.'));
  }

  compareTo(other: CelSemver): -1n | 0n | 1n {
    return (
      compare(this.major, other.major) ||
      compare(this.minor, other.minor) ||
      compare(this.patch, other.patch) ||
      comparePrereleases(this.#prerelease, other.#prerelease)
    );
  }
}

function compare<T extends bigint | string>(a: T, b: T): -1n | 0n | 1n {
  return a < b ? -1n : a > b ? 1n : 0n;
}

/** A release comes after all its pre-releases; numbers come before words; more identifiers come later. */
function comparePrereleases(a: readonly string[], b: readonly string[]): -1n | 0n | 1n {
  if (a.length === 0 || b.length === 0) return compare(BigInt(b.length), BigInt(a.length));
  for (let place = 0; place < Math.min(a.length, b.length); place += 1) {
    const [left = '', right = ''] = [a[place], b[place]];
    const [isNumber, otherIsNumber] = [digits.test(left), digits.test(right)];
    if (isNumber !== otherIsNumber) return isNumber ? -1n : 1n;
    const order = isNumber ? compare(BigInt(left), BigInt(right)) : compare(left, right);
    if (order !== 0n) return order;
  }
  return compare(BigInt(a.length), BigInt(b.length));
}

/** Without a `v`, with three numbers, without leading zeros. */
function normalized(text: string): string {
  const bare = text.replace(/^v/, '');
  const end = bare.search(/[-+]/);
  const [core, rest] = end < 0 ? [bare, ''] : [bare.slice(0, end), bare.slice(end)];
  const numbers = core.split('.').map((part) => (digits.test(part) ? BigInt(part).toString() : part));
  while (numbers.length < 3) numbers.push('0');
  return `${numbers.join('.')}${rest}`;
}
