import type { Region } from '../../core/part.js';
import { latin1 } from '../../metadata/text.js';
import type { Block } from './blocks.js';
import type { PsdBytes } from './bytes.js';

/** More characters than a name has. */
const MOST_CHARACTERS = 4096;

/** True for no name, and for the numbers that ImageMagick gives instead. */
export function tellsNothing(name: string): boolean {
  return /^(?:L\d{1,3})?$/.test(name);
}

/** The name in the record: in the encoding of the writer's system, shown as ISO 8859-1. */
export function recordName(bytes: PsdBytes, { byteOffset, byteLength }: Region): string {
  return latin1(bytes.window.bytes(byteOffset, byteLength)).replace(/\0+$/, '');
}

/** The name in a `luni` block: a count of characters, then UTF-16. `undefined` where it is none, or more follows it. */
export function unicodeName(bytes: PsdBytes, { dataOffset, dataEnd }: Block): string | undefined {
  if (dataEnd - dataOffset < 4) return undefined;
  const count = bytes.u32(dataOffset);
  if (count > MOST_CHARACTERS || dataOffset + 4 + 2 * count > dataEnd || dataEnd - dataOffset > 4 + 2 * count + 4) return undefined;
  const data = Buffer.from(bytes.window.bytes(dataOffset + 4, dataEnd - dataOffset - 4));
  if (data.subarray(2 * count).some((byte) => byte !== 0)) return undefined;
  return Buffer.from(data.subarray(0, 2 * count))
    .swap16()
    .toString('utf16le')
    .replace(/\0+$/, '');
}
