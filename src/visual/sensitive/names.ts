import type { TextRule } from './rule.js';

const WORD = /^[A-ZÀ-Ý][A-Za-zÀ-ÿ.'’-]{1,19}$/;
const GREETING = /(?:my ?name ?is|name ?:|hello,? ?i(?:'|’)?m|visitor ?:|ich ?heiße)/i;

/** Words that stand on badges and signs beside faces and are no names. */
const NO_NAME = new Set(
  'hello visitor guest staff press crew exit entrance open closed sale welcome the and for with not you are speaker badge day conference'.split(
    ' ',
  ),
);

/** True for one to four words that may be a person's name. Only ever asked of text near a face. */
export function mayBeName(text: string): boolean {
  if (GREETING.test(text)) return true;
  // A reader may drop the space between two names.
  const words = text
    .trim()
    .replace(/([a-zà-ÿ])([A-ZÀ-Ý])/g, '$1 $2')
    .split(/\s+/);
  return words.length <= 4 && words.every((word) => WORD.test(word)) && words.some((word) => !NO_NAME.has(word.toLowerCase()));
}

/** Says of itself that it is a name; others are known by the face beside them. */
export const NAME_RULE: TextRule = {
  id: 'name',
  what: 'name of a person',
  find(text) {
    const match = GREETING.exec(text);
    return match === null || text.length - match.index - match[0].length < 2 ? [] : [{ from: match.index, to: text.length }];
  },
  flags: ['Hello, my name is Jane', 'Name: Jane Doe'],
  passes: ['What is in a name', 'names and places', 'my name is'],
};
