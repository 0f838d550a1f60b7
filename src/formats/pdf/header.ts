import { FormatError } from '../../core/error.js';
import type { Source } from '../../core/source.js';
import { latin1 } from '../../metadata/text.js';

/** ISO 32000-1, H.3.4.1: viewers look for the header within so many bytes. */
const HEADER_WITHIN = 1024;

/** A comment of nothing but bytes that are no ASCII: says to programs that carry files that this is no text (7.5.2). */
const BINARY_MARK = /^%[\x80-\xff ]{2,12}\t*(?:\r\n|\r|\n)/;

const VERSION = /^%PDF-\d\.\d/;
const VERSION_BYTES = 8;

export interface Header {
  /** Where `%PDF-` is; bytes may lie before it. */
  readonly byteOffset: number;
  /** Behind the mark for binary data, where there is one. */
  readonly endOffset: number;
}

/** At the very start; or behind anything, where what follows is as only a document goes on. */
export function isPdf(head: Uint8Array): boolean {
  const text = latin1(head.subarray(0, HEADER_WITHIN + VERSION_BYTES));
  return text.startsWith('%PDF-') || /%PDF-[12]\.\d[ \t]*[\r\n]+(?:%[\x80-\xff]{2}|\d{1,10} \d{1,5} obj\b)/.test(text);
}

/** Throws `FormatError` where there is none of the form that the standard gives it. */
export function readHeader(source: Source): Header {
  const text = latin1(source.read(0, Math.min(source.byteLength, HEADER_WITHIN + 64)));
  const byteOffset = text.slice(0, HEADER_WITHIN + VERSION_BYTES).search(/%PDF-\d\.\d/);
  if (byteOffset < 0) throw new FormatError('pdf-header', 0, 'the header gives no version');
  let endOffset = byteOffset + (VERSION.exec(text.slice(byteOffset))?.[0].length ?? 0);
  const lineEnd = /^[ \t]*(?:\r\n|\r|\n)/.exec(text.slice(endOffset))?.[0].length ?? 0;
  endOffset += lineEnd;
  if (lineEnd > 0) endOffset += BINARY_MARK.exec(text.slice(endOffset))?.[0].length ?? 0;
  return { byteOffset, endOffset };
}
