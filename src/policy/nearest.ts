import { closest, distance } from 'fastest-levenshtein';
import { displayText } from '../core/display.js';

/** Words that people write for one of ours. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ai: 'ai-prompt',
  allow: 'keep',
  auto: 'fix',
  author: 'copyright',
  blur: 'coarsen',
  c2pa: 'provenance',
  clean: 'fix',
  date: 'time',
  delete: 'remove',
  drop: 'remove',
  erase: 'remove',
  error: 'block',
  exposure: 'camera',
  fail: 'block',
  geo: 'location',
  gps: 'location',
  icc: 'rendering',
  ignore: 'keep',
  lens: 'camera',
  orientation: 'rendering',
  people: 'person',
  place: 'location',
  preserve: 'keep',
  prompt: 'ai-prompt',
  reject: 'block',
  round: 'coarsen',
  scrub: 'remove',
  serial: 'device',
  strip: 'remove',
  thumbnail: 'preview',
};

/** Longer words are no slips of a finger. */
const MAX_WORD_LENGTH = 64;

/** The word that was probably meant. `undefined` where none is near. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0 || word.length === 0 || word.length > MAX_WORD_LENGTH) return undefined;
  const plain = word.toLowerCase().replaceAll(/[\s_]+/g, '-');
  const synonym = Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : undefined;
  if (synonym !== undefined && words.includes(synonym)) return synonym;
  const near = closest(plain, [...words]);
  return distance(plain, near) <= Math.max(1, Math.floor(near.length / 3)) ? near : undefined;
}

/** A word from outside for a message: safe, and no longer than a word should be. */
export function shownWord(word: string, maxLength = 40): string {
  if (word === '') return '""';
  const chars = Array.from(word.slice(0, maxLength + 1));
  return displayText(word.length > maxLength ? `${chars.slice(0, -1).join('')}…` : word);
}

/** `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
