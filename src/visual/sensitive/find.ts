import type { CustomPattern } from './custom.js';
import { NAME_RULE } from './names.js';
import { NETWORK_RULES } from './network.js';
import { NUMBER_RULES } from './numbers.js';
import { PAPER_RULES } from './papers.js';
import { PLACE_RULES } from './places.js';
import { PLATE_RULES } from './plates.js';
import { MAX_TEXT, type Range, type TextRule } from './rule.js';
import { SECRET_RULES } from './secrets.js';

/** Every rule there is. */
export const TEXT_RULES: readonly TextRule[] = [
  ...NUMBER_RULES,
  ...PLACE_RULES,
  ...PLATE_RULES,
  ...PAPER_RULES,
  ...NETWORK_RULES,
  ...SECRET_RULES,
  NAME_RULE,
];

/** A range of the letters of a line, and the rule that found it. */
export interface Match extends Range {
  readonly rule: string;
}

/**
 * What is sensitive in a line: each rule looks at the text as it was read and without its spaces, full-width signs made plain. Ranges
 * count in the letters that were given.
 */
export function findSensitive(letters: readonly string[], custom: readonly CustomPattern[] = []): Match[] {
  const found: Match[] = [];
  for (const spaced of [true, false]) {
    const { text, origin } = view(letters, spaced);
    const add = (rule: string, ranges: readonly Range[]): void => {
      for (const { from, to } of ranges) {
        const range = { rule, from: origin[from] as number, to: (origin[to - 1] as number) + 1 };
        if (!found.some((known) => known.rule === rule && known.from <= range.from && known.to >= range.to)) found.push(range);
      }
    };
    for (const rule of TEXT_RULES) add(rule.id, rule.find(text, spaced));
    for (const pattern of custom) add(pattern.id, pattern.find(text));
  }
  return found;
}

/** The text that rules see, and for each of its characters the letter that it came from. */
function view(letters: readonly string[], spaced: boolean): { text: string; origin: number[] } {
  let text = '';
  const origin: number[] = [];
  for (const [index, letter] of letters.entries()) {
    if (text.length >= MAX_TEXT) break;
    const plain = plainOf(letter);
    if (!spaced && /^\s*$/.test(plain)) continue;
    text += plain;
    for (let count = 0; count < plain.length; count++) origin.push(index);
  }
  return { text, origin };
}

const PLAIN: Readonly<Record<string, string>> = {
  '。': '.',
  '、': ',',
  '—': '-',
  '–': '-',
  '‘': "'",
  '“': '"',
  '”': '"',
  '《': '<',
  '》': '>',
};

/** Full-width and typographic signs, which readers give for plain ones. */
function plainOf(letter: string): string {
  return PLAIN[letter] ?? letter.normalize('NFKC');
}
