import { createHash } from 'node:crypto';
import type { Part } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { opaquePart, type PayloadPlace, type PayloadReading } from '../reading.js';
import { asBuffer } from '../text.js';
import { elementBytes, elementText, isPersonal, PADDING_BYTES } from './elements.js';
import { isWhole, isWritten, oddHeaderFields, type Profile, parseProfile, shownSignature, type TagEntry } from './profile.js';
import { type Finds, rewriteProfile, type TagFind } from './rewrite.js';
import { tagInfo } from './tags.js';

export interface IccReading extends PayloadReading {
  /** True where a decoder can apply the profile. Where false, all of it is one opaque part. */
  readonly valid: boolean;
}

/** Only such a profile's id is compared with its MD5: a larger one shall cost nothing. */
const HASHED_BYTES = 64 * 1024;
const PROFILE_ID_AT = 84;
const RESERVED_AT = 100;
const RESERVED_END = 128;

/**
 * Reads an ICC profile by its header and tag table: one part for each tag, and one for each place where something is
 * written that belongs to no tag. Table data is not looked at. Never throws.
 */
export function readIcc(bytes: Uint8Array, place: PayloadPlace): IccReading {
  const profile = parseProfile(bytes);
  if (profile === undefined) {
    const part = opaquePart(`${place.path}/not a profile`, 'ICC', place.locate(0, bytes.length), 'no valid ICC profile');
    return { valid: false, parts: [part], payload: { rewrite: (plan) => (plan.touches(part) ? null : bytes) } };
  }
  const finds: Finds = {
    header: headerParts(bytes, profile, place),
    strays: strayParts(bytes, profile, place),
    tags: profile.tags.map((tag) => findTag(bytes, tag, place)),
  };
  const parts = [
    ...finds.header,
    ...finds.tags.flatMap(({ part, slack }) => (slack === undefined ? [part] : [part, slack.part])),
    ...finds.strays,
  ];
  return { valid: true, parts, payload: { rewrite: (plan) => rewriteProfile(bytes, parts, finds.tags, plan) } };
}

function hidden(place: PayloadPlace, name: string, start: number, end: number, note: string): Part {
  return {
    path: `${place.path}/${name}`,
    carrier: 'ICC',
    category: 'hidden',
    region: place.locate(start, end - start),
    required: false,
    note,
  };
}

/** 7.2.18 and 7.2.19: what stands in fields that hold no colour. */
function headerParts(bytes: Uint8Array, profile: Profile, place: PayloadPlace): Part[] {
  const parts: Part[] = oddHeaderFields(bytes).map(({ name, start, end }) =>
    hidden(place, name, start, end, 'a header field that holds something else than it is for'),
  );
  if (!isProfileId(bytes, profile))
    parts.push(hidden(place, 'profile id', PROFILE_ID_AT, RESERVED_AT, 'profile id that is not the MD5 of the profile'));
  // ICC.2 gives the reserved bytes a meaning.
  if (profile.majorVersion < 5 && isWritten(bytes, RESERVED_AT, RESERVED_END, 0))
    parts.push(hidden(place, 'reserved', RESERVED_AT, RESERVED_END, 'reserved header bytes that are not zero'));
  return parts;
}

/** 7.2.18: zero, or the MD5 of the profile with the flags, the intent and the id itself set to zero. */
function isProfileId(bytes: Uint8Array, { sizeBytes }: Profile): boolean {
  const id = asBuffer(bytes.subarray(PROFILE_ID_AT, RESERVED_AT));
  if (id.every((byte) => byte === 0)) return true;
  // No MD5 of ours is 16 printable characters by chance.
  if (sizeBytes > HASHED_BYTES) return !id.every((byte) => byte >= 0x20 && byte < 0x7f);
  const copy = Buffer.from(bytes.subarray(0, sizeBytes));
  copy.fill(0, 44, 48).fill(0, 64, 68).fill(0, PROFILE_ID_AT, RESERVED_AT);
  return createHash('md5').update(copy).digest().equals(id);
}

/** What is written between the elements and after the profile's end. */
function strayParts(bytes: Uint8Array, { covered, sizeBytes }: Profile, place: PayloadPlace): Part[] {
  const parts: Part[] = [];
  let position = 0;
  for (const [start, end] of [...covered, [sizeBytes, sizeBytes] as const]) {
    if (isWritten(bytes, position, start, PADDING_BYTES))
      parts.push(hidden(place, `gap#${parts.length}`, position, start, 'bytes that no tag points to'));
    position = end;
  }
  if (isWritten(bytes, sizeBytes, bytes.length, 0))
    parts.push(hidden(place, 'trailing', sizeBytes, bytes.length, 'bytes after the end of the profile'));
  return parts;
}

function findTag(bytes: Uint8Array, tag: TagEntry, place: PayloadPlace): TagFind {
  const { signature, type, start, end } = tag;
  const name = `tag ${shownSignature(signature)}`;
  const element = bytes.subarray(start, end);
  const info = tagInfo(signature);
  const part = (category: Part['category'], note?: string): Part => ({
    path: `${place.path}/${name}`,
    carrier: 'ICC',
    category,
    region: place.locate(start, end - start),
    required: category === 'rendering' && info?.needed === true,
    ...(note === undefined ? {} : { note }),
    ...(type === 'desc' || type === 'mluc' || type === 'text' ? { value: seal(elementText(element)) } : {}),
  });
  if (info === undefined) return { tag, part: part('hidden', 'private tag') };
  if (info.category === 'rendering') {
    if (!isWhole(bytes, tag)) return { tag, part: part('hidden', 'not the element that its tag stands for') };
    if (info.maxBytes !== undefined && element.length > info.maxBytes) return { tag, part: part('hidden', 'longer than its kind allows') };
    const used = elementBytes(element);
    if (used !== undefined && isWritten(element, used, element.length, PADDING_BYTES)) {
      if (info.needed !== true) return { tag, part: part('hidden', 'bytes after the end of its element') };
      const slack = hidden(place, `${name} slack`, start + used, end, 'bytes after the end of its element');
      return { tag, part: part('rendering'), slack: { part: slack, end: start + used } };
    }
    if (info.text !== undefined && isPersonal(element, info.text))
      return { tag, part: part('device', 'text that names a user or a device'), replaceable: true };
  }
  return { tag, part: part(info.category) };
}
