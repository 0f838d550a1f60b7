import type { Models } from '../models/runtime.js';
import { boxOfPoints, overlapOf } from '../picture/boxes.js';
import { type Raster, resized } from '../picture/raster.js';
import type { Box } from '../types.js';
import { joinedLines } from './join-lines.js';
import { type Letter, LineReader } from './read-line.js';
import { cornersOf, type RotatedBox } from './rotated-box.js';
import { linesOf } from './text-lines.js';
import { textMap } from './text-map.js';

/** A line that was read, in pixels of the picture. */
export interface SeenLine {
  readonly box: RotatedBox;
  readonly outline: Box;
  readonly letters: readonly Letter[];
  readonly text: string;
  /** How sure the reader is, 0 to 1. */
  readonly confidence: number;
}

export interface TextOptions {
  /** Multiplies the size at which text is looked for: another look at the same picture. */
  readonly scale?: number;
  /** False where it is enough to know where text is. */
  readonly read?: boolean;
}

/** The fine look: small letters. The picture is scaled to about as many pixels, up to twice its size. */
const FINE_PIXELS = 2_000_000;
const MOST_ENLARGED = 2;
/** The coarse look: letters as high as the picture. */
const COARSE_SIDE = 640;
/** The fine look is trusted with letters up to this height, in its own pixels. */
const LARGE_LETTERS = 120;

/** So much of a large line's area, or of its length and a part of its area, is covered where the fine look saw it too. */
const COVERED = 0.5;
const COVERED_LENGTH = 0.75;
const COVERED_THEN = 0.3;

/** A line read with less is read the other way round too: it may be upside down. */
const SURE = 0.8;

/** Lines of text, small and large, read one by one. */
export async function seeText(raster: Raster, models: Models, { scale = 1, read = true }: TextOptions = {}): Promise<SeenLine[]> {
  const pixels = raster.width * raster.height;
  const fine = Math.min(MOST_ENLARGED, Math.sqrt(FINE_PIXELS / pixels)) * scale;
  const coarse = (COARSE_SIDE * scale) / Math.max(raster.width, raster.height);
  const boxes = await boxesAt(raster, fine, models);
  if (coarse < fine * 0.75) {
    for (const large of await boxesAt(raster, coarse, models)) {
      // What the fine look saw whole stays as it saw it.
      const outline = boxOfPoints(cornersOf(large.box));
      if (large.box.height * fine > LARGE_LETTERS || !isSeen(outline, boxes)) boxes.push(large);
    }
  }
  const reader = new LineReader(models);
  const lines: SeenLine[] = [];
  for (const { box, confidence } of boxes) {
    const best = read ? await readBothWays(reader, raster, box) : { box, letters: [], confidence };
    lines.push({ ...best, outline: boxOfPoints(cornersOf(best.box)), text: best.letters.map(({ text }) => text).join('') });
  }
  return lines;
}

async function boxesAt(raster: Raster, factor: number, models: Models): Promise<{ box: RotatedBox; confidence: number }[]> {
  const level = await resized(raster, Math.max(32, Math.round(raster.width * factor)), Math.max(32, Math.round(raster.height * factor)));
  const [x, y] = [raster.width / level.width, raster.height / level.height];
  const found = linesOf(await textMap(level, models)).map(({ box, confidence }) => ({
    confidence,
    box: { ...box, center: { x: box.center.x * x, y: box.center.y * y }, width: box.width * x, height: box.height * y },
  }));
  return joinedLines(found);
}

/** True where lines that the fine look saw make up a line of the coarse one, whose boxes are thicker. */
function isSeen(outline: Box, boxes: readonly { readonly box: RotatedBox }[]): boolean {
  let [area, length] = [0, 0];
  const along = outline.width > outline.height ? 'width' : 'height';
  for (const { box } of boxes) {
    const seen = boxOfPoints(cornersOf(box));
    const shared = overlapOf(seen, outline);
    if (shared === 0) continue;
    area += shared;
    length +=
      along === 'width'
        ? overlapOf({ ...seen, y: outline.y, height: 1 }, outline)
        : overlapOf({ ...seen, x: outline.x, width: 1 }, outline);
  }
  area /= outline.width * outline.height;
  return area >= COVERED || (area >= COVERED_THEN && length >= COVERED_LENGTH * outline[along]);
}

interface Read {
  readonly box: RotatedBox;
  readonly letters: readonly Letter[];
  readonly confidence: number;
}

async function readBothWays(reader: LineReader, raster: Raster, box: RotatedBox): Promise<Read> {
  const first = { box, ...(await reader.read(raster, box)) };
  if (first.confidence >= SURE) return first;
  const turned = { ...box, along: { x: -box.along.x, y: -box.along.y } };
  const second = { box: turned, ...(await reader.read(raster, turned)) };
  // A short blob may stand upright although it is higher than wide.
  const across = { center: box.center, along: { x: box.along.y, y: -box.along.x }, width: box.height, height: box.width };
  const candidates =
    box.width < box.height * 1.6 ? [first, second, { box: across, ...(await reader.read(raster, across)) }] : [first, second];
  return candidates.reduce((best, next) => (next.confidence > best.confidence + 0.05 ? next : best));
}
