import { boxOfPoints } from '../picture/boxes.js';
import type { Box } from '../types.js';
import { cornersOf, sliceOf } from './rotated-box.js';
import type { SeenLine } from './text.js';

/** A letter of a row and the line that it stands in; a gap between lines is a space that stands nowhere. */
export interface RowLetter {
  readonly text: string;
  readonly line?: SeenLine;
  readonly index?: number;
}

/** Lines that stand behind each other are one row: a wide gap parts what belongs together. */
export function rowsOf(lines: readonly SeenLine[]): SeenLine[][] {
  const rows: SeenLine[][] = [];
  const sorted = [...lines].filter(({ letters }) => letters.length > 0).sort((a, b) => a.outline.x - b.outline.x);
  for (const line of sorted) {
    const row = rows.find((candidate) => follows(candidate.at(-1) as SeenLine, line));
    if (row === undefined) rows.push([line]);
    else row.push(line);
  }
  return rows.sort((a, b) => (a[0] as SeenLine).outline.y - (b[0] as SeenLine).outline.y);
}

const STRAIGHT = 0.25;
const MAX_GAP = 3;

function follows(before: SeenLine, line: SeenLine): boolean {
  if (Math.abs(before.box.along.y) > STRAIGHT || Math.abs(line.box.along.y) > STRAIGHT) return false;
  const height = Math.max(before.box.height, line.box.height);
  if (height > 1.8 * Math.min(before.box.height, line.box.height)) return false;
  const gap = line.outline.x - (before.outline.x + before.outline.width);
  return gap > -height && gap < MAX_GAP * height && Math.abs(before.box.center.y - line.box.center.y) < 0.5 * height;
}

/** Pairs of rows where one stands right below the other: addresses and long keys go over two. */
export function stackedRows(rows: readonly SeenLine[][]): SeenLine[][] {
  const pairs: SeenLine[][] = [];
  for (const upper of rows) {
    const last = upper.at(-1) as SeenLine;
    const first = upper[0] as SeenLine;
    const lower = rows.find(([candidate]) => {
      if (candidate === undefined || candidate === first) return false;
      const { height } = first.box;
      const down = candidate.box.center.y - last.box.center.y;
      return (
        down > 0.6 * height &&
        down < 2.2 * height &&
        Math.abs(candidate.outline.x - first.outline.x) < 3 * height &&
        candidate.box.height < 1.6 * height
      );
    });
    if (lower !== undefined) pairs.push([...upper, ...lower]);
  }
  return pairs;
}

export function lettersOf(row: readonly SeenLine[]): RowLetter[] {
  return row.flatMap((line, nth) => [
    ...(nth === 0 ? [] : [{ text: ' ' }]),
    ...line.letters.map(({ text }, index): RowLetter => ({ text, line, index })),
  ]);
}

/** Letters that are covered beside a match, on either side: where a letter stands is known to about half its width. */
const MARGIN = 0.9;

/** Where a range of a row's letters stands: a box for each line of it. */
export function boxesOfRange(letters: readonly RowLetter[], from: number, to: number): Box[] {
  const spans = new Map<SeenLine, [number, number]>();
  for (const { line, index } of letters.slice(from, to)) {
    if (line === undefined || index === undefined) continue;
    const span = spans.get(line);
    if (span === undefined) spans.set(line, [index, index]);
    else span[1] = index;
  }
  return [...spans].map(([line, [first, last]]) => {
    const count = line.letters.length;
    const at = (index: number): number => line.letters[index]?.at ?? 0;
    const pitch = count < 2 ? 1 : (at(count - 1) - at(0)) / (count - 1);
    const left = first === 0 ? 0 : Math.max(0, at(first) - pitch * (0.5 + MARGIN));
    const right = last === count - 1 ? 1 : Math.min(1, at(last) + pitch * (0.5 + MARGIN));
    return boxOfPoints(cornersOf(sliceOf(line.box, left, right)));
  });
}
