import { inflate } from '../../bytes/inflate.js';
import { isReaderError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';

const UNCOMPRESSED = 1;
const T6 = 4;
const LZW = 5;
const PACK_BITS = 32_773;
/** Adobe's number, and the one from before. */
const DEFLATE = 8;
const OLD_DEFLATE = 32_946;

/** Decoded bytes of one file that are followed to find where its strips end: past them it takes too long. */
const MAX_DECODED_BYTES = 128 * 2 ** 20;

/** Fewer bytes behind the end of what is compressed are padding, whatever they are: writers round up to words. */
const PADDING_BYTES = 8;

/** Finds where the coded pixels of a strip or tile end. What follows, no decoder looks at. */
export class StripEnds {
  #leftBytes = MAX_DECODED_BYTES;

  constructor(
    readonly source: Source,
    readonly limits: Limits,
  ) {}

  /**
   * Bytes up to the end; all of them where the end cannot be told. `decodedBytes`: what the strip decodes to. An end is only believed
   * where the decoder has by then given exactly that.
   */
  usedBytes({ byteOffset, byteLength }: Region, compression: number, decodedBytes: number): number {
    if (compression === UNCOMPRESSED) return Math.min(decodedBytes, byteLength);
    const end = END_OF[compression];
    if (end === undefined) return byteLength;
    if (Math.max(decodedBytes, byteLength) > Math.min(this.#leftBytes, this.limits.inflatedBytes)) return byteLength;
    this.#leftBytes -= decodedBytes;
    const bytes = this.source.read(byteOffset, byteLength);
    return settle(end(bytes, decodedBytes) ?? byteLength, byteLength);
  }
}

const settle = (end: number, byteLength: number): number => (byteLength - end < PADDING_BYTES ? byteLength : end);

function deflateEnd(bytes: Uint8Array, decodedBytes: number): number | undefined {
  try {
    const inflated = inflate(bytes, decodedBytes, 0);
    return inflated.bytes.byteLength === decodedBytes ? inflated.consumedBytes : undefined;
  } catch (error) {
    if (!isReaderError(error)) throw error;
    return undefined;
  }
}

/** TIFF 6.0 section 9: a count of literal bytes less one, or of repetitions, negative; -128 does nothing. */
function packedEnd(bytes: Uint8Array, decodedBytes: number): number | undefined {
  let at = 0;
  let decoded = 0;
  while (at < bytes.length && decoded < decodedBytes) {
    const count = bytes[at++] as number;
    if (count < 128) {
      at += count + 1;
      decoded += count + 1;
    } else if (count > 128) {
      at++;
      decoded += 257 - count;
    }
  }
  return decoded === decodedBytes && at <= bytes.length ? at : undefined;
}

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/** TIFF 6.0 section 13: codes of 9 to 12 bits from the highest bit on, each width one code shorter than it could be. */
function lzwEnd(bytes: Uint8Array, decodedBytes: number): number | undefined {
  const lengths = new Uint32Array(MAX_CODES).fill(1, 0, CLEAR);
  let [width, next, decoded, held, heldBits, previous] = [9, FIRST_FREE, 0, 0, 0, -1];
  for (let at = 0; at < bytes.length || heldBits >= width; ) {
    while (heldBits < width && at < bytes.length) {
      held = ((held << 8) | (bytes[at++] as number)) & 0xffffff;
      heldBits += 8;
    }
    if (heldBits < width) return undefined;
    heldBits -= width;
    const code = (held >> heldBits) & ((1 << width) - 1);
    if (code === END) return decoded === decodedBytes ? at - Math.floor(heldBits / 8) : undefined;
    if (code === CLEAR) {
      [width, next, previous] = [9, FIRST_FREE, -1];
      continue;
    }
    if (code > next || (previous < 0 && code >= CLEAR)) return undefined;
    if (previous >= 0 && next < MAX_CODES) lengths[next++] = (lengths[previous] as number) + 1;
    decoded += lengths[code] as number;
    if (decoded > decodedBytes) return undefined;
    previous = code;
    if (next >= (1 << width) - 1 && width < 12) width++;
  }
  return undefined;
}

/** ITU-T T.6 2.4.1.1: two codes of eleven zeros and a one, which no line can hold. */
const END_OF_BLOCK = 0x001001;

function faxEnd(bytes: Uint8Array): number | undefined {
  let held = 0xffffff;
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 7; bit >= 0; bit--) {
      held = ((held << 1) | (((bytes[at] as number) >> bit) & 1)) & 0xffffff;
      if (held === END_OF_BLOCK) return at + 1;
    }
  }
  return undefined;
}

/** By compression: bytes up to the end of the stream. */
const END_OF: Readonly<Record<number, (bytes: Uint8Array, decodedBytes: number) => number | undefined>> = {
  [T6]: faxEnd,
  [LZW]: lzwEnd,
  [PACK_BITS]: packedEnd,
  [DEFLATE]: deflateEnd,
  [OLD_DEFLATE]: deflateEnd,
};
