import type { Part, Plan } from '../../core/part.js';
import { neutralText } from './elements.js';
import { checkIcc, HEADER_BYTES, oddHeaderFields, TAG_BYTES, type TagEntry } from './profile.js';

/** A tag, its part, and what of it can go without the tag. */
export interface TagFind {
  readonly tag: TagEntry;
  readonly part: Part;
  /** Bytes written behind the element: its own part, and where the element itself ends. */
  readonly slack?: { readonly part: Part; readonly end: number };
  /** Instead of going, its text gives way to a neutral one. */
  readonly replaceable?: boolean;
}

export interface Finds {
  readonly header: readonly Part[];
  readonly strays: readonly Part[];
  readonly tags: readonly TagFind[];
}

/**
 * The profile built anew: the header, the tags that stay, their elements without gaps. The very same bytes where the plan
 * removes nothing; `null` where what is left is no profile.
 */
export function rewriteProfile(bytes: Uint8Array, parts: readonly Part[], tags: readonly TagFind[], plan: Plan): Uint8Array | null {
  if (!parts.some((part) => plan.touches(part))) return bytes;
  const kept = tags.flatMap((find) => {
    const element = elementAfter(bytes, find, plan);
    // Tags that shared an element share it again.
    return element === undefined
      ? []
      : [{ signature: find.tag.signature, element, key: `${element.byteOffset}+${element.length}+${element.buffer === bytes.buffer}` }];
  });
  const table = Buffer.alloc(4 + TAG_BYTES * kept.length);
  table.writeUInt32BE(kept.length);
  const pieces: Uint8Array[] = [];
  const placed = new Map<string, number>();
  let end = HEADER_BYTES + table.length;
  kept.forEach(({ signature, element, key }, index) => {
    let at = placed.get(key);
    if (at === undefined) {
      at = end;
      placed.set(key, at);
      pieces.push(element, Buffer.alloc(-element.length & 3));
      end += (element.length + 3) & ~3;
    }
    table.write(signature, 4 + TAG_BYTES * index, 'latin1');
    table.writeUInt32BE(at, 8 + TAG_BYTES * index);
    table.writeUInt32BE(element.length, 12 + TAG_BYTES * index);
  });
  const header = Buffer.from(bytes.subarray(0, HEADER_BYTES));
  header.writeUInt32BE(end, 0);
  // 7.2.18: an id of zero says that none was computed. The old one would tell the old profile.
  header.fill(0, 84, 100);
  if (header[8] !== 5) header.fill(0, 100);
  for (const { start, end: stop } of oddHeaderFields(bytes)) header.fill(0, start, stop);
  const profile = Buffer.concat([header, table, ...pieces]);
  return checkIcc(profile) ? profile : null;
}

function elementAfter(bytes: Uint8Array, { tag, part, slack, replaceable }: TagFind, plan: Plan): Uint8Array | undefined {
  if (plan.actionOf(part).kind !== 'keep')
    return replaceable === true && ['desc', 'mluc', 'text'].includes(tag.type) ? neutralText(tag.type) : undefined;
  const cut = slack !== undefined && plan.actionOf(slack.part).kind !== 'keep';
  return bytes.subarray(tag.start, cut ? slack.end : tag.end);
}
