import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { locateFrom, opaquePart, type PayloadPlace, REVEALS_ANYTHING } from '../../metadata/reading.js';
import type { Item } from './items.js';
import { readItemPayload } from './payloads.js';
import { isImage, type Role } from './roles.js';

/** What an item's bytes are decided by; its region is the first of the ranges that hold them. */
export function itemPart(source: Source, item: Item, role: Role, regions: readonly Region[], context: ReadContext): Part {
  const path = `item-${item.id}`;
  const region = regions[0] as Region;
  if (role === 'picture') return picturePart(source, item, path, regions, context);
  if (role === 'thumbnail') return { ...previewPart(path, region, 'thumbnail'), note: 'a thumbnail' };
  if (role === 'auxiliary') return { ...previewPart(path, region, 'image'), note: 'an auxiliary picture: depth, a matte or a gain map' };
  if (role === 'related picture')
    return { ...previewPart(path, region, 'image'), note: 'a picture that goes with the one shown: a gain map, a tile' };
  if (role === 'other picture' || isImage(item))
    return { ...previewPart(path, region, 'image'), alsoReveals: ['hidden'], note: 'a picture that is not the one shown' };
  const bytes = joined(source, regions, context.limits.payloadBytes);
  if (bytes === undefined) return opaquePart(path, 'unknown', region, 'an item too long to be read');
  const reading = readItemPayload(item, bytes, { path, locate: locateIn(regions), context });
  if (reading === undefined) return opaquePart(path, 'unknown', region, 'an item of an unknown kind');
  const wrapper: Part = {
    path,
    carrier: reading.carrier,
    category: 'rendering',
    region,
    required: false,
    children: reading.parts,
    payload: reading.payload,
  };
  return role === 'description of another' ? { ...wrapper, category: 'preview', note: 'describes a picture that is not shown' } : wrapper;
}

function previewPart(path: string, region: Region, carrier: 'thumbnail' | 'image'): Part {
  return { path, carrier, category: 'preview', region, required: false };
}

/** Coded as JPEG, it may hold all that a JPEG can. */
function picturePart(source: Source, item: Item, path: string, regions: readonly Region[], context: ReadContext): Part {
  const region = regions[0] as Region;
  const pixels: Part = { path, carrier: 'pixels', category: 'rendering', region, required: true };
  if (item.type !== 'jpeg') return pixels;
  const bytes = joined(source, regions, context.limits.payloadBytes);
  const embedded = bytes === undefined ? undefined : context.readEmbedded(bytes, path, region.byteOffset);
  if (embedded === undefined) return pixels;
  return { ...pixels, carrier: 'image', required: false, children: embedded.parts, payload: embedded.payload };
}

/** All bytes of an item. `undefined` past the limit. */
function joined(source: Source, regions: readonly Region[], maxBytes: number): Uint8Array | undefined {
  if (regions.reduce((sum, { byteLength }) => sum + byteLength, 0) > maxBytes) return undefined;
  return Buffer.concat(regions.map(({ byteOffset, byteLength }) => source.read(byteOffset, byteLength)));
}

/** Maps a range of the joined bytes to the range that holds it, or to the first where it lies in several. */
function locateIn(regions: readonly Region[]): PayloadPlace['locate'] {
  const [first] = regions as [Region];
  if (regions.length === 1) return locateFrom(first.byteOffset);
  return (start, byteLength) => {
    let position = 0;
    for (const region of regions) {
      if (start >= position && start + byteLength <= position + region.byteLength)
        return { byteOffset: region.byteOffset + start - position, byteLength };
      position += region.byteLength;
    }
    return first;
  };
}

/** An item whose bytes are also those of others, or that has none: no more than its entry in the table. */
export function entryPart(item: Item, role: Role, region: Region): Part {
  const path = `item-${item.id}`;
  if (role === 'picture') return { path, carrier: 'structure', category: 'rendering', region, required: true };
  return {
    ...opaquePart(path, 'unknown', region, 'an item whose bytes are also those of another, or that has none'),
    alsoReveals: REVEALS_ANYTHING,
  };
}
