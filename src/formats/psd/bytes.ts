import { ByteWindow } from '../../bytes/window.js';
import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';

/** Numbers of a document by their place, with counts of what is looked at. Throws `FormatError` past the end. */
export class PsdBytes {
  readonly window: ByteWindow;
  #things = 0;
  #unpackedBytes = 0;

  constructor(
    readonly source: Source,
    readonly limits: Limits,
    /** Lengths of sections, layers and channels have 64 bits. */
    readonly isLarge: boolean,
  ) {
    this.window = new ByteWindow(source);
  }

  /** Bytes of a length that documents of more than two gigabytes widen. */
  get lengthBytes(): 4 | 8 {
    return this.isLarge ? 8 : 4;
  }

  u16(at: number): number {
    return this.window.u16(at);
  }

  i16(at: number): number {
    return (this.u16(at) << 16) >> 16;
  }

  u32(at: number): number {
    return this.u16(at) * 2 ** 16 + this.u16(at + 2);
  }

  i32(at: number): number {
    return this.u32(at) | 0;
  }

  text(at: number, byteLength: number): string {
    return Buffer.from(this.window.bytes(at, byteLength)).toString('latin1');
  }

  /** A length of 4 or 8 bytes. */
  length(at: number, byteLength: 4 | 8): number {
    if (byteLength === 4) return this.u32(at);
    const high = this.u32(at);
    if (high >= 2 ** 21) throw new FormatError('bad-length', at, 'a length of 2^53 bytes or more');
    return high * 2 ** 32 + this.u32(at + 4);
  }

  /** The end of a section of this length; throws where that is not before `end`. */
  endOf(at: number, byteLength: number, end: number, what: string): number {
    if (byteLength > end - at) throw new FormatError('truncated', at, `${what} is longer than what holds it`);
    return at + byteLength;
  }

  /** Counts layers, blocks and channels over the whole document. */
  count(at: number): void {
    if (++this.#things > this.limits.partCount)
      throw new LimitError('partCount', at, `more than ${this.limits.partCount} layers and blocks`);
  }

  /** True where that many bytes of packed rows may still be looked into: the pixels of large documents are not. */
  mayUnpack(byteLength: number): boolean {
    this.#unpackedBytes += byteLength;
    return this.#unpackedBytes <= this.limits.payloadBytes;
  }
}
