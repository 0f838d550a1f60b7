import type { Part, Region } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { CHUNK_HEAD_BYTES, type Chunk, regionOf } from './chunks.js';

export function structurePart(path: string, region: Region): Part {
  return { path, carrier: 'structure', category: 'rendering', region, required: true };
}

/** W3C PNG 11.2.4: IEND holds no data. What it holds can be cut; length and CRC are then put right. */
export function endParts(chunk: Chunk): Part[] {
  if (chunk.dataBytes === 0) return [structurePart(chunk.name, regionOf(chunk))];
  return [
    structurePart(chunk.name, { byteOffset: chunk.byteOffset, byteLength: CHUNK_HEAD_BYTES }),
    endDataPart(chunk),
    structurePart(`${chunk.name}/crc`, { byteOffset: chunk.crcOffset, byteLength: chunk.endOffset - chunk.crcOffset }),
  ];
}

export function endDataPart(chunk: Chunk): Part {
  const region = { byteOffset: chunk.dataOffset, byteLength: chunk.dataBytes };
  return opaquePart(`${chunk.name}/data`, 'unknown', region, 'data in the chunk that ends the file');
}
