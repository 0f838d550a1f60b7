import type { Models } from '../models/runtime.js';
import { grown, intersectionOverUnion, overlapOf } from '../picture/boxes.js';
import { cropped, planes, type Raster, resized, turned, turnedBack } from '../picture/raster.js';
import type { Box, Detection } from '../types.js';
import type { Quarters } from './rotated-box.js';
import { shadedPart } from './shaded-part.js';

/** A cell of the model's map is 4 pixels wide, and holds 16 numbers: the box and six points. */
const CELL = 4;
const NUMBERS = 16;
/** Its coarsest layer halves the picture five times. */
const STEP = 32;

/**
 * Longest sides at which the picture is looked at. The model knows faces of about 10 to 100 pixels: together they cover faces from a
 * hundredth of the picture to all of it.
 */
const UPRIGHT_SIDES = [1408, 704, 352, 160] as const;
const TURNED_SIDES = [1088, 416, 160] as const;

/** Recall comes first: a blurred hand costs less than a face that is left. */
const UPRIGHT_SCORE = 0.45;
/** Turned pictures show faces in what is none more often. */
const TURNED_SCORE = 0.6;

/** Faces larger than this on a level are another level's. */
const LARGEST = 150;

const MOST_ENLARGED = 1.25;

/** Faces of fewer pixels tell nothing of anybody, and are mostly none. */
const SMALLEST = 11;

/** Boxes that share as much are one face. */
const SAME_FACE = 0.3;

/** Each side of a face is widened by as much of its size: hair, ears and chin tell who it is too. */
const FACE_PADDING = 0.25;

export interface FaceOptions {
  /** Multiplies the sides: another look at the same picture. */
  readonly scale?: number;
  /** Smaller faces do not matter, in pixels: sizes that only they need are left out. */
  readonly least?: number;
  /** How often the picture is turned clockwise by 90 degrees to stand upright; all ways if left out. */
  readonly turns?: readonly Quarters[];
}

const EVERY_TURN: readonly Quarters[] = [0, 1, 2, 3];

/** A face that is this large on a level is not looked for on finer ones. */
const PLENTY = 24;

/** Faces, upright, lying and upside down. Boxes are padded by a quarter and cut to the picture. */
export async function detectFaces(
  raster: Raster,
  models: Models,
  { scale = 1, least = 0, turns = EVERY_TURN }: FaceOptions = {},
): Promise<Detection[]> {
  const found: { box: Box; score: number }[] = [];
  const longest = Math.max(raster.width, raster.height);
  const shaded = shadedPart(raster);
  for (const quarters of turns) {
    const sides = quarters === 0 ? UPRIGHT_SIDES : TURNED_SIDES;
    const threshold = quarters === 0 ? UPRIGHT_SCORE : TURNED_SCORE;
    for (const [nth, side] of levels(sides, longest, scale, least).entries()) {
      // Where nothing is shaded a face could be drawn at most: it is looked for as it is drawn mostly, upright and not tiny.
      if (shaded === undefined && (quarters !== 0 || nth === 0)) continue;
      const factor = side / longest;
      const level = await resized(raster, Math.max(1, Math.round(raster.width * factor)), Math.max(1, Math.round(raster.height * factor)));
      const { part, left, top } = shaded === undefined ? { part: level, left: 0, top: 0 } : partOf(level, shaded, factor);
      for (const { box, score } of await facesAt(turned(part, quarters), models, threshold)) {
        const { x, y, width, height } = turnedBack(box, quarters, part);
        found.push({ score, box: { x: (x + left) / factor, y: (y + top) / factor, width: width / factor, height: height / factor } });
      }
    }
  }
  return merged(found).flatMap(({ box, score }) => {
    if (box.width < SMALLEST) return [];
    const padded = grown(box, box.width * FACE_PADDING, box.height * FACE_PADDING, raster);
    return padded === undefined ? [] : [{ kind: 'face' as const, rule: 'face', box: padded, confidence: score }];
  });
}

/** What is looked at of a level; all of it where that is most of it. */
function partOf(level: Raster, box: Box, factor: number): { part: Raster; left: number; top: number } {
  const within = grown({ x: box.x * factor, y: box.y * factor, width: box.width * factor, height: box.height * factor }, 0, 0, level);
  if (within === undefined || within.width * within.height > MOST_OF_LEVEL * level.width * level.height)
    return { part: level, left: 0, top: 0 };
  return { part: cropped(level, within), left: within.x, top: within.y };
}

const MOST_OF_LEVEL = 0.8;

/** A small picture is hardly blown up: faces that need it are too small to tell anything. No size is looked at twice. */
function levels(sides: readonly number[], longest: number, scale: number, least: number): number[] {
  const all = [...new Set(sides.map((side) => Math.min(Math.round(side * scale), Math.round(longest * MOST_ENLARGED))))];
  return all.filter((_, index) => (least * (all[index + 1] ?? 0)) / longest < PLENTY);
}

async function facesAt(level: Raster, models: Models, threshold: number): Promise<{ box: Box; score: number }[]> {
  const size = { width: Math.ceil(level.width / STEP) * STEP, height: Math.ceil(level.height / STEP) * STEP };
  const model = await models.get('faces');
  const input = planes(level, { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] }, size);
  const [boxes, scores] = (await model({ data: input, dims: [1, 3, size.height, size.width] })).map(({ data }) => data) as [
    Float32Array,
    Float32Array,
  ];
  const columns = size.width / CELL;
  const least = Math.log(threshold / (1 - threshold));
  const found: { box: Box; score: number }[] = [];
  for (let index = 0; index < scores.length; index++) {
    const logit = scores[index] as number;
    if (logit < least) continue;
    const at = index * NUMBERS;
    const width = boxes[at + 2] as number;
    const height = boxes[at + 3] as number;
    if (!(width > 0 && height > 0) || width > LARGEST * 1.5) continue;
    const x = (boxes[at] as number) + ((index % columns) + 0.5) * CELL - width / 2;
    const y = (boxes[at + 1] as number) + (Math.floor(index / columns) + 0.5) * CELL - height / 2;
    if (x + width / 2 > level.width || y + height / 2 > level.height) continue;
    found.push({ box: { x, y, width, height }, score: 1 / (1 + Math.exp(-logit)) });
  }
  return merged(found);
}

/** The best of those that are one face; each grows to nothing more than its own box. */
function merged(found: { box: Box; score: number }[]): { box: Box; score: number }[] {
  const kept: { box: Box; score: number }[] = [];
  for (const candidate of [...found].sort((a, b) => b.score - a.score)) {
    const same = kept.some(
      ({ box }) =>
        intersectionOverUnion(box, candidate.box) > SAME_FACE ||
        overlapOf(box, candidate.box) > 0.8 * candidate.box.width * candidate.box.height,
    );
    if (!same) kept.push(candidate);
  }
  return kept;
}
