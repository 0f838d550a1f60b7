import type { Category } from '../core/category.js';

/** How much of a text is looked at, in characters. */
const LOOK_CHARACTERS = 64 * 1024;

/** What a text tells besides what its field is for. Every quantifier is bounded, so that a text is looked at in linear time. */
const TELLING: readonly (readonly [category: Category, pattern: RegExp])[] = [
  // Two decimal fractions, as in `48.85837, 2.29448` or `N 48.85837° E 2.29448°`. Of two shares of 1 none has two digits before the point.
  [
    'location',
    /(?<![\d.])(?:\d{2,3}\.\d{3,15}[ \t]{0,2}°?[ \t]{0,2}[NS]?[ \t,;/|]{1,6}[EW]?[ \t]{0,2}[-+]?\d{1,3}|\d\.\d{3,15}[ \t]{0,2}°?[ \t]{0,2}[NS]?[ \t,;/|]{1,6}[EW]?[ \t]{0,2}[-+]?\d{2,3})\.\d{3,15}(?![\d.])/i,
  ],
  // ISO 6709, as phones write it: `+48.8583+002.2944/`.
  ['location', /[-+]\d{2,6}\.\d{1,12}[-+]\d{3,7}\.\d{1,12}/],
  // Degrees and minutes; XMP part 2, 1.2.7.4 writes `48,51.5N`.
  ['location', /\d{1,3}\s{0,2}[°º]\s{0,2}\d{1,2}|(?<!\d)\d{1,3},\d{1,2}(?:\.\d{1,12}|,\d{1,2}(?:\.\d{1,12})?)[NSEW]\b/],
  [
    'location',
    /\b(?:gps|lat(?:itude)?|l(?:on|ng)(?:gitude)?|coord(?:inate)?s?)["']?\s{0,2}[:=(]?\s{0,2}["'[]?\s{0,2}[-+NSEW]?\s?\d{1,3}[.,°]\d/i,
  ],
  ['location', /\bgeo:-?\d|\b(?:maps\.app\.goo|goo\.gl\/maps|maps\.(?:google|apple)|google\.[a-z.]{2,6}\/maps|openstreetmap\.org\/)/i],
  // Open Location Codes: eight characters, a plus, two or three more.
  ['location', /\b[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3}\b/],
  ['person', /[\w.%+-]@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2}/],
  // A path through a user's own folder, a share on a named host.
  ['person', /(?<!\.[a-z]{2,12})\/(?:Users|home)\/[^/\s]|[a-z]:[\\/](?:Users|Documents and Settings)[\\/]/i],
  ['device', /(?:^|[\s"'=(])\\\\[\w.-]{1,64}\\\w/],
  // Numbers that are one device's: behind a word that says so, or of a form that nothing else has.
  [
    'device',
    /(?:\bs\/n|\bserial\s?(?:no\.?|num(?:ber)?|#)?|\bimei|\budid|\bmac addr(?:ess)?)["']?\s{0,2}[:=#]{0,2}\s{0,2}["']?[A-Z]{0,4}[-.]?\d{3}/i,
  ],
  [
    'device',
    /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])|(?<![0-9a-f:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])/i,
  ],
];

/**
 * Categories that a text tells whatever field it is in: coordinates in a caption, a user's folder or a serial number in the
 * name of a program. Looks at the first 64 Ki characters. What `category` covers already is not named: authors write their
 * address and their page beside their name.
 */
export function toldInText(text: string, category: Category): Category[] {
  const looked = text.length > LOOK_CHARACTERS ? text.slice(0, LOOK_CHARACTERS) : text;
  const told = new Set<Category>();
  for (const [tells, pattern] of TELLING) {
    if (tells === category || (tells === 'person' && category === 'copyright') || told.has(tells)) continue;
    if (pattern.test(looked)) told.add(tells);
  }
  return [...told];
}
