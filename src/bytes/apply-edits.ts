import type { Edit } from '../core/part.js';
import type { Source } from '../core/source.js';

/** How much of a source is copied at a time. */
const COPY_BYTES = 1 << 20;

/** The edited file, piece by piece: what no edit touches is copied as it is. Throws `RangeError` on overlapping or unsorted edits. */
export function* applyEdits(source: Source, edits: readonly Edit[]): Generator<Uint8Array> {
  let position = 0;
  for (const edit of edits) {
    if (edit.byteOffset < position || edit.byteLength < 0 || edit.byteOffset + edit.byteLength > source.byteLength)
      throw new RangeError(`edit at ${edit.byteOffset} overlaps, is unsorted or leaves the file`);
    yield* readPieces(source, position, edit.byteOffset);
    if (edit.bytes.byteLength > 0) yield edit.bytes;
    position = edit.byteOffset + edit.byteLength;
  }
  yield* readPieces(source, position, source.byteLength);
}

/** The bytes from `start` up to `end`, at most 1 MiB at a time. */
export function* readPieces(source: Source, start: number, end: number): Generator<Uint8Array> {
  for (let at = start; at < end; at += COPY_BYTES) yield source.read(at, Math.min(COPY_BYTES, end - at));
}

/** All pieces in one array. */
export function concatBytes(pieces: Iterable<Uint8Array>): Uint8Array {
  return Buffer.concat([...pieces]);
}
