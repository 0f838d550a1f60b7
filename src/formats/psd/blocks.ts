import type { PsdBytes } from './bytes.js';

/** One block of additional layer information: signature, key, length, data, padding. */
export interface Block {
  readonly key: string;
  readonly byteOffset: number;
  readonly lengthBytes: 4 | 8;
  readonly dataOffset: number;
  readonly dataEnd: number;
  /** Behind its padding. */
  readonly endOffset: number;
}

const SIGNATURES: ReadonlySet<string> = new Set(['8BIM', '8B64']);
const KEY_AT = 4;
const LENGTH_AT = 8;

/** Keys whose length has 64 bits in a PSB. */
const LARGE: ReadonlySet<string> = new Set(
  'LMsk Lr16 Lr32 Layr Mt16 Mt32 Mtrn Alph FMsk lnk2 FEid FXid PxSD lnkE pths extd cinf'.split(' '),
);

/** Keys that hold the layers of documents of 16 or 32 bits, or of programs that write them here. */
export const HOLDS_LAYERS: ReadonlySet<string> = new Set(['Lr16', 'Lr32', 'Layr']);

/** The blocks from `start` up to `end` or to the first that does not hold. */
export function readBlocks(bytes: PsdBytes, start: number, end: number): { readonly blocks: readonly Block[]; readonly endOffset: number } {
  const blocks: Block[] = [];
  let at = start;
  for (let block = blockAt(bytes, at, end); block !== undefined; block = blockAt(bytes, at, end)) {
    bytes.count(at);
    blocks.push(block);
    at = block.endOffset;
  }
  return { blocks, endOffset: at };
}

function blockAt(bytes: PsdBytes, at: number, end: number): Block | undefined {
  if (at + LENGTH_AT + 4 > end || !isSignature(bytes, at, end)) return undefined;
  const key = bytes.text(at + KEY_AT, 4);
  const isLong = bytes.isLarge && (LARGE.has(key) || bytes.text(at, 4) === '8B64');
  const told = blockOf(bytes, at, end, key, isLong ? 8 : 4);
  if (!bytes.isLarge || told?.isFollowed === true) return told?.block;
  // Which keys are long has been told differently over the years: the next block tells.
  const other = blockOf(bytes, at, end, key, isLong ? 4 : 8);
  return other?.isFollowed === true || told === undefined ? other?.block : told.block;
}

interface Candidate {
  readonly block: Block;
  /** Another block or the end of the list stands behind it. */
  readonly isFollowed: boolean;
}

function blockOf(bytes: PsdBytes, at: number, end: number, key: string, lengthBytes: 4 | 8): Candidate | undefined {
  const dataOffset = at + LENGTH_AT + lengthBytes;
  if (dataOffset > end) return undefined;
  if (lengthBytes === 8 && bytes.u32(at + LENGTH_AT) >= 2 ** 21) return undefined;
  const length = bytes.length(at + LENGTH_AT, lengthBytes);
  if (length > end - dataOffset) return undefined;
  const dataEnd = dataOffset + length;
  // Data is padded to two bytes or to four, or not at all: the next block tells.
  for (let padding = 0; padding < 4 && dataEnd + padding <= end; padding++) {
    const next = dataEnd + padding;
    if (next === end || isSignature(bytes, next, end))
      return { block: { key, byteOffset: at, lengthBytes, dataOffset, dataEnd, endOffset: next }, isFollowed: true };
  }
  return { block: { key, byteOffset: at, lengthBytes, dataOffset, dataEnd, endOffset: dataEnd }, isFollowed: false };
}

function isSignature(bytes: PsdBytes, at: number, end: number): boolean {
  return at + 4 <= end && SIGNATURES.has(bytes.text(at, 4));
}

/** Where a block gives its length. */
export function lengthAt({ byteOffset }: Block): number {
  return byteOffset + LENGTH_AT;
}
