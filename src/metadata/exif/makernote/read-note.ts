import { Cursor } from '../../../bytes/cursor.js';
import type { Region } from '../../../core/part.js';
import { latin1 } from '../../text.js';
import { type Ifd, type IfdEntry, readIfd } from '../ifd.js';
import type { Entry, Tree } from '../model.js';
import { TAG } from '../tags.js';
import { textOf } from '../tiff-value.js';
import type { Maker, NoteForm } from './maker.js';
import { MAKERS } from './makers.js';

/** Bytes of a note by which its maker is known. */
const HEAD_BYTES = 32;
/** No maker writes more entries into one directory. */
const MAX_ENTRIES = 1024;
/** A camera writes one note; editors that merge blocks leave a second. Further ones may hold anything. */
const MAX_NOTES = 4;

export interface NoteDirectory {
  readonly ifd: Ifd;
  /** Name of the entry that leads to it; `undefined` for the note's own directory. */
  readonly name?: string;
  /** Tags that matter, as `tagTable` reads them. */
  readonly tags: string;
}

/** What is known of a maker note. */
export interface NoteReading {
  /** `undefined` for a note of nobody known. */
  readonly maker?: Maker;
  /** The note's own directory first. None for a note that is no directory; `undefined` where it cannot be read. */
  readonly directories?: readonly NoteDirectory[];
  readonly littleEndian: boolean;
  /** Ranges of the block, outside of the note, that its directories lie in or point to. */
  readonly outlying: readonly Region[];
}

/** Every maker note of the block. */
export function readNotes(tree: Tree): ReadonlyMap<Entry, NoteReading> {
  const make = textOf(tree.chain[0]?.first.get(TAG.make)?.value.bytes ?? new Uint8Array(0));
  const notes = new Map<Entry, NoteReading>();
  for (const { entries } of tree.directories) {
    for (const entry of entries) {
      if (isMakerNote(entry)) notes.set(entry, notes.size < MAX_NOTES ? readNote(entry, tree, make) : unread(tree));
    }
  }
  return notes;
}

/** Exif 3.0 4.6.6.4.1; cameras write it into other directories too. The number means something else among GPS tags. */
export function isMakerNote({ raw, kind, fault }: Entry): boolean {
  return raw.tag === TAG.makerNote && kind !== 'GPS' && fault === undefined;
}

function unread({ littleEndian }: Tree): NoteReading {
  return { littleEndian, outlying: [] };
}

function readNote(entry: Entry, tree: Tree, make: string): NoteReading {
  const head = latin1(entry.value.bytes.subarray(0, HEAD_BYTES));
  for (const maker of MAKERS) {
    const form = maker.recognise(head, make);
    if (form === undefined) continue;
    if (form.ifdOffset === undefined) return { ...unread(tree), maker, directories: [] };
    const found = readOwnDirectory(entry, tree, form, form.ifdOffset);
    if (found === undefined) return { ...unread(tree), maker };
    const { ifd, littleEndian } = found;
    const base = baseOf(entry, form);
    const directories: NoteDirectory[] = [{ ifd, tags: maker.tags }];
    const cursor = new Cursor(tree.bytes, littleEndian);
    for (const { tag, name, tags } of maker.subdirectories ?? []) {
      const pointer = ifd.entries.find((each) => each.tag === tag && each.fault === undefined);
      const inner = pointer === undefined ? undefined : readSubdirectory(cursor, base, pointer);
      if (inner !== undefined) directories.push({ ifd: inner, name, tags });
    }
    return { maker, directories, littleEndian, outlying: outlyingOf(entry, directories) };
  }
  return unread(tree);
}

function baseOf(entry: Entry, form: NoteForm): number {
  return form.base === 'tiff' ? 0 : entry.raw.valueOffset + form.base;
}

/** Notes do not always say their byte order: the one in which the directory makes sense is taken, the block's first. */
function readOwnDirectory(entry: Entry, tree: Tree, form: NoteForm, at: number): { ifd: Ifd; littleEndian: boolean } | undefined {
  const orders = form.littleEndian === undefined ? [tree.littleEndian, !tree.littleEndian] : [form.littleEndian];
  for (const littleEndian of orders) {
    const cursor = new Cursor(tree.bytes, littleEndian);
    const ifd = readIfd({ cursor, base: baseOf(entry, form) }, entry.raw.valueOffset + at, MAX_ENTRIES);
    if (ifd !== undefined && isSensible(ifd, entry)) return { ifd, littleEndian };
  }
  return undefined;
}

/** Within the note, and most of its entries can be read. */
function isSensible(ifd: Ifd, entry: Entry): boolean {
  const { valueOffset, valueBytes } = entry.raw;
  if (ifd.truncated || ifd.entries.length === 0 || ifd.byteOffset + ifd.tableBytes > valueOffset + valueBytes) return false;
  return ifd.entries.filter(({ fault }) => fault !== 'unknown-type').length * 2 > ifd.entries.length;
}

/** Newer notes point to the directory (type IFD), older ones hold it as the value. */
function readSubdirectory(cursor: Cursor, base: number, pointer: IfdEntry): Ifd | undefined {
  const at = pointer.inline && pointer.valueBytes === 4 ? base + cursor.u32(pointer.fieldOffset) : pointer.valueOffset;
  const ifd = readIfd({ cursor, base }, at, MAX_ENTRIES);
  return ifd === undefined || ifd.truncated ? undefined : ifd;
}

function outlyingOf(entry: Entry, directories: readonly NoteDirectory[]): Region[] {
  const noteStart = entry.raw.valueOffset;
  const noteEnd = noteStart + entry.raw.valueBytes;
  const outlying: Region[] = [];
  const add = (start: number, end: number): void => {
    if (start < Math.min(end, noteStart)) outlying.push({ byteOffset: start, byteLength: Math.min(end, noteStart) - start });
    const behind = Math.max(start, noteEnd);
    if (behind < end) outlying.push({ byteOffset: behind, byteLength: end - behind });
  };
  for (const { ifd } of directories) {
    add(ifd.byteOffset, ifd.byteOffset + ifd.tableBytes);
    for (const { inline, fault, valueOffset, valueBytes } of ifd.entries) {
      if (!inline && fault === undefined) add(valueOffset, valueOffset + valueBytes);
    }
  }
  return outlying;
}
