import { UnsupportedError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import type { FileBox } from '../boxes/walk.js';
import { entryPart, itemPart } from './item-parts.js';
import type { Item } from './items.js';
import type { MetaBox } from './meta-box.js';
import type { Role } from './roles.js';

/** An item with the bytes that are its own. */
export interface ItemPlace {
  readonly item: Item;
  readonly role: Role;
  readonly part: Part;
  /** In the order of its content. Empty where all of its bytes are those of others: `part` is then its entry in the table. */
  readonly regions: readonly Region[];
}

/** Where item data may lie, in file order. */
function dataRegions(meta: MetaBox, boxes: readonly FileBox[]): Region[] {
  const media = boxes
    .filter(({ type }) => type === 'mdat')
    .map(({ dataOffset, endOffset }) => ({ byteOffset: dataOffset, byteLength: endOffset - dataOffset }));
  return meta.idat === undefined ? media : [...media, meta.idat].sort((a, b) => a.byteOffset - b.byteOffset);
}

/**
 * Gives every item its bytes. Where two overlap, the picture's item has them, else the one that comes first in the table.
 * Throws `UnsupportedError` where an item lies neither in `mdat` nor in `idat`.
 */
export function placeItems(
  source: Source,
  meta: MetaBox,
  roles: ReadonlyMap<number, Role>,
  boxes: readonly FileBox[],
  context: ReadContext,
): ItemPlace[] {
  const grounds = dataRegions(meta, boxes);
  const taken = new TakenRegions();
  const order = [...meta.items].sort((a, b) => rank(roles.get(a.id)) - rank(roles.get(b.id)));
  const places = new Map<Item, ItemPlace>();
  for (const item of order) {
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
  return meta.items.map((item) => places.get(item) as ItemPlace);
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

/** Ranges that are somebody's, sorted and disjoint. */
class TakenRegions {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  isFree({ byteOffset, byteLength }: Region): boolean {
    const index = this.#after(byteOffset);
    const before = this.#ends[index - 1];
    const next = this.#starts[index];
    return (before === undefined || before <= byteOffset) && (next === undefined || next >= byteOffset + byteLength);
  }

  /** True where one taken range holds all of it. */
  holds({ byteOffset, byteLength }: Region): boolean {
    const index = this.#after(byteOffset) - 1;
    const end = this.#ends[index];
    return end !== undefined && end >= byteOffset + byteLength;
  }

  take({ byteOffset, byteLength }: Region): void {
    const index = this.#after(byteOffset);
    this.#starts.splice(index, 0, byteOffset);
    this.#ends.splice(index, 0, byteOffset + byteLength);
  }

  /** Index of the first range that starts behind. */
  #after(byteOffset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= byteOffset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
