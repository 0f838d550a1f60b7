import { type Point, type RotatedBox, smallestBox } from './rotated-box.js';
import type { TextMap } from './text-map.js';

/** Values of the map from here on count as text. Low: what is lost here is never read. */
const THRESHOLD = 0.22 * 255;
/** A region whose values are lower on average is none. */
const LEAST_MEAN = 0.4 * 255;
/** The model marks the core of a line; its box is wider by area × ratio / circumference (as in the paper of DBNet). */
const UNCLIP = 1.7;
/** A core narrower than this holds no letter, in pixels of the map. */
const LEAST_SIDE = 2;
/** Lines in one picture. */
const MAX_LINES = 3000;

/** A line of text, in pixels of the map. */
export interface TextLine {
  readonly box: RotatedBox;
  /** 0 to 1. */
  readonly confidence: number;
}

/** The connected regions of the map as boxes around lines. Throws `RangeError` where there are more than any page has. */
export function linesOf(map: TextMap): TextLine[] {
  const { width, height, data } = map;
  const seen = new Uint8Array(width * height);
  const stack: number[] = [];
  const lines: TextLine[] = [];
  for (let start = 0; start < data.length; start++) {
    if ((data[start] as number) < THRESHOLD || seen[start] === 1) continue;
    // The first and last pixel of each row are all that its hull needs.
    const rows = new Map<number, [number, number]>();
    let sum = 0;
    let count = 0;
    seen[start] = 1;
    stack.push(start);
    while (stack.length > 0) {
      const at = stack.pop() as number;
      const x = at % width;
      const y = (at - x) / width;
      sum += data[at] as number;
      count++;
      const row = rows.get(y);
      if (row === undefined) rows.set(y, [x, x]);
      else if (x < row[0]) row[0] = x;
      else if (x > row[1]) row[1] = x;
      const visit = (next: number): void => {
        if (seen[next] === 1 || (data[next] as number) < THRESHOLD) return;
        seen[next] = 1;
        stack.push(next);
      };
      if (x > 0) visit(at - 1);
      if (x + 1 < width) visit(at + 1);
      if (y > 0) visit(at - width);
      if (y + 1 < height) visit(at + width);
    }
    if (sum / count < LEAST_MEAN) continue;
    const points = [...rows].flatMap(([y, [from, to]]): Point[] => [
      { x: from, y },
      { x: to + 1, y },
      { x: from, y: y + 1 },
      { x: to + 1, y: y + 1 },
    ]);
    const core = smallestBox(points);
    if (core.height < LEAST_SIDE) continue;
    const reach = (core.width * core.height * UNCLIP) / (2 * (core.width + core.height));
    lines.push({
      box: { ...core, width: core.width + 2 * reach, height: core.height + 2 * reach },
      confidence: sum / count / 255,
    });
    if (lines.length > MAX_LINES) throw new RangeError('there are more lines of text than any picture holds');
  }
  return lines;
}
