import type { SeenLine } from './detect/text.js';
import type { Models, Tensor } from './models/runtime.js';
import { grown } from './picture/boxes.js';
import { planes, type Raster, resized } from './picture/raster.js';
import type { PlaceSignal, Seen } from './request.js';
import type { Detection } from './types.js';

/** Sensitive text that leads to a place. */
const LEADS_TO_PLACE = new Set(['text/address', 'text/coordinates', 'text/plate', 'text/hostname', 'text/phone', 'text/network-address']);

/** Lines that were read with less may be no text at all. */
const READABLE = 0.7;
const LEAST_LETTERS = 3;

/** What can locate a picture and is not looked for here: said with every list, so that a short one is no comfort. */
const NOT_CHECKED: readonly string[] = Object.freeze([
  'landmarks, skylines and the shapes of buildings',
  'terrain, coast, vegetation and weather',
  'shadows and the height of the sun',
  'road markings, traffic signs without text, street furniture',
  'vehicles, uniforms, flags and logos without text',
  'power sockets, light switches and other fittings',
  'what is reflected in windows, glasses and eyes',
  'the language and script of text as such',
  'other pictures of the same place',
]);

/** What was seen that could locate the picture. Nothing found is never "safe": the list of what was not looked for goes with it. */
export function placeSignals(
  lines: readonly SeenLine[],
  codes: readonly Detection[],
  sensitive: readonly Detection[],
): NonNullable<Seen['place']> {
  const found: PlaceSignal[] = [];
  for (const { rule, box } of sensitive) if (LEADS_TO_PLACE.has(rule)) found.push({ signal: rule.slice('text/'.length), box });
  for (const { outline, letters, confidence } of lines) {
    if (confidence < READABLE || letters.length < LEAST_LETTERS) continue;
    const box = grown(outline, 0, 0, { width: Infinity, height: Infinity });
    if (box !== undefined) found.push({ signal: 'sign-text', box });
  }
  for (const { box } of codes) found.push({ signal: 'code', box });
  return { found, notChecked: NOT_CHECKED };
}

/** Side, means and deviations that classifiers learnt from ImageNet take. */
const SIDE = 224;
const SCALE = { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] };
/** A landmark counts from here on. */
const SURE = 0.5;

/** A landmark, where the policy brings a model that knows some. Which one it is stays with the model: its number is not told. */
export async function landmarkSignals(raster: Raster, models: Models): Promise<PlaceSignal[]> {
  const model = await models.get('landmarks');
  const small = await resized(raster, SIDE, SIDE);
  const [output] = (await model({ data: planes(small, SCALE), dims: [1, 3, SIDE, SIDE] })) as [Tensor];
  const most = output.data.reduce((best, value) => Math.max(best, value), -Infinity);
  const isShare = output.data.every((value) => value >= 0 && value <= 1);
  const sum = output.data.reduce((total, value) => total + Math.exp(value - most), 0);
  const share = isShare ? most : 1 / sum;
  return share < SURE ? [] : [{ signal: 'landmark', box: { x: 0, y: 0, width: raster.width, height: raster.height } }];
}
