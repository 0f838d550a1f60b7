import type { Category } from '../../core/category.js';
import type { Edit, Part, Plan } from '../../core/part.js';
import { boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { headerBox } from './header-box.js';
import { mediaBox } from './media.js';
import { metaBox } from './meta.js';
import { type BoxPlace, freed, group, opaqueBox, type Piece, slack, spare, structure } from './piece.js';
import { Runs } from './runs.js';
import { chunkRanges, sampleCountOf } from './samples.js';
import { SPHERICAL_UUID, sphericalBox } from './spherical.js';
import { numberBox, numbersWithin } from './tables.js';
import { trackKind } from './track-kind.js';
import { userData } from './user-data.js';
import { XMP_UUID, xmpBox } from './xmp-box.js';

/** A track as the file's reader needs it. */
export interface MovieTrack {
  readonly id: number;
  readonly piece: Piece;
  /** `vide`, `soun`, `meta`, … of its media handler. */
  readonly handler: string;
  /** What is seen or heard: it always stays. */
  readonly isNeeded: boolean;
  /** Ranges of the file that its samples take up; those of fragments are added by whoever reads them. */
  readonly samples: Runs;
  readonly sampleCount: number;
  /** Of `tkhd`, in whole pixels; 0 where it is not seen. */
  readonly width: number;
  readonly height: number;
  /** 1 to 8, by the matrix of `tkhd`; 1 where it is none of those. */
  readonly orientation: number;
  /** Tracks that this one refers to, with the fields that hold their numbers. */
  readonly references: readonly TrackReference[];
}

interface TrackReference {
  readonly box: FileBox;
  readonly ids: readonly number[];
}

/** No track refers to more others than this many bytes name. */
const REFERENCE_BYTES = 1 << 16;

/** No honest clipping region or group of tracks is longer. */
const SHORT_BYTES = 256;

/** Reads a `trak` box of a film with tracks of these numbers. Throws a reader's error where it is broken in what players need. */
export function readTrack(place: BoxPlace, box: FileBox, ids: ReadonlySet<number>): MovieTrack {
  const run = walkBoxes(place.source, box.dataOffset, box.endOffset, `${box.path}/`, place.counter);
  const find = (type: string): FileBox | undefined => run.boxes.find((inner) => inner.type === type);
  const [header, media, references] = [find('tkhd'), find('mdia'), find('tref')];
  const read = media === undefined ? undefined : mediaBox(place, media);
  const targets = references === undefined ? [] : readReferences(place, references);
  const isReference = (each: TrackReference): boolean => each.ids.every((id) => id === 0 || ids.has(id));
  const pieces = run.boxes.map((inner): Piece => {
    if (inner === header) return headerBox(place, inner);
    if (inner === media && read !== undefined) return read.piece;
    if (inner === references)
      return group(structurePart(inner.path, boxRegion(inner)), strayReferences(targets.filter((each) => !isReference(each))));
    switch (inner.type) {
      case 'udta':
        return userData(place, inner);
      case 'meta':
        return metaBox(place, inner);
      case 'free':
      case 'skip':
      case 'wide':
        return spare(place, inner);
      case 'edts':
      case 'tapt':
        return numbersWithin(place, inner);
      case 'load':
      case 'txas':
        return numberBox(place, inner);
      case 'clip':
      case 'trgr':
        return inner.endOffset - inner.byteOffset <= SHORT_BYTES ? structure(inner) : opaqueBox(inner, 'a box that is too long');
      case 'uuid':
        if (inner.uuid === SPHERICAL_UUID) return sphericalBox(place, inner);
        return inner.uuid === XMP_UUID ? xmpBox(place, inner) : opaqueBox(inner, 'a private box of a track');
      default:
        return opaqueBox(inner, 'a box of a track that is not known');
    }
  });
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  pieces.push(...slack(place.source, `${box.path}/slack`, rest, 'bytes that are no box'));
  const samples = new Runs(place.context.limits);
  if (read !== undefined) for (const [start, end] of chunkRanges(place.source, read.tables, read)) samples.add(start, end);
  const handler = read?.handler ?? '';
  const kind = trackKind(place, handler, read, samples);
  const shape = header === undefined ? NO_SHAPE : shapeOf(place, header);
  return {
    id: shape.id,
    piece: kind === undefined ? group(structurePart(box.path, boxRegion(box)), pieces) : otherTrack(box, kind, pieces),
    handler,
    isNeeded: kind === undefined,
    samples,
    sampleCount: read === undefined ? 0 : sampleCountOf(place.source, read.tables),
    width: shape.width,
    height: shape.height,
    orientation: shape.orientation,
    references: targets.filter(isReference),
  };
}

interface Kind {
  readonly category: Category;
  readonly alsoReveals?: readonly Category[];
  readonly note: string;
}

/** A track that is neither seen nor heard goes as a whole; its samples with it. */
function otherTrack(box: FileBox, kind: Kind, pieces: readonly Piece[]): Piece {
  const part: Part = {
    ...kind,
    path: box.path,
    carrier: 'application',
    region: boxRegion(box),
    required: false,
    children: pieces.map((piece) => piece.part),
  };
  const edits = (plan: Plan): Edit[] => (plan.actionOf(part).kind === 'keep' ? pieces.flatMap((piece) => piece.edits(plan)) : freed(box));
  return { part, edits };
}

function readReferences({ source, counter }: BoxPlace, box: FileBox): TrackReference[] {
  const { boxes } = walkBoxes(source, box.dataOffset, box.endOffset, `${box.path}/`, counter);
  return boxes.map((reference) => {
    const byteLength = reference.endOffset - reference.dataOffset;
    // Where it holds no whole number of tracks, it is no reference to one.
    if (byteLength % 4 !== 0 || byteLength > REFERENCE_BYTES) return { box: reference, ids: reference.type === 'free' ? [] : [NaN] };
    const ids = Buffer.from(source.read(reference.dataOffset, byteLength));
    return { box: reference, ids: Array.from({ length: byteLength / 4 }, (_, index) => ids.readUInt32BE(index * 4)) };
  });
}

/** References to tracks that are not there are numbers that may say anything. */
function strayReferences(references: readonly TrackReference[]): Piece[] {
  return references.map(({ box }) => opaqueBox(box, 'a reference to a track that is not there'));
}

/** The number of a track, without reading more of it; 0 where it has none. */
export function trackId(place: BoxPlace, box: FileBox): number {
  const run = walkBoxes(place.source, box.dataOffset, box.endOffset, '', place.counter);
  const header = run.boxes.find(({ type }) => type === 'tkhd');
  return header === undefined ? 0 : shapeOf(place, header).id;
}

/** What refers to tracks that are gone refers to nothing: 0 is no track's number (ISO/IEC 14496-12 8.3.1.3). */
export function referenceEdits(track: MovieTrack, gone: ReadonlySet<number>): Edit[] {
  return track.references.flatMap(({ box, ids }) => {
    if (!ids.some((id) => gone.has(id))) return [];
    if (ids.every((id) => gone.has(id))) return freed(box);
    return ids.flatMap((id, index) =>
      gone.has(id) ? [{ byteOffset: box.dataOffset + 4 * index, byteLength: 4, bytes: Buffer.alloc(4) }] : [],
    );
  });
}

const NO_SHAPE = { id: 0, width: 0, height: 0, orientation: 1 };

/** `tkhd` (8.3.2): number of the track, matrix and size. */
function shapeOf({ source }: BoxPlace, box: FileBox): typeof NO_SHAPE {
  const bytes = Buffer.from(source.read(box.dataOffset, Math.min(box.endOffset - box.dataOffset, 96)));
  const idOffset = bytes[0] === 1 ? 20 : 12;
  const matrixOffset = idOffset + 28;
  if (bytes.length < matrixOffset + 44) return bytes.length >= idOffset + 4 ? { ...NO_SHAPE, id: bytes.readUInt32BE(idOffset) } : NO_SHAPE;
  const matrix = [0, 4, 12, 16].map((at) => Math.sign(bytes.readInt32BE(matrixOffset + at)));
  return {
    id: bytes.readUInt32BE(idOffset),
    width: bytes.readUInt32BE(matrixOffset + 36) >>> 16,
    height: bytes.readUInt32BE(matrixOffset + 40) >>> 16,
    orientation: ORIENTATIONS[matrix.join()] ?? 1,
  };
}

/** Signs of a, b, c and d of the matrix, and the orientation of Exif that turns and mirrors alike. */
const ORIENTATIONS: Readonly<Record<string, number>> = {
  '1,0,0,1': 1,
  '-1,0,0,1': 2,
  '-1,0,0,-1': 3,
  '1,0,0,-1': 4,
  '0,1,1,0': 5,
  '0,1,-1,0': 6,
  '0,-1,-1,0': 7,
  '0,-1,1,0': 8,
};
