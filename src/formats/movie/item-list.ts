import type { Edit, Part, Plan, Region } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { latin1 } from '../../metadata/text.js';
import { boxRegion, type FileBox, shownType, walkSoundBoxes } from '../boxes/walk.js';
import { itemCategory, keyCategory } from './item-names.js';
import { type Item, itemPart } from './item-part.js';
import { type BoxPlace, contentOf, rebuilt } from './piece.js';
import type { CoarseText } from './value.js';

/** The items of one `ilst`, with the table of keys that they count in where there is one. */
export interface ItemList {
  readonly parts: readonly Part[];
  /** The list and the table written anew with what the plan keeps, in their old places. */
  edits(plan: Plan): Edit[];
}

/** Size and type of a box, or of an entry of the table of keys. */
const HEAD_BYTES = 8;

/** Type and locale before the value in `data`. */
const DATA_HEAD_BYTES = 8;

/** Loudness and gapless playback, as iTunes writes them: numbers in hex. */
const HEX_NUMBERS = /^(?:iTunSMPB|iTunNORM) {1,4}(?: ?[0-9A-F]{8,16}){1,16}$/;

interface Key {
  readonly name: string;
  readonly region: Region;
  /** The entry as it is: size, namespace, name. */
  readonly bytes: Buffer;
  /** Set where no item has it. */
  unused?: Part;
}

interface ListedItem {
  readonly box: FileBox;
  readonly bytes: Buffer;
  readonly part: Part;
  readonly coarse?: CoarseText;
  /** From 1 on, into the table of keys. */
  readonly key?: number;
  readonly valueOffset: number;
}

/** `undefined` where the list or the table of keys breaks its rules: then it may hold anything. */
export function readItemList(place: BoxPlace, list: FileBox, keysBox?: FileBox): ItemList | undefined {
  const keys = keysBox === undefined ? undefined : readKeys(place, keysBox);
  if (keysBox !== undefined && keys === undefined) return undefined;
  const run = walkSoundBoxes(place.source, list.dataOffset, list.endOffset, `${list.path}/`, place.counter);
  if (run.endOffset !== list.endOffset) return undefined;
  const items: ListedItem[] = [];
  for (const [index, box] of run.boxes.entries()) {
    const item = readItem(place, box, index, keys);
    if (item === undefined) return undefined;
    // What an edit left where an item was.
    if (item !== 'nothing') items.push(item);
  }
  const used = new Set(items.map(({ key }) => key));
  for (const [index, key] of (keys ?? []).entries()) {
    if (!used.has(index + 1))
      key.unused = opaquePart(`${keysBox?.path}/unused#${index}`, 'text', key.region, 'the name of a key that no item has');
  }
  const unused = (keys ?? []).flatMap((key) => key.unused ?? []);
  const parts = [...items.map(({ part }) => part), ...unused];
  const edits = (plan: Plan): Edit[] => {
    if (!parts.some((part) => plan.touches(part))) return [];
    const kept = items.flatMap((item) => {
      const content = contentUnder(item, plan);
      return content === undefined ? [] : [{ ...item, content }];
    });
    const keptKeys = new Set(kept.map(({ key }) => key));
    const numbers = new Map<number, number>();
    for (const [index, key] of (keys ?? []).entries()) {
      const stays = keptKeys.has(index + 1) || (key.unused !== undefined && plan.actionOf(key.unused).kind === 'keep');
      if (stays) numbers.set(index + 1, numbers.size + 1);
    }
    const table = keys === undefined || keysBox === undefined ? [] : rebuilt(keysBox, keyTable(keys, numbers));
    return [...table, ...rebuilt(list, Buffer.concat(kept.flatMap((item) => itemBytes(item, numbers))))];
  };
  return { parts, edits };
}

/** QuickTime File Format, "Metadata item keys atom". */
function readKeys(place: BoxPlace, box: FileBox): Key[] | undefined {
  const content = contentOf(place, box);
  if (content === undefined || content.byteLength < HEAD_BYTES) return undefined;
  const count = content.readUInt32BE(4);
  const keys: Key[] = [];
  let at = HEAD_BYTES;
  while (at + HEAD_BYTES <= content.byteLength && keys.length < count) {
    const size = content.readUInt32BE(at);
    if (size < HEAD_BYTES || at + size > content.byteLength) return undefined;
    place.counter.add(box.dataOffset + at);
    const bytes = content.subarray(at, at + size);
    const name = bytes.toString('latin1', 4, 8) === 'mdta' ? bytes.toString('utf8', HEAD_BYTES) : '';
    keys.push({ name, bytes, region: { byteOffset: box.dataOffset + at, byteLength: size } });
    at += size;
  }
  return at === content.byteLength && keys.length === count ? keys : undefined;
}

function keyTable(keys: readonly Key[], numbers: ReadonlyMap<number, number>): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(numbers.size, 4);
  return Buffer.concat([head, ...keys.filter((_, index) => numbers.has(index + 1)).map(({ bytes }) => bytes)]);
}

function readItem(place: BoxPlace, box: FileBox, index: number, keys: readonly Key[] | undefined): ListedItem | 'nothing' | undefined {
  const bytes = contentOf(place, box);
  if (bytes === undefined) return undefined;
  if (box.type === 'free' && bytes.every((byte) => byte === 0)) return 'nothing';
  const run = walkSoundBoxes(place.source, box.dataOffset, box.endOffset, `${box.path}/`, place.counter);
  const data = run.boxes.filter(({ type }) => type === 'data');
  const [only] = data;
  const number = keys === undefined ? undefined : Buffer.from(box.type, 'latin1').readUInt32BE(0);
  const key = number === undefined ? undefined : keys?.[number - 1]?.name;
  // The path may show only what is on our own lists.
  const name = keys === undefined ? shownType(box.type) : key !== undefined && keyCategory(key) !== undefined ? key : 'key';
  const common = { box, bytes, ...(number === undefined ? {} : { key: number }) };
  const path = box.path.replace(/[^/]*$/, `${name}#${index}`);
  const named = nameOf(place, run.boxes);
  const isPlain = run.endOffset === box.endOffset && data.length === run.boxes.length && only !== undefined;
  if ((!isPlain && named === undefined) || only === undefined || only.endOffset - only.dataOffset < DATA_HEAD_BYTES) {
    const part = opaquePart(path, 'text', boxRegion(box), 'an item in a form that is not known');
    return { ...common, part, valueOffset: 0 };
  }
  const valueOffset = only.dataOffset + DATA_HEAD_BYTES - box.dataOffset;
  const value = bytes.subarray(valueOffset, only.endOffset - box.dataOffset);
  const category = key !== undefined ? keyCategory(key) : named === undefined && keys === undefined ? itemCategory(box.type) : undefined;
  const isPlayback = named !== undefined && run.endOffset === box.endOffset && HEX_NUMBERS.test(`${named} ${latin1(value)}`);
  const item: Item = isPlayback
    ? { part: { path, carrier: 'text', category: 'rendering', region: boxRegion(box), required: false } }
    : itemPart(place, {
        path,
        region: boxRegion(box),
        category,
        value: data.length === 1 ? value : bytes,
        textOffsets: data.length === 1 ? [0] : [],
        valueOffset: box.dataOffset + valueOffset,
      });
  return { ...common, ...item, valueOffset };
}

/** The name of an item of the kind `----`: which program's it is, and its field. */
function nameOf(place: BoxPlace, boxes: readonly FileBox[]): string | undefined {
  const [mean, name, data, more] = boxes;
  if (mean?.type !== 'mean' || name?.type !== 'name' || data?.type !== 'data' || more !== undefined) return undefined;
  const text = (box: FileBox): string => latin1(contentOf(place, box)?.subarray(4) ?? Buffer.alloc(0));
  return text(mean) === 'com.apple.iTunes' ? text(name) : '';
}

/** What is in an item that stays; `undefined` where it goes, also since it cannot be made as coarse as it has to be. */
function contentUnder({ bytes, part, coarse, valueOffset }: ListedItem, plan: Plan): Buffer | undefined {
  const action = plan.actionOf(part);
  if (action.kind === 'keep') return bytes;
  const value = action.kind === 'coarsen' ? coarse?.coarsen(action.precision) : undefined;
  return value === undefined ? undefined : Buffer.concat([bytes.subarray(0, valueOffset), value]);
}

function itemBytes({ box, content, key }: ListedItem & { content: Buffer }, numbers: ReadonlyMap<number, number>): Buffer[] {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(HEAD_BYTES + content.byteLength);
  if (key === undefined) head.write(box.type, 4, 'latin1');
  else head.writeUInt32BE(numbers.get(key) ?? key, 4);
  return [head, content];
}
