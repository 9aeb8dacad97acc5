/** Spells netlink messages: a header, then attributes that may hold attributes, everything aligned to four bytes. */

const initialBytes = 4096;

export class NetlinkWriter {
  #buffer = Buffer.alloc(initialBytes);
  #length = 0;

  /** What was written since the start; valid until the next write. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const offset = this.#grow(1);
    this.#buffer[offset] = value;
  }

  /** In the byte order of the machine, as netlink's own fields are. */
  u16(value: number): void {
    const offset = this.#grow(2);
    this.#buffer.writeUInt16LE(value, offset);
  }

  u32(value: number): void {
    const offset = this.#grow(4);
    this.#buffer.writeUInt32LE(value, offset);
  }

  /** In the byte order of the network. */
  be16(value: number): void {
    const offset = this.#grow(2);
    this.#buffer.writeUInt16BE(value, offset);
  }

  be32(value: number): void {
    const offset = this.#grow(4);
    this.#buffer.writeUInt32BE(value, offset);
  }

  /** With its closing zero. */
  string(text: string): void {
    const offset = this.#grow(Buffer.byteLength(text) + 1);
    this.#buffer.write(text, offset);
  }

  /** An attribute of this type (with its flags) whose payload `write` writes. */
  attribute(type: number, write: () => void): void {
    const start = this.#length;
    this.u16(0);
    this.u16(type);
    write();
    this.#buffer.writeUInt16LE(this.#length - start, start);
    this.#grow(-this.#length & 3);
  }

  /** A whole message; its length is filled in when `write` has written what follows the header. */
  message(type: number, flags: number, sequence: number, write: () => void): void {
    const start = this.#length;
    this.u32(0);
    this.u16(type);
    this.u16(flags);
    this.u32(sequence);
    this.u32(0);
    write();
    this.#buffer.writeUInt32LE(this.#length - start, start);
  }

  /** Makes room for so many bytes, all 0, and says where. The buffer may be another one afterwards. */
  #grow(bytes: number): number {
    const offset = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, offset);
      this.#buffer = larger;
    }
    return offset;
  }
}
