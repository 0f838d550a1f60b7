import { createHash } from 'node:crypto';
import { readPieces } from '../bytes/apply-edits.js';
import type { Source } from '../core/source.js';

/** SHA-256 of a whole source, lower-case hex. */
export function sha256Of(source: Source): string {
  return sha256OfPieces(readPieces(source, 0, source.byteLength));
}

/** SHA-256 over the pieces in order, lower-case hex. */
export function sha256OfPieces(pieces: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
