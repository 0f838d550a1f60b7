export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle that may lie askew: `along` points from its left to its right side, at `width`; `height` is across. */
export interface RotatedBox {
  readonly center: Point;
  /** Unit vector. */
  readonly along: Point;
  readonly width: number;
  readonly height: number;
}

export type Quarters = 0 | 1 | 2 | 3;

/** How often the picture must be turned clockwise by 90 degrees for text along a direction to be upright, as nearly as may be. */
export function turnsFor({ x, y }: Point): Quarters {
  if (Math.abs(x) >= Math.abs(y)) return x >= 0 ? 0 : 2;
  return y > 0 ? 3 : 1;
}

/** The corners, clockwise from the one at the start of `along`. */
export function cornersOf({ center, along, width, height }: RotatedBox): Point[] {
  const [ax, ay] = [(along.x * width) / 2, (along.y * width) / 2];
  const [bx, by] = [(-along.y * height) / 2, (along.x * height) / 2];
  return [
    { x: center.x - ax - bx, y: center.y - ay - by },
    { x: center.x + ax - bx, y: center.y + ay - by },
    { x: center.x + ax + bx, y: center.y + ay + by },
    { x: center.x - ax + bx, y: center.y - ay + by },
  ];
}

/** The part of a rotated box between two places along it, each 0 to 1. */
export function sliceOf({ center, along, width, height }: RotatedBox, from: number, to: number): RotatedBox {
  const middle = ((from + to) / 2 - 0.5) * width;
  return {
    center: { x: center.x + along.x * middle, y: center.y + along.y * middle },
    along,
    width: (to - from) * width,
    height,
  };
}

/** The smallest rotated box around points, lying with its long side along (rotating calipers over the convex hull). */
export function smallestBox(points: readonly Point[]): RotatedBox {
  const hull = convexHull(points);
  let best: RotatedBox | undefined;
  for (let index = 0; index < hull.length; index++) {
    const from = hull[index] as Point;
    const to = hull[(index + 1) % hull.length] as Point;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const along = length === 0 ? { x: 1, y: 0 } : { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
    const box = boxAlong(hull, along);
    if (best === undefined || box.width * box.height < best.width * best.height) best = box;
  }
  return lying(best ?? { center: { x: 0, y: 0 }, along: { x: 1, y: 0 }, width: 0, height: 0 });
}

function boxAlong(points: readonly Point[], along: Point): RotatedBox {
  let [least, most, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    const a = x * along.x + y * along.y;
    const b = y * along.x - x * along.y;
    least = Math.min(least, a);
    most = Math.max(most, a);
    low = Math.min(low, b);
    high = Math.max(high, b);
  }
  const [a, b] = [(least + most) / 2, (low + high) / 2];
  return {
    center: { x: a * along.x - b * along.y, y: a * along.y + b * along.x },
    along,
    width: most - least,
    height: high - low,
  };
}

/** The long side along, from left to right, or from top to bottom where it stands upright. */
function lying({ center, along, width, height }: RotatedBox): RotatedBox {
  const wide = width >= height;
  const turned = wide ? along : { x: -along.y, y: along.x };
  const steep = Math.abs(turned.y) > Math.abs(turned.x);
  const forwards = steep ? turned.y > 0 : turned.x > 0;
  return {
    center,
    along: forwards ? turned : { x: -turned.x, y: -turned.y },
    width: wide ? width : height,
    height: wide ? height : width,
  };
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}
