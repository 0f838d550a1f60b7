import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { type Header, readHeader } from './header.js';
import { lookUp } from './node.js';
import { Objects, type PdfObject } from './objects.js';
import { PagedSource } from './paged-source.js';
import { type CrossReferences, readCrossReferences, type Section } from './xref.js';

/** The number under which the newest trailer goes: no object in use has it (7.5.4). */
export const TRAILER = 0;

export interface PdfDocument {
  readonly header: Header;
  /** Where offsets count from: the header, or the start of the file. */
  readonly base: number;
  /** Newest first; the first one's trailer is what viewers go by. */
  readonly sections: readonly [Section, ...Section[]];
  readonly objects: Objects;
  /** The newest trailer as an object, so that it is looked at and written as others are. */
  readonly trailer: PdfObject;
}

/** Finds all that a viewer finds by its cross-reference sections. Throws a reader's error. */
export function openDocument(file: Source, limits: Limits): PdfDocument {
  const source = new PagedSource(file);
  const header = readHeader(source);
  const { base, sections, places } = findAll(source, header.byteOffset, limits);
  const [newest] = sections as [Section, ...Section[]];
  for (const { trailer, byteOffset } of sections) {
    if (lookUp(trailer, 'Encrypt') !== undefined)
      throw new UnsupportedError(
        'pdf-encrypted',
        byteOffset,
        'the document is encrypted: what it holds cannot be read',
        'save it without a password first (qpdf --decrypt), then run again',
      );
  }
  if (lookUp(newest.trailer, 'Root') === undefined)
    throw new FormatError('pdf-trailer', newest.byteOffset, 'the trailer names no catalogue');
  const objects = new Objects(source, places, limits);
  const trailer: PdfObject = {
    number: TRAILER,
    generation: 0,
    value: newest.trailer,
    bytes: newest.bytes,
    hasComments: newest.hasComments,
  };
  return { header, base, sections: sections as readonly [Section, ...Section[]], objects, trailer };
}

/** Offsets count from the header (7.5.2); where bytes were put in front of a whole document some count from the start of the file. */
function findAll(source: Source, headerOffset: number, limits: Limits): CrossReferences & { base: number } {
  try {
    return { base: headerOffset, ...readCrossReferences(source, headerOffset, limits) };
  } catch (error) {
    if (headerOffset === 0 || !(error instanceof FormatError)) throw error;
    return { base: 0, ...readCrossReferences(source, 0, limits) };
  }
}

/** An object by its number, the trailer among them. */
export function objectOf(document: PdfDocument, number: number): PdfObject | undefined {
  return number === TRAILER ? document.trailer : document.objects.get(number);
}
