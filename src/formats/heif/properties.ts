import { LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import { type Box, boxesIn } from '../../metadata/box.js';
import { BoxFields, boxOf, uintBytes } from './full-box.js';

/** One use of a property by an item (ISO/IEC 23008-12 9.3). `index` counts from 1; 0 is none. */
interface Use {
  readonly essential: boolean;
  readonly index: number;
}

interface Association {
  readonly id: number;
  readonly uses: readonly Use[];
}

interface AssociationTable {
  readonly box: Box;
  readonly version: number;
  /** Flag 1: indices of 15 bits. */
  readonly wide: boolean;
  /** Where the last association ends, counted as the box is. */
  readonly end: number;
  readonly associations: readonly Association[];
}

export interface Properties {
  readonly iprp: Box;
  readonly ipco: Box;
  /** Index 1 is the first of these. */
  readonly boxes: readonly Box[];
  readonly tables: readonly AssociationTable[];
  /** The properties of each item, in order, by its id. */
  readonly ofItem: ReadonlyMap<number, readonly Box[]>;
  /** The items that have each property. */
  readonly usersOf: ReadonlyMap<Box, readonly number[]>;
}

/** Reads `iprp`. Throws a reader's error. */
export function readProperties(bytes: Uint8Array, iprp: Box, baseOffset: number, limits: Limits): Properties {
  const fail = (): Error => new BoxFields(bytes, iprp, baseOffset).fail('holds something else than ipco and ipma');
  const inner = [...boxesIn(bytes, iprp.content, iprp.end)];
  const [ipco, ...rest] = inner;
  if (ipco?.type !== 'ipco' || inner.at(-1)?.end !== iprp.end) throw fail();
  const boxes: Box[] = [];
  let at = ipco.content;
  for (const box of boxesIn(bytes, ipco.content, ipco.end)) {
    if (boxes.length >= limits.entryCount)
      throw new LimitError('entryCount', baseOffset + box.start, `more than ${limits.entryCount} properties`);
    boxes.push(box);
    at = box.end;
  }
  if (at !== ipco.end) throw fail();
  const tables = rest.filter(({ type }) => type === 'ipma').map((box) => readAssociations(bytes, box, baseOffset, limits));
  if (tables.length !== rest.filter(({ type }) => type !== 'free').length) throw fail();
  return { iprp, ipco, boxes, tables, ...uses(boxes, tables) };
}

/** Both ways of the tables, so that neither is searched for each item or property. */
function uses(boxes: readonly Box[], tables: readonly AssociationTable[]): Pick<Properties, 'ofItem' | 'usersOf'> {
  const ofItem = new Map<number, Box[]>();
  const usersOf = new Map<Box, number[]>();
  for (const { associations } of tables)
    for (const { id, uses: used } of associations)
      for (const { index } of used) {
        const box = boxes[index - 1];
        if (box === undefined) continue;
        pushTo(ofItem, id, box);
        pushTo(usersOf, box, id);
      }
  return { ofItem, usersOf };
}

/** Adds to the list of a key. */
export function pushTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function readAssociations(bytes: Uint8Array, box: Box, baseOffset: number, limits: Limits): AssociationTable {
  const fields = new BoxFields(bytes, box, baseOffset);
  const { version, flags } = fields.versionAndFlags();
  const wide = (flags & 1) === 1;
  const count = fields.uint(4);
  const associations: Association[] = [];
  let total = 0;
  for (let item = 0; item < count; item++) {
    const id = fields.uint(version === 0 ? 2 : 4);
    const size = fields.uint(1);
    total += size + 1;
    if (total > limits.entryCount)
      throw new LimitError('entryCount', baseOffset + box.start, `more than ${limits.entryCount} associations`);
    const uses = Array.from({ length: size }, () => {
      const word = fields.uint(wide ? 2 : 1);
      return wide ? { essential: word >= 0x8000, index: word & 0x7fff } : { essential: word >= 0x80, index: word & 0x7f };
    });
    associations.push({ id, uses });
  }
  return { box, version, wide, end: fields.at, associations };
}

/** The properties of an item, in order. */
export function propertiesOf(properties: Properties, id: number): readonly Box[] {
  return properties.ofItem.get(id) ?? [];
}

/** Content of a property that stays: its bytes, or others; `undefined` where it goes. */
export type Kept = (box: Box) => Uint8Array | undefined;

/** `iprp` without properties and items that go, indices counted anew. */
export function writeProperties(bytes: Uint8Array, properties: Properties, kept: Kept, isLeft: (id: number) => boolean): Buffer {
  const numbers = new Map<number, number>();
  const boxes: Uint8Array[] = [];
  for (const [index, box] of properties.boxes.entries()) {
    const content = kept(box);
    if (content === undefined) continue;
    boxes.push(content);
    numbers.set(index + 1, boxes.length);
  }
  const tables = properties.tables.map(({ box, version, wide, associations }) => {
    const rows = associations
      .filter(({ id }) => isLeft(id))
      .map(({ id, uses }) => {
        const left = uses.flatMap(({ essential, index }) => {
          const number = numbers.get(index);
          return number === undefined ? [] : [uintBytes((essential ? (wide ? 0x8000 : 0x80) : 0) | number, wide ? 2 : 1)];
        });
        return { id, left };
      })
      .filter(({ left }) => left.length > 0);
    return boxOf(
      'ipma',
      bytes.subarray(box.content, box.content + 4),
      uintBytes(rows.length, 4),
      ...rows.flatMap(({ id, left }) => [uintBytes(id, version === 0 ? 2 : 4), uintBytes(left.length, 1), ...left]),
    );
  });
  return boxOf('iprp', boxOf('ipco', ...boxes), ...tables);
}
