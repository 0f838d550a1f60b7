import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Box } from '../../../src/visual/types.js';
import type { Labelled, Truth } from './score.js';

const SAMPLES = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');

/** Faces in the pictures that the package ships, marked by hand: left, top, side, in fifths of a pixel of 1920 pixels width. */
const MARKED: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  'sample1.jpg': [
    [296, 51, 32],
    [76, 77, 41],
    [165, 92, 40],
  ],
  'sample2.jpg': [
    [285, 36, 41],
    [180, 52, 39],
    [61, 36, 40],
  ],
  'sample3.jpg': [
    [298, 66, 46],
    [209, 49, 49],
    [112, 72, 47],
  ],
  'sample4.jpg': [
    [190, 44, 37],
    [132, 25, 33],
    [252, 40, 34],
    [50, 47, 37],
  ],
  'sample5.jpg': [
    [271, 83, 51],
    [156, 26, 39],
    [119, 90, 44],
    [218, 48, 40],
    [67, 182, 52],
  ],
  'sample6.jpg': [
    [123, 70, 53],
    [291, 59, 51],
    [50, 102, 47],
    [231, 67, 48],
  ],
};
const FIFTHS = 5;
const MARKED_WIDTH = 1920;

/** Faces are at least this large; smaller ones are not asked for. */
const LEAST = 40;

/** Widths that the pictures are brought to: from large faces to such as are just asked for. */
const WIDTHS = [1920, 960, 540] as const;

/** Groups of people, upright and turned, near and far, alone and small within 12 megapixels. */
export async function faceSet(): Promise<Labelled[]> {
  const set: Labelled[] = [];
  for (const [file, marks] of Object.entries(MARKED)) {
    const original = readFileSync(join(SAMPLES, file));
    for (const width of WIDTHS) {
      const { data, info } = await sharp(original).resize(width).jpeg({ quality: 88 }).toBuffer({ resolveWithObject: true });
      const boxes = marks.map(([x, y, side]): Box => scaled({ x, y, width: side, height: side }, (FIFTHS * width) / MARKED_WIDTH));
      set.push(labelled(`${file} ${width} px`, 'faces, upright', data, boxes));
      for (const angle of [90, 180, 270] as const) {
        const turned = await sharp(data).rotate(angle).jpeg({ quality: 88 }).toBuffer();
        set.push(
          labelled(
            `${file} ${width} px at ${angle}°`,
            'faces, turned',
            turned,
            boxes.map((box) => rotated(box, angle, info)),
          ),
        );
      }
    }
    set.push(await farAway(file, original, marks));
  }
  return set;
}

/** The same people far away: in a corner of 12 megapixels, the smallest face as large as is just asked for. */
async function farAway(file: string, original: Buffer, marks: readonly (readonly [number, number, number])[]): Promise<Labelled> {
  const smallest = Math.min(...marks.map(([, , side]) => side)) * FIFTHS;
  const width = Math.ceil((MARKED_WIDTH * (LEAST + 1)) / smallest);
  const small = await sharp(original).resize(width).png().toBuffer();
  const [left, top] = [2300, 1500];
  const picture = await sharp({
    create: { width: 4000, height: 3000, channels: 3, background: '#7d8b6a', noise: { type: 'gaussian', mean: 120, sigma: 18 } },
  })
    .composite([{ input: small, left, top }])
    .jpeg({ quality: 90 })
    .toBuffer();
  const boxes = marks.map(([x, y, side]) => scaled({ x, y, width: side, height: side }, (FIFTHS * width) / MARKED_WIDTH));
  return labelled(
    `${file} in 12 MP`,
    'faces, upright',
    picture,
    boxes.map((box) => ({ ...box, x: box.x + left, y: box.y + top })),
  );
}

function labelled(name: string, group: string, picture: Buffer, boxes: readonly Box[]): Labelled {
  const truths = boxes.filter(({ width }) => width >= LEAST).map((box): Truth => ({ what: `face of ${Math.round(box.width)} px`, box }));
  return { name, group, picture, truths, neutral: boxes.filter(({ width }) => width < LEAST) };
}

function scaled({ x, y, width, height }: Box, factor: number): Box {
  return { x: Math.round(x * factor), y: Math.round(y * factor), width: Math.round(width * factor), height: Math.round(height * factor) };
}

function rotated({ x, y, width, height }: Box, angle: 90 | 180 | 270, size: { width: number; height: number }): Box {
  if (angle === 90) return { x: size.height - y - height, y: x, width: height, height: width };
  if (angle === 180) return { x: size.width - x - width, y: size.height - y - height, width, height };
  return { x: y, y: size.width - x - width, width: height, height: width };
}
