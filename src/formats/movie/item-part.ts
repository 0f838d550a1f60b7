import type { Category } from '../../core/category.js';
import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { latin1 } from '../../metadata/text.js';
import type { BoxPlace } from './piece.js';
import { alsoTold, type CoarseText, coarseTextOf, wordsIn } from './value.js';

/** More than what people write into a field. */
const TEXT_BYTES = 64 * 1024;

/** A number or a switch, and no more. */
const SWITCH_BYTES = 8;

export interface Item {
  readonly part: Part;
  /** Set where its text is a date or a place that can be written less precise in as many bytes. */
  readonly coarse?: CoarseText;
}

export interface ItemContent {
  readonly path: string;
  readonly region: Region;
  /** What the field is for; `undefined` where it is not known. */
  readonly category: Category | undefined;
  readonly value: Uint8Array;
  /** Where the value's text may begin, most likely first. */
  readonly textOffsets: readonly number[];
  readonly valueOffset: number;
}

/** One item of a movie's metadata, by what its field is for and what its text tells besides. */
export function itemPart(place: BoxPlace, content: ItemContent): Item {
  const { path, region, category, value } = content;
  if (category === 'preview') return { part: previewPart(place, content) };
  if (category === undefined || value.byteLength > TEXT_BYTES)
    return { part: opaquePart(path, 'text', region, category === undefined ? 'an unknown field' : 'a field too long to be read') };
  if (category === 'rendering' && value.byteLength > SWITCH_BYTES)
    return { part: opaquePart(path, 'text', region, 'a switch with more behind it') };
  const words = wordsIn(value);
  const alsoReveals = alsoTold(words, category);
  const part: Part = {
    path,
    carrier: 'text',
    category,
    ...(alsoReveals.length === 0 ? {} : { alsoReveals }),
    region,
    required: false,
    value: seal(words),
  };
  const coarse = content.textOffsets.map((at) => coarseTextOf(value, at)).find((each) => each !== undefined);
  return coarse === undefined || coarse.kind !== category ? { part } : { part: { ...part, coarsenable: coarse }, coarse };
}

/** A cover or a thumbnail, with what it holds of its own. */
function previewPart({ context }: BoxPlace, { path, region, value, valueOffset }: ItemContent): Part {
  const common = { path, carrier: 'thumbnail', category: 'preview', region, required: false } as const;
  const start = /\xff\xd8\xff|\x89PNG/.exec(latin1(value.subarray(0, 64)))?.index;
  const inner = start === undefined ? undefined : context.readEmbedded(value.subarray(start), path, valueOffset + start);
  if (inner === undefined) return { ...common, alsoReveals: REVEALS_ANYTHING, note: 'a cover or thumbnail' };
  return { ...common, note: `${inner.format.toUpperCase()} cover or thumbnail`, atomic: true, children: inner.parts };
}
