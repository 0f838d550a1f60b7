import { createHash } from 'node:crypto';
import type { Part, Plan } from '../../core/part.js';
import { isZero } from '../text.js';
import { RESOURCE } from './resources.js';
import { encodeResource, type ResourceBlock, type ResourceItem } from './walk.js';

/** One item of the list and the parts it makes. */
export interface Entry {
  readonly item: ResourceItem;
  /** The resource itself or the stray run. */
  readonly part: Part;
  readonly name?: Part;
  readonly padding?: Part;
}

/** The type of all resources that Adobe's specification numbers; under another type the same number means something else. */
export const ADOBE_TYPE = '8BIM';

export function partsOf({ part, name, padding }: Entry): Part[] {
  return [part, ...(name === undefined ? [] : [name]), ...(padding === undefined ? [] : [padding])];
}

export function isIptc(item: ResourceItem): item is ResourceBlock {
  return item.kind === 'resource' && item.type === ADOBE_TYPE && item.id === RESOURCE.iptc;
}

export function isDigest(item: ResourceItem): item is ResourceBlock {
  return item.kind === 'resource' && item.type === ADOBE_TYPE && item.id === RESOURCE.iptcDigest;
}

export function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

/** The list built anew without what the plan removes; the very same bytes where it removes nothing; `null` where nothing is left. */
export function rewriteResources(bytes: Uint8Array, entries: readonly Entry[], plan: Plan): Uint8Array | null {
  if (!entries.some((entry) => partsOf(entry).some((part) => plan.touches(part)))) return bytes;
  const iptc = entries.find(({ item }) => isIptc(item));
  const iptcChange =
    iptc === undefined || !plan.touches(iptc.part)
      ? undefined
      : { before: dataOf(bytes, iptc.item as ResourceBlock), after: dataAfter(bytes, iptc, plan) };
  const pieces: Uint8Array[] = [];
  for (const entry of entries) {
    const { item } = entry;
    if (item.kind === 'stray') {
      if (plan.actionOf(entry.part).kind === 'keep') pieces.push(bytes.subarray(item.start, item.end));
      continue;
    }
    let data = dataAfter(bytes, entry, plan);
    if (data !== null && isDigest(item) && iptcChange !== undefined) data = digestAfter(data, iptcChange.before, iptcChange.after);
    if (data === null) continue;
    const keepsName = entry.name !== undefined && plan.actionOf(entry.name).kind === 'keep';
    const name = keepsName ? bytes.subarray(item.name.start, item.name.end) : new Uint8Array();
    pieces.push(encodeResource(item, name, data));
  }
  return pieces.length === 0 ? null : Buffer.concat(pieces);
}

function dataOf(bytes: Uint8Array, { data }: ResourceBlock): Uint8Array {
  return bytes.subarray(data.start, data.end);
}

function dataAfter(bytes: Uint8Array, { item, part }: Entry, plan: Plan): Uint8Array | null {
  // Of these parts none can be made less precise as a whole: what is not kept goes.
  if (plan.actionOf(part).kind !== 'keep') return null;
  const data = dataOf(bytes, item as ResourceBlock);
  return part.payload !== undefined && plan.touches(part) ? part.payload.rewrite(plan) : data;
}

/** A digest follows its IPTC block: gone with it, made anew where it was right, gone where it told of yet another block. */
function digestAfter(digest: Uint8Array, before: Uint8Array, after: Uint8Array | null): Uint8Array | null {
  if (isZero(digest)) return digest;
  return after !== null && md5(before).equals(digest) ? md5(after) : null;
}
