import { Cursor } from '../../bytes/cursor.js';
import { FormatError } from '../../core/error.js';
import type { Source } from '../../core/source.js';
import { type Chunk, criticalData } from './chunks.js';
import { type Header, scanBytes } from './header.js';
import type { PixelChunks } from './pixel-stream.js';

/** How the pixel chunks of a file belong together. */
export interface Frames {
  /** One for the IDAT image first, then one for each frame coded in fdAT, in file order. */
  readonly streams: readonly PixelChunks[];
  /** Frames of the animation; 1 for a still picture. */
  readonly frameCount: number;
  /** True where IDAT is the picture for viewers that know no animation, and no frame of it. */
  readonly hasUnshownDefault: boolean;
  /** acTL and fcTL that viewers use. */
  readonly control: ReadonlySet<Chunk>;
  /** The number that each fcTL and fdAT in use has. */
  readonly sequence: ReadonlyMap<Chunk, number>;
}

/** Sequence number before the data of fdAT (W3C PNG 11.3.6.3). */
export const SEQUENCE_BYTES = 4;
const ACTL_BYTES = 8;
const FCTL_BYTES = 26;

/**
 * Sorts IDAT, acTL, fcTL and fdAT into streams (W3C PNG 4.9, 11.3.6). What no viewer shows is in none of them:
 * frames past the number that acTL gives, and all of them where no acTL comes before IDAT.
 * Throws `FormatError` where the animation breaks the rules that viewers rely on.
 */
export function readFrames(source: Source, chunks: readonly Chunk[], header: Header): Frames {
  // W3C PNG 5.6: IDAT chunks follow one another. Where they do not, the stream still ends where it ends.
  const data = chunks.filter(({ type }) => type === 'IDAT');
  const [first] = data;
  if (first === undefined) throw new FormatError('no-pixels', (chunks[0] as Chunk).endOffset, 'there is no IDAT chunk');
  const image = { chunks: data, prefixBytes: 0, expectedBytes: scanBytes(header, header.width, header.height) };
  const [actl, second] = chunks.slice(0, first.index).filter(({ type }) => type === 'acTL');
  if (actl === undefined) return { streams: [image], frameCount: 1, hasUnshownDefault: false, control: new Set(), sequence: new Map() };
  if (second !== undefined) throw new FormatError('bad-animation', second.byteOffset, 'there are two acTL chunks');
  const sorter = new FrameSorter(source, header, readFrameCount(source, actl), first);
  for (const chunk of chunks) {
    if (chunk.type === 'fcTL') sorter.control(chunk);
    else if (chunk.type === 'fdAT') sorter.data(chunk);
  }
  const frames = sorter.finish();
  return {
    streams: [image, ...frames.filter((frame) => frame.chunks.length > 0)],
    frameCount: frames.length,
    hasUnshownDefault: !sorter.showsImage,
    control: new Set([actl, ...sorter.used]),
    sequence: sorter.sequence,
  };
}

function readFrameCount(source: Source, chunk: Chunk): number {
  if (chunk.dataBytes !== ACTL_BYTES) throw new FormatError('bad-animation', chunk.byteOffset, `acTL holds ${chunk.dataBytes} bytes`);
  const count = new Cursor(criticalData(source, chunk), false, chunk.dataOffset).u32(0);
  if (count === 0) throw new FormatError('bad-animation', chunk.dataOffset, 'the animation declares no frame');
  return count;
}

interface Frame extends PixelChunks {
  readonly chunks: Chunk[];
  /** Its pixels are those of IDAT. */
  readonly isImage: boolean;
}

class FrameSorter {
  readonly used: Chunk[] = [];
  showsImage = false;
  readonly #frames: Frame[] = [];
  readonly sequence = new Map<Chunk, number>();
  #ended = false;

  constructor(
    readonly source: Source,
    readonly header: Header,
    readonly frameCount: number,
    readonly firstData: Chunk,
  ) {}

  control(chunk: Chunk): void {
    this.#requireData(chunk);
    this.#ended ||= this.#frames.length === this.frameCount;
    if (this.#ended) return;
    const isImage = chunk.byteOffset < this.firstData.byteOffset;
    this.#frames.push(this.#readControl(chunk, isImage));
    this.used.push(chunk);
    this.showsImage ||= isImage;
  }

  data(chunk: Chunk): void {
    if (this.#ended) return;
    const frame = this.#frames.at(-1);
    if (frame === undefined || frame.isImage || chunk.byteOffset < this.firstData.byteOffset)
      throw new FormatError('bad-animation', chunk.byteOffset, 'there is an fdAT chunk with no fcTL before it');
    if (chunk.dataBytes < SEQUENCE_BYTES) throw new FormatError('bad-animation', chunk.byteOffset, 'an fdAT chunk has no sequence number');
    this.#noteSequence(this.source.read(chunk.dataOffset, SEQUENCE_BYTES), chunk);
    frame.chunks.push(chunk);
  }

  finish(): Frame[] {
    this.#requireData(this.firstData);
    if (this.#frames.length < this.frameCount)
      throw new FormatError(
        'bad-animation',
        this.firstData.byteOffset,
        `${this.frameCount} frames are declared, ${this.#frames.length} are there`,
      );
    this.#requireSequence();
    return this.#frames;
  }

  #requireData(before: Chunk): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined || this.#ended || frame.chunks.length > 0) return;
    if (!frame.isImage || before.byteOffset < this.firstData.byteOffset)
      throw new FormatError('bad-animation', before.byteOffset, 'a frame of the animation has no data');
  }

  #noteSequence(data: Uint8Array, chunk: Chunk): void {
    this.sequence.set(chunk, new Cursor(data, false, chunk.dataOffset).u32(0));
  }

  /**
   * W3C PNG 11.3.6: the numbers count up from 0 without a gap. Where chunks have changed places, a viewer shows the first frame and
   * the picture is whole; numbers that are none of such a count may say anything.
   */
  #requireSequence(): void {
    const missing = new Set(Array.from({ length: this.sequence.size }, (_, index) => index));
    for (const [chunk, number] of this.sequence) {
      if (!missing.delete(number))
        throw new FormatError('bad-sequence', chunk.dataOffset, `sequence number ${number} comes twice, or is past the count of chunks`);
    }
  }

  #readControl(chunk: Chunk, isImage: boolean): Frame {
    const at = chunk.dataOffset;
    if (chunk.dataBytes !== FCTL_BYTES) throw new FormatError('bad-animation', chunk.byteOffset, `fcTL holds ${chunk.dataBytes} bytes`);
    const view = new Cursor(criticalData(this.source, chunk), false, at);
    this.#noteSequence(view.bytes, chunk);
    const [width, height, x, y] = [view.u32(4), view.u32(8), view.u32(12), view.u32(16)];
    const inside = width > 0 && height > 0 && x + width <= this.header.width && y + height <= this.header.height;
    const whole = width === this.header.width && height === this.header.height;
    if (!inside || (isImage && !whole)) throw new FormatError('bad-animation', at + 4, 'a frame does not lie within the picture');
    if (view.u8(24) > 2 || view.u8(25) > 1)
      throw new FormatError('bad-animation', at + 24, 'a frame has an unknown dispose or blend operation');
    return { chunks: [], prefixBytes: SEQUENCE_BYTES, expectedBytes: scanBytes(this.header, width, height), isImage };
  }
}
