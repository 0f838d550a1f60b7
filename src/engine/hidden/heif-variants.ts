import type { PictureWithin } from '../../core/hidden-picture.js';

/** Boxes of one level that are walked, and bytes of a meta box that is looked into. */
const MAX_BOXES = 4096;
const META_BYTES = 16 * 2 ** 20;

interface Box {
  readonly type: string;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** How a HEIF file would be decoded if it showed something else: no byte of the file is changed, only of a copy. */
export interface HeifVariants {
  /** The picture without its clean aperture. */
  readonly uncropped?: Buffer;
  /** Thumbnails, each as if it were the picture. */
  readonly thumbnails: readonly PictureWithin[];
}

/** ISO/IEC 14496-12 and 23008-12. `bytes` is the whole file. */
export function heifVariants(bytes: Buffer): HeifVariants {
  const meta = boxes(bytes, 0, bytes.length).find(({ type }) => type === 'meta');
  if (meta === undefined || meta.end - meta.start > META_BYTES) return { thumbnails: [] };
  const inner = boxes(bytes, meta.content + 4, meta.end);
  const one = (type: string, among = inner): Box | undefined => among.find((box) => box.type === type);
  const iprp = one('iprp');
  const ipco = iprp === undefined ? undefined : one('ipco', boxes(bytes, iprp.content, iprp.end));
  const properties = ipco === undefined ? [] : boxes(bytes, ipco.content, ipco.end);
  const uncropped = withoutCrop(bytes, properties);
  return { ...(uncropped === undefined ? {} : { uncropped }), thumbnails: thumbnailsOf(bytes, one('pitm'), one('iref')) };
}

/** 12.1.4: the aperture becomes as large as the largest picture, about its centre. */
function withoutCrop(bytes: Buffer, properties: readonly Box[]): HeifVariants['uncropped'] {
  const apertures = properties.filter(({ type, content, end }) => type === 'clap' && end - content >= 32);
  const extents = properties.filter(({ type, content, end }) => type === 'ispe' && end - content >= 12);
  if (apertures.length === 0 || extents.length === 0) return undefined;
  const sizes = extents.map(({ content }) => [bytes.readUInt32BE(content + 4), bytes.readUInt32BE(content + 8)] as const);
  const [width, height] = sizes.reduce((most, size) => (size[0] * size[1] > most[0] * most[1] ? size : most));
  const copy = Buffer.from(bytes);
  for (const { content } of apertures)
    for (const [index, value] of [width, 1, height, 1, 0, 1, 0, 1].entries()) copy.writeUInt32BE(value, content + 4 * index);
  return copy;
}

/** 23008-12 6.4.4: references of the type `thmb` go from a thumbnail to its picture. */
function thumbnailsOf(bytes: Buffer, pitm: Box | undefined, iref: Box | undefined): PictureWithin[] {
  if (pitm === undefined || iref === undefined) return [];
  const wide = bytes[iref.content] !== 0;
  const found: PictureWithin[] = [];
  for (const { type, content, start, end } of boxes(bytes, iref.content + 4, iref.end)) {
    if (type !== 'thmb' || end - content < (wide ? 4 : 2)) continue;
    const id = wide ? bytes.readUInt32BE(content) : bytes.readUInt16BE(content);
    const isWide = bytes[pitm.content] !== 0;
    if (pitm.content + (isWide ? 8 : 6) > pitm.end || (!isWide && id > 0xffff)) continue;
    const copy = Buffer.from(bytes);
    // What is a thumbnail is no picture of its own to a decoder: in the copy it is none.
    copy.write('none', start + 4, 'latin1');
    if (isWide) copy.writeUInt32BE(id, pitm.content + 4);
    else copy.writeUInt16BE(id, pitm.content + 4);
    found.push({ at: `item#${id}`, byteOffset: start, byteLength: end - start, note: 'thumbnail item', bytes: copy });
    if (found.length >= 4) break;
  }
  return found;
}

function boxes(bytes: Buffer, start: number, end: number): Box[] {
  const found: Box[] = [];
  for (let at = start; at + 8 <= end && found.length < MAX_BOXES; ) {
    const declared = bytes.readUInt32BE(at);
    const long = declared === 1 && at + 16 <= end;
    const size = declared === 0 ? end - at : long ? Number(bytes.readBigUInt64BE(at + 8)) : declared;
    const content = at + (long ? 16 : 8);
    if (size < content - at || at + size > end) break;
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), start: at, content, end: at + size });
    at += size;
  }
  return found;
}
