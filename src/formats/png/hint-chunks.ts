import type { PictureState } from './rendering-chunks.js';

/** A private or retired chunk of a few numbers, that can hold nothing but what it is for. */
interface HintChunk {
  readonly note: string;
  isPlain(data: Buffer, state: PictureState): boolean;
}

/** No position or size on a page is as large as four characters of text. */
const LARGEST = 0x10000000;

/** Two numbers and a unit: Extensions to PNG 1.5.0, 3.2 (signed), and what ImageMagick writes. */
const isPairWithUnit = (data: Buffer): boolean =>
  data.length === 9 && (data[8] as number) <= 1 && [data.readInt32BE(0), data.readInt32BE(4)].every(isModest);

const isModest = (number: number): boolean => Math.abs(number) < LARGEST;

/** Chunks that are no more private than a program's name, by type. None of them is needed to show the picture. */
export const HINT_CHUNKS: Readonly<Record<string, HintChunk>> = Object.freeze({
  oFFs: { note: 'position on a page', isPlain: isPairWithUnit },
  vpAg: { note: 'ImageMagick virtual page', isPlain: isPairWithUnit },
  caNv: {
    note: 'ImageMagick canvas',
    isPlain: (data) => data.length === 16 && [0, 4, 8, 12].every((at) => isModest(data.readInt32BE(at))),
  },
  // In every screenshot of Apple's: which lines are in which half of the pixel stream, and where each half begins from here.
  iDOT: { note: 'Apple decoding hints', isPlain: isTwoHalves },
});

const IDOT_BYTES = 28;
/** Behind the chunk itself: length, type, data, CRC. */
const FIRST_HALF_AT = IDOT_BYTES + 12;

function isTwoHalves(data: Buffer, { header: { height } }: PictureState): boolean {
  if (data.length !== IDOT_BYTES) return false;
  const [count, start, lines, at, secondStart, secondLines, secondAt] = Array.from({ length: 7 }, (_, index) =>
    data.readUInt32BE(index * 4),
  ) as [number, number, number, number, number, number, number];
  return (
    count === 2 &&
    start === 0 &&
    at === FIRST_HALF_AT &&
    secondStart === lines &&
    lines + secondLines === height &&
    secondAt > at &&
    isModest(secondAt)
  );
}
