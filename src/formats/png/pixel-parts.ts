import type { Part } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import type { Chunk } from './chunks.js';
import type { PixelStream } from './pixel-stream.js';

/** Where one chunk stands in its stream. */
export interface PixelPlace {
  readonly stream: PixelStream;
  /** Index into the stream's chunks. */
  readonly position: number;
}

/** The stream and place of each chunk that holds pixels. */
export function pixelPlaces(streams: readonly PixelStream[]): Map<Chunk, PixelPlace> {
  const places = new Map<Chunk, PixelPlace>();
  for (const stream of streams) for (const [position, chunk] of stream.chunks.entries()) places.set(chunk, { stream, position });
  return places;
}

/** Bytes in the chunk that holds the stream's last byte, after that byte. */
export function tailBytes(stream: PixelStream): number {
  return (stream.chunks[stream.lastChunk] as Chunk).crcOffset - stream.endOffset;
}

export function tailPart(stream: PixelStream): Part {
  const last = stream.chunks[stream.lastChunk] as Chunk;
  const region = { byteOffset: stream.endOffset, byteLength: tailBytes(stream) };
  return opaquePart(`${last.name}/after-end`, 'unknown', region, 'bytes after the end of the pixel stream');
}

/** Lines past the picture's last: they lie within the compressed stream, so that their place is the whole of it. */
export function extraLinesPart(stream: PixelStream): Part {
  const [first, last] = [stream.chunks[0] as Chunk, stream.chunks.at(-1) as Chunk];
  const region = { byteOffset: first.byteOffset, byteLength: last.endOffset - first.byteOffset };
  return opaquePart(`${first.name}/extra-lines`, 'pixels', region, 'a pixel stream that does not end with the last line of the picture');
}

/**
 * The parts of a run of chunks that follow one another in the file and in one stream, from `position` on.
 * `note` says what the pixels are.
 */
export function pixelRun(stream: PixelStream, position: number, runLength: number, note: string | undefined): Part[] {
  const at = (index: number): Chunk => stream.chunks[index] as Chunk;
  const end = position + runLength;
  const lastWithPixels = Math.min(end - 1, stream.lastChunk);
  const parts: Part[] = [];
  if (position <= stream.lastChunk) {
    const first = at(position);
    const cut = lastWithPixels === stream.lastChunk && tailBytes(stream) > 0;
    const last = at(lastWithPixels);
    const endOffset = cut ? stream.endOffset : last.endOffset;
    const chunkCount = lastWithPixels - position + 1;
    const counted = chunkCount > 1 ? `${note ?? 'pixels'}, ${chunkCount} chunks` : note;
    parts.push({
      path: first.name,
      carrier: 'pixels',
      category: 'rendering',
      region: { byteOffset: first.byteOffset, byteLength: endOffset - first.byteOffset },
      required: true,
      ...(counted === undefined ? {} : { note: counted }),
      ...(stream.tooLong && position === 0 ? { children: [extraLinesPart(stream)] } : {}),
    });
    if (cut) {
      const region = { byteOffset: last.crcOffset, byteLength: last.endOffset - last.crcOffset };
      parts.push(tailPart(stream), structurePart(`${last.name}/crc`, region));
    }
  }
  for (let index = Math.max(position, stream.lastChunk + 1); index < end; index++) {
    const chunk = at(index);
    const region = { byteOffset: chunk.byteOffset, byteLength: chunk.endOffset - chunk.byteOffset };
    parts.push(opaquePart(chunk.name, 'unknown', region, 'a pixel chunk after the end of the pixel stream'));
  }
  return parts;
}
