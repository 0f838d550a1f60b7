import { FormatError, UnsupportedError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import type { FileBox } from '../boxes/walk.js';
import type { Movie } from '../movie/read-movie.js';
import type { MovieTrack } from '../movie/track.js';
import { entryPart, itemPart } from './item-parts.js';
import type { Item } from './items.js';
import type { MetaBox } from './meta-box.js';
import type { Role } from './roles.js';
import { TakenRegions } from './taken-regions.js';

/** An item with the bytes that are its own. */
export interface ItemPlace {
  readonly item: Item;
  readonly role: Role;
  readonly part: Part;
  /** In the order of its content. Empty where all of its bytes are those of others: `part` is then its entry in the table. */
  readonly regions: readonly Region[];
}

/** Bytes of a track's samples that are no item's. */
export interface SamplePlace {
  readonly track: MovieTrack;
  readonly region: Region;
}

export interface Places {
  readonly items: readonly ItemPlace[];
  readonly samples: readonly SamplePlace[];
}

/** Where item data may lie, in file order. */
function dataRegions(meta: MetaBox, boxes: readonly FileBox[]): Region[] {
  const media = boxes
    .filter(({ type }) => type === 'mdat')
    .map(({ dataOffset, endOffset }) => ({ byteOffset: dataOffset, byteLength: endOffset - dataOffset }));
  return meta.idat === undefined ? media : [...media, meta.idat].sort((a, b) => a.byteOffset - b.byteOffset);
}

/**
 * Gives every item its bytes. Where two overlap, the picture's item has them, then the samples of tracks that are seen or heard
 * (the picture often is the first of them), else the one that comes first in the table.
 * Throws `UnsupportedError` where an item or a needed sample lies neither in `mdat` nor in `idat`.
 */
export function placeItems(
  source: Source,
  meta: MetaBox,
  roles: ReadonlyMap<number, Role>,
  boxes: readonly FileBox[],
  context: ReadContext,
  movie: Movie | undefined,
): Places {
  const grounds = dataRegions(meta, boxes);
  const taken = new TakenRegions();
  const order = [...meta.items].sort((a, b) => rank(roles.get(a.id)) - rank(roles.get(b.id)));
  const places = new Map<Item, ItemPlace>();
  const samples: SamplePlace[] = [];
  const placeTracks = (needed: boolean): void => {
    const tracks = (movie?.tracks ?? []).filter(({ isNeeded }) => isNeeded === needed);
    placeSamples(tracks, grounds, taken, source, samples);
  };
  let pictures = order.findIndex((item) => roles.get(item.id) !== 'picture');
  if (pictures < 0) pictures = order.length;
  for (const [index, item] of order.entries()) {
    if (index === pictures) placeTracks(true);
    const role = roles.get(item.id) as Role;
    const all = (meta.regions.get(item.id) ?? []).filter(({ byteLength }) => byteLength > 0);
    for (const region of all) {
      if (isInside(region, groundAt(grounds, region.byteOffset))) continue;
      throw new UnsupportedError('item-outside-media-data', region.byteOffset, `item ${item.id} lies neither in mdat nor in idat`);
    }
    const isOwn = all.length > 0 && all.every((region) => taken.isFree(region)) && areDisjoint(all);
    if (!isOwn && role === 'picture' && !all.every((region) => taken.holds(region)))
      throw new UnsupportedError(
        'overlapping-items',
        all[0]?.byteOffset ?? 0,
        `item ${item.id} shares only some of its bytes with another`,
      );
    const entry = { byteOffset: meta.file.byteOffset + item.infe.start, byteLength: item.infe.end - item.infe.start };
    if (isOwn) for (const region of all) taken.take(region);
    const part = isOwn ? itemPart(source, item, role, all, context) : entryPart(item, role, entry);
    places.set(item, { item, role, part, regions: isOwn ? all : [] });
  }
  if (pictures === order.length) placeTracks(true);
  placeTracks(false);
  return { items: meta.items.map((item) => places.get(item) as ItemPlace), samples };
}

/** Gives samples what nobody has yet. Those of a track that nobody sees or hears may say to lie anywhere. */
function placeSamples(
  tracks: readonly MovieTrack[],
  grounds: readonly Region[],
  taken: TakenRegions,
  source: Source,
  places: SamplePlace[],
): void {
  for (const track of tracks)
    for (const region of track.samples.regions()) {
      if (!isInside(region, groundAt(grounds, region.byteOffset))) {
        if (!track.isNeeded) continue;
        if (region.byteOffset + region.byteLength > source.byteLength)
          throw new FormatError(
            'truncated',
            Math.min(region.byteOffset, source.byteLength),
            'samples of a track lie behind the end of the file',
          );
        throw new UnsupportedError('samples-outside-media-data', region.byteOffset, 'samples of a track do not lie in mdat');
      }
      for (const gap of taken.gaps(region)) {
        taken.take(gap);
        places.push({ track, region: gap });
      }
    }
}

const rank = (role: Role | undefined): number => (role === 'picture' ? 0 : 1);

function areDisjoint(regions: readonly Region[]): boolean {
  const sorted = [...regions].sort((a, b) => a.byteOffset - b.byteOffset);
  return sorted.every(({ byteOffset }, index) => {
    const before = sorted[index - 1];
    return before === undefined || before.byteOffset + before.byteLength <= byteOffset;
  });
}

/** The last of the sorted ranges that starts no later than the offset. */
function groundAt(grounds: readonly Region[], byteOffset: number): Region | undefined {
  let [low, high] = [0, grounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((grounds[middle] as Region).byteOffset <= byteOffset) low = middle + 1;
    else high = middle;
  }
  return grounds[low - 1];
}

function isInside(inner: Region, outer: Region | undefined): boolean {
  return (
    outer !== undefined &&
    inner.byteOffset >= outer.byteOffset &&
    inner.byteOffset + inner.byteLength <= outer.byteOffset + outer.byteLength
  );
}
