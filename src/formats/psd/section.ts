import type { Region } from '../../core/part.js';
import { type Block, HOLDS_LAYERS, lengthAt, readBlocks } from './blocks.js';
import type { PsdBytes } from './bytes.js';
import { type LayerInfo, readLayerInfo } from './layers.js';

/** "Layer and mask information section". */
export interface LayerSection {
  readonly lengthAt: number;
  readonly lengthBytes: 4 | 8;
  /** Without its length. */
  readonly region: Region;
  readonly infos: readonly LayerInfo[];
  /** The overlay that masks are shown with, without its length. */
  readonly mask: Region;
  readonly blocks: readonly Block[];
  /** What follows the last block. */
  readonly rest: Region;
}

/** Throws a reader's error where what is in the section does not lie within. */
export function readSection(bytes: PsdBytes, depth: number, at: number, fileEnd: number): LayerSection {
  const { lengthBytes } = bytes;
  const start = bytes.endOf(at, lengthBytes, fileEnd, 'the length of the layers');
  const end = bytes.endOf(start, bytes.length(at, lengthBytes), fileEnd, 'the section of layers');
  const nothing = { byteOffset: end, byteLength: 0 };
  const base = { lengthAt: at, lengthBytes, region: { byteOffset: start, byteLength: end - start } };
  if (end - start < lengthBytes) return { ...base, infos: [], mask: nothing, blocks: [], rest: base.region };
  const infoStart = start + lengthBytes;
  const infoEnd = bytes.endOf(infoStart, bytes.length(start, lengthBytes), end, 'the list of layers');
  const infos = [readLayerInfo(bytes, depth, { lengthAt: start, lengthBytes, start: infoStart, end: infoEnd })];
  const hasMask = infoEnd + 4 <= end;
  const maskStart = hasMask ? infoEnd + 4 : infoEnd;
  const maskEnd = hasMask ? bytes.endOf(maskStart, bytes.u32(infoEnd), end, 'the mask of all layers') : infoEnd;
  const { blocks, endOffset } = readBlocks(bytes, maskEnd, end);
  for (const block of blocks)
    if (HOLDS_LAYERS.has(block.key))
      infos.push(
        readLayerInfo(bytes, depth, {
          lengthAt: lengthAt(block),
          lengthBytes: block.lengthBytes,
          start: block.dataOffset,
          end: block.dataEnd,
        }),
      );
  return {
    ...base,
    infos,
    mask: { byteOffset: maskStart, byteLength: maskEnd - maskStart },
    blocks,
    rest: { byteOffset: endOffset, byteLength: end - endOffset },
  };
}
