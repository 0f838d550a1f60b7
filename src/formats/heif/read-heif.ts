import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Source } from '../../core/source.js';
import { BoxCounter, type FileBox, walkBoxes } from '../boxes/walk.js';
import { type ItemPlace, placeItems } from './item-places.js';
import { type MetaBox, readMetaBox } from './meta-box.js';
import { type MetaParts, metaParts } from './meta-parts.js';
import { orientationOf, sizeOf } from './picture.js';
import { rolesOf } from './roles.js';
import { topParts } from './top-parts.js';

export interface HeifInspection extends Inspection {
  readonly meta: MetaBox;
  readonly metaParts: MetaParts;
  readonly places: readonly ItemPlace[];
  readonly boxes: readonly FileBox[];
}

/** HEIF, HEIC and AVIF (ISO/IEC 14496-12, ISO/IEC 23008-12). Throws a reader's error where a viewer would show nothing. */
export function readHeif(source: Source, context: ReadContext): HeifInspection {
  const { boxes, endOffset } = walkBoxes(source, 0, source.byteLength, '', new BoxCounter(context.limits), 'stop');
  const ftyp = boxes[0] as FileBox;
  const metaBox = boxes.find(({ type }) => type === 'meta');
  if (metaBox === undefined) throw new FormatError('no-primary-item', 0, 'there is no meta box: the file names no picture');
  const moov = boxes.find(({ type }) => type === 'moov' || type === 'moof');
  if (moov !== undefined) throw new UnsupportedError('image-sequence', moov.byteOffset, 'the file holds an image sequence');
  const meta = readMetaBox(source, metaBox, context.limits);
  const roles = rolesOf(meta);
  const places = placeItems(source, meta, roles, boxes, context);
  const fromMeta = metaParts(meta, context);
  const parts = topParts({ source, context, boxes, endOffset, meta, fromMeta, places });
  const shown = places.filter(({ item }) => roles.get(item.id) === 'picture');
  const iccProfile = profileOf(meta, fromMeta);
  return {
    format: 'heif',
    mediaType: mediaTypeOf(source, ftyp),
    parts,
    picture: {
      ...sizeOf(meta),
      orientation: orientationOf(meta),
      frameCount: 1,
      pixels: shown.flatMap(({ part, regions }) => (part.payload === undefined ? regions : [])),
      ...(iccProfile === undefined ? {} : { iccProfile }),
    },
    meta,
    metaParts: fromMeta,
    places,
    boxes,
  };
}

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
