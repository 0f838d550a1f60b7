import type { PersonMask } from '../detect/persons.js';
import { toStored } from '../picture/boxes.js';
import type { Canvas } from '../picture/canvas.js';
import { shownSize } from '../picture/canvas.js';
import type { Raster } from '../picture/raster.js';
import { CHANNELS } from '../picture/raster.js';
import type { Random } from './styles.js';

/** What takes the place of everything that is no person. */
export type Backdrop =
  | { readonly kind: 'fill'; readonly colour: readonly [number, number, number] }
  | { readonly kind: 'blur' }
  /** A picture as large as the one that is redacted, as shown. */
  | { readonly kind: 'picture'; readonly raster: Raster };

/** Colours that are kept of a background along its longer side: light and dark, no letter and no outline. */
const CELLS = 14;
/** Noise on each of them, of 255, either way. */
const NOISE = 10;

/** From here on the mask counts as background wholly, and from there as person wholly; between them they are mixed. */
const PERSON_FROM = 0.35;
const PERSON_TO = 0.65;

/** Replaces the background of a stored picture. Opaque afterwards. */
export function replaceBackground(canvas: Canvas, mask: PersonMask, backdrop: Backdrop, random: Random): void {
  const shown = shownSize(canvas);
  const colours = backdrop.kind === 'blur' ? cellColours(canvas, mask, random) : undefined;
  const scale = canvas.data instanceof Uint16Array ? 257 : 1;
  const { channels } = canvas;
  const alphaAt = channels === 2 || channels === 4 ? channels - 1 : -1;
  const colour = [0, 0, 0];
  for (let y = 0; y < shown.height; y++) {
    for (let x = 0; x < shown.width; x++) {
      const person = (mask.at((x + 0.5) / shown.width, (y + 0.5) / shown.height) - PERSON_FROM) / (PERSON_TO - PERSON_FROM);
      if (person >= 1) continue;
      const share = Math.max(0, person);
      const at = storedAt(canvas, x, y, shown) * channels;
      colourAt(colour, x, y);
      for (let channel = 0; channel < channels; channel++) {
        if (channel === alphaAt) canvas.data[at + channel] = 255 * scale;
        else {
          const value = (channels < 3 ? grey(colour) : (colour[channel] as number)) * scale;
          canvas.data[at + channel] = Math.round((canvas.data[at + channel] as number) * share + value * (1 - share));
        }
      }
    }
  }

  function colourAt(to: number[], x: number, y: number): void {
    if (backdrop.kind === 'fill') [to[0], to[1], to[2]] = backdrop.colour;
    else if (backdrop.kind === 'picture') {
      const from = (y * backdrop.raster.width + x) * CHANNELS;
      for (let channel = 0; channel < CHANNELS; channel++) to[channel] = backdrop.raster.data[from + channel] as number;
    } else colours?.smooth(to, (x + 0.5) / shown.width, (y + 0.5) / shown.height);
  }
}

function grey([red, green, blue]: readonly number[]): number {
  return 0.299 * (red as number) + 0.587 * (green as number) + 0.114 * (blue as number);
}

function storedAt(canvas: Canvas, x: number, y: number, shown: { width: number; height: number }): number {
  if (canvas.orientation === 1) return y * canvas.width + x;
  const stored = toStored({ x, y, width: 1, height: 1 }, canvas.orientation, shown);
  return stored.y * canvas.width + stored.x;
}

/** Few colours of the background alone, rounded by noise; a person's own colours do not come in. */
function cellColours(canvas: Canvas, mask: PersonMask, random: Random): { smooth(to: number[], x: number, y: number): void } {
  const shown = shownSize(canvas);
  const longest = Math.max(shown.width, shown.height);
  const columns = Math.max(2, Math.round((shown.width / longest) * CELLS));
  const rows = Math.max(2, Math.round((shown.height / longest) * CELLS));
  const sums = new Float64Array(columns * rows * CHANNELS);
  const counts = new Float64Array(columns * rows);
  const scale = canvas.data instanceof Uint16Array ? 257 : 1;
  for (let y = 0; y < shown.height; y++) {
    for (let x = 0; x < shown.width; x++) {
      if (mask.at((x + 0.5) / shown.width, (y + 0.5) / shown.height) >= PERSON_FROM) continue;
      const cell = Math.floor((y / shown.height) * rows) * columns + Math.floor((x / shown.width) * columns);
      const at = storedAt(canvas, x, y, shown) * canvas.channels;
      for (let channel = 0; channel < CHANNELS; channel++) {
        const index = cell * CHANNELS + channel;
        sums[index] = (sums[index] as number) + (canvas.data[at + (canvas.channels < 3 ? 0 : channel)] as number) / scale;
      }
      counts[cell] = (counts[cell] as number) + 1;
    }
  }
  const colours = sums.map((sum, index) => {
    const count = counts[Math.floor(index / CHANNELS)] as number;
    return count === 0 ? 128 : Math.min(255, Math.max(0, sum / count + (random() * 2 - 1) * NOISE));
  });
  const of = (column: number, row: number, channel: number): number => colours[(row * columns + column) * CHANNELS + channel] as number;
  return {
    smooth(to, x, y) {
      const column = Math.min(columns - 1, Math.max(0, x * columns - 0.5));
      const row = Math.min(rows - 1, Math.max(0, y * rows - 0.5));
      const [left, top] = [Math.floor(column), Math.floor(row)];
      const [right, bottom] = [Math.min(columns - 1, left + 1), Math.min(rows - 1, top + 1)];
      const [fx, fy] = [column - left, row - top];
      for (let channel = 0; channel < CHANNELS; channel++) {
        const upper = of(left, top, channel) * (1 - fx) + of(right, top, channel) * fx;
        const lower = of(left, bottom, channel) * (1 - fx) + of(right, bottom, channel) * fx;
        to[channel] = upper * (1 - fy) + lower * fy;
      }
    },
  };
}
