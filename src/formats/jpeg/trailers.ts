import { isZeroRun } from '../../bytes/zero-run.js';
import { isReaderError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { REVEALS_ANYTHING } from '../../metadata/reading.js';
import { SourceSlice } from './source-slice.js';
import { footerAt, startOf, type TrailerKind } from './trailer-kinds.js';
import { walk } from './walk.js';

/** An image behind EOI that the MPF index points to. */
export interface ImageClaim {
  readonly start: number;
  readonly end: number;
  readonly note: string;
}

/** More images behind one picture than any camera writes; what follows is one unknown run. */
const MAX_IMAGES = 64;
/** Stacked trailers; what is before them is one unknown run. */
const MAX_FOOTERS = 16;
const ZEROS_BYTES = 2 ** 28;

/** What lies behind EOI, from `start` to the end of the source, as parts that tile it. */
export function readTrailers(source: Source, start: number, claims: readonly ImageClaim[], context: ReadContext): Part[] {
  return new TrailerReader(source, context).read(start, claims);
}

class TrailerReader {
  readonly #parts: Part[] = [];
  #images = 0;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
  ) {}

  read(start: number, claims: readonly ImageClaim[]): Part[] {
    let at = start;
    for (const claim of [...claims].sort((a, b) => a.start - b.start)) {
      if (claim.start < at || claim.end > this.source.byteLength || this.#images >= MAX_IMAGES) continue;
      if (!this.#startsJpeg(claim.start, claim.end)) continue;
      this.#run(at, claim.start);
      this.#image(claim.start, claim.end, claim.note, true);
      at = claim.end;
    }
    this.#run(at, this.source.byteLength);
    return this.#parts;
  }

  /** Bytes that no index speaks of: images first, footers last, and what is left in between. */
  #run(start: number, end: number): void {
    let at = start;
    while (at < end && this.#images < MAX_IMAGES && this.#startsJpeg(at, end)) {
      const imageEnd = this.#endOfJpeg(at, end);
      if (imageEnd === undefined) break;
      this.#image(at, imageEnd, 'second picture behind the first', false);
      at = imageEnd;
    }
    if (at >= end) return;
    if (this.#isZero(at, end)) {
      this.#push(at, end, { note: 'zeros behind the picture', category: 'hidden' });
      return;
    }
    const footers: { start: number; end: number; kind: TrailerKind }[] = [];
    let footersAt = end;
    while (footersAt > at && footers.length < MAX_FOOTERS) {
      const footer = footerAt(this.source, at, footersAt);
      if (footer === undefined) break;
      footers.unshift({ start: footersAt - footer.byteLength, end: footersAt, kind: footer });
      footersAt -= footer.byteLength;
    }
    if (at < footersAt) this.#push(at, footersAt, startOf(this.source, at, footersAt));
    for (const footer of footers) this.#push(footer.start, footer.end, footer.kind);
  }

  #push(start: number, end: number, { note, category }: TrailerKind): void {
    this.#parts.push({
      path: `trailer#${this.#parts.length}`,
      carrier: 'trailer',
      category,
      alsoReveals: REVEALS_ANYTHING,
      region: { byteOffset: start, byteLength: end - start },
      required: false,
      note,
      atomic: true,
    });
  }

  /** A picture of its own with metadata of its own. `isIndexed`: viewers that know multi-picture files show it. */
  #image(start: number, end: number, note: string, isIndexed: boolean): void {
    this.#images++;
    const region = { byteOffset: start, byteLength: end - start };
    const path = `image#${this.#images}`;
    const common = { path, carrier: 'image', category: 'preview', region, required: false, note } as const;
    const isSmall = region.byteLength <= this.context.limits.payloadBytes;
    const embedded = isSmall ? this.context.readEmbedded(this.source.read(start, end - start), path, start) : undefined;
    if (embedded === undefined) this.#parts.push({ ...common, alsoReveals: REVEALS_ANYTHING, atomic: true });
    else
      this.#parts.push({
        ...common,
        ...(isIndexed ? {} : { alsoReveals: ['hidden'] }),
        children: embedded.parts,
        payload: embedded.payload,
      });
  }

  #startsJpeg(start: number, end: number): boolean {
    if (end - start < 4) return false;
    const [first, second, third] = this.source.read(start, 3);
    return first === 0xff && second === 0xd8 && third === 0xff;
  }

  #endOfJpeg(start: number, end: number): number | undefined {
    try {
      return start + walk(new SourceSlice(this.source, start, end - start), this.context.limits).end;
    } catch (error) {
      if (isReaderError(error)) return undefined;
      throw error;
    }
  }

  /** So many zeros are a trailer like any other, whether they are all or not: it goes. */
  #isZero(start: number, end: number): boolean {
    return end - start <= ZEROS_BYTES && isZeroRun(this.source, start, end);
  }
}
