import { matches, type Range, type TextRule } from './rule.js';

const WORD = "\\p{Lu}[\\p{L}.'’-]{1,24}";
/** What comes behind a street: a part of the town, a flat. */
const FLAT =
  '(?:,? {0,2}(?:[NS][EW]?|[EW])(?![A-Za-z]))?(?:,? {0,2}(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|#)\\.? {0,2}[A-Za-z0-9-]{1,6})?';
/** A code and a town right behind the street. */
const TOWN = `(?:[ ,]{1,3}(?:[A-Z]{1,2}[- ])?\\d{4,5} {0,2}${WORD})?`;
/** Towns with codes of four digits, as years and numbers have them: Austria, Switzerland, Belgium, Denmark, Norway. */
const TOWNS =
  'Wien|Graz|Linz|Salzburg|Innsbruck|Klagenfurt|Z[üu]rich|Gen[èe]ve|Genf|Basel|Bern|Lausanne|Luzern|Winterthur|Zug|Lugano|Bruxelles|Brussel|Antwerpen|Gent|Brugge|Li[èe]ge|Leuven|K[øo]benhavn|Aarhus|Odense|Aalborg|Oslo|Bergen|Trondheim|Stavanger|Luxembourg|Budapest|Sydney|Melbourne|Brisbane|Perth|Adelaide|Canberra|Auckland|Wellington';

/** Words that follow numbers on cards and in tables. */
const NO_TOWN =
  '(?!Tel(?:[.: ]|efon|ephone)|(?:Fax|Phone|Mobil|Handy|E-?[Mm]ail|Name|Date|Datum|Card|Code|Order|Total|Price|Preis|Valid|VALID|Exp|EXP|Born|Geb|Uhr|St[üu]ck|Euro|EUR|USD|GBP|CHF|Items?|Users?|Files?|Views?|Likes?|Points?|Steps?|Words?|Lines?|Rows?|Bytes?|Followers|Downloads?|Stars?))';

const ADDRESS: readonly RegExp[] = [
  // 12 Main Street, 221B Baker St., 456 W 34th Street, Apt 4B
  new RegExp(
    `(?:(?:Flat|Unit|Apt|Apartment|Suite)\\.? {0,2}[A-Za-z0-9]{1,5}, {0,2})?(?<!\\d)\\d{1,5}[A-Za-z]?,? {0,2}(?:[NSEW][EW]?\\.? {0,2})?(?:(?:${WORD}|\\d{1,3}(?:st|nd|rd|th)) {0,2}){1,3}?(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Way|Court|Ct|Square|Sq|Place|Pl|Terrace|Crescent|Close|Highway|Hwy|Parkway|Pkwy|Loop|Mews|Gardens|Circle|Cir|Trail|Grove|Broadway|Hill|Green|Row|Quay|Embankment)(?![\\p{Ll}])\\.?${FLAT}`,
    'gu',
  ),
  // Rose Cottage, Church Lane
  new RegExp(
    `(?:${WORD} {0,2}){1,2}(?:Cottage|House|Farm|Lodge|Villa|Barn|Manor), {0,2}(?:${WORD} {0,2}){1,2}(?:Street|St|Road|Rd|Lane|Ln|Drive|Close|Way|Hill|Green)(?!\\p{Ll})`,
    'gu',
  ),
  // Hauptstraße 12, Kerkstraat 5, Am Ring 3a; the sharp s is often read as B or ss.
  new RegExp(
    `\\p{Lu}[\\p{L}.-]{1,24} {0,2}(?:stra(?:ß|ss|B|3|f)e|str\\.?|weg|gasse|platz|allee|ring|damm|ufer|steig|straat|laan|plein|gracht|kade|vägen|gatan|gata|gade|vej|brücke|chaussee|markt|graben)(?:[ .,]{0,3})\\d{1,4}(?: ?[-–/] ?\\d{1,4})? {0,1}[a-z]?(?![\\p{Ll}\\d])${TOWN}`,
    'giu',
  ),
  // Am Alten Markt 5, Unter den Linden 77, Kurfürstendamm 21
  new RegExp(
    `(?<![\\p{L}\\d])(?:Am|An ?(?:der|den|dem)|Im|In ?(?:der|den)|Auf ?(?:der|dem|den)|Unter ?(?:der|den|dem)|Hinter ?(?:der|den|dem)|Vor (?:der|dem)|Zum|Zur|Bei (?:der|den)|Beim|Alte[rn]?|Neue[rn]?|Große[rn]?|Kleine[rn]?) {0,2}(?!(?:Mo|Di|Mi|Do|Fr|Sa|So)[a-z]{0,7}tag|Mittwoch|Sonnabend|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahr|Kapitel|Abschnitt|Alter)${WORD}(?: ${WORD})? {0,2}\\d{1,3} ?[a-z]?(?=$|[,;])${TOWN}`,
    'gu',
  ),
  // 10 rue de la Paix, 5, avenue Foch
  /(?<!\d)\d{1,4}(?: {0,2}(?:bis|ter))?,? {0,2}(?:rue|avenue|av\.|boulevard|bd|place|chemin|quai|impasse|allée|cours|route|square|passage) {0,2}[\p{L}'’ -]{3,40}/giu,
  // Calle Mayor 5, Via Roma 12, Piazza Duomo, 3
  /(?<!\p{L})(?:calle|c\/|avenida|av\.|avda\.?|plaza|paseo|via|viale|piazza|corso|rua|travessa|praça|ulica|ul\.) {0,2}[\p{L}'’. -]{2,40}?,? {0,2}(?:n[.º°]? {0,2})?\d{1,4}(?!\d)/giu,
  /(?:P\.? ?O\.? ?Box|Postfach|Apartado) {0,2}\d{1,6}(?: \d\d){0,2}/gi,
  // 10115 Berlin, D-80331 München, 75002 Paris
  new RegExp(`(?<![\\d.]|\\d,)(?:[A-Z]{1,2}[- ])?\\d{5} {0,2}${NO_TOWN}${WORD}`, 'gu'),
  // 1010 Wien; A-6020 Innsbruck
  new RegExp(`(?<![\\d.]|\\d,)(?:[A-Z]{1,2}-)?\\d{4} {0,2}(?:${TOWNS})(?!\\p{L})`, 'gu'),
  new RegExp(`(?<![A-Za-z\\d])(?:A|CH|B|DK|N|L|FL|SI)-\\d{4} {0,2}${WORD}`, 'gu'),
  // 00-238 Warszawa, 1000-205 Lisboa, 111 51 Stockholm, 01310-100 São Paulo
  new RegExp(`(?<![\\d.]|\\d,)(?:\\d{2}-\\d{3}|\\d{4}-\\d{3}|\\d{3} \\d{2}|\\d{5}-\\d{3}) {0,2}${WORD}`, 'gu'),
  /〒 ?\d{3}-\d{4}/g,
  // Springfield, IL 62704-1234
  new RegExp(
    `(?:(?:${WORD} {0,2}){1,3},? {0,2}|,|[a-z] {0,2})(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])[ .]{0,2}\\d{5}(?:-\\d{4})?(?!\\d)`,
    'gu',
  ),
  // London SW1A 1AA, and Canada's K1A 0B1
  new RegExp(`(?<![\\p{L}\\d])(?:${WORD},? {0,2})?[A-Z]{1,2}\\d[A-Z\\d]? {0,2}\\d[ABD-HJLNP-UW-Z]{2}(?![\\p{L}\\d])`, 'gu'),
  /(?<![A-Za-z0-9])[ABCEGHJ-NPRSTVXY]\d[A-Z] {0,2}\d[A-Z]\d(?![A-Za-z0-9])/g,
  // 1012 AB Amsterdam
  /(?<!\d)[1-9]\d{3} {0,2}[A-Z]{2},? {0,2}(?:\p{Lu}[\p{Ll}][\p{L}.'’-]{0,24}|(?<= )\p{Lu}{3,24})/gu,
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
    '456 W 34th Street, Apt 4B',
    'Cupertino, CA 95014',
    'Am Alten Markt 5',
    'Unter den Linden 77, 10117 Berlin',
    '1010 Wien',
    'ul. Długa 5',
    '00-238 Warszawa',
  ],
  passes: ['Am Montag 5', '1000 Words', 'the street was long', 'Version 12 of the road map', 'Total 12.50 EUR', 'Chapter 5'],
};

const DECIMAL = /(?<![\d.])[-−+]?\d{1,2}[.,]\d{3,8} {0,2}[°ºo]? {0,1}[NS]? {0,2}[,;/ ] {0,2}[-−+]?\d{1,3}[.,]\d{3,8}(?!\d)/g;
const DECIMAL_LETTER = /(?:(?<![\d.])\d{1,3}[.,]\d{2,8} {0,2}[°ºo]? {0,2}[NSEW](?![A-Za-z])|(?<![A-Za-z])[NSEW] {0,2}\d{1,3}[.,]\d{3,8})/g;
const DEGREES =
  /(?<!\d)\d{1,3} {0,2}[°ºo*] {0,2}\d{1,2} {0,2}['’′`´] {0,2}(?:\d{1,2}(?:[.,]\d{1,4})? {0,2}["”″'’′`´]{1,2})? {0,2}[NSEWO]?/g;
const MINUTES =
  /(?:(?<![A-Za-z])[NSEWO] {0,2})?(?<!\d)\d{1,3} {0,2}[°ºo*] {0,2}\d{1,2}[.,]\d{1,5} {0,2}['’′`´]? {0,2}[NSEWO]?(?![A-Za-z])/g;
/** Degrees, minutes and seconds whose signs the reader lost. */
const BARE = /(?<![\d.,])(?:\d{1,3} \d{1,2} \d{1,2}|\d{2,3}[0-5]\d[0-5]\d)(?:[.,]\d{1,4})? {0,1}[NSEW](?![A-Za-z])/g;
/** Two numbers that run into each other: the reader lost the space. */
const JOINED = /(?<![\d.])[-−]?\d{1,2}\.\d{4,6}[-−]?\d{1,3}\.\d{4,8}(?![\d.])/g;
/** UTM and MGRS. */
const GRID =
  /(?<![A-Za-z0-9])\d{1,2} ?[C-HJ-NP-X] {0,2}(?:[A-HJ-NP-Z]{2} {0,2}\d{4,5} {0,2}\d{4,5}|\d{6}(?:\.\d+)?(?: ?m?E)?[ ,]{1,2}\d{6,7}(?:\.\d+)?)(?!\d)/g;
/** Both, where the reader lost signs of the second. */
const DEGREES_PAIR = /(?<!\d)\d{1,3} ?[°ºo*] ?[\d'’′`´"”″., °]{2,16}[NS][ ,;/]{0,3}\d{1,3}[\d°ºo*'’′`´"”″., ]{3,18}[EWO](?![A-Za-z])/g;
const NAMED_IN_FULL = /(?:lat|long)itude["']?[:= ]{0,3}[-−+]?\d{1,3}[.,]\d{2,8}/gi;
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
    ...matches(text, DEGREES_PAIR),
    ...matches(text, NAMED),
    ...matches(text, NAMED_IN_FULL),
    ...matches(text, MINUTES),
    ...matches(text, BARE),
    ...matches(text, JOINED),
    ...matches(text, GRID),
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
    "N40°26.767' W079°58.933'",
    '40 26 46 N',
    '52.52000813.404954',
    'Longitude -0.0014',
    '33U VP 12345 67890',
  ],
  passes: ['12.50, 13.90', 'v1.2.3', '95.123 200.456', '3.14', 'Total: 12.50 EUR'],
};

/** What leads to a place. */
export const PLACE_RULES: readonly TextRule[] = [address, coordinates];
