import { readPieces } from '../../bytes/apply-edits.js';
import { inflate } from '../../bytes/inflate.js';
import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import type { Header } from './header.js';

const RAW = 0;
const RLE = 1;
const ZIP = 2;
const ZIP_WITH_PREDICTION = 3;

export interface Merged {
  /** Behind the last byte that a decoder takes. */
  readonly endOffset: number;
  /** False where the end was not looked for: a compressed picture too large for that. */
  readonly isEndKnown: boolean;
}

/** The merged picture ("Image Data Section"): every channel, row by row. Throws where the file ends before it. */
export function readMerged(source: Source, header: Header, byteOffset: number, limits: Limits): Merged {
  if (byteOffset + 2 > source.byteLength) throw truncated(source.byteLength);
  const compression = Buffer.from(source.read(byteOffset, 2)).readUInt16BE();
  const start = byteOffset + 2;
  const rows = header.height * header.channels;
  const bytes = rows * Math.ceil((header.width * header.depth) / 8);
  switch (compression) {
    case RAW:
      return known(source, start + bytes);
    case RLE: {
      const countBytes = header.isLarge ? 4 : 2;
      const dataStart = start + rows * countBytes;
      if (dataStart > source.byteLength) throw truncated(source.byteLength);
      return known(source, dataStart + sumOf(source, start, dataStart, countBytes));
    }
    case ZIP:
    case ZIP_WITH_PREDICTION: {
      const left = source.byteLength - start;
      if (bytes > limits.inflatedBytes || left > limits.payloadBytes) return { endOffset: source.byteLength, isEndKnown: false };
      return known(source, start + inflate(source.read(start, left), bytes, start).consumedBytes);
    }
  }
  throw new UnsupportedError('psd-compression', byteOffset, `compression ${compression} is of no known kind`);
}

function known(source: Source, endOffset: number): Merged {
  if (endOffset > source.byteLength) throw truncated(source.byteLength);
  return { endOffset, isEndKnown: true };
}

function truncated(byteOffset: number): FormatError {
  return new FormatError('truncated', byteOffset, 'the file ends before its merged picture');
}

/** The lengths of all rows together. */
function sumOf(source: Source, start: number, end: number, countBytes: 2 | 4): number {
  let sum = 0;
  for (const piece of readPieces(source, start, end)) {
    const view = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let at = 0; at < view.length; at += countBytes) sum += view.readUIntBE(at, countBytes);
  }
  return sum;
}
