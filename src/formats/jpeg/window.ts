import type { Source } from '../../core/source.js';

/** Bytes fetched at a time while headers are read. */
const BLOCK_BYTES = 1 << 14;
/** Bytes fetched at a time while a scan is searched for its end. */
const SCAN_BYTES = 1 << 20;

/** Small reads from a source that may be a file: neighbouring bytes are fetched together. Throws as `Source.read` does. */
export class Window {
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

  /**
   * The place of the first 0xFF at or after `byteOffset` that begins a marker, or the source's length. A run of fill bytes
   * belongs to its marker: the place is that of the run's first byte. 0xFF00 is a data byte; within a scan
   * (`skipRestarts`) restart markers are passed over as well (T.81 B.1.1.5).
   */
  findMarker(byteOffset: number, skipRestarts: boolean): number {
    let windowBytes = BLOCK_BYTES;
    let at = byteOffset;
    // Where the run of 0xFF starts that reaches up to `at`; none is open at first.
    let runAt = -1;
    while (at < this.byteLength) {
      const read = this.source.read(at, Math.min(windowBytes, this.byteLength - at));
      const window = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
      windowBytes = SCAN_BYTES;
      let index = 0;
      while (index < window.length) {
        if (runAt < 0) {
          index = window.indexOf(0xff, index);
          if (index < 0) break;
          runAt = at + index;
          index++;
          continue;
        }
        const code = window[index] as number;
        index++;
        if (code === 0xff) continue;
        if (code !== 0 && !(skipRestarts && code >= 0xd0 && code <= 0xd7)) return runAt;
        runAt = -1;
      }
      at += window.length;
    }
    return this.byteLength;
  }
}
