import { FormatError, LimitError } from '../../core/error.js';
import type { Source } from '../../core/source.js';

/** ICONDIR: a reserved word, which is zero; 1 for icons or 2 for pointers; the number of entries. */
const HEAD_BYTES = 6;

/** ICONDIRENTRY: width, height, colours, reserved; planes and depth, or the hot spot of a pointer; size and offset of the image. */
const ENTRY_BYTES = 16;

const SIZE_AT = 8;
const OFFSET_AT = 12;

/** Many times as many as any icon has: a few sizes in a few depths. */
const MOST_IMAGES = 1024;

/** What .NET writes into every reserved byte. */
const DOTNET_RESERVED = 255;

/** Depths that an entry may claim; 0 where its writer left it to the image. */
const DEPTHS: ReadonlySet<number> = new Set([0, 1, 2, 4, 8, 16, 24, 32, 48, 64]);

export interface Entry {
  /** Offset of the entry in the file. */
  readonly at: number;
  readonly byteOffset: number;
  readonly byteLength: number;
}

export interface Directory {
  readonly isPointer: boolean;
  /** All of it, from the start of the file. */
  readonly bytes: Buffer;
  readonly entries: readonly Entry[];
}

/** An icon or a pointer of at least one image, whose first entry points behind the directory. */
export function isIco(head: Uint8Array): boolean {
  if (head.length < HEAD_BYTES + ENTRY_BYTES) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [reserved, type, count] = [0, 2, 4].map((at) => view.getUint16(at, true)) as [number, number, number];
  if (reserved !== 0 || (type !== 1 && type !== 2) || count === 0) return false;
  return view.getUint32(HEAD_BYTES + SIZE_AT, true) > 0 && view.getUint32(HEAD_BYTES + OFFSET_AT, true) >= HEAD_BYTES + count * ENTRY_BYTES;
}

/** Throws `LimitError` past the images of any icon, `FormatError` where an entry's image does not lie in the file, behind the directory. */
export function readDirectory(source: Source): Directory {
  const head = Buffer.from(source.read(0, HEAD_BYTES));
  const count = head.readUInt16LE(4);
  const byteLength = HEAD_BYTES + count * ENTRY_BYTES;
  if (count === 0) throw new FormatError('bad-count', 4, 'the directory has no images');
  if (count > MOST_IMAGES) throw new LimitError('partCount', 4, `more than ${MOST_IMAGES} images`);
  const bytes = Buffer.from(source.read(0, byteLength));
  const entries: Entry[] = [];
  for (let at = HEAD_BYTES; at < byteLength; at += ENTRY_BYTES) {
    const entry = { at, byteOffset: bytes.readUInt32LE(at + OFFSET_AT), byteLength: bytes.readUInt32LE(at + SIZE_AT) };
    if (entry.byteOffset < byteLength)
      throw new FormatError('bad-offset', at + OFFSET_AT, 'an image is said to begin within the directory');
    if (entry.byteLength === 0) throw new FormatError('bad-extent', at + SIZE_AT, 'an image of no bytes');
    if (entry.byteOffset + entry.byteLength > source.byteLength)
      throw new FormatError('truncated', source.byteLength, 'the file ends before its last image');
    entries.push(entry);
  }
  return { isPointer: head.readUInt16LE(2) === 2, bytes, entries };
}

/** A field of the directory that no program looks at, and what it should be. */
export interface SilentField {
  readonly name: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Fields that hold what they have no reason to hold; zero is always right for them. */
export function silentFields({ bytes, entries, isPointer }: Directory): SilentField[] {
  const fields: SilentField[] = [];
  const isDotnet = entries.every(({ at }) => bytes[at + 3] === DOTNET_RESERVED);
  for (const [index, { at }] of entries.entries()) {
    if (!isDotnet && bytes[at + 3] !== 0) fields.push({ name: `entry#${index}/reserved`, byteOffset: at + 3, byteLength: 1 });
    if (isPointer) continue;
    if (bytes.readUInt16LE(at + 4) > 1) fields.push({ name: `entry#${index}/planes`, byteOffset: at + 4, byteLength: 2 });
    if (!DEPTHS.has(bytes.readUInt16LE(at + 6))) fields.push({ name: `entry#${index}/depth`, byteOffset: at + 6, byteLength: 2 });
  }
  return fields;
}

/** The directory with these fields at zero, and each image where `placeOf` says that it now lies. */
export function writeDirectory(
  { bytes, entries }: Directory,
  zeroed: readonly SilentField[],
  placeOf: (entry: Entry) => { byteOffset: number; byteLength: number },
): Buffer {
  const written = Buffer.from(bytes);
  for (const { byteOffset, byteLength } of zeroed) written.fill(0, byteOffset, byteOffset + byteLength);
  for (const entry of entries) {
    const { byteOffset, byteLength } = placeOf(entry);
    written.writeUInt32LE(byteLength, entry.at + SIZE_AT);
    written.writeUInt32LE(byteOffset, entry.at + OFFSET_AT);
  }
  return written;
}
