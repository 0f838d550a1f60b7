import type { Part, Plan, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import { buildSegment } from './app-segment.js';
import { MARKER, markerName } from './markers.js';
import { hiddenInScan } from './scan/hidden-in-scan.js';
import type { SegmentReading } from './segments.js';
import type { Table } from './tables.js';
import type { Filler, Piece, Scan, Segment, Stream } from './walk.js';

/** A part of the stream and what it is to a decoder. */
export interface StreamPart {
  readonly part: Part;
  readonly kind: Piece['kind'];
}

/** The parts from SOI to EOI. */
export function readPieces(source: Source, stream: Stream, segments: SegmentReading): StreamPart[] {
  return new PieceReader(source, stream, segments).read();
}

const UNSHOWN = 'scan of components that are complete: no decoder shows it';

const FILLER_NOTES: Readonly<Record<string, string>> = {
  fill: 'a run of fill bytes',
  garbage: 'bytes between segments that decoders skip',
  stray: 'a marker where it means nothing',
};

class PieceReader {
  readonly #counts = new Map<string, number>();
  readonly #idle: ReadonlySet<Table>;

  constructor(
    readonly source: Source,
    readonly stream: Stream,
    readonly segments: SegmentReading,
  ) {
    this.#idle = stream.tables.idle();
  }

  read(): StreamPart[] {
    const parts: StreamPart[] = [];
    let covered = 0;
    this.stream.pieces.forEach((piece, index) => {
      if (piece.start < covered) return;
      if (piece.kind === 'scan' && this.stream.needed.has(piece)) {
        parts.push(...this.#scan(piece));
        return;
      }
      const part = this.segments.parts.get(index) ?? this.#part(piece);
      covered = part.region.byteOffset + part.region.byteLength;
      parts.push({ part, kind: piece.kind });
    });
    return parts;
  }

  #part(piece: Piece): Part {
    if (piece.kind === 'segment') return this.#segment(piece);
    const region = regionOf(piece);
    if (piece.kind === 'scan') return opaquePart(this.#name('scan'), 'unknown', region, UNSHOWN);
    if (piece.kind === 'SOI' || piece.kind === 'EOI') return structurePart(piece.kind, region);
    return this.#filler(piece, region);
  }

  /** Pixels, and between them what no decoder shows. */
  #scan(scan: Scan): StreamPart[] {
    const parts: StreamPart[] = [];
    const pixels = (start: number, end: number): void => {
      if (end <= start) return;
      const part: Part = {
        path: this.#name('scan'),
        carrier: 'pixels',
        category: 'rendering',
        region: regionOf({ start, end }),
        required: true,
      };
      parts.push({ part, kind: 'scan' });
    };
    let at = scan.start;
    for (const region of hiddenInScan(this.source, this.stream.frame, scan)) {
      pixels(at, region.byteOffset);
      const part = opaquePart(this.#name('scan-rest'), 'unknown', region, 'bytes of a scan behind its last block');
      parts.push({ part, kind: 'garbage' });
      at = region.byteOffset + region.byteLength;
    }
    pixels(at, scan.end);
    return parts;
  }

  #filler(piece: Filler, region: Region): Part {
    return opaquePart(this.#name(piece.kind), 'unknown', region, FILLER_NOTES[piece.kind] ?? 'unknown bytes');
  }

  #segment(segment: Segment): Part {
    const { marker, tables } = segment;
    const region = regionOf(segment);
    const path = this.#name(markerName(marker));
    if (tables !== undefined) return this.#tables(segment, path, region, tables);
    if (this.stream.needed.has(segment)) return structurePart(path, region);
    return opaquePart(path, 'unknown', region, marker === MARKER.SOS ? UNSHOWN : 'segment that decoders take no notice of');
  }

  /** A table that no scan uses is 64 bytes and more that nobody looks at. */
  #tables(segment: Segment, path: string, region: Region, tables: readonly Table[]): Part {
    const idle = tables.filter((table) => this.#idle.has(table));
    const note = 'table that no scan uses';
    if (idle.length === 0) return structurePart(path, region);
    if (idle.length === tables.length) return opaquePart(path, 'unknown', region, note);
    const children = tables.map((table, index): Part => {
      const place = { byteOffset: segment.dataAt + table.start, byteLength: table.end - table.start };
      const name = `${path}/table#${index}`;
      return this.#idle.has(table) ? opaquePart(name, 'unknown', place, note) : structurePart(name, place);
    });
    const rewrite = (plan: Plan): Uint8Array => {
      const data = this.source.read(segment.dataAt, segment.end - segment.dataAt);
      const kept = tables.filter((_, index) => !plan.touches(children[index] as Part)).map(({ start, end }) => data.subarray(start, end));
      return buildSegment(segment.marker, ...kept);
    };
    return { ...structurePart(path, region), children, payload: { rewrite } };
  }

  #name(kind: string): string {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    return `${kind}#${count}`;
  }
}

function regionOf({ start, end }: Pick<Piece, 'start' | 'end'>): Region {
  return { byteOffset: start, byteLength: end - start };
}
