import { FormatError } from '../../core/error.js';
import type { Box } from '../../metadata/box.js';

/**
 * Fields of one box, read one after the other. Offsets count from the start of the array; `baseOffset` is that of the array in
 * the file. Throws `FormatError` (`bad-meta-box`) where a field does not lie within the box.
 */
export class BoxFields {
  at: number;
  readonly end: number;
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly box: Box,
    readonly baseOffset: number,
  ) {
    this.at = box.content;
    this.end = box.end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.end - this.at;
  }

  fail(what: string): FormatError {
    return new FormatError('bad-meta-box', this.baseOffset + this.box.start, `the box ${this.box.type} ${what}`);
  }

  #take(byteLength: number): number {
    if (this.at + byteLength > this.end) throw this.fail('ends within a field');
    const start = this.at;
    this.at += byteLength;
    return start;
  }

  /** ISO/IEC 14496-12 4.2.2: version and flags of a full box. */
  versionAndFlags(): { version: number; flags: number } {
    const word = this.uint(4);
    return { version: word >>> 24, flags: word & 0xffffff };
  }

  /** An unsigned number of 0 to 8 bytes. Throws where it is 2^53 or more. */
  uint(byteLength: number): number {
    const start = this.#take(byteLength);
    switch (byteLength) {
      case 0:
        return 0;
      case 1:
        return this.#view.getUint8(start);
      case 2:
        return this.#view.getUint16(start);
      case 4:
        return this.#view.getUint32(start);
      default: {
        const value = this.#view.getBigUint64(start);
        if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.fail('holds a number of 2^53 or more');
        return Number(value);
      }
    }
  }

  fourCC(): string {
    const start = this.#take(4);
    return Buffer.from(this.bytes.subarray(start, start + 4)).toString('latin1');
  }

  /** A text that ends with a NUL, or with the box. */
  text(): Uint8Array {
    const nul = this.bytes.subarray(this.at, this.end).indexOf(0);
    const start = this.at;
    const end = nul < 0 ? this.end : start + nul;
    this.at = nul < 0 ? end : end + 1;
    return this.bytes.subarray(start, end);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at, this.end);
  }
}

/** An unsigned number in as many bytes, big-endian. */
export function uintBytes(value: number, byteLength: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.subarray(8 - byteLength);
}

/** A box of this content; its size in 32 bits. */
export function boxOf(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([uintBytes(body.length + 8, 4), Buffer.from(type, 'latin1'), body]);
}
