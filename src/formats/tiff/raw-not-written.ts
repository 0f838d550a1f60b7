import { UnsupportedError } from '../../core/error.js';

/** What a raw file says when a policy wants something of it taken out: only its maker knows what develops the picture. */
export function rawNotWritten(): UnsupportedError {
  const hint = 'Export the picture as JPEG or convert it to DNG, and publish that; keep the raw file where nobody else reads it.';
  return new UnsupportedError('raw-not-written', 0, 'a camera raw file is read, but never written', hint);
}
