import { deflateSync } from 'node:zlib';
import type { Filter } from './filters.js';
import { countIn, lookUp } from './node.js';

/** True where data can be encoded again as it was. */
export function canEncode(filters: readonly Filter[]): boolean {
  return filters.every(
    ({ name, parameters }) =>
      name === 'ASCIIHexDecode' ||
      name === 'ASCII85Decode' ||
      (name === 'FlateDecode' && (countIn(lookUp(parameters, 'Predictor')) ?? 1) === 1),
  );
}

/** Applies the filters again, the innermost first. */
export function encode(bytes: Uint8Array, filters: readonly Filter[]): Uint8Array {
  let now = bytes;
  for (const { name } of filters.toReversed())
    now =
      name === 'FlateDecode'
        ? deflateSync(now)
        : name === 'ASCIIHexDecode'
          ? Buffer.from(`${Buffer.from(now).toString('hex')}>`)
          : ascii85(now);
  return now;
}

/** ISO 32000-2, 7.4.3. */
function ascii85(bytes: Uint8Array): Uint8Array {
  const digits: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const group = Buffer.alloc(4);
    group.set(bytes.subarray(at, at + 4));
    let value = group.readUInt32BE();
    const five: number[] = [];
    for (let digit = 0; digit < 5; digit++, value = Math.floor(value / 85)) five.unshift(0x21 + (value % 85));
    const count = Math.min(4, bytes.length - at) + 1;
    digits.push(count === 5 && group.every((byte) => byte === 0) ? 'z' : String.fromCharCode(...five.slice(0, count)));
  }
  return Buffer.from(`${digits.join('')}~>`);
}
