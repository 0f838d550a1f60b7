import { inflate } from '../../bytes/inflate.js';
import { FormatError, UnsupportedError } from '../../core/error.js';
import type { PsdBytes } from './bytes.js';
import type { Header } from './header.js';
import { type PackedRows, packedLength, type Slack, slackOf } from './pack-bits.js';

const RAW = 0;
const RLE = 1;
const ZIP = 2;
const ZIP_WITH_PREDICTION = 3;

export interface Merged {
  /** Behind the last byte that a decoder takes. */
  readonly endOffset: number;
  /** False where the end was not looked for: a compressed picture too large for that. */
  readonly isEndKnown: boolean;
  /** What its rows hold besides what they show. */
  readonly slack: readonly Slack[];
}

/** The merged picture ("Image Data Section"): every channel, row by row. Throws where the file ends before it. */
export function readMerged(bytes: PsdBytes, header: Header, byteOffset: number): Merged {
  const { source, limits } = bytes;
  if (byteOffset + 2 > source.byteLength) throw truncated(source.byteLength);
  const compression = bytes.u16(byteOffset);
  const start = byteOffset + 2;
  const rows = header.height * header.channels;
  const rowBytes = Math.ceil((header.width * header.depth) / 8);
  switch (compression) {
    case RAW:
      return known(bytes, start + rows * rowBytes);
    case RLE:
      return packedPicture(bytes, { countsAt: start, countBytes: header.isLarge ? 4 : 2, rows, rowBytes });
    case ZIP:
    case ZIP_WITH_PREDICTION: {
      const left = source.byteLength - start;
      if (rows * rowBytes > limits.inflatedBytes || left > limits.payloadBytes)
        return { endOffset: source.byteLength, isEndKnown: false, slack: [] };
      return known(bytes, start + inflate(source.read(start, left), rows * rowBytes, start).consumedBytes);
    }
  }
  throw new UnsupportedError('psd-compression', byteOffset, `compression ${compression} is of no known kind`);
}

function packedPicture(bytes: PsdBytes, packed: PackedRows): Merged {
  const dataAt = packed.countsAt + packed.rows * packed.countBytes;
  if (dataAt > bytes.source.byteLength) throw truncated(bytes.source.byteLength);
  let length = 0;
  for (let row = 0; row < packed.rows; row++) length += packedLength(bytes, packed, row);
  const merged = known(bytes, dataAt + length);
  return bytes.mayUnpack(length) ? { ...merged, slack: slackOf(bytes, packed) } : merged;
}

function known({ source }: PsdBytes, endOffset: number): Merged {
  if (endOffset > source.byteLength) throw truncated(source.byteLength);
  return { endOffset, isEndKnown: true, slack: [] };
}

function truncated(byteOffset: number): FormatError {
  return new FormatError('truncated', byteOffset, 'the file ends before its merged picture');
}
