/**
 * Where the values of a JSON text stand. Looked for only when somebody asks, and no further than the asked-for path:
 * a dump of a cluster has millions of values, and nobody asks for more than a few of them.
 */

/** Offsets of a member's key (for list items: of the item) and of its value. */
export interface JsonPlace {
  readonly keyAt: number;
  readonly valueAt: number;
}

type Part = string | number;

const space = /[ \t\r\n]*/y;

/** Of a text that JSON.parse accepts; offsets in it otherwise mean nothing. */
export class JsonPlaces {
  readonly #text: string;
  readonly #members = new Map<number, ReadonlyMap<Part, JsonPlace>>();
  #lineStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The value at `path` or its nearest ancestor that is there; `depth` says how much of the path was found. */
  find(path: readonly Part[]): JsonPlace & { readonly depth: number } {
    const start = this.#skipSpace(0);
    let place: JsonPlace = { keyAt: start, valueAt: start };
    for (const [depth, part] of path.entries()) {
      const next = this.#membersAt(place.valueAt).get(part);
      if (next === undefined) return { ...place, depth };
      place = next;
    }
    return { ...place, depth: path.length };
  }

  /** Counted from 1. */
  linePosition(offset: number): { readonly line: number; readonly column: number } {
    this.#lineStarts ??= lineStartsOf(this.#text);
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  #membersAt(offset: number): ReadonlyMap<Part, JsonPlace> {
    const known = this.#members.get(offset);
    if (known !== undefined) return known;
    const members = new Map<Part, JsonPlace>();
    const first = this.#text.charCodeAt(offset);
    if (first === code.object || first === code.list) this.#readMembers(offset, first === code.object, members);
    this.#members.set(offset, members);
    return members;
  }

  #readMembers(offset: number, hasKeys: boolean, members: Map<Part, JsonPlace>): void {
    let at = this.#skipSpace(offset + 1);
    while (at < this.#text.length && !isEnd(this.#text.charCodeAt(at))) {
      const keyAt = at;
      let part: Part = members.size;
      if (hasKeys) {
        const end = this.#endOfString(at);
        part = JSON.parse(this.#text.slice(at, end));
        at = this.#skipSpace(this.#skipSpace(end) + 1);
      }
      members.set(part, { keyAt, valueAt: at });
      at = this.#skipSpace(this.#endOfValue(at));
      if (this.#text.charCodeAt(at) === code.comma) at = this.#skipSpace(at + 1);
    }
  }

  #skipSpace(at: number): number {
    space.lastIndex = at;
    space.test(this.#text);
    return space.lastIndex;
  }

  /** Just after the closing quote of the string that begins at `at`. */
  #endOfString(at: number): number {
    for (let end = at + 1; end < this.#text.length; end += 1) {
      const character = this.#text.charCodeAt(end);
      if (character === code.escape) end += 1;
      else if (character === code.quote) return end + 1;
    }
    return this.#text.length;
  }

  /** Just after the value that begins at `at`. */
  #endOfValue(at: number): number {
    let depth = 0;
    for (let end = at; end < this.#text.length; end += 1) {
      const character = this.#text.charCodeAt(end);
      if (character === code.object || character === code.list) {
        depth += 1;
      } else if (character === code.quote) {
        end = this.#endOfString(end) - 1;
        if (depth === 0) return end + 1;
      } else if (isEnd(character)) {
        // The end of what the value is in also ends a number, true or false.
        if (depth === 0) return end;
        depth -= 1;
        if (depth === 0) return end + 1;
      } else if (character === code.comma && depth === 0) {
        return end;
      }
    }
    return this.#text.length;
  }
}

const code = {
  object: 0x7b,
  objectEnd: 0x7d,
  list: 0x5b,
  listEnd: 0x5d,
  quote: 0x22,
  escape: 0x5c,
  comma: 0x2c,
} as const;

function isEnd(character: number): boolean {
  return character === code.objectEnd || character === code.listEnd;
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
