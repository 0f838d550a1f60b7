import { ByteWindow } from '../../bytes/window.js';
import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { isBare, isNeeded, MARKER } from './markers.js';
import { isPacketIndexTrue, type TileIndex, tileIndexOf } from './pointers.js';

/** A marker segment that no decoder needs. */
export interface Spare {
  readonly marker: number;
  /** The marker, its length and its data. */
  readonly region: Region;
  /** What stands behind the marker and its length. */
  readonly data: Region;
}

/** One tile-part, from its SOT marker on (A.4.2). */
export interface TilePart {
  readonly byteOffset: number;
  /** Psot; 0 where it goes on to the end of the codestream. */
  readonly declared: number;
  readonly endOffset: number;
  readonly spares: readonly Spare[];
}

export interface Codestream {
  readonly width: number;
  readonly height: number;
  readonly byteOffset: number;
  /** Behind the EOC marker; what follows is no part of the codestream. */
  readonly endOffset: number;
  readonly tileParts: readonly TilePart[];
  /** All marker segments that can go, in order. */
  readonly spares: readonly Spare[];
  /** Tile-part lengths of the main header, which have to follow those of the tile-parts. */
  readonly index: readonly TileIndex[];
  /** What the picture is coded in: the segments that a decoder needs, and the packets of every tile-part. */
  readonly pixels: readonly Region[];
}

/** Ssot: marker, length, Isot, Psot, TPsot, TNsot. */
const SOT_BYTES = 12;
export const PSOT_AT = 6;

/** A marker and its length. */
const HEAD_BYTES = 4;

/** SIZ up to the number of components, from its marker on; then three bytes for each. */
const SIZ_BYTES = 40;

/** Follows a codestream by its declared lengths; packets are not read. Throws `FormatError`, `LimitError`. */
export function readCodestream(source: Source, start: number, end: number, limits: Limits): Codestream {
  return new Walk(source, start, end, limits).read();
}

class Walk {
  readonly #bytes: ByteWindow;
  readonly #spares: Spare[] = [];
  readonly #pixels: Region[] = [];
  readonly #lengths: Region[] = [];
  #components = 0;
  /** In all headers together. */
  #segments = 0;

  constructor(
    source: Source,
    readonly start: number,
    readonly end: number,
    readonly limits: Limits,
  ) {
    this.#bytes = new ByteWindow(source);
  }

  read(): Codestream {
    const { width, height, dataAt } = this.#imageSize();
    let at = this.#headers(dataAt, MARKER.SOT, (segment) => this.#mainSegment(segment));
    const tileParts: TilePart[] = [];
    while (at + 2 <= this.end && this.#bytes.u16(at) === MARKER.SOT) {
      const tilePart = this.#tilePart(at);
      tileParts.push(tilePart);
      if (tileParts.length > this.limits.partCount) throw new LimitError('partCount', at, `more than ${this.limits.partCount} tile-parts`);
      at = tilePart.endOffset;
    }
    const endOffset = this.#endAfter(at);
    const isTrue = tileIndexOf(this.#lengths, this.#bytes, tileParts);
    if (isTrue === undefined) for (const region of this.#lengths) this.#spares.push(spareOf(MARKER.TLM, region));
    this.#spares.sort((a, b) => a.region.byteOffset - b.region.byteOffset);
    const { start: byteOffset } = this;
    return { width, height, byteOffset, endOffset, tileParts, spares: this.#spares, index: isTrue ?? [], pixels: this.#pixels };
  }

  /** A.5.1: SIZ is the first segment of the main header. */
  #imageSize(): { width: number; height: number; dataAt: number } {
    const at = this.start + 2;
    if (at + SIZ_BYTES > this.end) throw this.#truncated('the codestream ends within its header');
    if (this.#bytes.u16(this.start) !== MARKER.SOC || this.#bytes.u16(at) !== MARKER.SIZ)
      throw new FormatError('bad-codestream', this.start, 'no JPEG 2000 codestream starts here');
    const siz = Buffer.from(this.#bytes.bytes(at, SIZ_BYTES));
    this.#components = siz.readUInt16BE(38);
    const width = siz.readUInt32BE(6) - siz.readUInt32BE(14);
    const height = siz.readUInt32BE(10) - siz.readUInt32BE(18);
    if (width <= 0 || height <= 0) throw new FormatError('bad-extent', at, 'the picture has no extent');
    if (siz.readUInt16BE(2) !== SIZ_BYTES - 2 + 3 * this.#components)
      throw new FormatError('bad-codestream', at, 'the image size is not as long as its components need');
    return { width, height, dataAt: at };
  }

  #truncated(message: string): FormatError {
    return new FormatError('truncated', this.end, message);
  }

  /** The segments from `at` up to the marker that ends them; gives its offset. */
  #headers(at: number, last: number, take: (segment: Spare) => void): number {
    for (let place = at; ; ) {
      if (place + HEAD_BYTES > this.end) throw this.#truncated('the codestream ends within its headers');
      const marker = this.#bytes.u16(place);
      if (marker === last) return place;
      if (marker < 0xff00) throw new FormatError('bad-marker', place, 'no marker stands where one should');
      const length = isBare(marker) ? 0 : this.#bytes.u16(place + 2);
      const region = { byteOffset: place, byteLength: 2 + length };
      if (!isBare(marker) && length < 2) throw new FormatError('bad-marker', place, 'a marker segment is shorter than its own length');
      place += region.byteLength;
      if (place > this.end) throw this.#truncated('the codestream ends within a marker segment');
      take(spareOf(marker, region));
    }
  }

  #mainSegment(segment: Spare): void {
    if (segment.marker === MARKER.TLM) this.#lengths.push(segment.region);
    else this.#segment(segment, this.#spares);
  }

  #segment(segment: Spare, spares: Spare[]): void {
    const { marker, region, data } = segment;
    const isKept = isNeeded(marker) || (marker === MARKER.CRG && data.byteLength === 4 * this.#components);
    if (isKept) this.#pixels.push(region);
    else spares.push(segment);
    if (++this.#segments > this.limits.entryCount)
      throw new LimitError('entryCount', region.byteOffset, `more than ${this.limits.entryCount} marker segments in headers`);
  }

  #tilePart(byteOffset: number): TilePart {
    if (byteOffset + SOT_BYTES + 2 > this.end) throw this.#truncated('the codestream ends within the head of a tile-part');
    const sot = Buffer.from(this.#bytes.bytes(byteOffset, SOT_BYTES));
    const declared = sot.readUInt32BE(PSOT_AT);
    if (sot.readUInt16BE(2) !== SOT_BYTES - 2 || (declared !== 0 && declared < SOT_BYTES + 2))
      throw new FormatError('bad-tile-part', byteOffset, 'a tile-part has a length that none can have');
    const endOffset = declared === 0 ? this.#lastEnd() : byteOffset + declared;
    if (endOffset > this.end) throw this.#truncated('the codestream ends within a tile-part');
    const own: Spare[] = [];
    const indexes: Region[] = [];
    const sod = this.#headers(byteOffset + SOT_BYTES, MARKER.SOD, (segment) => {
      if (segment.marker === MARKER.PLT) indexes.push(segment.region);
      else this.#segment(segment, own);
    });
    if (sod + 2 > endOffset) throw new FormatError('bad-tile-part', byteOffset, 'a tile-part ends within its headers');
    const packets = { byteOffset: sod + 2, byteLength: endOffset - sod - 2 };
    this.#pixels.push(packets);
    if (!isPacketIndexTrue(indexes, this.#bytes, packets.byteLength)) for (const region of indexes) own.push(spareOf(MARKER.PLT, region));
    own.sort((a, b) => a.region.byteOffset - b.region.byteOffset);
    for (const spare of own) this.#spares.push(spare);
    return { byteOffset, declared, endOffset, spares: own };
  }

  /** A.4.2: a length of 0 says that all up to the EOC marker is this tile-part. */
  #lastEnd(): number {
    return this.end - 2 >= this.start && this.#bytes.u16(this.end - 2) === MARKER.EOC ? this.end - 2 : this.end;
  }

  #endAfter(at: number): number {
    // Decoders show a picture whose EOC marker is missing; where something else stands there, its tile-parts have wrong lengths.
    if (at === this.end) return at;
    if (at + 2 > this.end || this.#bytes.u16(at) !== MARKER.EOC)
      throw new FormatError('bad-tile-part', at, 'neither a tile-part nor the end of the codestream follows a tile-part');
    return at + 2;
  }
}

function spareOf(marker: number, region: Region): Spare {
  const head = Math.min(HEAD_BYTES, region.byteLength);
  return { marker, region, data: { byteOffset: region.byteOffset + head, byteLength: region.byteLength - head } };
}
