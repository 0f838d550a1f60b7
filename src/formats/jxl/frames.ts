import type { BitReader } from './bits.js';
import type { ImageHeader } from './image-header.js';

export interface Frame {
  readonly nameBytes: number;
  readonly isLast: boolean;
  /** True for frames that are shown; references and lower resolutions are not. */
  readonly isShown: boolean;
  /** The first byte behind it. */
  readonly endOffset: number;
}

const TYPE = Object.freeze({ regular: 0, lowFrequency: 1, reference: 2, skipProgressive: 3 });
const BLEND = Object.freeze({ replace: 0, add: 1, blend: 2, weightedAdd: 3, multiply: 4 });
const FLAG_USES_LOW_FREQUENCY_FRAME = 32;

/** More sections than any picture of the largest size that is decoded has. */
const MOST_SECTIONS = 1 << 20;

/**
 * One frame: its header, its table of contents, and where its sections end (ISO/IEC 18181-1 F). `undefined` where the sections are
 * permuted: where they end is then coded in a way that is not read.
 */
export function readFrame(bits: BitReader, image: ImageHeader, isPreview: boolean): Frame | undefined {
  const header = readHeader(bits, image, isPreview);
  const sections = sectionCount(header);
  if (sections > MOST_SECTIONS || bits.bool()) return undefined;
  bits.align();
  let byteLength = 0;
  for (let index = 0; index < sections; index++) byteLength += bits.u32([0, 10], [1024, 14], [17_408, 22], [4_211_712, 30]);
  return {
    nameBytes: header.nameBytes,
    isLast: header.isLast,
    isShown: header.type === TYPE.regular || header.type === TYPE.skipProgressive,
    endOffset: bits.align() + byteLength,
  };
}

interface Header {
  type: number;
  isModular: boolean;
  width: number;
  height: number;
  upsampling: number;
  groupShift: number;
  passes: number;
  level: number;
  isLast: boolean;
  nameBytes: number;
}

function readHeader(bits: BitReader, image: ImageHeader, isPreview: boolean): Header {
  const header: Header = {
    type: TYPE.regular,
    isModular: false,
    width: image.width,
    height: image.height,
    upsampling: 1,
    groupShift: 1,
    passes: 1,
    level: 0,
    isLast: true,
    nameBytes: 0,
  };
  if (bits.bool()) return header;
  header.type = bits.u(2);
  header.isModular = bits.bool();
  const flags = bits.u64();
  const usesLowFrequencyFrame = Math.floor(flags / FLAG_USES_LOW_FREQUENCY_FRAME) % 2 === 1;
  const isYcc = image.xybEncoded ? false : bits.bool();
  if (isYcc && !usesLowFrequencyFrame) bits.u(6);
  if (!usesLowFrequencyFrame) {
    header.upsampling = 2 ** bits.u(2);
    bits.skip(2 * image.extraChannels.length);
  }
  if (header.isModular) header.groupShift = bits.u(2);
  else if (image.xybEncoded) bits.u(6);
  if (header.type !== TYPE.reference) header.passes = readPasses(bits);
  if (header.type === TYPE.lowFrequency) header.level = 1 + bits.u(2);
  const isPartial = header.type !== TYPE.lowFrequency && bits.bool() ? readCrop(bits, header, image) : false;
  let duration = 0;
  let mode: number = BLEND.replace;
  if (header.type === TYPE.regular || header.type === TYPE.skipProgressive) {
    mode = readBlending(bits, image, isPartial);
    for (let index = 0; index < image.extraChannels.length; index++) readBlending(bits, image, isPartial);
    if (image.animation !== undefined && !isPreview) {
      duration = bits.u32([0, 0], [1, 0], [0, 8], [0, 32]);
      if (image.animation.hasTimecodes) bits.u(32);
    }
    header.isLast = bits.bool();
  } else header.isLast = false;
  let reference = 0;
  if (header.type !== TYPE.lowFrequency && !header.isLast) reference = bits.u(2);
  if (header.type === TYPE.reference) bits.bool();
  else if (header.type !== TYPE.lowFrequency) {
    const canBeReferred = !header.isLast && (duration === 0 || reference !== 0);
    if (canBeReferred && mode === BLEND.replace && !isPartial) bits.bool();
  }
  header.nameBytes = bits.name();
  readFilter(bits, header.isModular);
  bits.extensions();
  return header;
}

function readPasses(bits: BitReader): number {
  const passes = bits.u32([1, 0], [2, 0], [3, 0], [4, 3]);
  if (passes === 1) return passes;
  const downsamplings = bits.u32([0, 0], [1, 0], [2, 0], [3, 1]);
  bits.skip(2 * (passes - 1));
  for (let index = 0; index < downsamplings; index++) bits.u32([1, 0], [2, 0], [4, 0], [8, 0]);
  for (let index = 0; index < downsamplings; index++) bits.u32([0, 0], [1, 0], [2, 0], [0, 3]);
  return passes;
}

/** True where the frame does not cover all of the picture. */
function readCrop(bits: BitReader, header: Header, image: ImageHeader): boolean {
  const number = (): number => bits.u32([0, 8], [256, 11], [2304, 14], [18_688, 30]);
  // Signed: even numbers are those from 0 up.
  const [left, top] = header.type === TYPE.reference ? [0, 0] : [signed(number()), signed(number())];
  header.width = number();
  header.height = number();
  return left > 0 || top > 0 || left + header.width < image.width || top + header.height < image.height;
}

const signed = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

function readBlending(bits: BitReader, image: ImageHeader, isPartial: boolean): number {
  const mode = bits.u32([0, 0], [1, 0], [2, 0], [3, 2]);
  const byAlpha = image.extraChannels.length > 0 && (mode === BLEND.blend || mode === BLEND.weightedAdd);
  if (byAlpha) bits.u32([0, 0], [1, 0], [2, 0], [3, 3]);
  if (byAlpha || mode === BLEND.multiply) bits.bool();
  if (mode !== BLEND.replace || isPartial) bits.u(2);
  return mode;
}

function readFilter(bits: BitReader, isModular: boolean): void {
  if (bits.bool()) return;
  if (bits.bool() && bits.bool()) bits.f16(6);
  if (bits.u(2) > 0) {
    if (!isModular && bits.bool()) bits.f16(8);
    if (bits.bool()) bits.f16(5);
    if (bits.bool()) bits.f16(isModular ? 3 : 4);
    if (isModular) bits.f16();
  }
  bits.extensions();
}

/** F.3.1: one section for a frame of one group and one pass; else one for all, one for each group of each kind. */
function sectionCount({ width, height, upsampling, groupShift, passes, level }: Header): number {
  const across = (side: number): number => Math.ceil(Math.ceil(side / upsampling) / 8 ** level);
  const dimension = 128 * 2 ** groupShift;
  const groups = (size: number): number => Math.ceil(across(width) / size) * Math.ceil(across(height) / size);
  const all = groups(dimension);
  return all === 1 && passes === 1 ? 1 : 2 + groups(dimension * 8) + all * passes;
}
