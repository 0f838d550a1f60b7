import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { locateFrom, opaquePart } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { isBlank } from '../boxes/blank.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import type { Piece as BoxPiece } from '../movie/piece.js';
import type { Movie } from '../movie/read-movie.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import type { ItemPlace, SamplePlace } from './item-places.js';
import type { MetaBox } from './meta-box.js';
import type { MetaParts } from './meta-parts.js';

interface File {
  readonly source: Source;
  readonly context: ReadContext;
  readonly boxes: readonly FileBox[];
  /** Where the last box ends. */
  readonly endOffset: number;
  readonly meta: MetaBox;
  readonly fromMeta: MetaParts;
  readonly places: readonly ItemPlace[];
  /** The first `moov` box, and where its samples lie. */
  readonly movie?: Movie;
  readonly samples: readonly SamplePlace[];
  /** The file type, whose list of brands could hold anything. */
  readonly brands: BoxPiece;
}

/** One range of an item's bytes, or of samples. */
interface Piece {
  readonly part: Part;
  readonly region: Region;
  readonly index: number;
}

/** A file whose items are cut into ranges, in file order. */
interface CutFile extends File {
  readonly pieces: readonly Piece[];
}

/** The parts that tile the file. */
export function topParts(file: File): Part[] {
  const pieces = file.places
    .flatMap(({ part, regions }): Piece[] => regions.map((region, index) => ({ part, region, index })))
    .concat(file.samples.map((place) => ({ part: samplesPart(place), region: place.region, index: 0 })))
    .sort((a, b) => a.region.byteOffset - b.region.byteOffset);
  const parts = file.boxes.flatMap((box) => boxParts({ ...file, pieces }, box));
  const trailer = trailerPart(file.source, file.endOffset, file.context);
  return trailer === undefined ? parts : [...parts, trailer];
}

function boxParts(file: CutFile, box: FileBox): Part[] {
  const { source, meta, context } = file;
  if (box === meta.file) return [metaPart(file, box)];
  if (box.path === file.movie?.part.path) return [file.movie.part];
  const region = boxRegion(box);
  switch (box.type) {
    case 'ftyp':
      return [box === file.boxes[0] ? file.brands.part : opaquePart(box.path, 'unknown', region, 'a second file type')];
    case 'mdat':
      return mediaParts(file, box);
    case 'free':
    case 'skip':
    case 'wide': {
      const structure = { ...structurePart(box.path, region), required: false };
      return [
        isBlank(source, box.dataOffset, box.endOffset)
          ? structure
          : opaquePart(box.path, 'unknown', region, 'free space that holds something'),
      ];
    }
    case 'mpvd':
      return [
        {
          path: box.path,
          carrier: 'image',
          category: 'preview',
          alsoReveals: ['location', 'time'],
          region,
          required: false,
          note: 'a motion photo’s video',
        },
      ];
    case 'uuid':
      return [uuidPart(source, box, context)];
    default:
      return [opaquePart(box.path, 'unknown', region, 'a box of an unknown kind')];
  }
}

const C2PA_UUID = 'd8fec3d61b0e483c92975828877ec481';
const XMP_UUID = 'be7acfcb97a942e89c71999491e3afac';

/** Explained, but gone as a whole: no reader of pictures looks at these boxes for what the policy may keep. */
function uuidPart(source: Source, box: FileBox, context: ReadContext): Part {
  const region = boxRegion(box);
  const opaque = opaquePart(box.path, 'unknown', region, 'a box of an unknown kind');
  if (box.endOffset - box.dataOffset > context.limits.payloadBytes) return opaque;
  const place = { path: box.path, locate: locateFrom(box.dataOffset), context };
  const read = (): Uint8Array => source.read(box.dataOffset, box.endOffset - box.dataOffset);
  if (box.uuid === C2PA_UUID) {
    const children = readJumbf(read(), place).parts;
    return { path: box.path, carrier: 'JUMBF', category: 'provenance', region, required: false, atomic: true, children };
  }
  if (box.uuid !== XMP_UUID) return opaque;
  return {
    path: box.path,
    carrier: 'XMP',
    category: 'rendering',
    region,
    required: false,
    atomic: true,
    children: readXmp(read(), place).parts,
  };
}

function metaPart({ source, meta, fromMeta, places, pieces }: CutFile, box: FileBox): Part {
  const { idat } = meta;
  const inIdat = idat === undefined ? [] : itemParts(source, pieces, idat, `${box.path}/idat`);
  const entries = places.filter(({ regions }) => regions.length === 0).map(({ part }) => part);
  return { ...structurePart(box.path, boxRegion(box)), required: false, children: [...fromMeta.parts, ...inIdat, ...entries] };
}

function mediaParts({ source, pieces }: CutFile, box: FileBox): Part[] {
  const head = structurePart(box.path, { byteOffset: box.byteOffset, byteLength: box.dataOffset - box.byteOffset });
  const content = { byteOffset: box.dataOffset, byteLength: box.endOffset - box.dataOffset };
  return [head, ...itemParts(source, pieces, content, box.path)];
}

/** What fills a range: items, and what none of them accounts for. */
function itemParts(source: Source, pieces: readonly Piece[], ground: Region, path: string): Part[] {
  const end = ground.byteOffset + ground.byteLength;
  const parts: Part[] = [];
  let position = ground.byteOffset;
  const fill = (to: number): void => {
    if (to > position) parts.push(gapPart(source, `${path}/unreferenced@${position}`, { byteOffset: position, byteLength: to - position }));
  };
  for (let at = firstFrom(pieces, ground.byteOffset); at < pieces.length; at++) {
    const { part, region, index } = pieces[at] as Piece;
    if (region.byteOffset >= end) break;
    fill(region.byteOffset);
    parts.push(
      index === 0
        ? { ...part, region }
        : { path: `${part.path}/more#${index}`, carrier: part.carrier, category: 'rendering', region, required: part.required },
    );
    position = region.byteOffset + region.byteLength;
  }
  fill(end);
  return parts;
}

function gapPart(source: Source, path: string, region: Region): Part {
  if (isBlank(source, region.byteOffset, region.byteOffset + region.byteLength)) return { ...structurePart(path, region), required: false };
  return opaquePart(path, 'unknown', region, 'bytes that no item accounts for');
}

/** Index of the first range that starts at the offset or behind it. */
function firstFrom(pieces: readonly Piece[], byteOffset: number): number {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle] as Piece).region.byteOffset < byteOffset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Samples of a track that is neither seen nor heard go with it. */
function samplesPart({ track, region }: SamplePlace): Part {
  const path = `track-${track.id}/samples@${region.byteOffset}`;
  return { path, carrier: track.isNeeded ? 'pixels' : 'structure', category: 'rendering', region, required: track.isNeeded };
}
