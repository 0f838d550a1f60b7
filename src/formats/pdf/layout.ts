import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { PdfDocument } from './document.js';
import { linearization } from './linearized.js';
import type { LiveObject } from './reach.js';
import { RESAVE, type Section } from './xref.js';

/** A range of the file that has a use, or that has none. */
export interface Piece {
  readonly byteOffset: number;
  readonly endOffset: number;
  readonly use: Use;
}

type Use =
  | { readonly kind: 'header' }
  | { readonly kind: 'object'; readonly object: LiveObject }
  /** An object stream that something is taken from, by its number. */
  | { readonly kind: 'container'; readonly number: number }
  | { readonly kind: 'section'; readonly section: Section }
  | { readonly kind: 'linearization' }
  | { readonly kind: 'gap' };

/** Every byte of the file in one piece. Throws `FormatError` where two uses share a byte. */
export function layoutOf(document: PdfDocument, live: ReadonlyMap<number, LiveObject>, byteLength: number, limits: Limits): Piece[] {
  const used = usedPieces(document, live).sort((a, b) => a.byteOffset - b.byteOffset || a.endOffset - b.endOffset);
  if (used.length > limits.objectCount) throw new LimitError('objectCount', 0, `more than ${limits.objectCount} objects`);
  const pieces: Piece[] = [];
  let position = 0;
  const gapTo = (end: number): void => {
    if (end > position) pieces.push({ byteOffset: position, endOffset: end, use: { kind: 'gap' } });
  };
  for (const piece of used) {
    if (piece.byteOffset < position)
      throw new FormatError('pdf-overlap', piece.byteOffset, 'objects of the document lie in one another', RESAVE);
    gapTo(piece.byteOffset);
    pieces.push(piece);
    position = piece.endOffset;
  }
  gapTo(byteLength);
  return pieces;
}

function usedPieces(document: PdfDocument, live: ReadonlyMap<number, LiveObject>): Piece[] {
  const { header, sections, objects } = document;
  const pieces: Piece[] = [{ byteOffset: header.byteOffset, endOffset: header.endOffset, use: { kind: 'header' } }];
  const containers = new Set<number>();
  for (const object of live.values()) {
    if (object.container !== undefined) containers.add(object.container);
    if (object.region === undefined) continue;
    const { byteOffset, byteLength } = object.region;
    pieces.push({ byteOffset, endOffset: byteOffset + byteLength, use: { kind: 'object', object } });
  }
  for (const number of containers) {
    const { byteOffset, endOffset } = objects.container(number).file;
    pieces.push({ byteOffset, endOffset, use: { kind: 'container', number } });
  }
  for (const section of sections)
    pieces.push({ byteOffset: section.byteOffset, endOffset: section.endOffset, use: { kind: 'section', section } });
  for (const { number, byteOffset, endOffset } of linearization(document))
    if (!live.has(number)) pieces.push({ byteOffset, endOffset, use: { kind: 'linearization' } });
  return pieces;
}
