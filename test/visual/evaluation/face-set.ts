import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Box } from '../../../src/visual/types.js';
import { draw } from '../support/draw.js';
import { seeded } from './random.js';
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

/** Tilts between the quarters; people lean, and cameras do. */
const TILTS = [-30, -15, 15, 30, 45, 120, 200, 320] as const;
/** Up to here a tilted face still counts as upright. */
const UPRIGHT = 30;

/** What cameras, light and senders do to a picture. */
const HARMED: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  dark: (picture) => picture.linear(0.35, 0).jpeg({ quality: 85 }),
  bright: (picture) => picture.linear(1.3, 45).jpeg({ quality: 85 }),
  grey: (picture) => picture.greyscale().toColourspace('b-w').jpeg({ quality: 85 }),
  blurred: (picture) => picture.blur(1.6).jpeg({ quality: 85 }),
  'JPEG 30': (picture) => picture.jpeg({ quality: 30 }),
  mirrored: (picture) => picture.jpeg({ quality: 85 }),
};

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
    set.push(await farAway(file, original, marks, 0), await farAway(file, original, marks, 90), ...(await harmed(file, original, marks)));
    set.push(...(await tilted(file, original, marks)));
  }
  return [...set, ...(await withoutFaces())];
}

type Marks = readonly (readonly [number, number, number])[];

const HARMED_WIDTH = 800;

async function harmed(file: string, original: Buffer, marks: Marks): Promise<Labelled[]> {
  const boxes = marks.map(([x, y, side]) => scaled({ x, y, width: side, height: side }, (FIFTHS * HARMED_WIDTH) / MARKED_WIDTH));
  return Promise.all(
    Object.entries(HARMED).map(async ([name, harm]) => {
      const mirrored = name === 'mirrored';
      const picture = await harm(sharp(original).resize(HARMED_WIDTH).flop(mirrored)).toBuffer();
      const seen = mirrored ? boxes.map((box) => ({ ...box, x: HARMED_WIDTH - box.x - box.width })) : boxes;
      return labelled(`${file} ${name}`, 'faces, upright', picture, seen);
    }),
  );
}

/** A face turns with its picture about the middle of both; its box stays as large. */
async function tilted(file: string, original: Buffer, marks: Marks): Promise<Labelled[]> {
  const { data, info } = await sharp(original).resize(HARMED_WIDTH).png().toBuffer({ resolveWithObject: true });
  return Promise.all(
    TILTS.map(async (angle) => {
      const turned = await sharp(data).rotate(angle, { background: '#788' }).jpeg({ quality: 88 }).toBuffer({ resolveWithObject: true });
      const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      const boxes = marks.map(([left, top, side]) => {
        const box = scaled({ x: left, y: top, width: side, height: side }, (FIFTHS * HARMED_WIDTH) / MARKED_WIDTH);
        const [x, y] = [box.x + box.width / 2 - info.width / 2, box.y + box.height / 2 - info.height / 2];
        const middle = { x: turned.info.width / 2 + x * cos - y * sin, y: turned.info.height / 2 + x * sin + y * cos };
        return { ...box, x: Math.round(middle.x - box.width / 2), y: Math.round(middle.y - box.height / 2) };
      });
      const group = Math.abs(angle) <= UPRIGHT ? 'faces, upright' : 'faces, turned';
      return labelled(`${file} tilted by ${angle}°`, group, turned.data, boxes);
    }),
  );
}

const WITHOUT = 12;

/** Pages, shapes and noise: whatever is found in them is wrong. */
async function withoutFaces(): Promise<Labelled[]> {
  const random = seeded(99);
  return Promise.all(
    Array.from({ length: WITHOUT }, async (_, nth) => {
      const texts = Array.from({ length: 14 }, (__, row) => ({
        text: 'The quick brown fox jumps over it'.slice(Math.floor(random() * 9)),
        x: 30 + Math.round(random() * 300),
        y: 60 + row * 50,
        size: 14 + Math.round(random() * 24),
      }));
      const circles = Array.from({ length: 40 }, () => {
        const [x, y, r] = [random() * 1000, random() * 750, 8 + random() * 60];
        return `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${random() * 360} 45% ${25 + random() * 55}%)" fill-opacity="0.7"/>`;
      });
      const shapes = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="750">${circles.join('')}</svg>`);
      const picture = await draw({
        width: 1000,
        height: 750,
        background: ['#ffffff', '#2b2b2b', '#c9a27e'][nth % 3] as string,
        texts: nth % 2 === 0 ? texts : [],
        images: nth % 3 === 0 ? [] : [{ input: await sharp(shapes).png().toBuffer(), left: 0, top: 0 }],
      })
        .flatten()
        .jpeg({ quality: 85 })
        .toBuffer();
      return labelled(`no face ${nth}`, 'faces, upright', picture, []);
    }),
  );
}

/** The same people far away, upright or lying: in a corner of 12 megapixels, the smallest face as large as is just asked for. */
async function farAway(file: string, original: Buffer, marks: Marks, angle: 0 | 90): Promise<Labelled> {
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
  const placed = boxes.map((box) => ({ ...box, x: box.x + left, y: box.y + top }));
  if (angle === 0) return labelled(`${file} in 12 MP`, 'faces, upright', picture, placed);
  const lying = await sharp(picture).rotate(angle).jpeg({ quality: 90 }).toBuffer();
  const size = { width: 4000, height: 3000 };
  return labelled(
    `${file} in 12 MP at ${angle}°`,
    'faces, turned',
    lying,
    placed.map((box) => rotated(box, angle, size)),
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
