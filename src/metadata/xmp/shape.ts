/** Longer than any number, date or word that these properties hold. */
const LONGEST = 64;

const NUMBER = /^[-+]?\d{1,12}(?:[.,]\d{1,12})?(?:e[-+]?\d{1,3})?(?:\/[-+]?\d{1,10})?$/i;
const NUMBERS_APART = /[\s,;]+/;
/** A curve or a matrix has more numbers than a text would pass for. */
const MOST_NUMBERS = 1024;

/** One line of at most six words. */
const FEW_WORDS = /^[^\s\p{Cc}]{1,24}(?: [^\s\p{Cc}]{1,24}){0,5}$/u;

const BOOLEAN = /^(?:true|false|yes|no|on|off|none|auto|custom|unknown|inf(?:inity)?|undef|n\/a)$/i;

/** `2024-01-02T03:04:05.678+02:00` and its shorter forms, Exif's `2024:01:02 03:04:05`, sub-seconds and offsets. */
const TIME = /^(?:[-+\d:.,/T Z]|GMT|UTC){0,40}$/i;

/** What rendering properties hold beside numbers: a media type, a projection, a unit, the name of a common colour profile. */
const RENDERING_WORDS =
  /^(?:(?:image|application|video)\/[a-z0-9][a-z0-9.+-]{0,40}|equirectangular|cylindrical|cubestrip|rectilinear|mono|top-bottom|left-right|R98|R03|THM|inch(?:es)?|cm|mm|px|pixels?|normali[sz]ed|percent|relative|rectangle|circle|polygon|horizontal \(normal\)|sRGB(?: IEC61966-2[.-]1)?|c2|Adobe RGB(?: \(1998\))?|Display P3|ProPhoto RGB|Apple RGB|ColorMatch RGB|Generic (?:RGB|Gray|CMYK) (?:Profile|Gamma 2\.2 Profile)|Dot Gain \d\d%|Gray Gamma \d\.\d|U\.S\. Web Coated \(SWOP\) v2|Coated FOGRA\d\d(?: \(ISO 12647-2:2004\))?|Untagged)$/i;

/** RFC 5646 in short: what an `xml:lang` can be. */
const LANGUAGE = /^(?:[a-z]{1,8}(?:[-_][a-z0-9]{1,8}){0,6})?$/i;

/** True for a number, several of them, or a word that says that there is none. */
export function isNumeric(text: string): boolean {
  const words = text.trim();
  if (words.length <= LONGEST) return words === '' || BOOLEAN.test(words) || words.split(NUMBERS_APART).every((word) => NUMBER.test(word));
  const numbers = words.slice(0, MOST_NUMBERS * 16).split(NUMBERS_APART);
  return words.length <= MOST_NUMBERS * 16 && numbers.length <= MOST_NUMBERS && numbers.every((number) => NUMBER.test(number));
}

/** True for a text no longer than what programs show in a number's place. */
export function isFewWords(text: string): boolean {
  return text.length <= LONGEST && FEW_WORDS.test(text);
}

/** True for numbers and for the words that properties of the picture itself hold. */
export function isRenderingValue(text: string): boolean {
  return isNumeric(text) || (text.length <= LONGEST && RENDERING_WORDS.test(text.trim()));
}

/** True for digits and the marks of a date, a time or an offset, and nothing else. */
export function isTimeValue(text: string): boolean {
  return TIME.test(text.trim());
}

/** True for a moment to the minute or finer, and nothing else. */
export function isMoment(text: string): boolean {
  return /^\s*\d{4}([-:])\d{2}\1\d{2}[T ]\d{2}:\d{2}/.test(text) && isTimeValue(text);
}

/** True for what an `xml:lang` can hold, the empty text included. */
export function isLanguage(text: string): boolean {
  return LANGUAGE.test(text);
}
