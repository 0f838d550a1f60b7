import type { Source } from '../core/source.js';

/** Bytes fetched at a time. */
const BLOCK_BYTES = 1 << 14;

/** Small reads from a source that may be a file: neighbouring bytes are fetched together. Throws as `Source.read` does. */
export class ByteWindow {
  #block: Uint8Array = new Uint8Array(0);
  #blockAt = 0;

  constructor(readonly source: Source) {}

  get byteLength(): number {
    return this.source.byteLength;
  }

  u8(byteOffset: number): number {
    const at = byteOffset - this.#blockAt;
    if (at >= 0 && at < this.#block.length) return this.#block[at] as number;
    return this.bytes(byteOffset, 1)[0] as number;
  }

  u16(byteOffset: number): number {
    const bytes = this.bytes(byteOffset, 2);
    return ((bytes[0] as number) << 8) | (bytes[1] as number);
  }

  /** Exactly these bytes; do not write to them. */
  bytes(byteOffset: number, byteLength: number): Uint8Array {
    const at = byteOffset - this.#blockAt;
    if (at >= 0 && at + byteLength <= this.#block.length) return this.#block.subarray(at, at + byteLength);
    if (byteLength > BLOCK_BYTES) return this.source.read(byteOffset, byteLength);
    const fetched = this.source.read(byteOffset, Math.max(byteLength, Math.min(BLOCK_BYTES, this.byteLength - byteOffset)));
    this.#block = fetched;
    this.#blockAt = byteOffset;
    return fetched.subarray(0, byteLength);
  }
}
