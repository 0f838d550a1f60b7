import { boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { type BoxPlace, contentOf, group, opaqueBox, type Piece, slack, spare, structure } from './piece.js';
import { groupingBox, numberBox } from './tables.js';
import type { MovieTrack } from './track.js';

/** Flags of `tfhd` (ISO/IEC 14496-12 8.8.7.1). */
const TFHD = Object.freeze({ baseOffset: 0x01, description: 0x02, duration: 0x08, size: 0x10, flags: 0x20, fromMoof: 0x020000 });

/** Flags of `trun` (8.8.8.1). */
const TRUN = Object.freeze({ dataOffset: 0x01, firstFlags: 0x04, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 });

/** A fragment of a film: where its samples lie is added to the film's tracks. */
export interface Fragment {
  readonly piece: Piece;
  /** Samples by track. */
  readonly sampleCounts: ReadonlyMap<number, number>;
}

/** Where the run before ended: the next begins there unless it says otherwise (8.8.7.1, 8.8.8.1). */
interface Place {
  at: number;
}

/** What a film says of its fragments. */
export interface FragmentedMovie {
  /** By number. */
  readonly tracks: ReadonlyMap<number, MovieTrack>;
  readonly defaultSampleBytes: ReadonlyMap<number, number>;
}

/** Reads a `moof` box. Throws a reader's error where it is broken. */
export function readFragment(place: BoxPlace, box: FileBox, movie: FragmentedMovie): Fragment {
  const { source, counter } = place;
  const run = walkBoxes(source, box.dataOffset, box.endOffset, `${box.path}/`, counter);
  const counts = new Map<number, number>();
  const end: Place = { at: box.byteOffset };
  let isFirst = true;
  const pieces = run.boxes.map((inner): Piece => {
    switch (inner.type) {
      case 'mfhd':
        return numberBox(place, inner);
      case 'traf': {
        const piece = readTrackFragment(place, inner, { movie, moofOffset: box.byteOffset, isFirst, end, counts });
        isFirst = false;
        return piece;
      }
      case 'free':
      case 'skip':
        return spare(place, inner);
      default:
        return opaqueBox(inner, 'a box of a fragment that is not known');
    }
  });
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  pieces.push(...slack(source, `${box.path}/slack`, rest, 'bytes that are no box'));
  return { piece: group(structurePart(box.path, boxRegion(box)), pieces), sampleCounts: counts };
}

interface FragmentContext {
  readonly movie: FragmentedMovie;
  readonly moofOffset: number;
  readonly isFirst: boolean;
  readonly end: Place;
  readonly counts: Map<number, number>;
}

function readTrackFragment(place: BoxPlace, box: FileBox, context: FragmentContext): Piece {
  const { source, counter } = place;
  const run = walkBoxes(source, box.dataOffset, box.endOffset, `${box.path}/`, counter);
  const header = run.boxes.find(({ type }) => type === 'tfhd');
  const track = header === undefined ? undefined : readHeader(place, header, context);
  const pieces = run.boxes.map((inner): Piece => {
    switch (inner.type) {
      case 'trun':
        if (track !== undefined) readRun(place, inner, track, context);
        return structure(inner);
      case 'tfhd':
      case 'sdtp':
      case 'subs':
      case 'saiz':
      case 'saio':
      case 'senc':
        return structure(inner);
      case 'tfdt':
        return numberBox(place, inner);
      case 'sgpd':
      case 'sbgp':
        return groupingBox(place, inner);
      case 'free':
      case 'skip':
        return spare(place, inner);
      default:
        return opaqueBox(inner, 'a box of a fragment that is not known');
    }
  });
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  pieces.push(...slack(source, `${box.path}/slack`, rest, 'bytes that are no box'));
  return group(structurePart(box.path, boxRegion(box)), pieces);
}

interface TrackFragment {
  readonly id: number;
  readonly base: number;
  readonly sampleBytes: number;
}

function readHeader({ source }: BoxPlace, box: FileBox, { movie, moofOffset, isFirst, end }: FragmentContext): TrackFragment | undefined {
  const room = box.endOffset - box.dataOffset;
  const bytes = Buffer.from(source.read(box.dataOffset, Math.min(room, 40)));
  if (room < 8) return undefined;
  const flags = bytes.readUIntBE(1, 3);
  const id = bytes.readUInt32BE(4);
  let at = 8;
  let base = (flags & TFHD.fromMoof) !== 0 || isFirst ? moofOffset : end.at;
  if ((flags & TFHD.baseOffset) !== 0 && at + 8 <= room) {
    base = bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
    at += 8;
  }
  if ((flags & TFHD.description) !== 0) at += 4;
  if ((flags & TFHD.duration) !== 0) at += 4;
  const own = (flags & TFHD.size) !== 0 && at + 4 <= room ? bytes.readUInt32BE(at) : undefined;
  end.at = base;
  return { id, base, sampleBytes: own ?? movie.defaultSampleBytes.get(id) ?? 0 };
}

function readRun(place: BoxPlace, box: FileBox, { id, base, sampleBytes }: TrackFragment, { movie, end, counts }: FragmentContext): void {
  const bytes = contentOf(place, box);
  if (bytes === undefined || bytes.byteLength < 8) return;
  const flags = bytes.readUIntBE(1, 3);
  let at = 8;
  let start = end.at;
  if ((flags & TRUN.dataOffset) !== 0 && at + 4 <= bytes.byteLength) {
    start = base + bytes.readInt32BE(at);
    at += 4;
  }
  if ((flags & TRUN.firstFlags) !== 0) at += 4;
  const before = (flags & TRUN.duration) !== 0 ? 4 : 0;
  const entryBytes = [TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition].reduce(
    (sum, flag) => sum + ((flags & flag) === 0 ? 0 : 4),
    0,
  );
  const declared = bytes.readUInt32BE(4);
  const count = entryBytes === 0 ? declared : Math.min(declared, Math.max(0, Math.floor((bytes.byteLength - at) / entryBytes)));
  let size = count * sampleBytes;
  if ((flags & TRUN.size) !== 0) {
    size = 0;
    for (let index = 0; index < count; index++) size += bytes.readUInt32BE(at + index * entryBytes + before);
  }
  end.at = start + size;
  counts.set(id, (counts.get(id) ?? 0) + count);
  if (start >= 0) movie.tracks.get(id)?.samples.add(start, start + size);
}
