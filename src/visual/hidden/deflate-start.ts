import { inflateRawSync } from 'node:zlib';

/** Bytes that are searched for the start of a block: encoders start one every few ten kilobytes. */
const SEARCHED_BYTES = 512 * 1024;

/** Block headers that look right and are tried. */
const MAX_TRIES = 4000;

/** What a deflate stream may refer back to. */
const WINDOW_BYTES = 32 * 1024;

/** Bytes of pixels that are recovered at most. */
const RECOVERED_BYTES = 256 * 2 ** 20;

/** So few bytes are chance. */
const LEAST_BYTES = 256;

/** Stands for what lay before the first block that was found, and is lost. */
const LOST = Buffer.alloc(WINDOW_BYTES, 0x7f);

/**
 * The end of a deflate stream of which the beginning is lost: from the first block on whose start can be found, at whatever bit, to the end
 * of the stream. `undefined` where none inflates. RFC 1951 3.2.3: a block of dynamic codes tells by its header whether it is one.
 */
export function inflateFromTheMiddle(bytes: Uint8Array): Buffer | undefined {
  const shifted = new Shifted(bytes);
  let tries = 0;
  const bits = Math.min(bytes.length, SEARCHED_BYTES) * 8;
  for (let bit = 0; bit < bits && tries < MAX_TRIES; bit++) {
    if (!isDynamicBlock(bytes, bit)) continue;
    tries++;
    const found = inflateAt(shifted, bit);
    if (found !== undefined && found.length >= LEAST_BYTES) return found;
  }
  return undefined;
}

function peek(bytes: Uint8Array, bit: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++) value |= (((bytes[(bit + index) >> 3] ?? 0) >> ((bit + index) & 7)) & 1) << index;
  return value;
}

/** RFC 1951 3.2.7: counts within their bounds, and a code of code lengths that is complete: one of hundreds of places is by chance. */
function isDynamicBlock(bytes: Uint8Array, bit: number): boolean {
  if (peek(bytes, bit + 1, 2) !== 2) return false;
  if (peek(bytes, bit + 3, 5) > 29 || peek(bytes, bit + 8, 5) > 29) return false;
  const count = peek(bytes, bit + 13, 4) + 4;
  let space = 0;
  for (let index = 0; index < count; index++) {
    const length = peek(bytes, bit + 17 + 3 * index, 3);
    if (length > 0) space += 128 >> length;
  }
  return space === 128;
}

function inflateAt(shifted: Shifted, bit: number): Buffer | undefined {
  try {
    return inflateRawSync(shifted.from(bit), { dictionary: LOST, maxOutputLength: RECOVERED_BYTES });
  } catch {
    return undefined;
  }
}

/** The bytes as they are from each of the eight bits of the first on: made once, however many places are tried. */
class Shifted {
  readonly #made = new Map<number, Uint8Array>();

  constructor(readonly bytes: Uint8Array) {}

  from(bit: number): Uint8Array {
    const shift = bit & 7;
    const made = this.#made.get(shift) ?? this.#make(shift);
    this.#made.set(shift, made);
    return made.subarray(bit >> 3);
  }

  #make(shift: number): Uint8Array {
    if (shift === 0) return this.bytes;
    const out = new Uint8Array(this.bytes.length);
    for (let index = 0; index < out.length; index++)
      out[index] = ((this.bytes[index] as number) >> shift) | ((this.bytes[index + 1] ?? 0) << (8 - shift));
    return out;
  }
}
