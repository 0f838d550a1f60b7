import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Source } from '../../core/source.js';

/** Signature, version, reserved, channels, height, width, depth, mode (Adobe Photoshop File Formats, "File Header Section"). */
export const HEADER_BYTES = 26;

const MOST_CHANNELS = 56;
const MOST_PIXELS_PSD = 30_000;
const MOST_PIXELS_PSB = 300_000;
const DEPTHS: ReadonlySet<number> = new Set([1, 8, 16, 32]);

export const MODE = Object.freeze({ bitmap: 0, grey: 1, indexed: 2, rgb: 3, cmyk: 4, multichannel: 7, duotone: 8, lab: 9 });

/** Channels that a mode needs; what is more is alpha or spot colours. */
const COLOUR_CHANNELS: ReadonlyMap<number, number> = new Map([
  [MODE.bitmap, 1],
  [MODE.grey, 1],
  [MODE.indexed, 1],
  [MODE.rgb, 3],
  [MODE.cmyk, 4],
  [MODE.multichannel, 0],
  [MODE.duotone, 1],
  [MODE.lab, 3],
]);

export interface Header {
  /** PSB: many lengths have 64 bits. */
  readonly isLarge: boolean;
  readonly channels: number;
  readonly extraChannels: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly mode: number;
}

/** `8BPS` and a version that exists. */
export function isPsd(head: Uint8Array): boolean {
  const ascii = Buffer.from(head.subarray(0, 6)).toString('latin1');
  return ascii === '8BPS\0\x01' || ascii === '8BPS\0\x02';
}

/** Throws `FormatError`, or `UnsupportedError` for a mode or a depth of no known kind. */
export function readHeader(source: Source): Header {
  const head = Buffer.from(source.read(0, HEADER_BYTES));
  const isLarge = head.readUInt16BE(4) === 2;
  const channels = head.readUInt16BE(12);
  const height = head.readUInt32BE(14);
  const width = head.readUInt32BE(18);
  const depth = head.readUInt16BE(22);
  const mode = head.readUInt16BE(24);
  const most = isLarge ? MOST_PIXELS_PSB : MOST_PIXELS_PSD;
  if (width === 0 || height === 0 || width > most || height > most)
    throw new FormatError('bad-extent', 14, `the picture claims ${width} x ${height}`);
  const colours = COLOUR_CHANNELS.get(mode);
  if (colours === undefined || !DEPTHS.has(depth))
    throw new UnsupportedError('psd-mode', 22, `mode ${mode} with ${depth} bits is not read`);
  if (channels === 0 || channels > MOST_CHANNELS || channels < colours)
    throw new FormatError('bad-channels', 12, `the picture claims ${channels} channels`);
  return { isLarge, channels, extraChannels: channels - colours, width, height, depth, mode };
}
