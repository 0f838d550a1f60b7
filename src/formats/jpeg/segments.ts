import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { commentPart } from '../comment.js';
import { AppSegment } from './app-segment.js';
import { type ExifCarried, readExifCarrier } from './exif-carrier.js';
import { readIccCarrier } from './icc-carrier.js';
import type { Carried } from './joined.js';
import { readJumbfCarriers } from './jumbf-carrier.js';
import { isApplicationMarker, MARKER, markerName } from './markers.js';
import { type MpfCarried, readMpfCarrier } from './mpf-carrier.js';
import { readIptcCarrier, readPhotoshopCarrier } from './photoshop-carrier.js';
import { adobePart, jfifPart, jfxxPart } from './rendering-segments.js';
import { kindOf, type SegmentKind } from './segment-kind.js';
import { vendorOf } from './vendors.js';
import type { Stream } from './walk.js';
import { readXmpCarriers } from './xmp-carrier.js';

/** Blocks of one kind that are taken apart: more than any honest file has. Further ones are unknown segments. */
const READ_BLOCKS = 16;
const READ_COMMENTS = 64;

/** What the application and comment segments of a stream hold. */
export interface SegmentReading {
  /** By the index of the piece that it begins with. A part may cover several pieces. */
  readonly parts: ReadonlyMap<number, Part>;
  /** Continuations by the path of the part that they go with. */
  readonly continuations: ReadonlyMap<string, readonly Part[]>;
  readonly orientation: number | undefined;
  readonly iccProfile: Uint8Array | undefined;
  readonly mpf: readonly MpfCarried[];
}

/** Takes apart what application and comment segments hold, and joins what lies in several of them. */
export function readSegments(source: Source, stream: Stream, context: ReadContext): SegmentReading {
  return new SegmentReader(source, stream, context).read();
}

class SegmentReader {
  readonly #parts = new Map<number, Part>();
  readonly #continuations = new Map<string, readonly Part[]>();
  readonly #byKind = new Map<SegmentKind, AppSegment[]>();
  readonly #mpf: MpfCarried[] = [];
  readonly #indexOf = new Map<number, number>();
  #orientation: number | undefined;
  #iccProfile: Uint8Array | undefined;

  constructor(
    readonly source: Source,
    readonly stream: Stream,
    readonly context: ReadContext,
  ) {}

  read(): SegmentReading {
    const all = this.#collect();
    this.#readExif();
    this.#readIcc();
    for (const carried of readXmpCarriers(this.#few('xmp'), this.#of('xmp-extension'), this.context)) this.#add(carried);
    for (const carried of readJumbfCarriers(this.#of('jumbf'), this.context)) this.#add(carried);
    for (const run of neighbours(this.#of('photoshop')).slice(0, READ_BLOCKS)) this.#add(readPhotoshopCarrier(run, this.context));
    for (const segment of this.#few('iptc')) this.#add(readIptcCarrier(segment, this.context));
    for (const segment of this.#few('mpf')) {
      const carried = readMpfCarrier(segment, this.context);
      this.#mpf.push(carried);
      this.#add(carried);
    }
    for (const segment of this.#of('jfif')) this.#parts.set(segment.index, jfifPart(segment));
    for (const segment of this.#of('adobe')) this.#parts.set(segment.index, adobePart(segment));
    for (const segment of this.#few('jfxx')) this.#parts.set(segment.index, jfxxPart(segment, this.context));
    for (const segment of this.#few('comment', READ_COMMENTS))
      this.#parts.set(
        segment.index,
        commentPart(segment.path, { byteOffset: segment.piece.start, byteLength: segment.piece.end - segment.piece.start }, segment.data),
      );
    const covered = new Set(all.filter(({ index }) => this.#parts.has(index) || this.#isCovered(index)).map(({ index }) => index));
    for (const segment of all) if (!covered.has(segment.index)) this.#parts.set(segment.index, unreadPart(segment));
    const { orientation, iccProfile } = { orientation: this.#orientation, iccProfile: this.#iccProfile };
    return { parts: this.#parts, continuations: this.#continuations, orientation, iccProfile, mpf: this.#mpf };
  }

  readonly #members = new Set<number>();

  #isCovered(index: number): boolean {
    return this.#members.has(index);
  }

  #of(kind: SegmentKind): AppSegment[] {
    return this.#byKind.get(kind) ?? [];
  }

  #few(kind: SegmentKind, count = READ_BLOCKS): AppSegment[] {
    return this.#of(kind).slice(0, count);
  }

  /** Metadata beyond `payloadBytes` in sum are not held in memory: such segments are read as unknown ones. */
  #collect(): AppSegment[] {
    const counts = new Map<number, number>();
    const all: AppSegment[] = [];
    let heldBytes = 0;
    this.stream.pieces.forEach((piece, index) => {
      if (piece.kind !== 'segment' || !(isApplicationMarker(piece.marker) || piece.marker === MARKER.COM)) return;
      const count = counts.get(piece.marker) ?? 0;
      counts.set(piece.marker, count + 1);
      const segment = new AppSegment(this.source, piece, `${markerName(piece.marker)}#${count}`, index);
      all.push(segment);
      this.#indexOf.set(piece.start, index);
      heldBytes += segment.byteLength;
      if (heldBytes > this.context.limits.payloadBytes) return;
      const kind = kindOf(segment);
      const same = this.#byKind.get(kind);
      if (same === undefined) this.#byKind.set(kind, [segment]);
      else same.push(segment);
    });
    return all;
  }

  /** Viewers look at the first APP1 block in front of the first scan. */
  #readExif(): void {
    const all = [...this.#of('exif'), ...this.#of('exif-continued')].sort((a, b) => a.index - b.index);
    const continued = new Set(this.#of('exif-continued'));
    const shown = this.#of('exif').find((segment) => segment.is(1) && !segment.piece.afterScan);
    let blocks = 0;
    for (const run of neighbours(all)) {
      let block: AppSegment[] = [];
      const flush = (): void => {
        const [first] = block;
        // What continues no block is left to be an unknown segment.
        if (first === undefined || continued.has(first) || ++blocks > READ_BLOCKS) return;
        const carried: ExifCarried = readExifCarrier(block, first === shown, this.context);
        if (first === shown) this.#orientation = carried.orientation;
        this.#add(carried);
      };
      for (const segment of run) {
        if (block.length > 0 && continued.has(segment) && block[0]?.is(1) === true) {
          block.push(segment);
          continue;
        }
        flush();
        block = [segment];
      }
      flush();
    }
  }

  #readIcc(): void {
    const carried = readIccCarrier(this.#of('icc'), this.context);
    if (carried === undefined) return;
    this.#iccProfile = carried.profile;
    this.#add(carried);
  }

  #add({ part, continuations, members }: Carried): void {
    this.#parts.set(this.#indexAt(part.region), part);
    for (const other of continuations) this.#parts.set(this.#indexAt(other.region), other);
    if (continuations.length > 0) this.#continuations.set(part.path, continuations);
    for (const { index } of members) this.#members.add(index);
  }

  #indexAt({ byteOffset }: Region): number {
    return this.#indexOf.get(byteOffset) as number;
  }
}

/** Segments right behind one another, together. */
function neighbours(segments: readonly AppSegment[]): AppSegment[][] {
  const runs: AppSegment[][] = [];
  for (const segment of segments) {
    const last = runs.at(-1);
    if (last?.at(-1)?.index === segment.index - 1) last.push(segment);
    else runs.push([segment]);
  }
  return runs;
}

function unreadPart({ path, marker, piece, headText }: AppSegment): Part {
  const region = { byteOffset: piece.start, byteLength: piece.end - piece.start };
  const vendor = vendorOf(marker, headText);
  const part = opaquePart(path, 'application', region, vendor?.note ?? 'segment of no known kind');
  if (vendor?.isPlain === true)
    return { path, carrier: 'application', category: vendor.category, region, required: false, note: vendor.note };
  return vendor === undefined ? part : { ...part, category: vendor.category };
}
