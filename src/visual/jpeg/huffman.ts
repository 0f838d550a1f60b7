import type { Bits } from './bits.js';
import { broken } from './segments.js';

/** A Huffman code by its next 16 bits: length × 256 + symbol, 0 where there is none. */
export class Decoder {
  readonly #table = new Uint16Array(1 << 16);

  /** `counts` and symbols as in a DHT segment. */
  constructor(table: Uint8Array) {
    let code = 0;
    let symbol = 16;
    for (let length = 1; length <= 16; length++) {
      for (let nth = 0; nth < (table[length - 1] as number); nth++, code++, symbol++) {
        const from = code << (16 - length);
        if (from >= 1 << 16) throw broken();
        this.#table.fill((length << 8) | (table[symbol] as number), from, from + (1 << (16 - length)));
      }
      code <<= 1;
    }
  }

  read(bits: Bits): number {
    const entry = this.#table[bits.peek16()] as number;
    if (entry === 0) throw broken();
    bits.skip(entry >> 8);
    return entry & 0xff;
  }
}

/** A code made for what it has to write (T.81 K.2), as a DHT table holds it and by symbol. */
export interface Encoder {
  readonly table: Uint8Array;
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array;
}

const LONGEST = 16;

/** `frequencies`: how often each of 256 symbols occurs. */
export function bestCode(frequencies: Uint32Array): Encoder {
  const lengths = lengthsOf(frequencies);
  const counts = new Uint8Array(16);
  const symbols: number[] = [];
  for (let length = 1; length <= LONGEST; length++) {
    for (let symbol = 0; symbol < 256; symbol++) {
      if (lengths[symbol] !== length) continue;
      counts[length - 1] = (counts[length - 1] as number) + 1;
      symbols.push(symbol);
    }
  }
  const codes = new Uint16Array(256);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= LONGEST; length++) {
    for (let nth = 0; nth < (counts[length - 1] as number); nth++) codes[symbols[index++] as number] = code++;
    code <<= 1;
  }
  return { table: Uint8Array.of(...counts, ...symbols), codes, lengths };
}

/** Code lengths of at most 16 bits, none all ones: one symbol that never occurs is given the last code (T.81 K.2). */
function lengthsOf(frequencies: Uint32Array): Uint8Array {
  const counts = Float64Array.from({ length: 257 }, (_, symbol) => (symbol === 256 ? 1 : (frequencies[symbol] as number)));
  const sizes = new Uint8Array(257);
  const next = new Int16Array(257).fill(-1);
  for (;;) {
    let least = -1;
    let second = -1;
    for (let symbol = 0; symbol < 257; symbol++) {
      const count = counts[symbol] as number;
      if (count === 0) continue;
      if (least < 0 || count <= (counts[least] as number)) {
        second = least;
        least = symbol;
      } else if (second < 0 || count <= (counts[second] as number)) second = symbol;
    }
    if (second < 0) break;
    counts[least] = (counts[least] as number) + (counts[second] as number);
    counts[second] = 0;
    let tail = least;
    for (;;) {
      sizes[tail] = (sizes[tail] as number) + 1;
      if ((next[tail] as number) < 0) break;
      tail = next[tail] as number;
    }
    next[tail] = second;
    for (let symbol = second; symbol >= 0; symbol = next[symbol] as number) sizes[symbol] = (sizes[symbol] as number) + 1;
  }
  return limited(sizes, frequencies);
}

/** Brings codes longer than 16 bits down (T.81 figure K.3), then takes the reserved one away. */
function limited(sizes: Uint8Array, frequencies: Uint32Array): Uint8Array {
  const bits = new Uint16Array(258);
  for (const size of sizes) if (size > 0) bits[size] = (bits[size] as number) + 1;
  for (let size = 257; size > LONGEST; size--) {
    while ((bits[size] as number) > 0) {
      let shorter = size - 2;
      while ((bits[shorter] as number) === 0) shorter--;
      bits[size] = (bits[size] as number) - 2;
      bits[size - 1] = (bits[size - 1] as number) + 1;
      bits[shorter + 1] = (bits[shorter + 1] as number) + 2;
      bits[shorter] = (bits[shorter] as number) - 1;
    }
  }
  let longest = LONGEST;
  while ((bits[longest] as number) === 0) longest--;
  bits[longest] = (bits[longest] as number) - 1;
  // The most frequent symbols get the shortest codes.
  const symbols = Array.from({ length: 256 }, (_, symbol) => symbol)
    .filter((symbol) => (frequencies[symbol] as number) > 0)
    .sort((a, b) => (sizes[a] as number) - (sizes[b] as number) || (frequencies[b] as number) - (frequencies[a] as number));
  const lengths = new Uint8Array(256);
  let index = 0;
  for (let size = 1; size <= LONGEST; size++)
    for (let nth = 0; nth < (bits[size] as number); nth++) lengths[symbols[index++] as number] = size;
  return lengths;
}
