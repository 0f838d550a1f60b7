import type { RotatedBox } from './rotated-box.js';

/** Lines are one where their directions, heights and middles differ by no more than this; the latter two in heights. */
const SAME_WAY = 0.996;
const SAME_HEIGHT = 1.5;
const SAME_MIDDLE = 0.3;
/** What overlaps by more, in heights, is a line within another. */
const MOST_SHARED = 3;

interface Found {
  readonly box: RotatedBox;
  readonly confidence: number;
}

/** Pieces of one line whose ends overlap, as one: read apart, the letters that they share would be read twice. */
export function joinedLines(lines: readonly Found[]): Found[] {
  const joined: Found[] = [];
  for (const line of [...lines].sort((a, b) => a.box.center.x + a.box.center.y - b.box.center.x - b.box.center.y)) {
    const at = joined.findIndex(({ box }) => meets(box, line.box));
    const other = joined[at];
    if (other === undefined) joined.push(line);
    else joined[at] = { box: both(other.box, line.box), confidence: Math.min(other.confidence, line.confidence) };
  }
  return joined;
}

/** Where the middle of a box lies from another's: along and across its line. */
function offset({ center, along }: RotatedBox, other: RotatedBox): { along: number; across: number } {
  const [x, y] = [other.center.x - center.x, other.center.y - center.y];
  return { along: x * along.x + y * along.y, across: y * along.x - x * along.y };
}

function meets(a: RotatedBox, b: RotatedBox): boolean {
  const height = Math.min(a.height, b.height);
  if (a.along.x * b.along.x + a.along.y * b.along.y < SAME_WAY || Math.max(a.height, b.height) > SAME_HEIGHT * height) return false;
  const { along, across } = offset(a.width > b.width ? a : b, a.width > b.width ? b : a);
  if (Math.abs(across) > SAME_MIDDLE * height) return false;
  const shared = (a.width + b.width) / 2 - Math.abs(along);
  return shared > 0 && shared < MOST_SHARED * height && Math.abs(along) > Math.abs(a.width - b.width) / 2;
}

function both(a: RotatedBox, b: RotatedBox): RotatedBox {
  const [longer, shorter] = a.width > b.width ? [a, b] : [b, a];
  const { along } = offset(longer, shorter);
  const from = Math.min(-longer.width / 2, along - shorter.width / 2);
  const to = Math.max(longer.width / 2, along + shorter.width / 2);
  const middle = (from + to) / 2;
  return {
    center: { x: longer.center.x + longer.along.x * middle, y: longer.center.y + longer.along.y * middle },
    along: longer.along,
    width: to - from,
    height: Math.max(longer.height, shorter.height),
  };
}
