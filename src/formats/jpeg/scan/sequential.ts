import { BitReader } from './bit-reader.js';
import type { HuffmanCode } from './huffman.js';

const COEFFICIENTS = 64;
const END_OF_BLOCK = 0;
const SIXTEEN_ZEROS = 0xf0;

/** The codes of one block of an MCU. */
export interface BlockCodes {
  readonly dc: HuffmanCode;
  readonly ac: HuffmanCode;
}

/** Passes over one block's coefficients (T.81 F.2.2). False where they make no sense. */
function skipBlock(reader: BitReader, { dc, ac }: BlockCodes): boolean {
  const size = reader.symbol(dc);
  if (size < 0 || size > 16) return false;
  reader.skip(size);
  for (let index = 1; index < COEFFICIENTS; index++) {
    const symbol = reader.symbol(ac);
    if (symbol === END_OF_BLOCK) return true;
    if (symbol < 0) return false;
    const bits = symbol & 15;
    if (bits === 0 && symbol !== SIXTEEN_ZEROS) return false;
    index += symbol >> 4;
    if (index >= COEFFICIENTS) return false;
    reader.skip(bits);
  }
  return true;
}

/**
 * Where `mcuCount` MCUs that start at `start` end: the offset behind their last byte. `undefined` where the data are
 * broken or end first.
 */
export function endOfMcus(
  data: Uint8Array,
  start: number,
  end: number,
  mcuCount: number,
  blocks: readonly BlockCodes[],
): number | undefined {
  const reader = new BitReader(data, start, end);
  for (let mcu = 0; mcu < mcuCount; mcu++) {
    for (const codes of blocks) if (!skipBlock(reader, codes)) return undefined;
    if (reader.isPastEnd) return undefined;
  }
  return reader.position;
}

/** Bytes before the end within which the code must have been in step throughout. */
const IN_STEP_BYTES = 2048;

/**
 * Looks at the last bytes alone. A Huffman code falls into step from wherever one begins to read: where from then on
 * all blocks make sense, and MCUs end with the last byte and no more than padding, the scan ends where it should.
 * Bytes behind a scan pass for its end in one of 150 cases, where they are random.
 */
export function endsInStep(data: Uint8Array, blocks: readonly BlockCodes[]): boolean {
  const reader = new BitReader(data, 0, data.length);
  let block = 0;
  while (!reader.isPastEnd) {
    if (block === 0 && isPadding(reader.rest)) return reader.end === data.length;
    if (skipBlock(reader, blocks[block] as BlockCodes)) {
      block = (block + 1) % blocks.length;
      continue;
    }
    if (reader.position > data.length - IN_STEP_BYTES) return false;
    // Out of step: go on from the next bit with the first block.
    reader.skip(1);
    block = 0;
  }
  return false;
}

/** T.81 F.1.2.3: ones, to a whole byte. */
function isPadding({ bits, count }: BitReader['rest']): boolean {
  return count < 8 && bits === (1 << count) - 1;
}
