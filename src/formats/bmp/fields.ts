import type { Part } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import { FILE_HEADER_BYTES, type Header, OS2_BYTES } from './header.js';

const V4_BYTES = 108;
const V5_BYTES = 124;

/** bV5CSType: LCS_CALIBRATED_RGB, PROFILE_EMBEDDED (`MBED`), PROFILE_LINKED (`LINK`), LCS_sRGB. */
const CALIBRATED = 0;
const EMBEDDED = 0x4d424544;
const LINKED = 0x4c494e4b;
const SRGB = 0x73524742;

const at = (offset: number): number => FILE_HEADER_BYTES + offset;
export const IMAGE_SIZE_AT = at(20);
const CS_TYPE_AT = at(56);
const PROFILE_AT = at(112);
export const PROFILE_SIZE_AT = at(116);

interface Field {
  readonly name: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Fields that no decoder looks at: anything but zero in them is hidden. */
function silentFields({ dibBytes }: Header, head: Buffer): Field[] {
  const fields: Field[] = [{ name: 'reserved', byteOffset: 6, byteLength: 4 }];
  if (dibBytes === OS2_BYTES)
    fields.push({ name: 'OS2/reserved', byteOffset: at(42), byteLength: 2 }, { name: 'OS2/identifier', byteOffset: at(60), byteLength: 4 });
  if (dibBytes < V4_BYTES) return fields;
  const type = head.readUInt32LE(CS_TYPE_AT);
  // End points and gamma are those of a calibrated space, else ignored.
  if (type !== CALIBRATED) fields.push({ name: 'unused colour space', byteOffset: at(60), byteLength: 48 });
  if (dibBytes < V5_BYTES) return fields;
  if (type !== EMBEDDED && type !== LINKED) fields.push({ name: 'unused profile', byteOffset: PROFILE_AT, byteLength: 8 });
  return [...fields, { name: 'V5/reserved', byteOffset: at(120), byteLength: 4 }];
}

/** Both headers, with a child for each field that should be zero and is not. */
export function headerPart(header: Header, head: Buffer): Part {
  const part = structurePart('header', { byteOffset: 0, byteLength: head.length });
  const children = silentFields(header, head)
    .filter(({ byteOffset, byteLength }) => head.subarray(byteOffset, byteOffset + byteLength).some((byte) => byte !== 0))
    .map(({ name, ...region }) => opaquePart(`header/${name}`, 'unknown', region, 'a field that should be zero'));
  return children.length === 0 ? part : { ...part, children };
}

export interface Profile {
  readonly kind: 'embedded' | 'linked';
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** The profile of a version 5 header: in the file, or the path of one on the author's disk. */
export function profileOf({ dibBytes }: Header, head: Buffer): Profile | undefined {
  if (dibBytes < V5_BYTES) return undefined;
  const type = head.readUInt32LE(CS_TYPE_AT);
  const byteLength = head.readUInt32LE(PROFILE_SIZE_AT);
  if ((type !== EMBEDDED && type !== LINKED) || byteLength === 0) return undefined;
  return { kind: type === EMBEDDED ? 'embedded' : 'linked', byteOffset: at(head.readUInt32LE(PROFILE_AT)), byteLength };
}

/** The header without a profile: the colours are then those of sRGB, as programs that follow no path show them. */
export function forgetProfile(head: Buffer): void {
  head.writeUInt32LE(SRGB, CS_TYPE_AT);
  head.fill(0, PROFILE_AT, PROFILE_AT + 8);
}
