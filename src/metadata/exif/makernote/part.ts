import type { Category } from '../../../core/category.js';
import type { Part, Region } from '../../../core/part.js';
import { seal } from '../../../core/sealed.js';
import { type PayloadPlace, REVEALS_ANYTHING } from '../../reading.js';
import { latin1 } from '../../text.js';
import { toldInText } from '../../told-in-text.js';
import type { IfdEntry } from '../ifd.js';
import type { Entry, Tree } from '../model.js';
import { type TagTable, tagTable } from '../tag-table.js';
import { numbersOf, type TiffValue, textOf } from '../tiff-value.js';
import type { Maker } from './maker.js';
import type { NoteDirectory, NoteReading } from './read-note.js';

interface Note {
  readonly entry: Entry;
  readonly path: string;
  readonly region: Region;
  readonly tree: Tree;
  readonly place: PayloadPlace;
  readonly reading: NoteReading;
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
  const { maker, directories } = note.reading;
  const { path, region } = note;
  const common = { path, carrier: 'MakerNote' as const, category: 'device' as const, region, required: false, atomic: true };
  if (maker === undefined || directories === undefined) {
    const alsoReveals = REVEALS_ANYTHING.filter((category) => category !== 'device');
    return {
      ...common,
      note: maker === undefined ? 'maker note of an unknown maker' : `${maker.name} maker note that could not be read`,
      alsoReveals,
    };
  }
  const children = new ChildReader(note, maker).read(directories);
  const isPlaceless = maker.placesInTags === true && directories.length > 0;
  const reveals = new Set<Category>(maker.holds.filter((category) => category !== 'device' && !(isPlaceless && category === 'location')));
  for (const { category } of children) reveals.add(category);
  for (const told of toldInText(readableIn(note.entry.value.bytes), 'device')) reveals.add(told);
  reveals.delete('device');
  return {
    ...common,
    note: `${maker.name} maker note`,
    alsoReveals: [...reveals],
    ...(children.length === 0 ? {} : { children }),
  };
}

/** How much of a note is searched for text. */
const SEARCHED_BYTES = 256 * 1024;

function readableIn(bytes: Uint8Array): string {
  return (latin1(bytes.subarray(0, SEARCHED_BYTES)).match(/[\x20-\x7e]{8,}/g) ?? []).join('\n');
}

/** What matters in the note. */
class ChildReader {
  readonly #children: Part[] = [];
  readonly #paths = new Set<string>();

  constructor(
    readonly note: Note,
    readonly maker: Maker,
  ) {}

  read(directories: readonly NoteDirectory[]): readonly Part[] {
    for (const { ifd, name, tags } of directories) {
      const table = tableFor(tags);
      for (const raw of ifd.entries) {
        const tag = raw.fault === undefined ? table.get(raw.tag) : undefined;
        if (tag === undefined || (tag.category === 'location' && !this.#isPlace(raw))) continue;
        this.#child(raw, name === undefined ? tag.name : `${name}/${tag.name}`, tag.category);
      }
    }
    return this.#children;
  }

  #isPlace(raw: IfdEntry): boolean {
    const value = this.#valueOf(raw);
    return !value.bytes.every((byte) => BLANKS.has(byte)) && this.maker.isPlace?.(raw.tag, value) !== false;
  }

  #child(raw: IfdEntry, name: string, category: Category): void {
    const { note } = this;
    const start = note.entry.raw.valueOffset;
    const end = start + note.entry.raw.valueBytes;
    let path = `${note.path}/${name}`;
    for (let count = 2; this.#paths.has(path); count++) path = `${note.path}/${name}#${count}`;
    this.#paths.add(path);
    // A value that lies elsewhere in the block is shown by its entry, or by the note where that lies elsewhere too.
    const lies = (from: number, byteLength: number): boolean => from >= start && from + byteLength <= end;
    const region = lies(raw.valueOffset, raw.valueBytes)
      ? note.place.locate(raw.valueOffset, raw.valueBytes)
      : lies(raw.byteOffset, ENTRY_BYTES)
        ? note.place.locate(raw.byteOffset, ENTRY_BYTES)
        : note.region;
    this.#children.push({ path, carrier: 'MakerNote', category, region, required: false, value: seal(this.#describe(raw)) });
  }

  #valueOf(raw: IfdEntry): TiffValue {
    const { note } = this;
    const bytes = note.tree.bytes.subarray(raw.valueOffset, raw.valueOffset + raw.valueBytes);
    return { type: raw.type, count: raw.count, bytes, littleEndian: note.reading.littleEndian };
  }

  #describe(raw: IfdEntry): string {
    const value = this.#valueOf(raw);
    const text = textOf(value.bytes.subarray(0, 256));
    if (value.bytes.byteLength > 0 && /^[\x20-\x7e]+$/.test(text)) return text;
    const numbers = raw.type === 7 && value.bytes.byteLength > 16 ? undefined : numbersOf(value, 8);
    return numbers === undefined ? `${value.bytes.byteLength} bytes` : `${numbers.join(' ')}${raw.count > 8 ? ' …' : ''}`;
  }
}

const ENTRY_BYTES = 12;
/** What fills a field that nobody set: zeros, blanks, dashes, all bits. */
const BLANKS: ReadonlySet<number> = new Set([0, 0x20, 0x2d, 0xff]);
