import { matches, type TextRule } from './rule.js';

/** Patterns of number plates that stand for a whole line. They are letters and digits like many others: only a line of nothing else counts. */
const PLATES: readonly RegExp[] = [
  // Germany; the reader may join the first two groups.
  /^[A-ZÄÖÜ]{1,3}[ \-·:.•*|]{1,3}[A-Z]{1,2}[ \-·.]{0,2}\d{1,4}[EH]?$/,
  /^[A-ZÄÖÜ]{1,3}[A-Z]{1,2} ?\d{3,4}[EH]?$/,
  // Britain
  /^[A-Z]{2}\d{2}[ ]?[A-Z]{3}$/,
  /^[A-Z]\d{1,3} ?[A-Z]{3}$/,
  // France, Italy
  /^[A-Z]{2}[ \-·]?\d{3}[ \-·]?[A-Z]{2}$/,
  // Spain
  /^\d{4}[ -]?[BCDFGHJ-NPRSTVWXYZ]{3}$/,
  // North America
  /^\d?[A-Z]{3}[ \-·.]?\d{3,4}$/,
  /^[1-9][A-Z]{3}\d{3}$/,
  /^\d{3}[ \-·][A-Z]{3}$/,
  // Netherlands, Belgium
  /^(?:\d{2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{1,2}-\d{2,3}-[A-Z]{1,2}|\d-[A-Z]{3}-\d{2,3}|[A-Z]{2}-\d{2}-(?:[A-Z]{2}|\d{2})|\d{2}-\d{2}-[A-Z]{2})$/,
  // Norway, Poland, Denmark, Sweden, Switzerland
  /^[A-Z]{2,3} ?\d{4,5}[A-Z]?$/,
  /^[A-Z]{2,3} (?=[A-Z0-9]{0,3}\d[A-Z0-9]{0,3}\d)[A-Z0-9]{4,5}$/,
  /^[A-Z]{2} \d{2} \d{3}$/,
  /^[A-Z]{3} ?\d{2}[A-Z0-9]$/,
  /^[A-Z]{2}[ ·.•*-]{0,3}\d{3} ?\d{3}$/,
  /^[A-Z]{1,2} ?\d{4,6}$/,
  // Austria
  /^[A-Z]{1,2}[ \-·]{0,2}\d{3,5} ?[A-Z]{1,3}$/,
  // Czechia, Türkiye, Ukraine, Russia, India, Brazil, China
  /^\d[A-Z][A-Z0-9] ?\d{4}$/,
  /^\d{2} ?[A-Z]{1,3} ?\d{2,4}$/,
  /^[A-Z]{2} ?\d{4} ?[A-Z]{2}$/,
  /^[ABEKMHOPCTYXАВЕКМНОРСТУХ] ?\d{3} ?[ABEKMHOPCTYXАВЕКМНОРСТУХ]{2} ?\d{2,3}$/,
  /^[A-Z]{2}[ -]?\d{2}[ -]?[A-Z]{1,2}[ -]?\d{4}$/,
  /^[A-Z]{3}\d[A-Z]\d{2}$/,
  /^[\u4e00-\u9fff] ?[A-Z][ ·.]?[A-Z0-9]{5,6}$/,
];

/** Words and abbreviations that stand before a number on many a sign and screen. */
const NO_PLATE = new Set(
  'AM FM PM MON TUE WED THU FRI SAT SUN JAN FEB MAR APR MAY MAI JUN JUL AUG SEP OCT OKT NOV DEC DEZ NO NR TOP ROW BOX PAGE ID CH RTX GTX RX USB SHA MD ISO DIN EN WIN MAC UTF RFC HTTP TCP UDP TLS SSL GPT LTE DDR CPU GPU RAM SSD HDD MP MB GB TB KB KM CM MM KG MG ML HZ MHZ GHZ FY Q H VER REV SEC MIN MAX SUM AVG TOT QTY SKU SEAT GATE EXIT UNIT LOT FIG TAB PG VOL DAY WEEK YEAR AGE LEVEL STEP ROOM BUS LINE TRAM ICE RE RB IC EC A B E K M EUR USD GBP CHF JPY THE AND FOR GET PUT NEW OLD ALL ADD RUN SET END OK VS BY TO OF IN ON AT IS IT PH EST BC AD AC DC'.split(
    ' ',
  ),
);
const LEAD = /^[\p{Lu}]+/u;
/** One or two letters before a number mean many things: such a word is none only where it stands apart and digits follow. */
const WORD_AND_NUMBER = /^([A-Z]+)[ \-.:]{0,2}\d+[A-Z]?$/;

function isPlate(line: string): boolean {
  if (line.length > 13 || !/\d/.test(line) || !PLATES.some((pattern) => pattern.test(line))) return false;
  const word = WORD_AND_NUMBER.exec(line)?.[1];
  return word === undefined || !NO_PLATE.has(word);
}

const NAMED =
  /(?:kennzeichen|(?:licen[cs]e|number|registration) ?plate|licen[cs]e ?no|vehicle ?reg(?:istration)?|reg\.? ?no|matr[ií]cula|immatriculation|targa|nummerplaat)[^:\p{L}]{0,3}[:.# ] {0,2}[\p{Lu}\d][\p{Lu}\d \-·]{3,10}/giu;

const plate: TextRule = {
  id: 'plate',
  what: 'number plate',
  find(text) {
    const trimmed = text
      .trim()
      .replace(/^[.·•|'"*[\]()]+|[.·•|'"*[\]()]+$/g, '')
      .trim();
    const from = text.indexOf(trimmed);
    const alone = LEAD.test(trimmed) || /^\d/.test(trimmed) ? isPlate(trimmed) : false;
    return [...(alone ? [{ from, to: from + trimmed.length }] : []), ...matches(text, NAMED)];
  },
  flags: [
    'B-MW 1234',
    'M AB 123',
    'AB12 CDE',
    'AB-123-CD',
    '1234 BCD',
    '7ABC123',
    'ABC-1234',
    '12-ABC-3',
    'W 12345 X',
    'ZH 123 456',
    'KR 4AB12',
    '5B6 4321',
    'MH 12 AB 1234',
    '34 ABC 123',
    'Kennzeichen: B-MW 1234',
  ],
  passes: ['Chapter 12', 'abc 123', 'THE END', '2024', 'ISO 9001:2015', 'MON 12', 'SHA-256', 'RTX 4090', 'PAGE 123', 'Q3 2024', 'WIN 2024'],
};

/** What leads to a car. */
export const PLATE_RULES: readonly TextRule[] = [plate];
