import { LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import { type Box, boxesIn } from '../../metadata/box.js';
import { BoxFields, boxOf, uintBytes } from './full-box.js';

/** An entry of the item information box (ISO/IEC 14496-12 8.11.6). */
export interface Item {
  readonly id: number;
  /** Four characters; `mime` for entries of versions 0 and 1, which know no other. */
  readonly type: string;
  readonly name: Uint8Array;
  readonly contentType?: string;
  /** `deflate`, `gzip`, `br`; empty where the content lies as it is. */
  readonly contentEncoding: string;
  readonly infe: Box;
  /** What the entry holds up to its name, and behind it: to write it anew without the name. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  /** Bytes behind the last field that are not zero. */
  readonly excess: boolean;
}

/** Reads `iinf`. Throws a reader's error. */
export function readItems(bytes: Uint8Array, iinf: Box, baseOffset: number, limits: Limits): Item[] {
  const fields = new BoxFields(bytes, iinf, baseOffset);
  const { version } = fields.versionAndFlags();
  fields.uint(version === 0 ? 2 : 4);
  const items: Item[] = [];
  for (const box of boxesIn(bytes, fields.at, iinf.end)) {
    fields.at = box.end;
    if (box.type !== 'infe') continue;
    if (items.length >= limits.entryCount)
      throw new LimitError('entryCount', baseOffset + box.start, `more than ${limits.entryCount} items`);
    items.push(readItem(bytes, box, baseOffset));
  }
  if (fields.at < iinf.end) throw fields.fail('holds bytes that are no item entry');
  return items;
}

function readItem(bytes: Uint8Array, infe: Box, baseOffset: number): Item {
  const fields = new BoxFields(bytes, infe, baseOffset);
  const { version } = fields.versionAndFlags();
  const id = fields.uint(version >= 3 ? 4 : 2);
  // The index of a protection scheme: the bytes of such an item are encrypted.
  fields.uint(2);
  const type = version >= 2 ? fields.fourCC() : 'mime';
  const nameAt = fields.at;
  const name = fields.text();
  const behindName = fields.at;
  const latin1 = (text: Uint8Array): string => Buffer.from(text).toString('latin1');
  const contentType = type === 'mime' ? latin1(fields.text()) : undefined;
  const contentEncoding = type === 'mime' ? latin1(fields.text()) : '';
  if (type === 'uri ') fields.text();
  // Version 1 may go on with an extension; whatever it is, it is not looked at.
  return {
    id,
    type,
    name,
    ...(contentType === undefined ? {} : { contentType }),
    contentEncoding,
    infe,
    head: bytes.subarray(infe.content, nameAt),
    tail: bytes.subarray(behindName, fields.at),
    excess: fields.rest().some((byte) => byte !== 0),
  };
}

/** `iinf` with these entries. `named` says which of them keep their names. */
export function writeItems(bytes: Uint8Array, iinf: Box, items: readonly Item[], isNamed: (item: Item) => boolean): Buffer {
  const version = bytes[iinf.content] as number;
  const nul = Uint8Array.of(0);
  return boxOf(
    'iinf',
    bytes.subarray(iinf.content, iinf.content + 4),
    uintBytes(items.length, version === 0 ? 2 : 4),
    ...items.map((item) => boxOf('infe', item.head, isNamed(item) ? item.name : new Uint8Array(0), nul, item.tail)),
  );
}
