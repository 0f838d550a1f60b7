import { UsageError } from '../../core/usage-error.js';
import { regionOf } from '../../policy/visual.js';
import { backgroundOf } from '../../service/visual/requests.js';
import type { RedactRequest, Region } from '../../visual/request.js';
import { VisualError } from '../../visual/types.js';

interface Asked {
  readonly faces?: boolean | 'fill' | 'pixelate' | 'blur';
  readonly text?: boolean | 'sensitive' | 'all';
  readonly pattern?: readonly string[];
  readonly codes?: boolean;
  readonly background?: string;
  readonly colour?: string;
}

/** `x,y,width,height`, several parted by `;` or blanks, all in pixels or all in percent. */
const BOX = /^\d{1,5}(?:\.\d{1,3})?%?(?:,\d{1,5}(?:\.\d{1,3})?%?){3}$/;
const MAX_BOXES = 1000;

/** The boxes of the command line. Throws `UsageError`. */
export function parseRegions(texts: readonly string[], style: Region['style']): Region[] {
  const boxes = texts.flatMap((text) => text.replace(/,\s+/g, ',').split(/[;\s]+/)).filter((text) => text !== '');
  if (boxes.length > MAX_BOXES) throw new UsageError(`--boxes names more than ${MAX_BOXES} boxes`);
  return boxes.map((text) => {
    const marks = text.split('%').length - 1;
    if (!BOX.test(text) || (marks !== 0 && marks !== 4))
      throw new UsageError('--boxes takes x,y,width,height, all in pixels or all in percent: 120,40,300,80 or 0%,90%,100%,10%');
    const { unit, ...box } = regionOf(text);
    if (box.width <= 0 || box.height <= 0) throw new UsageError('--boxes: a box has a width and a height of more than 0');
    return { box, unit, style };
  });
}

/** What the command line asks for. `folder`: where relative paths start. Throws `UsageError`. */
export function redactRequestOf(asked: Asked, regions: readonly Region[], folder: string): RedactRequest {
  const { faces, text, pattern, codes, background } = asked;
  const wantsText = (text !== undefined && text !== false) || pattern !== undefined;
  return {
    faces: faces !== undefined && faces !== false,
    faceStyle: typeof faces === 'string' ? faces : 'pixelate',
    text: wantsText ? { what: text === 'all' ? 'all' : 'sensitive', custom: pattern ?? [] } : false,
    codes: codes === true,
    place: false,
    models: {},
    regions,
    background: background === undefined ? undefined : backdrop(background, folder),
    colour: colourOf(asked.colour),
  };
}

function backdrop(background: string, folder: string): RedactRequest['background'] {
  if (background === 'blur' || background === 'fill') return backgroundOf({ backdrop: background }, folder);
  try {
    return backgroundOf({ backdrop: 'picture', picture: background }, folder);
  } catch (error) {
    if (!(error instanceof VisualError)) throw error;
    throw new UsageError(`--background: ${error.message}; ${error.hint}`);
  }
}

function colourOf(colour: string | undefined): readonly [number, number, number] {
  if (colour === undefined) return [0, 0, 0];
  if (!/^#?[0-9a-f]{6}$/i.test(colour)) throw new UsageError('--colour takes six hexadecimal digits, such as 000000');
  const value = Number.parseInt(colour.replace('#', ''), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
