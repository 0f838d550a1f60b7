import { FormatError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { alphaBytes, type Dimensions, readBitstream } from './bitstream.js';
import { ChunkCounter, type ChunkRun, FILE_HEAD_BYTES, type RiffChunk, walkRiff } from './riff.js';

/** VP8X flags (RFC 9649 2.7). */
export const FLAGS = Object.freeze({ animation: 0x02, xmp: 0x04, exif: 0x08, alpha: 0x10, icc: 0x20, reserved: 0xc1 });

/** One encoded picture: what viewers decode of it. */
export interface Frame {
  /** ALPH and VP8, or VP8L. */
  readonly pixels: readonly RiffChunk[];
  /** Set in an animation: the ANMF chunk and what lies in it. */
  readonly anmf?: { readonly chunk: RiffChunk; readonly inner: ChunkRun };
}

/** The skeleton of a file. */
export interface Layout {
  readonly run: ChunkRun;
  /** Offset of the byte after what the RIFF size covers. */
  readonly endOffset: number;
  readonly canvas: Dimensions;
  readonly vp8x?: RiffChunk;
  /** Those of VP8X; 0 in the simple formats. */
  readonly flags: number;
  readonly anim?: RiffChunk;
  readonly frames: readonly Frame[];
  /** Bytes of a chunk's data that mean something, where that is not all of them. */
  readonly meaningful: ReadonlyMap<RiffChunk, number>;
}

const VP8X_BYTES = 10;
const ANIM_BYTES = 6;
export const ANMF_HEAD_BYTES = 16;

/** The chunks by their declared lengths, and which of them make the picture. Throws `FormatError` or `LimitError`. */
export function readLayout(source: Source, limits: Limits): Layout {
  if (source.byteLength < FILE_HEAD_BYTES) throw new FormatError('truncated', source.byteLength, 'the file ends within its RIFF header');
  const size = Buffer.from(source.read(4, 4)).readUInt32LE(0);
  if (8 + size > source.byteLength)
    throw new FormatError('truncated', source.byteLength, `the RIFF header declares ${size} bytes, ${source.byteLength - 8} are there`);
  return new LayoutReader(source, limits).read(8 + size);
}

class LayoutReader {
  readonly #counter: ChunkCounter;
  readonly #meaningful = new Map<RiffChunk, number>();

  constructor(
    readonly source: Source,
    limits: Limits,
  ) {
    this.#counter = new ChunkCounter(limits);
  }

  read(declaredEnd: number): Layout {
    const run = walkRiff(this.source, FILE_HEAD_BYTES, declaredEnd, '', this.#counter);
    const common = { run, endOffset: Math.max(declaredEnd, run.endOffset), meaningful: this.#meaningful };
    const [first] = run.chunks;
    if (first?.fourCC === 'VP8X') return { ...common, ...this.#extended(first, run.chunks) };
    // RFC 9649 2.5, 2.6: in the simple formats the picture comes first; a decoder looks at nothing else.
    if (first === undefined || !isPicture(first))
      throw new FormatError('no-pixels', FILE_HEAD_BYTES, 'the first chunk within the RIFF size is no picture and no VP8X');
    return { ...common, flags: 0, canvas: readBitstream(this.source, first), frames: [{ pixels: [first] }] };
  }

  #extended(vp8x: RiffChunk, chunks: readonly RiffChunk[]): Pick<Layout, 'canvas' | 'vp8x' | 'flags' | 'anim' | 'frames'> {
    if (vp8x.dataBytes !== VP8X_BYTES)
      throw new FormatError('bad-vp8x', vp8x.byteOffset, `VP8X holds ${vp8x.dataBytes} bytes, not ${VP8X_BYTES}`);
    const head = Buffer.from(this.source.read(vp8x.dataOffset, VP8X_BYTES));
    const canvas = { width: head.readUIntLE(4, 3) + 1, height: head.readUIntLE(7, 3) + 1 };
    const common = { canvas, vp8x, flags: head[0] as number };
    if ((common.flags & FLAGS.animation) !== 0) return { ...common, ...this.#animation(chunks, canvas) };
    return { ...common, frames: [{ pixels: this.#picture(chunks, canvas, vp8x.byteOffset, (common.flags & FLAGS.alpha) !== 0) }] };
  }

  /** The first picture among the chunks, with the alpha plane before it. */
  #picture(chunks: readonly RiffChunk[], extent: Dimensions, byteOffset: number, isAlphaAnnounced = true): RiffChunk[] {
    const picture = chunks.find(isPicture);
    if (picture === undefined) throw new FormatError('no-pixels', byteOffset, 'there is no VP8 or VP8L chunk');
    const { width, height } = readBitstream(this.source, picture);
    if (width !== extent.width || height !== extent.height)
      throw new FormatError('bad-extent', picture.dataOffset, `a picture of ${width} x ${height} in ${extent.width} x ${extent.height}`);
    // RFC 9649 2.7.1.2: a lossless picture holds its own alpha.
    if (picture.fourCC === 'VP8L') return [picture];
    const [alpha, second] = chunks.filter(({ fourCC, byteOffset: at }) => fourCC === 'ALPH' && at < picture.byteOffset);
    if (second !== undefined) throw new FormatError('bad-alpha', second.byteOffset, 'there are two alpha planes for one picture');
    if (alpha === undefined) return [picture];
    try {
      this.#noteMeaningful(alpha, alphaBytes(this.source, alpha, extent));
    } catch (error) {
      // Viewers that go by the flags of VP8X do not look at it then; the others could not show the picture.
      if (error instanceof FormatError && !isAlphaAnnounced) return [picture];
      throw error;
    }
    return [alpha, picture];
  }

  #animation(chunks: readonly RiffChunk[], canvas: Dimensions): Pick<Layout, 'anim' | 'frames'> {
    const anim = chunks.find(({ fourCC }) => fourCC === 'ANIM');
    const stray = chunks.find(isPicture);
    if (stray !== undefined)
      throw new FormatError('bad-animation', stray.byteOffset, 'there is a picture outside of the frames of an animation');
    const anmfs = chunks.filter(({ fourCC }) => fourCC === 'ANMF');
    if (anim === undefined || anmfs[0] === undefined || anim.byteOffset > anmfs[0].byteOffset || anim.dataBytes < ANIM_BYTES)
      throw new FormatError('bad-animation', FILE_HEAD_BYTES, 'an animation has no ANIM chunk before its frames, or no frames');
    this.#noteMeaningful(anim, ANIM_BYTES);
    return { anim, frames: anmfs.map((anmf) => this.#frame(anmf, canvas)) };
  }

  /** RFC 9649 2.7.1.1: place, extent, duration and flags, then the chunks of one picture. */
  #frame(chunk: RiffChunk, canvas: Dimensions): Frame {
    if (chunk.dataBytes < ANMF_HEAD_BYTES) throw new FormatError('bad-animation', chunk.byteOffset, 'a frame is too short for its head');
    const head = Buffer.from(this.source.read(chunk.dataOffset, ANMF_HEAD_BYTES));
    const [x, y] = [2 * head.readUIntLE(0, 3), 2 * head.readUIntLE(3, 3)];
    const extent = { width: head.readUIntLE(6, 3) + 1, height: head.readUIntLE(9, 3) + 1 };
    if (x + extent.width > canvas.width || y + extent.height > canvas.height)
      throw new FormatError('bad-animation', chunk.dataOffset, 'a frame does not lie within the picture');
    const inner = walkRiff(this.source, chunk.dataOffset + ANMF_HEAD_BYTES, chunk.padOffset, `${chunk.name}/`, this.#counter);
    return { pixels: this.#picture(inner.chunks, extent, chunk.byteOffset), anmf: { chunk, inner } };
  }

  #noteMeaningful(chunk: RiffChunk, bytes: number): void {
    if (bytes < chunk.dataBytes) this.#meaningful.set(chunk, bytes);
  }
}

function isPicture({ fourCC }: RiffChunk): boolean {
  return fourCC === 'VP8 ' || fourCC === 'VP8L';
}
