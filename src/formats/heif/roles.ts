import type { Item } from './items.js';
import type { MetaBox } from './meta-box.js';
import { propertiesOf, pushTo } from './properties.js';

/** What an item is to the picture that a viewer shows. */
export type Role =
  /** The primary item, what it is derived from, and their alpha planes. */
  | 'picture'
  | 'thumbnail'
  /** A depth map, a matte, a gain map as an auxiliary image. */
  | 'auxiliary'
  /** A picture tied to the one shown: a tone-mapped derivation with its gain map, a tile of a depth map. */
  | 'related picture'
  /** One that has nothing to do with the one shown. */
  | 'other picture'
  /** What describes pictures of which none is shown. */
  | 'description of another'
  | 'data';

/** Item types that are coded or derived pictures (ISO/IEC 23008-12, 23000-22, AV1 Image File Format). */
const IMAGE_TYPES = new Set(
  'hvc1 hev1 lhv1 hvt1 av01 avc1 vvc1 vvcN evc1 jpeg j2k1 j2ki unci grid iovl iden tmap mski mgrd ster'.split(' '),
);

/** ISO/IEC 23008-12 6.5.8 and MPEG-B part 23: URNs of alpha planes. */
const ALPHA = /^urn:mpeg:(?:mpegB:cicp:systems:auxiliary:alpha|hevc:2015:auxid:1|avc:2015:auxid:1)\0?$/;

export function isImage(item: Item): boolean {
  return IMAGE_TYPES.has(item.type);
}

/** The role of each item, by id. */
export function rolesOf(meta: MetaBox): Map<number, Role> {
  const { items, references } = meta;
  const shown = shownItems(meta);
  const thumbnails = new Set(references.filter(({ type }) => type === 'thmb').map(({ from }) => from));
  const auxiliaries = new Set(references.filter(({ type }) => type === 'auxl').map(({ from }) => from));
  const related = relatedItems(meta, shown);
  const described = new Map<number, number[]>();
  for (const { type, from, to } of references) if (type === 'cdsc') for (const id of to) pushTo(described, from, id);
  const roles = new Map<number, Role>();
  for (const item of items) {
    if (shown.has(item.id)) roles.set(item.id, 'picture');
    else if (thumbnails.has(item.id)) roles.set(item.id, 'thumbnail');
    else if (auxiliaries.has(item.id)) roles.set(item.id, 'auxiliary');
    else if (isImage(item)) roles.set(item.id, related.has(item.id) ? 'related picture' : 'other picture');
    else roles.set(item.id, 'data');
  }
  for (const item of items) {
    if (roles.get(item.id) !== 'data') continue;
    if (described.get(item.id)?.every((id) => !shown.has(id))) roles.set(item.id, 'description of another');
  }
  return roles;
}

/** Everything that the primary item is made of, to any depth. */
function shownItems(meta: MetaBox): Set<number> {
  const images = new Set(meta.items.filter(isImage).map(({ id }) => id));
  const inputs = new Map<number, number[]>();
  const alphas = new Map<number, number[]>();
  for (const { type, from, to } of meta.references) {
    if (type === 'dimg') for (const id of to.filter((each) => images.has(each))) pushTo(inputs, from, id);
    else if (type === 'auxl' && isAlpha(meta, from)) for (const id of to) pushTo(alphas, id, from);
  }
  const shown = new Set<number>();
  const waiting = [meta.primary];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (shown.has(id)) continue;
    shown.add(id);
    for (const next of inputs.get(id) ?? []) waiting.push(next);
    for (const next of alphas.get(id) ?? []) waiting.push(next);
  }
  return shown;
}

/** What any reference but a description's ties to the picture, in either direction and to any depth. */
function relatedItems({ references }: MetaBox, shown: ReadonlySet<number>): Set<number> {
  const ties = new Map<number, number[]>();
  for (const { type, from, to } of references) {
    if (type === 'cdsc') continue;
    for (const id of to) {
      pushTo(ties, from, id);
      pushTo(ties, id, from);
    }
  }
  const related = new Set<number>();
  const waiting = [...shown];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (related.has(id)) continue;
    related.add(id);
    for (const next of ties.get(id) ?? []) waiting.push(next);
  }
  return related;
}

function isAlpha(meta: MetaBox, id: number): boolean {
  if (meta.properties === undefined) return false;
  return propertiesOf(meta.properties, id).some(({ type, content, end }) => {
    // auxC: a full box, then the URN (ISO/IEC 23008-12 6.5.8).
    return type === 'auxC' && ALPHA.test(Buffer.from(meta.bytes.subarray(content + 4, Math.min(end, content + 4 + 64))).toString('latin1'));
  });
}
