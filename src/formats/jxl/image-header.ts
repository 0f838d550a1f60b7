import type { BitReader } from './bits.js';

/** What the head of a codestream says of the picture (ISO/IEC 18181-1 D). */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  /** 1 to 8 as Exif numbers them. */
  readonly orientation: number;
  readonly xybEncoded: boolean;
  readonly extraChannels: readonly ExtraChannel[];
  readonly hasPreview: boolean;
  readonly animation?: { readonly hasTimecodes: boolean };
  /** A compressed profile follows; where it ends only its decoder knows. */
  readonly hasProfile: boolean;
}

interface ExtraChannel {
  /** 0: alpha. 1: depth. 2: a spot colour. 4: thermal … */
  readonly type: number;
  readonly nameBytes: number;
}

const CUSTOM = 2;
const GREY = 1;
const XYB = 2;

/** D.1 to D.4. Throws `OutOfBits` where the head is not all there. */
export function readImageHeader(bits: BitReader): ImageHeader {
  const { width, height } = readSize(bits);
  let orientation = 1;
  let hasPreview = false;
  let animation: ImageHeader['animation'];
  let extraChannels: ExtraChannel[] = [];
  let xybEncoded = true;
  let hasProfile = false;
  if (!bits.bool()) {
    const hasMore = bits.bool();
    if (hasMore) {
      orientation = 1 + bits.u(3);
      if (bits.bool()) readSize(bits);
      hasPreview = bits.bool();
      if (hasPreview) readPreviewSize(bits);
      if (bits.bool()) animation = readAnimation(bits);
    }
    readBitDepth(bits);
    bits.bool();
    extraChannels = readExtraChannels(bits);
    xybEncoded = bits.bool();
    hasProfile = readColour(bits);
    if (hasMore && !bits.bool()) {
      bits.f16(2);
      bits.bool();
      bits.f16();
    }
    bits.extensions();
  }
  readTransform(bits, xybEncoded);
  return {
    width,
    height,
    orientation,
    xybEncoded,
    extraChannels,
    hasPreview,
    hasProfile,
    ...(animation === undefined ? {} : { animation }),
  };
}

/** Width to height, by D.2's numbers from 1. */
const RATIOS = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

function readSize(bits: BitReader): { width: number; height: number } {
  const isSmall = bits.bool();
  const side = (): number => (isSmall ? 8 * (1 + bits.u(5)) : bits.u32([1, 9], [1, 13], [1, 18], [1, 30]));
  const height = side();
  const ratio = bits.u(3);
  const [across, down] = RATIOS[ratio - 1] ?? [1, 1];
  return { height, width: ratio === 0 ? side() : Math.floor((height * across) / down) };
}

function readPreviewSize(bits: BitReader): void {
  const isSmall = bits.bool();
  const side = (): number => (isSmall ? bits.u32([16, 0], [32, 0], [1, 5], [33, 9]) : bits.u32([1, 6], [65, 8], [321, 10], [1345, 12]));
  side();
  if (bits.u(3) === 0) side();
}

function readAnimation(bits: BitReader): { hasTimecodes: boolean } {
  bits.u32([100, 0], [1000, 0], [1, 10], [1, 30]);
  bits.u32([1, 0], [1001, 0], [1, 8], [1, 10]);
  bits.u32([0, 0], [0, 3], [0, 16], [0, 32]);
  return { hasTimecodes: bits.bool() };
}

function readBitDepth(bits: BitReader): void {
  if (!bits.bool()) {
    bits.u32([8, 0], [10, 0], [12, 0], [1, 6]);
    return;
  }
  bits.u32([32, 0], [16, 0], [24, 0], [1, 6]);
  bits.u(4);
}

function readExtraChannels(bits: BitReader): ExtraChannel[] {
  const count = bits.u32([0, 0], [1, 0], [2, 4], [1, 12]);
  const channels: ExtraChannel[] = [];
  for (let index = 0; index < count; index++) {
    if (bits.bool()) {
      channels.push({ type: 0, nameBytes: 0 });
      continue;
    }
    const type = bits.enumeration();
    readBitDepth(bits);
    bits.u32([0, 0], [3, 0], [4, 0], [1, 3]);
    const nameBytes = bits.name();
    if (type === 0) bits.bool();
    if (type === 2) bits.f16(4);
    if (type === 5) bits.u32([1, 0], [0, 2], [3, 4], [19, 8]);
    channels.push({ type, nameBytes });
  }
  return channels;
}

/** True where a profile follows the header. */
function readColour(bits: BitReader): boolean {
  if (bits.bool()) return false;
  const hasProfile = bits.bool();
  const space = bits.enumeration();
  if (hasProfile) return true;
  const point = (): void => {
    for (let axis = 0; axis < 2; axis++) bits.u32([0, 19], [524_288, 19], [1_048_576, 20], [2_097_152, 21]);
  };
  if (space !== XYB && bits.enumeration() === CUSTOM) point();
  if (space !== XYB && space !== GREY && bits.enumeration() === CUSTOM) for (let primary = 0; primary < 3; primary++) point();
  if (space !== XYB) {
    if (bits.bool()) bits.u(24);
    else bits.enumeration();
  }
  bits.enumeration();
  return false;
}

/** Weights of the three upsamplings: 15, 55 and 210 numbers. */
const WEIGHTS = [15, 55, 210] as const;

function readTransform(bits: BitReader, xybEncoded: boolean): void {
  if (bits.bool()) return;
  if (xybEncoded && !bits.bool()) bits.f16(16);
  const which = bits.u(3);
  for (const [index, count] of WEIGHTS.entries()) if ((which & (1 << index)) !== 0) bits.f16(count);
}
