import { ByteWindow } from '../../bytes/window.js';
import { LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { type Header, truncated } from './header.js';

export interface RleStream {
  /** Offset of the byte after the end-of-bitmap code. */
  readonly endOffset: number;
  /** Where bytes that only fill up an absolute run are not zero. */
  readonly fillers: readonly number[];
}

/** Walks RLE4, RLE8 or RLE24 to where a decoder stops: the end-of-bitmap code, or the end of the last line. Throws `FormatError`. */
export function walkRle(source: Source, { coding, height, pixelOffset }: Header, limits: Limits): RleStream {
  const bytes = new ByteWindow(source);
  const fillers: number[] = [];
  const end = source.byteLength;
  let at = pixelOffset;
  let line = 0;
  const pixelBytes = (count: number): number => (coding === 'rle4' ? (count + 1) >> 1 : coding === 'rle8' ? count : count * 3);
  while (line < height) {
    if (at + 2 > end) throw truncated(end, 'the file ends before the end of the bitmap');
    const count = bytes.u8(at);
    const code = bytes.u8(at + 1);
    if (count > 0) at += 1 + (coding === 'rle24' ? 3 : 1);
    else if (code === 0) {
      line++;
      at += 2;
    } else if (code === 1) return { endOffset: at + 2, fillers };
    else if (code === 2) {
      if (at + 4 > end) throw truncated(end, 'the file ends within a move');
      line += bytes.u8(at + 3);
      at += 4;
    } else {
      const data = pixelBytes(code);
      at += 2 + data;
      // An absolute run ends on a word boundary.
      if (data % 2 === 1) {
        if (at < end && bytes.u8(at) !== 0) fillers.push(at);
        at++;
        if (fillers.length > limits.partCount) throw new LimitError('partCount', at, `more than ${limits.partCount} bytes of padding`);
      }
    }
    if (at > end) throw truncated(end, 'the file ends within a run');
  }
  // Encoders close the last line and then the bitmap.
  const closes = at + 2 <= end && bytes.u8(at) === 0 && bytes.u8(at + 1) === 1;
  return { endOffset: closes ? at + 2 : at, fillers };
}
