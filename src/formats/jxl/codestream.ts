import { FormatError } from '../../core/error.js';
import { BitReader, OutOfBits } from './bits.js';
import { readFrame } from './frames.js';
import { type ImageHeader, readImageHeader } from './image-header.js';

export interface Codestream {
  readonly header: ImageHeader;
  /** Frames that are shown, as far as they were followed; at least 1. */
  readonly frameCount: number;
  /** Where the last frame ends. `undefined` where that could not be followed: a profile or a permuted table is coded. */
  readonly endOffset?: number;
  /** Frames or channels bear names. */
  readonly hasNames: boolean;
}

/** ISO/IEC 18181-1 D.1. */
export const SIGNATURE = Object.freeze([0xff, 0x0a]);

/** As many frames as are followed. */
const MOST_FRAMES = 100_000;

/** Reads the head of a codestream and follows its frames. Throws `FormatError` where its head is not all there. */
export function readCodestream(bytes: Uint8Array, byteOffset: number): Codestream {
  if (bytes[0] !== SIGNATURE[0] || bytes[1] !== SIGNATURE[1])
    throw new FormatError('bad-codestream', byteOffset, 'no JPEG XL codestream starts here');
  const bits = new BitReader(bytes, SIGNATURE.length);
  let header: ImageHeader;
  try {
    header = readImageHeader(bits);
  } catch (error) {
    if (error instanceof OutOfBits)
      throw new FormatError('truncated', byteOffset + bytes.byteLength, 'the codestream ends within its header');
    throw error;
  }
  const channelNames = header.extraChannels.some(({ nameBytes }) => nameBytes > 0);
  if (header.hasProfile) return { header, frameCount: 1, hasNames: channelNames };
  return { header, ...followFrames(bytes, bits.align(), header, channelNames) };
}

function followFrames(bytes: Uint8Array, start: number, header: ImageHeader, channelNames: boolean): Omit<Codestream, 'header'> {
  let at = start;
  let shown = 0;
  let hasNames = channelNames;
  let isPreview = header.hasPreview;
  try {
    for (let count = 0; count < MOST_FRAMES; count++) {
      const frame = readFrame(new BitReader(bytes, at), header, isPreview);
      if (frame === undefined || frame.endOffset > bytes.byteLength) break;
      at = frame.endOffset;
      hasNames ||= frame.nameBytes > 0;
      if (!isPreview && frame.isShown) shown++;
      if (!isPreview && frame.isLast) return { frameCount: Math.max(1, shown), endOffset: at, hasNames };
      isPreview = false;
    }
  } catch (error) {
    if (!(error instanceof OutOfBits)) throw error;
  }
  return { frameCount: 1, hasNames };
}
