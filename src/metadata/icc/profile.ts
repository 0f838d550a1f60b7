import { asBuffer } from '../text.js';
import { elementBytes } from './elements.js';
import { tagInfo } from './tags.js';

/** One row of the tag table. Offsets count from the profile's first byte. */
export interface TagEntry {
  readonly signature: string;
  /** Signature of the element's type. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** A profile whose structure holds. */
export interface Profile {
  /** By its own account; more bytes may follow. */
  readonly sizeBytes: number;
  readonly majorVersion: number;
  readonly tags: readonly TagEntry[];
  /** Sorted, disjoint: the tag table and the elements. */
  readonly covered: readonly (readonly [start: number, end: number])[];
}

export const HEADER_BYTES = 128;
export const TAG_BYTES = 12;
const TAG_TABLE_AT = HEADER_BYTES + 4;
/** Decoders give up at 100 or so. */
const MAX_TAGS = 256;

const VERSIONS: ReadonlySet<number> = new Set([2, 4, 5]);
// 7.2.5 table 18, and ICC.2.
const CLASSES: ReadonlySet<string> = new Set(['scnr', 'mntr', 'prtr', 'link', 'spac', 'abst', 'nmcl', 'cenc', 'mid ', 'mlnk', 'mvis']);
// 7.2.6 table 19.
const SPACES: ReadonlySet<string> = new Set(['XYZ ', 'Lab ', 'Luv ', 'YCbr', 'Yxy ', 'RGB ', 'GRAY', 'HSV ', 'HLS ', 'CMYK', 'CMY ']);
const N_COLOUR = /^(?:[2-9A-F]CLR|MCH[1-9A-F])$/;

/** The profile in `bytes`, or `undefined` where a decoder would not take it or should not have to. */
export function parseProfile(bytes: Uint8Array): Profile | undefined {
  if (bytes.length < TAG_TABLE_AT) return undefined;
  const view = asBuffer(bytes);
  const text = (at: number): string => view.toString('latin1', at, at + 4);
  const sizeBytes = view.readUInt32BE(0);
  const majorVersion = view[8] as number;
  if (sizeBytes < TAG_TABLE_AT || sizeBytes > bytes.length || text(36) !== 'acsp') return undefined;
  if (!VERSIONS.has(majorVersion) || !CLASSES.has(text(12)) || !isSpace(text(16)) || !isPcs(text(12), text(20))) return undefined;
  const count = view.readUInt32BE(HEADER_BYTES);
  const tableEnd = TAG_TABLE_AT + TAG_BYTES * count;
  if (count === 0 || count > MAX_TAGS || tableEnd > sizeBytes) return undefined;
  const tags: TagEntry[] = [];
  const signatures = new Set<string>();
  for (let at = TAG_TABLE_AT; at < tableEnd; at += TAG_BYTES) {
    const signature = text(at);
    const start = view.readUInt32BE(at + 4);
    const end = start + view.readUInt32BE(at + 8);
    // 7.3: a signature occurs once; an element has at least its type and four reserved bytes.
    if (signatures.has(signature) || start < tableEnd || end > sizeBytes || end - start < 8) return undefined;
    signatures.add(signature);
    tags.push({ signature, type: text(start), start, end });
  }
  const covered = coveredBy(tags, tableEnd);
  if (covered === undefined || !hasWhatItNeeds(bytes, tags, text(12), text(16))) return undefined;
  return { sizeBytes, majorVersion, tags, covered };
}

/** True for a profile that a decoder can apply. Reads the header, the tag table and the heads of a few elements. */
export function checkIcc(bytes: Uint8Array): boolean {
  return parseProfile(bytes) !== undefined;
}

function isSpace(signature: string): boolean {
  return SPACES.has(signature) || N_COLOUR.test(signature);
}

function isPcs(deviceClass: string, signature: string): boolean {
  return deviceClass === 'link' || deviceClass === 'mlnk' ? isSpace(signature) : signature === 'XYZ ' || signature === 'Lab ';
}

/** 7.3.1: elements share all of their data or none; two sizes of one element differ where one counts the padding. */
function coveredBy(tags: readonly TagEntry[], tableEnd: number): [number, number][] | undefined {
  const covered: [number, number][] = [[0, tableEnd]];
  for (const { start, end } of tags.toSorted((a, b) => a.start - b.start)) {
    const last = covered[covered.length - 1] as [number, number];
    if (start >= last[1]) covered.push([start, end]);
    else if (start === last[0]) last[1] = Math.max(last[1], end);
    else return undefined;
  }
  return covered;
}

const MATRIX = ['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'] as const;

/** ICC.1:2022 8.3 to 8.9: what a transform is built from, for each class; and whether each of it is whole. */
function hasWhatItNeeds(bytes: Uint8Array, tags: readonly TagEntry[], deviceClass: string, space: string): boolean {
  const whole = new Map(tags.map((tag) => [tag.signature, tag] as const));
  for (const tag of tags) if (tagInfo(tag.signature)?.needed === true && !isWhole(bytes, tag)) whole.delete(tag.signature);
  const has = (signature: string): boolean => whole.has(signature);
  if (has('A2B0') || has('D2B0')) return true;
  if (deviceClass === 'nmcl') return has('ncl2') || has('ncol');
  if (deviceClass === 'cenc') return true;
  if (space === 'GRAY') return has('kTRC');
  return space === 'RGB ' && MATRIX.every(has);
}

/** True for an element of a type that its tag allows and that ends within its bounds. */
export function isWhole(bytes: Uint8Array, { signature, type, start, end }: TagEntry): boolean {
  const info = tagInfo(signature);
  return info === undefined || (info.types.includes(type) && (elementBytes(bytes.subarray(start, end)) ?? 0) <= end - start);
}

/** The four characters where they are plain, else their hex: a signature is the file's word. */
export function shownSignature(signature: string): string {
  return /^[\w +-]{4}$/.test(signature) ? signature.trimEnd() : `0x${Buffer.from(signature, 'latin1').toString('hex')}`;
}

/** Bytes of a range that are no padding and not zero: something is written there. */
export function isWritten(bytes: Uint8Array, start: number, end: number, paddingBytes: number): boolean {
  if (end - start <= paddingBytes) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return true;
  return false;
}

/** A field of the header, by its first byte and the byte behind its last. */
export interface HeaderField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** 7.2.8 and 7.2.14: fields that hold what they are not for. No decoder looks at either. */
export function oddHeaderFields(bytes: Uint8Array): HeaderField[] {
  const odd: HeaderField[] = [];
  if (!isDate(asBuffer(bytes))) odd.push({ name: 'creation date', start: 24, end: 36 });
  // Four bits of the 64 have a meaning; half of the others are a vendor's.
  if (bytes.subarray(56, 63).some((byte) => byte !== 0) || (bytes[63] as number) > 0x0f)
    odd.push({ name: 'device attributes', start: 56, end: 64 });
  return odd;
}

/** 4.2: year, month, day, hour, minute, second; all zero where nobody set them. Some writers swap the fields, or their bytes. */
function isDate(view: Buffer): boolean {
  const read = (swapped: boolean): number[] =>
    Array.from({ length: 6 }, (_, index) => (swapped ? view.readUInt16LE(24 + 2 * index) : view.readUInt16BE(24 + 2 * index)));
  return [read(false), read(true)].some(
    (numbers) => numbers.filter((number) => number > 60).length <= 1 && numbers.every((n) => n < 10_000),
  );
}
