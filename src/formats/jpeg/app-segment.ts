import type { Source } from '../../core/source.js';
import { MARKER } from './markers.js';
import type { Segment } from './walk.js';

/** What is looked at to tell what a segment holds. */
const HEAD_BYTES = 96;

/** An application or comment segment. Its data are fetched where they are asked for. */
export class AppSegment {
  readonly head: Uint8Array;
  /** `head` as ISO 8859-1. */
  readonly headText: string;
  #data: Uint8Array | undefined;

  constructor(
    readonly source: Source,
    readonly piece: Segment,
    /** `APP1#0`: unique in the file. */
    readonly path: string,
    /** Place among the stream's pieces: neighbours differ by 1. */
    readonly index: number,
  ) {
    this.head = source.read(piece.dataAt, Math.min(HEAD_BYTES, this.byteLength));
    this.headText = Buffer.from(this.head.buffer, this.head.byteOffset, this.head.byteLength).toString('latin1');
  }

  get marker(): number {
    return this.piece.marker;
  }

  /** Bytes of data, without marker and length. */
  get byteLength(): number {
    return this.piece.end - this.piece.dataAt;
  }

  get data(): Uint8Array {
    this.#data ??= this.byteLength === this.head.length ? this.head : this.source.read(this.piece.dataAt, this.byteLength);
    return this.#data;
  }

  is(application: number): boolean {
    return this.marker === MARKER.APP0 + application;
  }
}

/** T.81 B.1.1.4: a length counts itself and fits 16 bits. */
export const MAX_DATA_BYTES = 0xffff - 2;

/** A marker segment from its data. */
export function buildSegment(marker: number, ...data: readonly Uint8Array[]): Buffer {
  const byteLength = data.reduce((sum, piece) => sum + piece.byteLength, 0);
  if (byteLength > MAX_DATA_BYTES) throw new RangeError(`${byteLength} bytes do not fit a marker segment`);
  const length = byteLength + 2;
  return Buffer.concat([Uint8Array.of(0xff, marker, length >> 8, length & 255), ...data]);
}

/** As many segments as the content needs, each with `prefix(index, count)` in front. */
export function buildSegments(
  marker: number,
  content: Uint8Array,
  prefixBytes: number,
  prefix: (index: number, count: number) => Uint8Array,
): Buffer {
  const room = MAX_DATA_BYTES - prefixBytes;
  const count = Math.max(1, Math.ceil(content.byteLength / room));
  const segments: Buffer[] = [];
  for (let index = 0; index < count; index++)
    segments.push(buildSegment(marker, prefix(index, count), content.subarray(index * room, (index + 1) * room)));
  return Buffer.concat(segments);
}
