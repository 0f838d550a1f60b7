import { detectFaces } from './detect/faces.js';
import { detectPersons } from './detect/persons.js';
import { seeText } from './detect/text.js';
import { lookAt } from './look.js';
import type { Models } from './models/runtime.js';
import { grown, toStored } from './picture/boxes.js';
import { type Canvas, decodeCanvas, shownRaster, shownSize } from './picture/canvas.js';
import type { Raster } from './picture/raster.js';
import { changedOutside, requirePainted } from './prove.js';
import { replaceBackground } from './redact/background.js';
import { coveredShare } from './redact/cover.js';
import { backdropOf, peopleOf, regionBox } from './redact/done.js';
import { painted } from './redact/paint.js';
import type { Random } from './redact/styles.js';
import type { BackgroundRequest, Change, Redacted, RedactRequest, Seen } from './request.js';
import { type Box, type Detection, VisualError } from './types.js';
import { type Written, writePicture } from './write/picture.js';

/** Sizes at which the result is looked at again, besides those of the first look. */
const PROOF_SCALES = [0.8, 1.25] as const;
/** What another size still finds is covered too; after so many rounds it is given up. */
const MAX_ROUNDS = 5;
/** A box that is covered as much by what was filled shows nothing of the original. */
const COVERED = 0.85;

/**
 * Finds what is asked for, covers it, writes the picture and looks at what was written again, at other sizes: what is still found is
 * covered too, until nothing is. `known`: what a look at these very bytes found of what is asked for. Gives `undefined` where there was nothing to change. Throws `VisualError` where a detector cannot run,
 * the format cannot be written, or something is still found in the end.
 */
export async function redactPicture(
  bytes: Uint8Array,
  request: RedactRequest,
  models: Models,
  random: Random,
  known?: readonly Detection[],
): Promise<Redacted | undefined> {
  const canvas = await decodeCanvas(bytes);
  const raster = await shownRaster(canvas);
  const seen = await lookAt(raster, request, models, 1, known);
  const size = shownSize(canvas);
  let changes: Change[] = [
    ...request.regions.map((region) => ({ rule: 'region', style: region.style, box: regionBox(region, size) })),
    ...seen.detections.map(({ kind, rule, box }) => ({ rule, box, style: kind === 'face' ? request.faceStyle : ('fill' as const) })),
  ];
  const backdrop = seen.undone.background ? request.background : undefined;
  if (seen.detections.length === 0 && seen.undone.regions.length === 0 && !seen.undone.background) return undefined;
  // The picture that is painted on: with another background, where that was asked for.
  const base = backdrop === undefined ? canvas : await withBackground(canvas, raster, backdrop, models, random, changes);
  const avoid = request.regions.some(({ style }) => style === 'inpaint') ? await notToCopy(raster, models) : [];
  for (let round = 1; ; round++) {
    const meant = painted(base, changes, { colour: request.colour, avoid, random });
    const boxes = changes.map(({ box }) => box);
    const everything = { x: 0, y: 0, ...size };
    const written = await writePicture(bytes, meant, backdrop === undefined ? boxes : [everything]);
    const after = await decodeCanvas(written.bytes);
    requirePainted(meant, after, fills(changes, canvas));
    const left = await leftIn(after, request, models, changes);
    if (left.length > 0) {
      if (round === MAX_ROUNDS)
        throw new VisualError(
          'still-found',
          `after redaction something is still found: ${[...new Set(left.map(({ rule }) => rule))].join(', ')}`,
          'cover it by hand with --boxes, or keep the picture private',
        );
      changes = [...changes, ...left];
      continue;
    }
    return {
      bytes: written.bytes,
      seen: withoutValues(seen),
      changes,
      background: backdrop?.kind,
      proof: proofOf(canvas, after, written, round, looks(request) ? PROOF_SCALES : []),
    };
  }
}

/** Regions alone need no detector, and none is said to have looked. */
function looks({ faces, text, codes }: RedactRequest): boolean {
  return faces || codes || text !== false;
}

function proofOf(before: Canvas, after: Canvas, { touched }: Written, rounds: number, scales: readonly number[]): Redacted['proof'] {
  const outside = changedOutside(before, after, touched);
  if (outside > 0)
    throw new VisualError(
      'changed-outside',
      `${outside} pixels changed that were not to be touched`,
      'keep the picture private, and please report it',
    );
  const share = coveredShare({ x: 0, y: 0, width: before.width, height: before.height }, touched);
  return { rounds, scales, changedOutside: outside, touchedShare: Number(share.toFixed(4)) };
}

/** Side of the squares in which people are told from background, as a share of the picture's. */
const PEOPLE_GRID = 32;

/** Faces, people and text, whatever else was asked for: none of them may come again where something is made up. */
async function notToCopy(raster: Raster, models: Models): Promise<Box[]> {
  const faces = await detectFaces(raster, models);
  const lines = await seeText(raster, models, { read: false });
  const mask = await detectPersons(raster, models);
  const people: Box[] = [];
  const [width, height] = [raster.width / PEOPLE_GRID, raster.height / PEOPLE_GRID];
  for (let row = 0; row < PEOPLE_GRID; row++)
    for (let column = 0; column < PEOPLE_GRID; column++)
      if (mask.at((column + 0.5) / PEOPLE_GRID, (row + 0.5) / PEOPLE_GRID) > 0.3)
        people.push({ x: column * width, y: row * height, width, height });
  return [...faces, ...lines.map(({ outline }) => ({ box: outline })), ...people.map((box) => ({ box }))].flatMap(
    ({ box }) => grown(box, 2, 2, raster) ?? [],
  );
}

function fills(changes: readonly Change[], canvas: Canvas): Box[] {
  const size = shownSize(canvas);
  return changes.filter(({ style }) => style === 'fill').map(({ box }) => toStored(box, canvas.orientation, size));
}

/** What the written picture still shows, as changes that cover it for good. */
async function leftIn(after: Canvas, request: RedactRequest, models: Models, changes: readonly Change[]): Promise<Change[]> {
  const raster = await shownRaster(after);
  const filled = changes.filter(({ style }) => style === 'fill').map(({ box }) => box);
  const left: Change[] = [];
  for (const scale of PROOF_SCALES) {
    const { detections } = await lookAt(raster, { ...request, place: false, regions: [], background: undefined }, models, scale);
    for (const { rule, box } of detections) {
      if (coveredShare(box, [...filled, ...left.map((change) => change.box)]) >= COVERED) continue;
      // A face that the first look did not see is covered like the others; one that still shows through is filled.
      const seen =
        coveredShare(
          box,
          changes.map((change) => change.box),
        ) > 0.5;
      left.push({ rule, box, style: rule === 'face' && !seen ? request.faceStyle : 'fill' });
    }
  }
  return left;
}

/** A face belongs to somebody in front where the mask says so at its middle, and where it is as large as this share of the largest. */
const SUBJECT_SIZE = 0.5;

async function withBackground(
  canvas: Canvas,
  raster: Raster,
  request: BackgroundRequest,
  models: Models,
  random: Random,
  changes: Change[],
): Promise<Canvas> {
  const mask = await peopleOf(raster, models);
  changes.push(
    ...bystanders(await detectFaces(raster, models), mask, raster).map(({ box }) => ({
      rule: 'face/bystander',
      style: 'fill' as const,
      box,
    })),
  );
  const copy: Canvas = { ...canvas, data: canvas.data.slice() };
  replaceBackground(copy, mask, await backdropOf(request, raster), random);
  return copy;
}

/** Faces that stand behind: those that the mask gives to the background, and those much smaller than the largest. */
function bystanders(
  faces: readonly Detection[],
  mask: { at(x: number, y: number): number },
  { width, height }: { width: number; height: number },
): Detection[] {
  const largest = Math.max(...faces.map(({ box }) => box.height), 0);
  return faces.filter(
    ({ box }) => mask.at((box.x + box.width / 2) / width, (box.y + box.height / 2) / height) < 0.5 || box.height < SUBJECT_SIZE * largest,
  );
}

function withoutValues(seen: Seen): Seen {
  return { ...seen, detections: seen.detections.map(({ kind, rule, box, confidence }) => ({ kind, rule, box, confidence })) };
}
