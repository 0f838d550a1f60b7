import { ByteWindow } from '../../bytes/window.js';
import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';

/** Signature, version (GIF89a 17) and logical screen descriptor (18). */
const HEAD_BYTES = 13;

/** GIF89a 20: separator, place, size and flags. */
const IMAGE_HEAD_BYTES = 10;

/** Introducer and label (GIF89a 24). */
const EXTENSION_HEAD_BYTES = 2;

/** First bytes of blocks. */
const INTRODUCER = Object.freeze({ extension: 0x21, image: 0x2c, trailer: 0x3b });

/** One sub-block (GIF89a 15) by the place of its size byte. */
interface SubBlock {
  readonly byteOffset: number;
  readonly dataBytes: number;
}

interface Block {
  readonly byteOffset: number;
  readonly endOffset: number;
}

export interface ExtensionBlock extends Block {
  readonly kind: 'extension';
  readonly label: number;
  /** Without the empty one that ends them. At most `KEPT_SUB_BLOCKS`. */
  readonly subBlocks: readonly SubBlock[];
}

export interface ImageBlock extends Block {
  readonly kind: 'image';
  readonly width: number;
  readonly height: number;
  readonly flags: number;
  /** The byte with the least code size: the pixels start here. */
  readonly pixelsOffset: number;
}

/** Bytes between blocks that are no block: zeros, which viewers pass over. */
export interface StrayBytes extends Block {
  readonly kind: 'stray';
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Descriptor and global colour table. */
  readonly headEnd: number;
  readonly blocks: readonly (ExtensionBlock | ImageBlock | StrayBytes)[];
  /** The byte after the last block, and after the trailer where there is one. */
  readonly endOffset: number;
  readonly hasTrailer: boolean;
}

/** Sub-blocks of one extension that are remembered; nothing that is read has more. */
const KEPT_SUB_BLOCKS = 1 << 18;

/** GIF89a 18 and 20: flags of a colour table, and its number of entries as a power of two. */
function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

/**
 * The blocks by their declared lengths. Throws `FormatError` (`truncated`, `no-image`) where a block does not lie within the
 * file or no image is there, `LimitError` (`partCount`).
 */
export function readLayout(source: Source, limits: Limits): Layout {
  const window = new ByteWindow(source);
  const head = Buffer.from(window.bytes(0, HEAD_BYTES));
  const headEnd = HEAD_BYTES + tableBytes(head[10] as number);
  if (headEnd > source.byteLength) throw new FormatError('truncated', HEAD_BYTES, 'the file ends within its global colour table');
  const blocks: (ExtensionBlock | ImageBlock | StrayBytes)[] = [];
  let [at, hasTrailer, hasImage] = [headEnd, false, false];
  while (at < source.byteLength) {
    if (blocks.length > limits.partCount) throw new LimitError('partCount', at, `more than ${limits.partCount} blocks`);
    const introducer = window.u8(at);
    if (introducer === INTRODUCER.trailer) {
      hasTrailer = true;
      at++;
      break;
    }
    const block = readBlock(window, at, introducer);
    // Browsers stop at what is no block; what they have shown until then is the picture.
    if (block === undefined) break;
    hasImage ||= block.kind === 'image';
    blocks.push(block);
    at = block.endOffset;
  }
  if (!hasImage) throw new FormatError('no-image', at, 'the file holds no image');
  return { width: head.readUInt16LE(6), height: head.readUInt16LE(8), headEnd, blocks, endOffset: at, hasTrailer };
}

function readBlock(window: ByteWindow, at: number, introducer: number): ExtensionBlock | ImageBlock | StrayBytes | undefined {
  if (introducer === INTRODUCER.extension) {
    const label = window.bytes(at, EXTENSION_HEAD_BYTES)[1] as number;
    const subBlocks: SubBlock[] = [];
    const endOffset = endOfSubBlocks(window, at + EXTENSION_HEAD_BYTES, (block) => {
      if (subBlocks.length < KEPT_SUB_BLOCKS) subBlocks.push(block);
    });
    return { kind: 'extension', label, byteOffset: at, endOffset, subBlocks };
  }
  if (introducer === INTRODUCER.image) {
    const head = Buffer.from(window.bytes(at, IMAGE_HEAD_BYTES));
    const flags = head[9] as number;
    const pixelsOffset = at + IMAGE_HEAD_BYTES + tableBytes(flags);
    const endOffset = endOfSubBlocks(window, pixelsOffset + 1);
    return { kind: 'image', byteOffset: at, endOffset, width: head.readUInt16LE(5), height: head.readUInt16LE(7), flags, pixelsOffset };
  }
  if (introducer !== 0) return undefined;
  let end = at + 1;
  while (end < window.byteLength && window.u8(end) === 0) end++;
  return { kind: 'stray', byteOffset: at, endOffset: end };
}

/** The byte after the empty sub-block that ends the list. Throws `FormatError` (`truncated`). */
export function endOfSubBlocks(window: ByteWindow, start: number, visit?: (block: SubBlock) => void): number {
  let at = start;
  for (;;) {
    if (at >= window.byteLength) throw new FormatError('truncated', start, 'the file ends within a list of sub-blocks');
    const dataBytes = window.u8(at);
    if (dataBytes === 0) return at + 1;
    if (at + 1 + dataBytes > window.byteLength) throw new FormatError('truncated', at, 'the file ends within a sub-block');
    visit?.({ byteOffset: at, dataBytes });
    at += 1 + dataBytes;
  }
}

/** The data of sub-blocks, joined, at most `maxBytes`. */
export function joinSubBlocks(source: Source, subBlocks: readonly SubBlock[], maxBytes: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (const { byteOffset, dataBytes } of subBlocks) {
    if (total >= maxBytes) break;
    pieces.push(source.read(byteOffset + 1, Math.min(dataBytes, maxBytes - total)));
    total += dataBytes;
  }
  return Buffer.concat(pieces);
}

/** Data in sub-blocks as long as they may be, with the empty one at the end. */
export function splitIntoSubBlocks(data: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < data.byteLength; at += 255) {
    const piece = data.subarray(at, at + 255);
    pieces.push(Uint8Array.of(piece.byteLength), piece);
  }
  return Buffer.concat([...pieces, Uint8Array.of(0)]);
}
