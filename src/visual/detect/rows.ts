import { boxOfPoints } from '../picture/boxes.js';
import type { Box } from '../types.js';
import { cornersOf, type Point, sliceOf, turnsFor } from './rotated-box.js';
import type { SeenLine } from './text.js';

/** A letter of a row and the line that it stands in; a gap between lines is a space that stands nowhere. */
export interface RowLetter {
  readonly text: string;
  readonly line?: SeenLine;
  readonly index?: number;
}

/**
 * Lines that stand behind each other are one row: a wide gap parts what belongs together. Pages may be turned. `maxGap`: between two of a
 * row, in heights of a line.
 */
export function rowsOf(lines: readonly SeenLine[], maxGap: number = MAX_GAP): SeenLine[][] {
  const rows: Upright[][] = [];
  const sorted = lines
    .filter(({ letters }) => letters.length > 0)
    .map(uprightOf)
    .sort((a, b) => a.left - b.left);
  for (const line of sorted) {
    const row = rows.find((candidate) => follows(candidate.at(-1) as Upright, line, maxGap));
    if (row === undefined) rows.push([line]);
    else row.push(line);
  }
  return rows.sort((a, b) => (a[0] as Upright).top - (b[0] as Upright).top).map((row) => row.map(({ line }) => line));
}

/** A line as it stands where the page is turned so that it reads from left to right. */
interface Upright {
  readonly line: SeenLine;
  readonly turns: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly middle: number;
  readonly height: number;
  /** Of its direction: 0 where it lies flat. */
  readonly slope: number;
}

function uprightOf(line: SeenLine): Upright {
  const turns = turnsFor(line.box.along);
  const { x, y, width, height } = line.outline;
  const from = turned({ x, y }, turns);
  const to = turned({ x: x + width, y: y + height }, turns);
  return {
    line,
    turns,
    left: Math.min(from.x, to.x),
    right: Math.max(from.x, to.x),
    top: Math.min(from.y, to.y),
    middle: turned(line.box.center, turns).y,
    height: line.box.height,
    slope: turned(line.box.along, turns).y,
  };
}

/** Where a point comes to lie when the page is turned clockwise by so many quarters about its origin. */
function turned({ x, y }: Point, turns: number): Point {
  if (turns === 0) return { x, y };
  if (turns === 1) return { x: -y, y: x };
  return turns === 2 ? { x: -x, y: -y } : { x: y, y: -x };
}

const STRAIGHT = 0.25;
/** Words of one sentence, however far a heading or a form spreads them. */
const MAX_GAP = 3;
/** Words of one cell, one plate, one button: what stands beside it is something else. */
export const CELL_GAP = 0.9;

function follows(before: Upright, line: Upright, maxGap: number): boolean {
  if (before.turns !== line.turns || Math.abs(before.slope) > STRAIGHT || Math.abs(line.slope) > STRAIGHT) return false;
  const height = Math.max(before.height, line.height);
  if (height > 1.8 * Math.min(before.height, line.height)) return false;
  const gap = line.left - before.right;
  return gap > -height && gap < maxGap * height && Math.abs(before.middle - line.middle) < 0.5 * height;
}

/** Pairs of rows where one stands right below the other: addresses and long keys go over two. */
export function stackedRows(rows: readonly SeenLine[][]): SeenLine[][] {
  const pairs: SeenLine[][] = [];
  const placed = rows.map((row) => ({ row, first: uprightOf(row[0] as SeenLine), last: uprightOf(row.at(-1) as SeenLine) }));
  for (const { row, first, last } of placed) {
    const lower = placed.find(({ first: candidate }) => {
      if (candidate.line === first.line || candidate.turns !== first.turns) return false;
      const { height } = first;
      const down = candidate.middle - last.middle;
      return (
        down > 0.6 * height && down < 2.2 * height && Math.abs(candidate.left - first.left) < 3 * height && candidate.height < 1.6 * height
      );
    });
    if (lower !== undefined) pairs.push([...row, ...lower.row]);
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
