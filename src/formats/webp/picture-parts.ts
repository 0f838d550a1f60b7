import type { Carrier } from '../../core/carrier.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import { ANMF_HEAD_BYTES, FLAGS } from './layout.js';
import { padPart } from './metadata-chunks.js';
import { type RiffChunk, regionOf } from './riff.js';

/** A chunk that the picture needs; what lies past its `meaningfulBytes`, and padding that is not zero, are parts of their own. */
export function neededParts(source: Source, chunk: RiffChunk, carrier: Carrier, meaningfulBytes = chunk.dataBytes): Part[] {
  const pad = padPart(source, chunk);
  const tailOffset = chunk.dataOffset + meaningfulBytes;
  const tail = tailPart(chunk, meaningfulBytes);
  const main = { path: chunk.name, carrier, category: 'rendering', required: true } as const;
  if (pad === undefined && tail === undefined) return [{ ...main, region: regionOf(chunk) }];
  const parts: Part[] = [{ ...main, region: { byteOffset: chunk.byteOffset, byteLength: tailOffset - chunk.byteOffset } }];
  if (tail !== undefined) parts.push(tail);
  return [...parts, ...endingPad(chunk, pad)];
}

export function tailPart(chunk: RiffChunk, meaningfulBytes: number): Part | undefined {
  const region = { byteOffset: chunk.dataOffset + meaningfulBytes, byteLength: chunk.dataBytes - meaningfulBytes };
  if (region.byteLength === 0) return undefined;
  return opaquePart(`${chunk.name}/after-end`, 'unknown', region, 'bytes after the end of what the chunk is for');
}

/** The padding byte as a part of its own. */
export function endingPad(chunk: RiffChunk, hidden: Part | undefined): Part[] {
  if (hidden !== undefined) return [hidden];
  if (chunk.endOffset === chunk.padOffset) return [];
  return [structurePart(`${chunk.name}/pad`, { byteOffset: chunk.padOffset, byteLength: 1 })];
}

/** RFC 9649 2.7: reserved bits and bytes are 0. They share a byte with the flags, so that they are a part within a part. */
export function vp8xPart(source: Source, vp8x: RiffChunk): Part {
  const part = structurePart(vp8x.name, regionOf(vp8x));
  const reserved = vp8xReserved(source, vp8x);
  return reserved === undefined ? part : { ...part, children: [reserved] };
}

export function vp8xReserved(source: Source, vp8x: RiffChunk): Part | undefined {
  const [flags = 0, ...reserved] = source.read(vp8x.dataOffset, 4);
  if ((flags & FLAGS.reserved) === 0 && reserved.every((byte) => byte === 0)) return undefined;
  return opaquePart(`${vp8x.name}/reserved`, 'unknown', { byteOffset: vp8x.dataOffset, byteLength: 4 }, 'reserved bits that are not zero');
}

/** Blend and dispose (RFC 9649 2.7.1.1); the other six bits are reserved. */
export const FRAME_FLAGS = 0x03;

/** Offset of the flags in an ANMF chunk's data. */
export const FRAME_FLAGS_OFFSET = 15;

export function frameHeadPart(source: Source, anmf: RiffChunk): Part {
  const part = structurePart(anmf.name, { byteOffset: anmf.byteOffset, byteLength: anmf.dataOffset - anmf.byteOffset + ANMF_HEAD_BYTES });
  const reserved = frameReserved(source, anmf);
  return reserved === undefined ? part : { ...part, children: [reserved] };
}

export function frameReserved(source: Source, anmf: RiffChunk): Part | undefined {
  const byteOffset = anmf.dataOffset + FRAME_FLAGS_OFFSET;
  if (((source.read(byteOffset, 1)[0] as number) & ~FRAME_FLAGS) === 0) return undefined;
  return opaquePart(`${anmf.name}/reserved`, 'unknown', { byteOffset, byteLength: 1 }, 'reserved bits that are not zero');
}
