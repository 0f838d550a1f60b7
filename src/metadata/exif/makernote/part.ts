import { Cursor } from '../../../bytes/cursor.js';
import type { Category } from '../../../core/category.js';
import type { Part, Region } from '../../../core/part.js';
import { seal } from '../../../core/sealed.js';
import { type PayloadPlace, REVEALS_ANYTHING } from '../../reading.js';
import { latin1 } from '../../text.js';
import { type Ifd, type IfdEntry, readIfd } from '../ifd.js';
import { type TagTable, tagTable } from '../tag-table.js';
import { numbersOf, type TiffValue, textOf } from '../tiff-value.js';
import type { Entry, Tree } from '../tree.js';
import { MAKERS, type Maker, type NoteForm, OLYMPUS_EQUIPMENT, OLYMPUS_EQUIPMENT_TAG } from './makers.js';

/** Bytes of a note by which its maker is known. */
const HEAD_BYTES = 32;
/** No maker writes more entries into one directory. */
const MAX_ENTRIES = 1024;

interface Note {
  readonly entry: Entry;
  readonly path: string;
  readonly region: Region;
  readonly tree: Tree;
  readonly place: PayloadPlace;
  /** IFD0's Make. */
  readonly make: string;
}

const tables = new Map<string, TagTable>();

function tableFor(text: string): TagTable {
  const known = tables.get(text);
  if (known !== undefined) return known;
  const table = tagTable(text);
  tables.set(text, table);
  return table;
}

/**
 * A maker note as one part: it holds offsets of its own, so that it stays where it is or goes as a whole. Its children tell
 * what is in it. One whose maker or form is not known may hold anything.
 */
export function makerNotePart(note: Note): Part {
  const { entry, path, region } = note;
  const head = latin1(entry.value.bytes.subarray(0, HEAD_BYTES));
  const common = { path, carrier: 'MakerNote' as const, category: 'device' as const, region, required: false, atomic: true };
  for (const maker of MAKERS) {
    const form = maker.recognise(head, note.make);
    if (form === undefined) continue;
    const children = childrenOf(note, maker, form);
    const alsoReveals = children === undefined ? REVEALS_ANYTHING : maker.holds;
    return {
      ...common,
      note: children === undefined ? `${maker.name} maker note that could not be read` : `${maker.name} maker note`,
      alsoReveals: alsoReveals.filter((category) => category !== 'device'),
      ...(children === undefined || children.length === 0 ? {} : { children }),
    };
  }
  const alsoReveals = REVEALS_ANYTHING.filter((category) => category !== 'device');
  return { ...common, note: 'maker note of an unknown maker', alsoReveals };
}

/** What matters in the note; none for a note that is no directory. `undefined` where its directory cannot be read. */
function childrenOf(note: Note, maker: Maker, form: NoteForm): Part[] | undefined {
  if (form.ifdOffset === undefined) return [];
  const start = note.entry.raw.valueOffset;
  const found = readNoteIfd(note, form, start + form.ifdOffset);
  if (found === undefined) return undefined;
  const reader = new ChildReader(note, found.littleEndian);
  reader.add(found.ifd, tableFor(maker.tags), '');
  if (maker.name === 'Olympus') {
    const equipment = found.ifd.entries.find(({ tag, fault }) => tag === OLYMPUS_EQUIPMENT_TAG && fault === undefined);
    const inner = equipment === undefined ? undefined : readEquipment(note, form, found.littleEndian, equipment);
    if (inner !== undefined) reader.add(inner, tableFor(OLYMPUS_EQUIPMENT), 'Equipment/');
  }
  return reader.children;
}

function baseOf(note: Note, form: NoteForm): number {
  return form.base === 'tiff' ? 0 : note.entry.raw.valueOffset + form.base;
}

/** Notes do not always say their byte order: the one in which the directory makes sense is taken, the block's first. */
function readNoteIfd(note: Note, form: NoteForm, at: number): { ifd: Ifd; littleEndian: boolean } | undefined {
  const { tree } = note;
  const orders = form.littleEndian === undefined ? [tree.littleEndian, !tree.littleEndian] : [form.littleEndian];
  for (const littleEndian of orders) {
    const ifd = readIfd({ cursor: new Cursor(tree.bytes, littleEndian), base: baseOf(note, form) }, at, MAX_ENTRIES);
    if (ifd !== undefined && isSensible(ifd, note)) return { ifd, littleEndian };
  }
  return undefined;
}

/** Within the note, and most of its entries can be read. */
function isSensible(ifd: Ifd, note: Note): boolean {
  const { valueOffset, valueBytes } = note.entry.raw;
  if (ifd.truncated || ifd.entries.length === 0 || ifd.byteOffset + ifd.tableBytes > valueOffset + valueBytes) return false;
  return ifd.entries.filter(({ fault }) => fault !== 'unknown-type').length * 2 > ifd.entries.length;
}

/** Newer notes point to the directory (type IFD), older ones hold it as the value. */
function readEquipment(note: Note, form: NoteForm, littleEndian: boolean, entry: IfdEntry): Ifd | undefined {
  const cursor = new Cursor(note.tree.bytes, littleEndian);
  const base = baseOf(note, form);
  const at = entry.inline && entry.valueBytes === 4 ? base + cursor.u32(entry.fieldOffset) : entry.valueOffset;
  const ifd = readIfd({ cursor, base }, at, MAX_ENTRIES);
  return ifd === undefined || ifd.truncated ? undefined : ifd;
}

class ChildReader {
  readonly children: Part[] = [];
  readonly #paths = new Set<string>();

  constructor(
    readonly note: Note,
    readonly littleEndian: boolean,
  ) {}

  add(ifd: Ifd, table: TagTable, prefix: string): void {
    for (const raw of ifd.entries) {
      const tag = table.get(raw.tag);
      if (tag !== undefined && raw.fault === undefined) this.#child(raw, `${prefix}${tag.name}`, tag.category);
    }
  }

  #child(raw: IfdEntry, name: string, category: Category): void {
    const { note } = this;
    const start = note.entry.raw.valueOffset;
    const end = start + note.entry.raw.valueBytes;
    let path = `${note.path}/${name}`;
    for (let count = 2; this.#paths.has(path); count++) path = `${note.path}/${name}#${count}`;
    this.#paths.add(path);
    // A value that lies elsewhere in the block is shown by its entry, so that the child lies within the note.
    const inside = raw.valueOffset >= start && raw.valueOffset + raw.valueBytes <= end;
    const region = inside
      ? note.place.locate(raw.valueOffset, raw.valueBytes)
      : note.place.locate(raw.byteOffset, Math.min(12, end - raw.byteOffset));
    this.children.push({ path, carrier: 'MakerNote', category, region, required: false, value: seal(this.#describe(raw)) });
  }

  #describe(raw: IfdEntry): string {
    const bytes = note(this.note.tree.bytes, raw);
    const value: TiffValue = { type: raw.type, count: raw.count, bytes, littleEndian: this.littleEndian };
    const text = textOf(bytes.subarray(0, 256));
    if (bytes.byteLength > 0 && /^[\x20-\x7e]+$/.test(text)) return text;
    const numbers = raw.type === 7 && bytes.byteLength > 16 ? undefined : numbersOf(value, 8);
    return numbers === undefined ? `${bytes.byteLength} bytes` : `${numbers.join(' ')}${raw.count > 8 ? ' …' : ''}`;
  }
}

function note(bytes: Uint8Array, raw: IfdEntry): Uint8Array {
  return bytes.subarray(raw.valueOffset, raw.valueOffset + raw.valueBytes);
}
