import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import { CHUNK_CRC_BYTES, CHUNK_HEAD_BYTES, type Chunk, checkedData, regionOf } from './chunks.js';

/** W3C PNG 11.2.4: IEND holds no data. What it holds can be cut; length and CRC are then put right. */
export function endParts(source: Source, chunk: Chunk): Part[] {
  const wrong = wrongCrcPart(source, chunk);
  const last = (path: string, region: Region): Part => ({
    ...structurePart(path, region),
    ...(wrong === undefined ? {} : { children: [wrong] }),
  });
  if (chunk.dataBytes === 0) return [last(chunk.name, regionOf(chunk))];
  return [
    structurePart(chunk.name, { byteOffset: chunk.byteOffset, byteLength: CHUNK_HEAD_BYTES }),
    endDataPart(chunk),
    last(`${chunk.name}/crc`, crcRegion(chunk)),
  ];
}

/** Viewers have shown the picture before they come to IEND: a CRC of it that is wrong is no harm, but four bytes that may say anything. */
export function wrongCrcPart(source: Source, chunk: Chunk): Part | undefined {
  if (chunk.dataBytes > MAX_CHECKED_BYTES || checkedData(source, chunk) !== undefined) return undefined;
  return opaquePart(`${chunk.name}/wrong-crc`, 'unknown', crcRegion(chunk), 'a CRC that does not match');
}

/** The CRC over more than this is made anew when the data go, as it always is. */
const MAX_CHECKED_BYTES = 2 ** 20;

function crcRegion(chunk: Chunk): Region {
  return { byteOffset: chunk.crcOffset, byteLength: CHUNK_CRC_BYTES };
}

export function endDataPart(chunk: Chunk): Part {
  const region = { byteOffset: chunk.dataOffset, byteLength: chunk.dataBytes };
  return opaquePart(`${chunk.name}/data`, 'unknown', region, 'data in the chunk that ends the file');
}
