import { FormatError, LimitError, UnsupportedError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { type Frames, readFrames } from './animation.js';
import { type Chunk, criticalData, isCritical, walkChunks } from './chunks.js';
import { type Header, readHeader } from './header.js';
import { findPixelEnd, type PixelStream } from './pixel-stream.js';

/** The skeleton of a file: its chunks, and which of them hold which pixels. */
export interface Layout {
  readonly chunks: readonly Chunk[];
  /** Offset of the byte after IEND. */
  readonly endOffset: number;
  readonly header: Header;
  readonly frames: Frames;
  readonly streams: readonly PixelStream[];
  /** PLTE of an indexed picture. */
  readonly palette?: Chunk;
  readonly paletteEntries: number;
}

/** Critical chunks (W3C PNG 11.2). */
const CRITICAL: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);

/** Throws `FormatError`, `UnsupportedError` or `LimitError` where a decoder could not show the picture. */
export function readLayout(source: Source, limits: Limits): Layout {
  const { chunks, endOffset } = walkChunks(source, limits);
  const header = readHeader(source, chunks[0] as Chunk);
  for (const chunk of chunks) requireKnown(chunk);
  const palette = readPalette(source, chunks, header);
  const frames = readFrames(source, chunks, header);
  let expectedBytes = 0;
  for (const stream of frames.streams) expectedBytes += stream.expectedBytes;
  if (expectedBytes > limits.pixelBytes)
    throw new LimitError('pixelBytes', (chunks[0] as Chunk).dataOffset, `the pixels take more than ${limits.pixelBytes} bytes`);
  const streams = frames.streams.map((stream) => findPixelEnd(source, stream, limits));
  return { chunks, endOffset, header, frames, streams, ...palette };
}

function requireKnown(chunk: Chunk): void {
  if (isCritical(chunk.type) && !CRITICAL.has(chunk.type))
    throw new UnsupportedError('unsupported-chunk', chunk.byteOffset, 'there is a critical chunk that this version does not know');
  if (chunk.type === 'IHDR' && chunk.index > 0) throw new FormatError('bad-chunk-order', chunk.byteOffset, 'there is a second IHDR chunk');
}

/** W3C PNG 11.2.2: one to 2^bitDepth entries of three bytes, before IDAT. */
function readPalette(
  source: Source,
  chunks: readonly Chunk[],
  { colourType, bitDepth }: Header,
): Pick<Layout, 'palette' | 'paletteEntries'> {
  if (colourType !== 3) return { paletteEntries: 0 };
  const found = chunks.filter(({ type }) => type === 'PLTE');
  const [palette] = found;
  const firstData = chunks.find(({ type }) => type === 'IDAT');
  if (palette === undefined) throw new FormatError('no-palette', (chunks[0] as Chunk).endOffset, 'an indexed picture has no PLTE chunk');
  if (found.length > 1 || (firstData !== undefined && palette.byteOffset > firstData.byteOffset))
    throw new FormatError('bad-chunk-order', palette.byteOffset, 'PLTE does not come once, before the pixels');
  const paletteEntries = palette.dataBytes / 3;
  if (!Number.isInteger(paletteEntries) || paletteEntries < 1 || paletteEntries > 2 ** bitDepth)
    throw new FormatError('bad-palette', palette.dataOffset, `a palette of ${palette.dataBytes} bytes is not allowed here`);
  criticalData(source, palette);
  return { palette, paletteEntries };
}
