import { concatBytes, readPieces } from '../bytes/apply-edits.js';
import type { Source } from '../core/source.js';

/** The source's bytes in one array, at most `maxBytes` from its start. */
export function allOf(source: Source, maxBytes = Number.MAX_SAFE_INTEGER): Uint8Array {
  return concatBytes(readPieces(source, 0, Math.min(source.byteLength, maxBytes)));
}
