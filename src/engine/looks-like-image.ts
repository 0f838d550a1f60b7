import { knownType } from '../formats/known.js';
import { isJpeg, isPng, isWebp } from '../formats/signatures.js';

/**
 * True where a file's first bytes show a picture type that is known, read or not, whatever its name: all but these are judged `not-an-image`. Loads no reader. 1024 bytes are as many as any known type shows itself by.
 */
export function looksLikeImage(head: Uint8Array): boolean {
  return isJpeg(head) || isPng(head) || isWebp(head) || knownType(head, false) !== undefined;
}
