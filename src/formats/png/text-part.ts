import type { Part, Plan, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { isAiPromptKeyword, looksLikeAiPrompt } from '../../metadata/ai-prompt.js';
import { opaquePart } from '../../metadata/reading.js';
import { shownText } from '../../metadata/text.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { type ChunkContext, type ChunkReading, opaqueChunk, repeated } from './chunk-context.js';
import { buildChunk, type Chunk, regionOf } from './chunks.js';
import { type KeywordMeaning, keywordMeaning } from './keywords.js';
import { type NestedProfile, nestedProfile } from './nested-profile.js';
import { parseTextChunk, type TextChunk } from './text-chunk.js';
import { coarsenTimeText, timeTextCoarsenable } from './time-text.js';

/** Text under a keyword that nobody has defined can be anything that fits into text. */
const UNKNOWN: KeywordMeaning = { category: 'text', alsoReveals: ['hidden'], label: 'unknown keyword' };

/** A tEXt, zTXt or iTXt chunk: one value, or the metadata of another standard. */
export function readTextChunk(chunk: Chunk, data: Uint8Array, context: ChunkContext): ChunkReading {
  const text = parseTextChunk(chunk.type, data, context.budget);
  if (text === undefined) return opaqueChunk(chunk, 'text that breaks the rules of its type or inflates to too much', 'text');
  const nested = nestedProfile(text, chunk, context);
  if (nested === 'unreadable') return opaqueChunk(chunk, 'a profile in text that cannot be read', 'text');
  if (nested === undefined && hasHiddenText(text.text)) return opaqueChunk(chunk, 'text that goes on after a NUL', 'text');
  return nested === undefined ? plainText(chunk, data, text) : profileText(chunk, data, text, nested, context);
}

/** W3C PNG 11.3.3: text holds no NUL; what follows one is shown by no viewer. Padding at the end does no harm. */
function hasHiddenText(text: Uint8Array): boolean {
  const end = text.indexOf(0);
  return end >= 0 && text.subarray(end).some((byte) => byte !== 0);
}

function plainText(chunk: Chunk, data: Uint8Array, text: TextChunk): ChunkReading {
  const tail = tailOf(chunk, data, text);
  const region = regionOf(chunk);
  const leaf = leafOf(tail === undefined ? chunk.name : `${chunk.name}/text`, region, text);
  const rewrite = (plan: Plan): Uint8Array | null => {
    const action = plan.actionOf(leaf);
    if (action.kind === 'remove') return null;
    const coarse = action.kind === 'coarsen' ? coarsenTimeText(text.text, action.precision) : undefined;
    if (action.kind === 'coarsen' && coarse === undefined) return null;
    const content = coarse === undefined ? data.subarray(0, text.endBytes) : text.rebuild(Buffer.from(coarse, 'latin1'));
    return buildChunk(chunk.type, content, keptTail(data, text, tail, plan));
  };
  if (tail === undefined) return { part: leaf.coarsenable === undefined ? leaf : { ...leaf, payload: { rewrite } } };
  const wrapper = { path: chunk.name, carrier: 'text', category: 'rendering', region, required: false } as const;
  return { part: { ...wrapper, children: [leaf, tail], payload: { rewrite } } };
}

/** How much of a text is looked at to tell what it is. */
const LOOK_BYTES = 64 * 1024;

function meaningOf({ keyword, text, encoding }: TextChunk): KeywordMeaning {
  if (isAiPromptKeyword(keyword)) return { category: 'ai-prompt', label: 'settings of an image generator' };
  const meaning = keywordMeaning(keyword) ?? UNKNOWN;
  const look = Buffer.from(text.buffer, text.byteOffset, Math.min(text.byteLength, LOOK_BYTES)).toString(encoding);
  const told = toldInText(look, meaning.category);
  if (!looksLikeAiPrompt(look)) return told.length === 0 ? meaning : { ...meaning, alsoReveals: [...(meaning.alsoReveals ?? []), ...told] };
  return {
    category: 'ai-prompt',
    alsoReveals: [meaning.category, ...(meaning.alsoReveals ?? []), ...told],
    label: 'settings of an image generator',
  };
}

function leafOf(path: string, region: Region, chunk: TextChunk): Part {
  const { keyword, text, language } = chunk;
  const { category, alsoReveals, label } = meaningOf(chunk);
  const shown = shownText(text);
  const translated = shownText(language.filter((byte) => byte !== 0));
  const coarsenable = category === 'time' ? timeTextCoarsenable(text) : undefined;
  return {
    path,
    carrier: 'text',
    category,
    ...(alsoReveals === undefined ? {} : { alsoReveals }),
    region,
    required: false,
    value: seal([keyword, translated, shown].filter((piece) => piece !== '').join(': ')),
    note: `text, ${label}`,
    ...(coarsenable === undefined ? {} : { coarsenable }),
  };
}

function profileText(chunk: Chunk, data: Uint8Array, text: TextChunk, nested: NestedProfile, context: ChunkContext): ChunkReading {
  const region = regionOf(chunk);
  const extra = (when: boolean, name: string, note: string): Part | undefined =>
    when ? opaquePart(`${chunk.name}/${name}`, 'text', region, note) : undefined;
  const name = extra(nested.hasOddName, 'profile-name', 'unusual name of a profile in text');
  const more = extra(nested.hasMore, 'after-profile', 'text after the end of a profile');
  // XMP part 3, 1.1.5: both are empty; beside other metadata they mean nothing either.
  const language = extra(
    text.language.some((byte) => byte !== 0),
    'language',
    'language tag or translated keyword beside metadata',
  );
  const tail = tailOf(chunk, data, text);
  const children = [...nested.parts, name, more, language, tail].filter((part) => part !== undefined);
  const rewrite = (plan: Plan): Uint8Array | null => {
    const bytes = nested.payload.rewrite(plan);
    if (bytes === null) return null;
    const drops = (part: Part | undefined): boolean => part !== undefined && plan.touches(part);
    const sameText = ![...nested.parts, name, more, language].some(drops);
    const content = sameText ? data.subarray(0, text.endBytes) : text.rebuild(nested.encode(bytes, drops(name)), drops(language));
    return buildChunk(chunk.type, content, keptTail(data, text, tail, plan));
  };
  const part: Part = {
    path: chunk.name,
    carrier: nested.carrier,
    category: 'rendering',
    region,
    required: false,
    note: `${nested.carrier} in a text chunk`,
    children,
    payload: { rewrite },
  };
  const isRepeated = context.isRepeated(text.keyword.toLowerCase());
  return {
    part: isRepeated ? repeated(part) : part,
    ...(nested.orientation === undefined || isRepeated ? {} : { orientation: nested.orientation }),
  };
}

/** What follows the end of a compressed stream within its chunk. */
function tailOf(chunk: Chunk, data: Uint8Array, text: TextChunk): Part | undefined {
  if (text.endBytes === data.byteLength) return undefined;
  const region = { byteOffset: chunk.dataOffset + text.endBytes, byteLength: data.byteLength - text.endBytes };
  return opaquePart(`${chunk.name}/after-end`, 'unknown', region, 'bytes after the end of the compressed text');
}

function keptTail(data: Uint8Array, text: TextChunk, tail: Part | undefined, plan: Plan): Uint8Array {
  return data.subarray(tail !== undefined && plan.touches(tail) ? data.byteLength : text.endBytes);
}
