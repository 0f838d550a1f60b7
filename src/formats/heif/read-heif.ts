import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Source } from '../../core/source.js';
import { BoxCounter, type FileBox, walkBoxes } from '../boxes/walk.js';
import type { Piece } from '../movie/piece.js';
import { type Movie, readMovie } from '../movie/read-movie.js';
import type { MovieTrack } from '../movie/track.js';
import { fileType } from '../mp4/file-type.js';
import { type Mp4Inspection, readMp4 } from '../mp4/read-mp4.js';
import { type ItemPlace, placeItems, type SamplePlace } from './item-places.js';
import { type MetaBox, readMetaBox } from './meta-box.js';
import { type MetaParts, metaParts } from './meta-parts.js';
import { orientationOf, sizeOf } from './picture.js';
import { rolesOf } from './roles.js';
import { topParts } from './top-parts.js';

export interface HeifInspection extends Inspection {
  readonly meta: MetaBox;
  readonly metaParts: MetaParts;
  readonly places: readonly ItemPlace[];
  readonly movie?: Movie;
  readonly samples: readonly SamplePlace[];
  readonly boxes: readonly FileBox[];
  readonly brands: Piece;
}

/** A sequence without a still picture: a film by another brand. */
export interface FilmInspection extends Inspection {
  readonly film: Mp4Inspection;
}

/** True where the meta box has a primary item (ISO/IEC 14496-12 8.11.4). */
function namesPicture(source: Source, meta: FileBox | undefined, counter: BoxCounter): boolean {
  if (meta === undefined || meta.endOffset < meta.dataOffset + 4) return false;
  const { boxes } = walkBoxes(source, meta.dataOffset + 4, meta.endOffset, `${meta.path}/`, counter);
  return boxes.some(({ type }) => type === 'pitm');
}

/** HEIF, HEIC and AVIF (ISO/IEC 14496-12, ISO/IEC 23008-12). Throws a reader's error where a viewer would show nothing. */
export function readHeif(source: Source, context: ReadContext): HeifInspection | FilmInspection {
  const counter = new BoxCounter(context.limits);
  const run = walkBoxes(source, 0, source.byteLength, '', counter, 'stop');
  // A second file type is the start of another file: the film of a motion photo, mostly, whose offsets count from there.
  const next = run.boxes.findIndex(({ type }, index) => type === 'ftyp' && index > 0);
  const boxes = next < 0 ? run.boxes : run.boxes.slice(0, next);
  const endOffset = next < 0 ? run.endOffset : (run.boxes[next] as FileBox).byteOffset;
  const ftyp = boxes[0] as FileBox;
  const metaBox = boxes.find(({ type }) => type === 'meta');
  const moov = boxes.find(({ type }) => type === 'moov');
  if (moov !== undefined && !namesPicture(source, metaBox, counter)) {
    const film = readMp4(source, context);
    return { ...film, format: 'heif', mediaType: mediaTypeOf(source, ftyp), film };
  }
  const mini = boxes.find(({ type }) => type === 'mini');
  if (metaBox === undefined && mini !== undefined)
    throw new UnsupportedError(
      'minimized-image',
      mini.byteOffset,
      'the picture is in the minimized form (mini), which is not read',
      'convert it to AVIF or HEIC with a meta box, to JPEG or to PNG',
    );
  if (metaBox === undefined) throw new FormatError('no-primary-item', 0, 'there is no meta box: the file names no picture');
  const fragment = boxes.find(({ type }) => type === 'moof');
  if (fragment !== undefined) throw new UnsupportedError('fragmented-sequence', fragment.byteOffset, 'the image sequence is in fragments');
  const movie = moov === undefined ? undefined : readMovie({ source, context, counter }, moov);
  const meta = readMetaBox(source, metaBox, context.limits);
  const roles = rolesOf(meta);
  const { items: places, samples } = placeItems(source, meta, roles, boxes, context, movie);
  const fromMeta = metaParts(meta, context);
  const brands = fileType({ source, context, counter }, ftyp);
  const parts = topParts({
    source,
    context,
    boxes,
    endOffset,
    meta,
    fromMeta,
    places,
    samples,
    brands,
    ...(movie === undefined ? {} : { movie }),
  });
  const shown = places.filter(({ item }) => roles.get(item.id) === 'picture');
  const iccProfile = profileOf(meta, fromMeta);
  return {
    format: 'heif',
    mediaType: mediaTypeOf(source, ftyp),
    parts,
    picture: {
      ...sizeOf(meta),
      orientation: orientationOf(meta),
      frameCount: (movie?.tracks ?? []).filter(isPictures).reduce((most, { sampleCount }) => Math.max(most, sampleCount), 1),
      pixels: [
        ...shown.flatMap(({ part, regions }) => (part.payload === undefined ? regions : [])),
        ...samples.filter(({ track }) => track.isNeeded).map(({ region }) => region),
      ],
      ...(iccProfile === undefined ? {} : { iccProfile }),
    },
    meta,
    metaParts: fromMeta,
    places,
    samples,
    brands,
    ...(movie === undefined ? {} : { movie }),
    boxes,
  };
}

const isPictures = ({ handler }: MovieTrack): boolean => handler === 'pict' || handler === 'vide';

/** The profile of the picture shown; where there are several, decoders take the first. */
function profileOf(meta: MetaBox, { properties }: MetaParts): Uint8Array | undefined {
  for (const [box, part] of properties)
    if (part.carrier === 'ICC' && part.payload !== undefined) return meta.bytes.subarray(box.content + 4, box.end);
  return undefined;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  avis: 'image/avif-sequence',
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic-sequence',
  msf1: 'image/heif-sequence',
};

function mediaTypeOf(source: Source, ftyp: FileBox): string {
  const brand = Buffer.from(source.read(ftyp.dataOffset, Math.min(4, ftyp.endOffset - ftyp.dataOffset))).toString('latin1');
  return MEDIA_TYPES[brand] ?? 'image/heif';
}
