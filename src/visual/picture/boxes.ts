import type { Box } from '../types.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

function areaOf({ width, height }: Size): number {
  return width * height;
}

/** Area of what two boxes share. */
export function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Shared area over the area of both together. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const shared = overlapOf(a, b);
  return shared / (areaOf(a) + areaOf(b) - shared);
}

/** Grown by `left` and `top` pixels on either side, cut to the picture, in whole pixels. `undefined` where nothing of it lies within. */
export function grown(box: Box, horizontal: number, vertical: number, within: Size): Box | undefined {
  const x = Math.max(0, Math.floor(box.x - horizontal));
  const y = Math.max(0, Math.floor(box.y - vertical));
  const right = Math.min(within.width, Math.ceil(box.x + box.width + horizontal));
  const bottom = Math.min(within.height, Math.ceil(box.y + box.height + vertical));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

/** The box around points. */
export function boxOfPoints(points: readonly { readonly x: number; readonly y: number }[]): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** Where a box of the picture as shown lies in the stored one. `orientation` is Exif's; `shown` is the size as shown. */
export function toStored({ x, y, width, height }: Box, orientation: number, shown: Size): Box {
  const right = shown.width - x - width;
  const below = shown.height - y - height;
  switch (orientation) {
    case 2:
      return { x: right, y, width, height };
    case 3:
      return { x: right, y: below, width, height };
    case 4:
      return { x, y: below, width, height };
    case 5:
      return { x: y, y: x, width: height, height: width };
    case 6:
      return { x: y, y: right, width: height, height: width };
    case 7:
      return { x: below, y: right, width: height, height: width };
    case 8:
      return { x: below, y: x, width: height, height: width };
    default:
      return { x, y, width, height };
  }
}
