import type { Category } from '../../core/category.js';
import { REVEALS_ANYTHING } from '../../metadata/reading.js';
import { latin1 } from '../../metadata/text.js';
import type { Media } from './media.js';
import type { BoxPlace } from './piece.js';
import type { Runs } from './runs.js';
import { alsoTold, wordsIn } from './value.js';

/** What a track that is neither seen nor heard reveals. */
export interface TrackKind {
  readonly category: Category;
  readonly alsoReveals?: readonly Category[];
  readonly note: string;
}

/** Handlers of what is seen and heard: `auxv` is transparency, which is seen too; `MPEG` is both at once, `musi` notes to be played. */
const NEEDED = new Set(['vide', 'soun', 'pict', 'auxv', 'MPEG', 'musi']);

/** Handlers of subtitles and chapters. */
const TEXT = new Set(['text', 'sbtl', 'subt', 'clcp']);

/** More of a track of text than this is not looked through: it may tell anything. */
const TEXT_BYTES = 4 << 20;

/** How much of the description of a track of timed metadata is searched for what its samples are about. */
const DESCRIPTION_BYTES = 64 * 1024;

/** Timed metadata that says how the picture is to be taken: no place, no person, no device. */
const HARMLESS_KEYS = /^com\.apple\.quicktime\.(?:still-image-time|video-orientation|live-photo-info)$/;

/** `undefined` for a track that is seen or heard. */
export function trackKind(place: BoxPlace, handler: string, media: Media | undefined, samples: Runs): TrackKind | undefined {
  if (NEEDED.has(handler)) return undefined;
  if (handler === 'tmcd') return { category: 'time', alsoReveals: ['text', 'device', 'hidden'], note: 'a track of time codes' };
  if (TEXT.has(handler)) {
    const alsoReveals = toldBySamples(place, samples);
    return { category: 'text', ...(alsoReveals.length === 0 ? {} : { alsoReveals }), note: 'a track of text' };
  }
  const [first] = media?.entries ?? [];
  if (handler === 'meta' && first?.box.type === 'mebx' && media?.entries.length === 1) {
    const keys = describedKeys(place, first.box.dataOffset, first.box.endOffset);
    if (keys.length > 0 && keys.every((key) => HARMLESS_KEYS.test(key)))
      return { category: 'camera', alsoReveals: ['hidden'], note: 'timed metadata of the camera' };
    if (keys.some((key) => /location/.test(key))) return { category: 'location', alsoReveals: REVEALS_ANYTHING, note: 'a track of places' };
  }
  return { category: 'hidden', alsoReveals: REVEALS_ANYTHING, note: 'a track that is neither seen nor heard' };
}

function toldBySamples({ source }: BoxPlace, samples: Runs): readonly Category[] {
  const told = new Set<Category>();
  let bytes = 0;
  for (const [start, end] of samples.within(0, source.byteLength)) {
    bytes += end - start;
    if (bytes > TEXT_BYTES) return REVEALS_ANYTHING;
    for (const category of alsoTold(wordsIn(source.read(start, end - start)), 'text')) told.add(category);
  }
  return [...told];
}

/** Names of keys within the description of `mebx` samples. */
function describedKeys({ source }: BoxPlace, start: number, end: number): string[] {
  const text = latin1(source.read(start, Math.min(DESCRIPTION_BYTES, end - start)));
  return [...text.matchAll(/keydmdta([\x21-\x7e]{1,128})/g)].map(([, key = '']) => key);
}
