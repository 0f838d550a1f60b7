import { matches, type Range, type TextRule } from './rule.js';

const WORD = "[A-ZÀ-Ý][A-Za-zÀ-ÿ.'’-]{1,24}";

const ADDRESS: readonly RegExp[] = [
  // 12 Main Street, 221B Baker St.
  new RegExp(
    `(?<!\\d)\\d{1,5}[A-Za-z]?,? {0,2}(?:[NSEW]\\.? {0,2})?(?:${WORD} {0,2}){1,3}?(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Way|Court|Ct|Square|Sq|Place|Pl|Terrace|Crescent|Close|Highway|Hwy|Parkway|Pkwy)(?![a-z])`,
    'g',
  ),
  // Hauptstraße 12, Kerkstraat 5, Am Ring 3a; the sharp s is often read as B or ss.
  /[A-ZÄÖÜ][A-Za-zÄÖÜäöüß.-]{1,24} {0,2}(?:stra(?:ß|ss|B|3|f)e|str\.?|weg|gasse|platz|allee|ring|damm|ufer|steig|straat|laan|plein|gracht|kade|vägen|gatan|gata|gade|vej)(?:[ .,]{0,3})\d{1,4} {0,1}[a-z]?(?![a-z\d])/gi,
  // 10 rue de la Paix, 5, avenue Foch
  /(?<!\d)\d{1,4}(?: {0,2}(?:bis|ter))?,? {0,2}(?:rue|avenue|av\.|boulevard|bd|place|chemin|quai|impasse|allée|cours) {0,2}[A-Za-zÀ-ÿ'’ -]{3,40}/gi,
  // Calle Mayor 5, Via Roma 12, Piazza Duomo, 3
  /(?<![A-Za-z])(?:calle|c\/|avenida|avda\.?|plaza|paseo|via|viale|piazza|corso|rua|travessa|praça|ulica|ul\.) {0,2}[A-Za-zÀ-ÿ'’. -]{2,40}?,? {0,2}(?:n[.º°]? {0,2})?\d{1,4}(?!\d)/gi,
  /(?:P\.? ?O\.? ?Box|Postfach|Apartado) {0,2}\d{1,6}/gi,
  // 10115 Berlin, D-80331 München, 75002 Paris
  new RegExp(`(?<![\\d.,])(?:[A-Z]{1,2}[- ])?\\d{5} {0,2}${WORD}`, 'g'),
  // Springfield, IL 62704-1234
  /(?:,|[a-z]) {0,2}(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])[ .]{0,2}\d{5}(?:-\d{4})?(?!\d)/g,
  // SW1A 1AA, and Canada's K1A 0B1
  /(?<![A-Z0-9])[A-Z]{1,2}\d[A-Z\d]? {0,2}\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])[ABCEGHJ-NPRSTVXY]\d[A-Z] {0,2}\d[A-Z]\d(?![A-Za-z0-9])/g,
  // 1012 AB Amsterdam
  new RegExp(`(?<!\\d)[1-9]\\d{3} {0,2}[A-Z]{2},? {0,2}${WORD}`, 'g'),
];

const address: TextRule = {
  id: 'address',
  what: 'postal address',
  find: (text) => ADDRESS.flatMap((pattern) => matches(text, pattern)),
  flags: [
    '221B Baker Street',
    '1600 Pennsylvania Avenue NW',
    'Hauptstraße 12',
    'HauptstraBe 12, 10115 Berlin',
    '10 rue de la Paix',
    'Calle Mayor 5',
    'Via Roma 12',
    'London SW1A 1AA',
    'Springfield, IL 62704',
    'Keizersgracht 123',
    '1012 AB Amsterdam',
    'P.O. Box 123',
  ],
  passes: ['the street was long', 'Version 12 of the road map', 'Total 12.50 EUR', 'Chapter 5'],
};

const DECIMAL = /(?<![\d.])[-−+]?\d{1,2}[.,]\d{3,8} {0,2}[°ºo]? {0,1}[NS]? {0,2}[,;/ ] {0,2}[-−+]?\d{1,3}[.,]\d{3,8}(?!\d)/g;
const DECIMAL_LETTER = /(?:(?<![\d.])\d{1,3}[.,]\d{2,8} {0,2}[°ºo]? {0,2}[NSEW](?![A-Za-z])|(?<![A-Za-z])[NSEW] {0,2}\d{1,3}[.,]\d{3,8})/g;
const DEGREES =
  /(?<!\d)\d{1,3} {0,2}[°ºo*] {0,2}\d{1,2} {0,2}['’′`´] {0,2}(?:\d{1,2}(?:[.,]\d{1,4})? {0,2}["”″'’′`´]{1,2})? {0,2}[NSEWO]?/g;
const NAMED = /(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng|geo)["']? {0,2}[:=] {0,2}[-−+]?\d{1,3}[.,]\d{2,8}/gi;
const PLUS_CODE = /(?<![A-Za-z0-9])(?:[23456789CFGHJMPQRVWX]{8}|[23456789CFGHJMPQRVWX]{4})\+[23456789CFGHJMPQRVWX]{2,3}(?![A-Za-z0-9])/g;

function pairRanges(text: string): Range[] {
  return matches(text, DECIMAL, (found) => {
    const [first, second] = (found.replaceAll('−', '-').match(/[-+]?\d{1,3}[.,]\d+/g) ?? []).map((number) =>
      Math.abs(Number(number.replace(',', '.'))),
    );
    return first !== undefined && second !== undefined && first <= 90 && second <= 180;
  });
}

const coordinates: TextRule = {
  id: 'coordinates',
  what: 'coordinates',
  find: (text) => [
    ...pairRanges(text),
    ...matches(text, DECIMAL_LETTER, (found) => Number((found.match(/\d+/) ?? ['999'])[0]) <= 180),
    ...matches(text, DEGREES),
    ...matches(text, NAMED),
    ...matches(text, PLUS_CODE),
  ],
  flags: [
    '52.5200, 13.4050',
    '52.5200,13.4050',
    '-33.8688; 151.2093',
    '52°31\'12"N 13°24\'18"E',
    'N 52.520',
    'lat: 52.52',
    '9F4MGC2M+H4',
    '48.8584°N',
  ],
  passes: ['12.50, 13.90', 'v1.2.3', '95.123 200.456', '3.14', 'Total: 12.50 EUR'],
};

/** Patterns of number plates that stand for a whole line. They are letters and digits like many others: only a line of nothing else counts. */
const PLATES: readonly RegExp[] = [
  /^[A-ZÄÖÜ]{1,3}[ \-·:.]{1,3}[A-Z]{1,2}[ \-·.]{0,2}\d{1,4}[EH]?$/,
  /^[A-ZÄÖÜ]{1,3}[A-Z]{1,2} \d{1,4}[EH]?$/,
  /^[A-Z]{2}\d{2}[ ]?[A-Z]{3}$/,
  /^[A-Z]{2}[ -]?\d{3}[ -]?[A-Z]{2}$/,
  /^\d{4}[ -]?[BCDFGHJ-NPRSTVWXYZ]{3}$/,
  /^\d?[A-Z]{3}[ \-·.]\d{3,4}$/,
  /^[1-9][A-Z]{3}\d{3}$/,
  /^(?:\d{2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{1,2}-\d{2,3}-[A-Z]{1,2}|\d-[A-Z]{3}-\d{2,3}|[A-Z]{2}-\d{2}-[A-Z]{2}|\d{2}-\d{2}-[A-Z]{2})$/,
  /^[A-Z]{2,3}[ ]\d{4,5}[A-Z]?$/,
  /^[A-Z]{1,2} ?\d{4,6}$/,
];

const plate: TextRule = {
  id: 'plate',
  what: 'number plate',
  find(text) {
    const trimmed = text.trim();
    const digits = trimmed.replace(/\D/g, '').length;
    if (trimmed.length > 12 || digits === 0 || !PLATES.some((pattern) => pattern.test(trimmed))) return [];
    const from = text.indexOf(trimmed);
    return [{ from, to: from + trimmed.length }];
  },
  flags: ['B-MW 1234', 'M AB 123', 'AB12 CDE', 'AB-123-CD', '1234 BCD', '7ABC123', 'ABC-1234', '12-ABC-3'],
  passes: ['Chapter 12', 'abc 123', 'THE END', '2024', 'ISO 9001:2015'],
};

/** What leads to a place or a car. */
export const PLACE_RULES: readonly TextRule[] = [address, coordinates, plate];
