import { CATEGORIES, type Category } from '../../core/category.js';

export interface ExifTag {
  /** The standard's name; `0x1234` where none is known. */
  readonly name: string;
  readonly category: Category;
  readonly known: boolean;
}

export type TagTable = ReadonlyMap<number, ExifTag>;

/**
 * Tables are written as `category: id Name, id Name` with hexadecimal ids, a category on a line of its own. Where several tables
 * name an id, the first wins. Throws `RangeError` for a table that is not written so.
 */
export function tagTable(...texts: readonly string[]): TagTable {
  const table = new Map<number, ExifTag>();
  for (const text of texts) {
    let category: Category | undefined;
    for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
      const head = /^([a-z-]+):/.exec(line);
      if (head !== null) category = CATEGORIES.find((candidate) => candidate === head[1]);
      if (category === undefined) throw new RangeError(`no category: ${line}`);
      addItems(table, category, head === null ? line : line.slice(head[0].length));
    }
  }
  return table;
}

function addItems(table: Map<number, ExifTag>, category: Category, list: string): void {
  for (const item of list.split(',').filter((each) => each.trim() !== '')) {
    const match = /^([0-9a-f]{4}) (\S+)$/.exec(item.trim());
    if (match === null) throw new RangeError(`no tag: ${item}`);
    const [, id, name] = match as unknown as [string, string, string];
    const number = Number.parseInt(id, 16);
    if (!table.has(number)) table.set(number, Object.freeze({ name, category, known: true }));
  }
}
