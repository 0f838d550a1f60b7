import { ByteWindow } from '../../bytes/window.js';

/** Bytes fetched at a time while headers are read. */
const BLOCK_BYTES = 1 << 14;
/** Bytes fetched at a time while a scan is searched for its end. */
const SCAN_BYTES = 1 << 20;

/** Small reads of a JPEG, and the search for the next marker. */
export class Window extends ByteWindow {
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
