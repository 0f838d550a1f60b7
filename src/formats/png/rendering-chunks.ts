import type { Header } from './header.js';

/** What is known of the picture when a chunk is met. */
export interface PictureState {
  readonly header: Header;
  /** Entries of the palette that the picture uses, once PLTE was met. */
  readonly paletteEntries: number;
}

/** A chunk that tells how the pixels are to be shown. */
export interface RenderingChunk {
  /** True where the data is what the specification allows; anything else is hidden data. */
  isValid(data: Buffer, state: PictureState): boolean;
  /** Without it the picture would look different everywhere. */
  readonly required: boolean;
}

const chunk = (required: boolean, isValid: RenderingChunk['isValid']): RenderingChunk => ({ required, isValid });

/** 1 is 100000: far beyond any primary, far below what text gives. */
const MAX_CHROMATICITY = 1_000_000;
const MAX_GAMMA = 10_000_000;
/** 254,000 dots per inch. */
const MAX_PIXELS_PER_METRE = 10_000_000;
/** 10,000 cd/m2 in steps of 0.0001, twice. */
const MAX_LUMINANCE = 200_000_000;

const mdcv = chunk(
  true,
  (data) =>
    data.length === 24 &&
    areChromaticities(data.subarray(0, 16)) &&
    data.readUInt32BE(16) <= MAX_LUMINANCE &&
    data.readUInt32BE(20) <= data.readUInt32BE(16),
);
const clli = chunk(true, (data) => data.length === 8 && data.readUInt32BE(0) <= MAX_LUMINANCE && data.readUInt32BE(4) <= MAX_LUMINANCE);

/** Chunks before IDAT that are kept as they are. iCCP and PLTE have readers of their own. */
export const RENDERING_CHUNKS: Readonly<Record<string, RenderingChunk>> = Object.freeze({
  // W3C PNG 11.3.1.1
  tRNS: chunk(true, (data, { header: { colourType }, paletteEntries }) => {
    if (colourType === 3) return data.length > 0 && data.length <= paletteEntries;
    return data.length === (colourType === 0 ? 2 : colourType === 2 ? 6 : -1);
  }),
  // 11.3.2
  cHRM: chunk(true, (data) => data.length === 32 && uint32s(data).every((value) => value <= MAX_CHROMATICITY)),
  gAMA: chunk(true, (data) => data.length === 4 && data.readUInt32BE(0) <= MAX_GAMMA),
  sBIT: chunk(false, isSignificantBits),
  sRGB: chunk(true, (data) => data.length === 1 && (data[0] as number) <= 3),
  cICP: chunk(true, (data) => data.length === 4 && data[2] === 0 && (data[3] as number) <= 1),
  mDCV: mdcv,
  cLLI: clli,
  // The names that drafts of the third edition gave them.
  mDCv: mdcv,
  cLLi: clli,
  // 11.3.4
  bKGD: chunk(false, isBackground),
  pHYs: chunk(
    false,
    (data) =>
      data.length === 9 &&
      (data[8] as number) <= 1 &&
      data.readUInt32BE(0) <= MAX_PIXELS_PER_METRE &&
      data.readUInt32BE(4) <= MAX_PIXELS_PER_METRE,
  ),
  // Extensions to PNG 1.5.0, 3.1: which half of a stereo pair lies where.
  sTER: chunk(false, (data) => data.length === 1 && (data[0] as number) <= 1),
  // ImageMagick: the orientation as Exif numbers it.
  orNT: chunk(false, (data) => data.length === 1 && (data[0] as number) >= 1 && (data[0] as number) <= 8),
});

/** 11.3.2.7, and no text, whose characters make such numbers: x and y of three primaries and the white point in steps of 0.00002; the two never make more than 1. */
function areChromaticities(data: Buffer): boolean {
  for (let at = 0; at < data.length; at += 4) if (data.readUInt16BE(at) + data.readUInt16BE(at + 2) > 50_000) return false;
  return !data.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function uint32s(data: Buffer): number[] {
  return Array.from({ length: Math.floor(data.length / 4) }, (_, index) => data.readUInt32BE(index * 4));
}

/** 11.3.2.4: one byte for each channel, 1 up to the sample depth. */
function isSignificantBits(data: Buffer, { header: { colourType, bitDepth } }: PictureState): boolean {
  const channels = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }[colourType];
  const depth = colourType === 3 ? 8 : bitDepth;
  return data.length === channels && data.every((bits) => bits >= 1 && bits <= depth);
}

/** 11.3.4.1: a palette index, or samples of the picture's depth. */
function isBackground(data: Buffer, { header: { colourType, bitDepth }, paletteEntries }: PictureState): boolean {
  if (colourType === 3) return data.length === 1 && (data[0] as number) < paletteEntries;
  if (data.length !== (colourType === 2 || colourType === 6 ? 6 : 2)) return false;
  for (let at = 0; at < data.length; at += 2) if (data.readUInt16BE(at) >= 2 ** bitDepth) return false;
  return true;
}
