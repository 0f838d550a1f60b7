import { detectPersons, type PersonMask } from '../detect/persons.js';
import type { Models } from '../models/runtime.js';
import { grown } from '../picture/boxes.js';
import { decodeCanvas, shownRaster } from '../picture/canvas.js';
import { CHANNELS, type Raster, resized } from '../picture/raster.js';
import type { LookRequest, Region } from '../request.js';
import { type Box, VisualError } from '../types.js';
import type { Backdrop } from './background.js';

/** How far pixels may be, on average, from the colour that was painted: what a JPEG does to it. Of 255. */
const NEAR = 8;
/** Neighbouring pixels of a blurred background differ by less, on average. Of 255. */
const SMOOTH = 1.5;
/** People must fill as much of the picture, or nothing is known of what is background. */
const LEAST_PEOPLE = 0.01;
/** The mask counts as background up to here. */
const BACKGROUND = 0.2;
/** Pixels of the background that are looked at, along each side. */
const GRID = 400;

/** A region in whole pixels. Throws `VisualError` where nothing of it lies within the picture. */
export function regionBox({ box, unit }: Region, size: { readonly width: number; readonly height: number }): Box {
  const [x, y] = unit === '%' ? [size.width / 100, size.height / 100] : [1, 1];
  const inPixels = { x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y };
  const within = grown(inPixels, 0, 0, size);
  if (within === undefined)
    throw new VisualError(
      'region-outside',
      `a region lies outside of the picture, which is ${size.width} by ${size.height} pixels`,
      'give it as x,y,width,height',
    );
  return within;
}

/** Regions that do not show the colour of fills already: a second run changes nothing. Made-up regions are always to do. */
export function undoneRegions(raster: Raster, { regions, colour }: LookRequest): Box[] {
  return regions
    .map((region) => ({ style: region.style, box: regionBox(region, raster) }))
    .filter(({ style, box }) => style !== 'fill' || !isFilled(raster, box, colour))
    .map(({ box }) => box);
}

function isFilled(raster: Raster, box: Box, colour: readonly [number, number, number]): boolean {
  let sum = 0;
  for (let y = box.y; y < box.y + box.height; y++) {
    let at = (y * raster.width + box.x) * CHANNELS;
    for (let x = 0; x < box.width; x++)
      for (let channel = 0; channel < CHANNELS; channel++) sum += Math.abs((raster.data[at++] as number) - (colour[channel] as number));
  }
  return sum / (box.width * box.height * CHANNELS) < NEAR;
}

/** People in the picture. Throws `VisualError` where there are none: then nothing is known of what is background. */
export async function peopleOf(raster: Raster, models: Models): Promise<PersonMask> {
  const mask = await detectPersons(raster, models);
  if (mask.share < LEAST_PEOPLE)
    throw new VisualError('no-person', 'no person was found in front of a background', 'mark regions by hand with --boxes');
  return mask;
}

/** What shall take the place of the background, as large as the picture. */
export async function backdropOf(request: NonNullable<LookRequest['background']>, { width, height }: Raster): Promise<Backdrop> {
  if (request.kind !== 'picture') return request;
  const picture = await shownRaster(await decodeCanvas(request.bytes));
  return { kind: 'picture', raster: await resized(picture, width, height) };
}

/** True where the background is not yet what it shall be. */
export async function backgroundToDo(raster: Raster, { background }: LookRequest, models: Models): Promise<boolean> {
  if (background === undefined) return false;
  const mask = await peopleOf(raster, models);
  const backdrop = await backdropOf(background, raster);
  let sum = 0;
  let count = 0;
  const stepX = Math.max(1, Math.floor(raster.width / GRID));
  const stepY = Math.max(1, Math.floor(raster.height / GRID));
  for (let y = 0; y + 1 < raster.height; y += stepY) {
    for (let x = 0; x + 1 < raster.width; x += stepX) {
      if (mask.at((x + 0.5) / raster.width, (y + 0.5) / raster.height) > BACKGROUND) continue;
      sum += difference(raster, backdrop, x, y);
      count++;
    }
  }
  return count > 0 && sum / count > (backdrop.kind === 'blur' ? SMOOTH : NEAR);
}

/** From what shall be there; for a blurred background from the next pixel. */
function difference(raster: Raster, backdrop: Backdrop, x: number, y: number): number {
  const at = (y * raster.width + x) * CHANNELS;
  let sum = 0;
  for (let channel = 0; channel < CHANNELS; channel++) {
    const meant =
      backdrop.kind === 'fill'
        ? backdrop.colour[channel]
        : backdrop.kind === 'picture'
          ? backdrop.raster.data[at + channel]
          : raster.data[at + CHANNELS + channel];
    sum += Math.abs((raster.data[at + channel] as number) - (meant as number));
  }
  return sum / CHANNELS;
}
