import { latin1 } from '../../metadata/text.js';
import type { FileBox } from '../boxes/walk.js';
import { type BoxPlace, contentOf, opaqueBox, type Piece, structure } from './piece.js';

/** ISO/IEC 23008-12 7.2.3: version and flags, then bits that say how pictures refer to each other. */
const CONSTRAINTS_BYTES = 8;

/** ISO/IEC 23008-12 7.5.3 and 6.5.8: what kinds of auxiliary pictures standards name. */
const AUXILIARY = /^urn:(?:mpeg:mpegB:cicp:systems:auxiliary:(?:alpha|depth)|mpeg:(?:hevc|avc|vvc):2015:auxid:\d{1,3})$/;

export function isSequenceBox({ type }: FileBox): boolean {
  return type === 'ccst' || type === 'auxi';
}

/** `ccst` and `auxi`, without which decoders do not take pictures for a sequence, or a track for its transparency. */
export function sequenceBox(place: BoxPlace, box: FileBox): Piece {
  const content = contentOf(place, box);
  const isWhole =
    box.type === 'ccst'
      ? content?.length === CONSTRAINTS_BYTES
      : AUXILIARY.test(latin1(content?.subarray(4) ?? new Uint8Array(0)).replace(/\0$/, ''));
  return isWhole ? structure(box) : opaqueBox(box, 'a box that holds more than it is for');
}
