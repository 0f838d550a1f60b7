import { FormatError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { latin1 } from '../../metadata/text.js';
import { lookUp, type PdfNode } from './node.js';
import { parseWithin } from './parse-within.js';

/** An object that stands in the file by itself (7.3.10). */
export interface FileObject {
  readonly number: number;
  readonly generation: number;
  readonly byteOffset: number;
  /** Behind `endobj`. */
  readonly endOffset: number;
  readonly value: PdfNode;
  /** What its nodes are indices into; they lie in the file from `byteOffset` on. */
  readonly bytes: Uint8Array;
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  /** Where the data of a stream lies in the file. */
  readonly stream?: Region;
}

const CLOSING = /^[\0\t\n\f\r ]*endstream[\0\t\n\f\r ]*/;
const CLOSING_BYTES = [64, 4096];
const LEADING_BYTES = 16;

/**
 * Reads the object at an offset. `lengthOf` gives a stream's length, which may be an object of its own.
 * Throws a reader's error where a viewer would have to guess.
 */
export function readObjectAt(
  source: Source,
  statedOffset: number,
  limits: Limits,
  lengthOf: (node: PdfNode | undefined) => number | undefined,
): FileObject {
  if (statedOffset >= source.byteLength) throw new FormatError('pdf-object', statedOffset, 'an object is said to lie behind the end');
  // Some writers count from the end of the line before.
  const head = latin1(source.read(statedOffset, Math.min(LEADING_BYTES, source.byteLength - statedOffset)));
  const byteOffset = statedOffset + (/^[\0\t\n\f\r ]*/.exec(head)?.[0].length ?? 0);
  return parseWithin(source, byteOffset, limits, (parser) => {
    const number = parser.count();
    const generation = parser.count();
    parser.expect('obj');
    const value = parser.value();
    parser.skip();
    const start = parser.at;
    const word = parser.word();
    // What was read beyond the object is let go.
    const found = { number, generation, byteOffset, value, bytes: Buffer.from(parser.bytes.subarray(0, start)), comments: parser.comments };
    if (word === 'endobj') return { ...found, endOffset: byteOffset + parser.at };
    if (word !== 'stream' || value.kind !== 'dictionary') throw parser.fail('an object has no end', start);
    parser.endOfStreamLine();
    const length = lengthOf(lookUp(value, 'Length'));
    if (length === undefined) throw parser.fail('a stream has no length', value.start);
    const stream = { byteOffset: byteOffset + parser.at, byteLength: length };
    return { ...found, stream, endOffset: endOfStream(source, stream) };
  });
}

/** 7.3.8.1: the data, an end of line, `endstream`; then `endobj`. */
function endOfStream(source: Source, { byteOffset, byteLength }: Region): number {
  const dataEnd = byteOffset + byteLength;
  if (dataEnd >= source.byteLength) throw new FormatError('truncated', byteOffset, 'a stream is longer than the file');
  let closing: number | undefined;
  for (const most of CLOSING_BYTES) {
    const after = latin1(source.read(dataEnd, Math.min(most, source.byteLength - dataEnd)));
    closing = CLOSING.exec(after)?.[0].length;
    if (closing !== undefined && after.startsWith('endobj', closing)) break;
    closing = undefined;
  }
  if (closing === undefined) throw new FormatError('pdf-stream', dataEnd, 'a stream does not end where its length says');
  return dataEnd + closing + 'endobj'.length;
}
