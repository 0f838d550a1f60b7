import type { Edit, Part, Region } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { blank } from '../boxes/blank.js';
import { type BoxPlace, isBlank } from './piece.js';
import { Runs } from './runs.js';
import type { MovieTrack } from './track.js';

/** Bytes of a file that hold samples (`mdat` and its like), by what they are in use for. */
export class MediaData {
  /** Of tracks that are seen or heard, and of anything else that has to stay. */
  readonly #needed: Runs;
  readonly #used: Runs;

  /** `more`: ranges in use beside the tracks (items of a picture file). */
  constructor(
    readonly place: BoxPlace,
    readonly tracks: readonly MovieTrack[],
    more?: Runs,
  ) {
    const { limits } = place.context;
    this.#needed = new Runs(limits);
    this.#used = new Runs(limits);
    for (const track of tracks) {
      if (track.isNeeded) this.#needed.addAll(track.samples);
      this.#used.addAll(track.samples);
    }
    if (more !== undefined) {
      this.#needed.addAll(more);
      this.#used.addAll(more);
    }
  }

  /** What is in use of a range for what is seen or heard. */
  needed({ byteOffset, byteLength }: Region): Region[] {
    return regions(this.#needed.within(byteOffset, byteOffset + byteLength));
  }

  /** True where a track or an item has bytes in the range. */
  isUsed({ byteOffset, byteLength }: Region): boolean {
    return this.#used.within(byteOffset, byteOffset + byteLength).next().done !== true;
  }

  /** The part of a range that nothing uses, where it is not all zeros. */
  unused(path: string, { byteOffset, byteLength }: Region): Part[] {
    const { source } = this.place;
    const filled = this.#filledGaps(byteOffset, byteOffset + byteLength);
    const [first] = filled;
    const last = filled.at(-1);
    if (first === undefined || last === undefined) return [];
    const region = { byteOffset: first[0], byteLength: last[1] - first[0] };
    const bytes = filled.reduce((sum, [start, end]) => sum + end - start, 0);
    const isFreeGps = filled.some(([start, end]) => end - start >= 12 && isGpsBlock(source.read(start, 12)));
    const what = isFreeGps ? 'blocks of GPS between the samples' : `${bytes} bytes that no sample and no item uses`;
    return [opaquePart(path, 'unknown', region, what)];
  }

  /** Zeros over what nothing uses. */
  clear({ byteOffset, byteLength }: Region): Edit[] {
    return this.#filledGaps(byteOffset, byteOffset + byteLength).flatMap(([start, end]) => blank(start, end - start));
  }

  /** Zeros over the samples of tracks that go, within these ranges, but for what else is in use there. */
  clearTracks(gone: readonly MovieTrack[], within: readonly Region[]): Edit[] {
    if (gone.length === 0) return [];
    const { limits } = this.place.context;
    const lostTracks = new Set(gone);
    const kept = new Runs(limits);
    kept.addAll(this.#needed);
    for (const track of this.tracks) if (!lostTracks.has(track)) kept.addAll(track.samples);
    const lost = new Runs(limits);
    for (const track of gone) lost.addAll(track.samples);
    const edits: Edit[] = [];
    for (const { byteOffset, byteLength } of within)
      for (const [start, end] of lost.within(byteOffset, byteOffset + byteLength))
        for (const [from, to] of kept.gaps(start, end)) edits.push(...blank(from, to - from));
    return edits;
  }

  #filledGaps(start: number, end: number): [start: number, end: number][] {
    return [...this.#used.gaps(start, end)].filter(([from, to]) => !isBlank(this.place.source, from, to));
  }
}

/** Blocks that dash cameras put between the samples. */
function isGpsBlock(head: Uint8Array): boolean {
  return /^.{4}freeGPS/s.test(Buffer.from(head).toString('latin1'));
}

function regions(runs: Iterable<[start: number, end: number]>): Region[] {
  return [...runs].map(([start, end]) => ({ byteOffset: start, byteLength: end - start }));
}
