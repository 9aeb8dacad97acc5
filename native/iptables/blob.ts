/** Fixed-layout records in a buffer: fields in the byte order of this machine unless the name says big-endian. */
import { endianness } from 'node:os';
import { iptablesErrors } from './errors.ts';

const littleEndian = endianness() === 'LE';
const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** A zeroed buffer to fill. Every write is checked against the buffer's end. */
export class BlobWriter {
  bytes: Uint8Array;
  #view: DataView;
  #used: number;

  constructor(byteLength: number) {
    this.bytes = new Uint8Array(byteLength);
    this.#view = new DataView(this.bytes.buffer);
    this.#used = byteLength;
  }

  /**
   * Begins again with zeroes for `byteLength` bytes. Memory that was used before is far cheaper than fresh memory,
   * which the kernel maps page by page.
   */
  reset(byteLength: number): void {
    this.bytes.fill(0, 0, this.#used);
    this.#used = byteLength;
    if (byteLength <= this.bytes.length) return;
    this.bytes = new Uint8Array(byteLength);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(at: number, value: number): void {
    this.#view.setUint8(at, value);
  }
  u16(at: number, value: number): void {
    this.#view.setUint16(at, value, littleEndian);
  }
  u32(at: number, value: number): void {
    this.#view.setUint32(at, value, littleEndian);
  }
  words(at: number, words: Uint32Array): void {
    let next = at;
    for (const word of words) {
      this.#view.setUint32(next, word, littleEndian);
      next += 4;
    }
  }
  u64(at: number, value: bigint): void {
    this.#view.setBigUint64(at, value, littleEndian);
  }
  u16be(at: number, value: number): void {
    this.#view.setUint16(at, value);
  }
  u32be(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /**
   * Writes `text` into a field of `capacity` bytes that ends with at least one zero byte. ASCII, which is nearly all
   * there is, goes byte by byte: for strings this short that beats the call into an encoder.
   * @throws IptablesError `invalid` when it does not fit or holds a control character
   */
  text(at: number, text: string, capacity: number, what: string): void {
    if (text.length >= capacity) throw iptablesErrors.tooLong(what, text, utf8.encode(text).length, capacity - 1);
    const { bytes } = this;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 32 || code === 127) throw iptablesErrors.characters(what, text, 'no control characters');
      if (code > 127) {
        this.#encoded(at, text, capacity, what);
        return;
      }
      bytes[at + index] = code;
    }
  }

  #encoded(at: number, text: string, capacity: number, what: string): void {
    const encoded = utf8.encode(text);
    if (encoded.length >= capacity) throw iptablesErrors.tooLong(what, text, encoded.length, capacity - 1);
    if (encoded.some((code) => code < 32 || code === 127)) {
      throw iptablesErrors.characters(what, text, 'no control characters');
    }
    this.bytes.set(encoded, at);
  }
}

/** A buffer to take apart. Reading past its end throws `malformed`. */
export class BlobReader {
  readonly bytes: Uint8Array;
  readonly #buffer: Buffer;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#inside(at, 1));
  }
  u16(at: number): number {
    return this.#view.getUint16(this.#inside(at, 2), littleEndian);
  }
  u32(at: number): number {
    return this.#view.getUint32(this.#inside(at, 4), littleEndian);
  }
  s32(at: number): number {
    return this.#view.getInt32(this.#inside(at, 4), littleEndian);
  }
  u64(at: number): bigint {
    return this.#view.getBigUint64(this.#inside(at, 8), littleEndian);
  }
  u16be(at: number): number {
    return this.#view.getUint16(this.#inside(at, 2));
  }
  u32be(at: number): number {
    return this.#view.getUint32(this.#inside(at, 4));
  }
  /** @param length a multiple of 4 */
  isZero(at: number, length: number): boolean {
    for (let offset = 0; offset < length; offset += 4) if (this.u32(at + offset) !== 0) return false;
    return true;
  }
  slice(at: number, length: number): Uint8Array {
    this.#inside(at, length);
    return this.bytes.slice(at, at + length);
  }

  /** The text of a field that a zero byte ends; undefined when nothing ends it or it is not UTF-8. */
  text(at: number, capacity: number): string | undefined {
    this.#inside(at, capacity);
    let highest = 0;
    for (let end = at; end < at + capacity; end++) {
      const byte = this.bytes[end] ?? 0;
      if (byte === 0) return highest < 128 ? this.#ascii(at, end) : this.#utf8(at, end);
      highest = Math.max(highest, byte);
    }
    return undefined;
  }

  #ascii(at: number, end: number): string {
    return at === end ? '' : this.#buffer.toString('latin1', at, end);
  }

  #utf8(at: number, end: number): string | undefined {
    try {
      return strictUtf8.decode(this.bytes.subarray(at, end));
    } catch {
      return undefined;
    }
  }

  #inside(at: number, length: number): number {
    if (at < 0 || at + length > this.bytes.length) {
      throw iptablesErrors.malformed(`a field of ${length} bytes at ${at} ends after the table's ${this.bytes.length}`);
    }
    return at;
  }
}
