import { asBuffer } from './text.js';

/** One box of ISO/IEC 14496-12 4.2. Offsets count from the start of the array that was walked. */
export interface Box {
  /** Four characters, Latin-1. */
  readonly type: string;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** The box at `start` that ends by `end`, or `undefined` where there is none. */
export function boxAt(bytes: Uint8Array, start: number, end: number): Box | undefined {
  if (start + 8 > end || end > bytes.length) return undefined;
  const view = asBuffer(bytes);
  const type = view.toString('latin1', start + 4, start + 8);
  let size = view.readUInt32BE(start);
  let content = start + 8;
  if (size === 1) {
    // 4.2: a size of 1 says that the real one follows the type in 64 bits.
    if (start + 16 > end) return undefined;
    size = view.readUInt32BE(start + 8) * 2 ** 32 + view.readUInt32BE(start + 12);
    content = start + 16;
  } else if (size === 0) {
    // 4.2: a size of 0 says that the box goes on to the end of what holds it.
    size = end - start;
  }
  const boxEnd = start + size;
  return boxEnd < content || boxEnd > end ? undefined : { type, start, content, end: boxEnd };
}

/** The boxes that fill `start` to `end`, one after the other, up to the first that does not hold. */
export function* boxesIn(bytes: Uint8Array, start: number, end: number): Generator<Box> {
  let at = start;
  while (at < end) {
    const box = boxAt(bytes, at, end);
    if (box === undefined) return;
    yield box;
    at = box.end;
  }
}
