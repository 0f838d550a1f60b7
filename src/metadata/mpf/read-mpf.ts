import { Cursor } from '../../bytes/cursor.js';
import type { Part, Plan } from '../../core/part.js';
import { opaquePart, type PayloadPlace, type PayloadReading } from '../reading.js';
import { isZero } from '../text.js';
import { type Directory, type Field, readDirectories } from './directories.js';
import { type MpfTag, mpfTag } from './tags.js';

/** One row of the MP Entry list (CIPA DC-007 5.2.3.3). */
interface MpEntry {
  /** Flags, format and type; the low 24 bits say what kind of image it is. */
  readonly attributes: number;
  readonly byteLength: number;
  /** From the first byte of the MP header (`II` or `MM`); 0 for the first image, which starts the file. */
  readonly byteOffset: number;
}

export interface MpfReading extends PayloadReading {
  /** Empty where this is not the index, as in the images it points to. */
  readonly entries: readonly MpEntry[];
  /** As `payload.rewrite`, with the sizes and offsets of `entries` in place of those that were read. */
  rewriteWith(plan: Plan, entries: readonly MpEntry[]): Uint8Array | null;
}

const ENTRY_BYTES = 16;

/** Reads a multi-picture block from its MP header on (CIPA DC-007 5.1). Never throws: what is broken is one opaque part. */
export function readMpf(bytes: Uint8Array, place: PayloadPlace): MpfReading {
  const read = readDirectories(bytes, place.context.limits);
  if (read === undefined) {
    const part = opaquePart(`${place.path}/unread`, 'MPF', place.locate(0, bytes.length), 'multi-picture index that could not be read');
    const rewrite = (plan: Plan): Uint8Array | null => (plan.touches(part) ? null : bytes);
    return { parts: [part], payload: { rewrite }, entries: [], rewriteWith: rewrite };
  }
  const { directories, cursor } = read;
  const partOf = new Map<Field, Part>();
  for (const directory of directories)
    for (const field of directory.fields) partOf.set(field, fieldPart(field, directory, place, partOf.size));
  const parts = [...partOf.values()];
  const gap = gapPart(bytes, directories, place);
  if (gap !== undefined) parts.push(gap);
  const entries = entriesOf(directories, cursor);
  const rewriteWith = (plan: Plan, changed: readonly MpEntry[]): Uint8Array | null => {
    if (changed === entries && !parts.some((part) => plan.touches(part))) return bytes;
    const kept = directories.map(({ fields }) => fields.filter((field) => !plan.touches(partOf.get(field) as Part)));
    if (kept.every((fields) => fields.length === 0)) return null;
    return build(kept, cursor.littleEndian, changed);
  };
  return { parts, payload: { rewrite: (plan) => rewriteWith(plan, entries) }, entries, rewriteWith };
}

function fieldPart(field: Field, directory: Directory, place: PayloadPlace, index: number): Part {
  const info: MpfTag | undefined = mpfTag(field.tag);
  const name = info?.name ?? `0x${field.tag.toString(16).toUpperCase()}`;
  const region = place.locate(field.valueAt, field.value.length);
  const path = `${place.path}/${directory.name}/${name}${field.repeated ? `#${index}` : ''}`;
  const isWhole = field.tag !== 0xb002 || field.value.length % ENTRY_BYTES === 0;
  const isAsExpected =
    info !== undefined && isWhole && !field.repeated && (info.maxBytes === undefined || field.value.length <= info.maxBytes);
  if (!isAsExpected) return opaquePart(path, 'MPF', region, 'unknown or malformed field');
  return { path, carrier: 'MPF', category: info.category, region, required: false };
}

/** Bytes that neither a directory nor a value accounts for. */
function gapPart(bytes: Uint8Array, directories: readonly Directory[], place: PayloadPlace): Part | undefined {
  const claims = directories.flatMap(({ at, end, fields }) => [
    [at, end],
    ...fields.map(({ valueAt, value }) => [valueAt, valueAt + value.length]),
  ]);
  let position = 8;
  for (const [start, end] of [...(claims as [number, number][]), [bytes.length, bytes.length] as const].sort((a, b) => a[0] - b[0])) {
    if (start > position && !isZero(bytes.subarray(position, start)))
      return opaquePart(`${place.path}/unreferenced`, 'MPF', place.locate(0, bytes.length), 'bytes that no field accounts for');
    position = Math.max(position, end);
  }
  return undefined;
}

function entriesOf(directories: readonly Directory[], { littleEndian }: Cursor): MpEntry[] {
  const list = directories[0]?.fields.find(({ tag, repeated }) => tag === 0xb002 && !repeated)?.value ?? new Uint8Array(0);
  const cursor = new Cursor(list, littleEndian);
  const entries: MpEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= list.length; at += ENTRY_BYTES)
    entries.push({ attributes: cursor.u32(at), byteLength: cursor.u32(at + 4), byteOffset: cursor.u32(at + 8) });
  return entries;
}

/** The header, then each directory with its values behind it. Sizes do not depend on what `entries` say. */
function build(directories: readonly (readonly Field[])[], littleEndian: boolean, entries: readonly MpEntry[]): Uint8Array {
  const used = directories.filter((fields, index) => index === 0 || fields.length > 0);
  const sizes = used.map((fields) => 6 + fields.reduce((sum, { value }) => sum + 12 + (value.length > 4 ? even(value.length) : 0), 0));
  const out = Buffer.alloc(8 + sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  out.write(littleEndian ? 'II*\0' : 'MM\0*', 'latin1');
  view.setUint32(4, 8, littleEndian);
  let at = 8;
  used.forEach((fields, index) => {
    const end = at + (sizes[index] as number);
    view.setUint16(at, fields.length, littleEndian);
    let valueAt = at + 6 + 12 * fields.length;
    fields.forEach((field, row) => {
      const rowAt = at + 2 + 12 * row;
      view.setUint16(rowAt, field.tag, littleEndian);
      view.setUint16(rowAt + 2, field.type, littleEndian);
      view.setUint32(rowAt + 4, field.count, littleEndian);
      const target = field.value.length > 4 ? valueAt : rowAt + 8;
      if (field.value.length > 4) {
        view.setUint32(rowAt + 8, valueAt, littleEndian);
        valueAt += even(field.value.length);
      }
      out.set(field.value, target);
      if (index === 0 && field.tag === 0xb002) putEntries(view, target, field.value.length, entries, littleEndian);
    });
    view.setUint32(at + 2 + 12 * fields.length, index + 1 < used.length ? end : 0, littleEndian);
    at = end;
  });
  return out;
}

function putEntries(view: DataView, at: number, byteLength: number, entries: readonly MpEntry[], littleEndian: boolean): void {
  entries.slice(0, Math.floor(byteLength / ENTRY_BYTES)).forEach((entry, index) => {
    view.setUint32(at + index * ENTRY_BYTES + 4, entry.byteLength, littleEndian);
    view.setUint32(at + index * ENTRY_BYTES + 8, entry.byteOffset, littleEndian);
  });
}

function even(length: number): number {
  return length + (length & 1);
}
