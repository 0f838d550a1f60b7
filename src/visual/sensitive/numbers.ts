import { matches, type Range, type TextRule } from './rule.js';

/** Letters that readers take for digits, and digits for letters. */
const LOOKALIKE: Readonly<Record<string, string>> = {
  O: '0',
  o: '0',
  Q: '0',
  D: '0',
  I: '1',
  l: '1',
  i: '1',
  '|': '1',
  Z: '2',
  z: '2',
  S: '5',
  s: '5',
  b: '6',
  B: '8',
  g: '9',
  q: '9',
};

/** The digits of a text in which a few may have been read as letters. Other characters are left out. */
function digitsOf(text: string): string {
  let digits = '';
  for (const letter of text) {
    if (letter >= '0' && letter <= '9') digits += letter;
    else if (LOOKALIKE[letter] !== undefined) digits += LOOKALIKE[letter];
  }
  return digits;
}

/** ISO/IEC 7812-1 annex B. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

const CARD_RUN = /(?<![\d.,])(?:[\dOoQDIlSB][ \-–.]{0,3}){12,20}(?:\d(?!\d)|[OoQDIlSB](?![\dA-Za-z]))/g;

/** Networks whose cards have 15 or 16 digits (ISO/IEC 7812-1): how a number that stands within a longer run is known. */
const ISSUED = /^(?:4|5[1-5]|2[2-7]|6011|64|65|62|35|3[47])/;

/** A run of digits that is a card's number, and those within a longer run: a reader may see a digit twice where two lines meet. */
function cardRanges(text: string): Range[] {
  const ranges: Range[] = [];
  for (const { from, to } of matches(text, CARD_RUN)) {
    const run = text.slice(from, to);
    const plain = [...run].filter((letter) => letter >= '0' && letter <= '9').length;
    const digits = digitsOf(run);
    if (plain < digits.length - 3 || /^(\d)\1+$/.test(digits)) continue;
    if (isCard(digits)) ranges.push({ from, to });
    else if (
      digits.length > 16 &&
      /\d{4}[ -]\d{4}[ -]/.test(run) &&
      windowsOf(digits).some((window) => ISSUED.test(window) && luhn(window))
    )
      ranges.push({ from, to });
  }
  return ranges;
}

function isCard(digits: string): boolean {
  return /^[2-6]/.test(digits) && digits.length >= 13 && luhn(digits);
}

/** Sixteen digits in their order: the run without a few that stand together. */
function windowsOf(digits: string): string[] {
  const extra = digits.length - 16;
  return Array.from({ length: 17 }, (_, at) => digits.slice(0, at) + digits.slice(at + extra));
}

const card: TextRule = {
  id: 'card',
  what: 'payment card number',
  find: cardRanges,
  flags: ['4111 1111 1111 1111', '5500-0000-0000-0004', '3400 000000 00009', 'Visa 4012888888881881', '6011O00990139424'],
  passes: ['4111 1111 1111 1112', '0000 0000 0000 0000', '2024-01-02 10:20:30', '1234567890123'],
};

/** Length of each country's IBAN (ISO 13616 registry). */
const IBAN_LENGTH: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  LY: 25,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MR: 27,
  MT: 31,
  MU: 30,
  NL: 18,
  NO: 15,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  SA: 24,
  SC: 31,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  ST: 25,
  SV: 28,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
};

const IBAN_RUN = /(?<![A-Za-z0-9])[A-Z]{2}[ ]?[\dOIl]{2}(?:[ \-.]{0,2}[A-Za-z0-9]){11,30}/g;
const IBAN_RUN_DENSE = /[A-Z]{2}[\dOIl]{2}[A-Za-z0-9]{11,30}/g;

/** A country, two check digits and as many characters as that country has; a misread one does not make it harmless. */
function ibanRanges(text: string, spaced: boolean): Range[] {
  const ranges: Range[] = [];
  for (const { from, to } of matches(text, spaced ? IBAN_RUN : IBAN_RUN_DENSE)) {
    const length = IBAN_LENGTH[text.slice(from, from + 2)];
    if (length === undefined) continue;
    let count = 0;
    let digits = 0;
    let end = from;
    while (end < to && count < length) {
      const letter = text[end++] as string;
      if (/[A-Za-z0-9]/.test(letter)) count++;
      if (/\d/.test(letter)) digits++;
    }
    // One letter may be lost or made up by the reader.
    if (count >= length - 1 && digits >= length / 2) ranges.push({ from, to: end });
  }
  return ranges;
}

const iban: TextRule = {
  id: 'iban',
  what: 'IBAN',
  find: ibanRanges,
  flags: ['DE89 3704 0044 0532 0130 00', 'IBAN: GB29NWBK60161331926819', 'FR14 2004 1010 0505 0001 3M02 606', 'NL91ABNA0417164300'],
  passes: ['IN 2024 THE QUICK BROWN FOX', 'DE89', 'XX89 3704 0044 0532 0130 00'],
};

const PHONE_INTERNATIONAL = /(?:\+|(?<!\d)00)[ ]?[1-9]\d{0,2}(?:[ ().\-/–]{0,3}\d){6,13}(?!\d)/g;
const PHONE_NATIONAL = /(?<![\d.,:/+-])\(?0[ ]?\d(?:[ ().\-/–]{0,3}\d){6,11}(?![\d,]|\.\d)/g;
const PHONE_NORTH_AMERICA = /(?<![\d.+])(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-]{0,2}[2-9]\d{2}[ .-]\d{4}(?!\d)/g;
/** An area in parentheses, as in Brazil and Germany. */
const PHONE_AREA = /(?<![\d.\w])(?:8 ?)?\(\d{2,5}\) ?\d{3,5}[ -]?\d{2,5}(?:-\d{2,4})?(?![\d.,])/g;
/** Ten digits without a gap: an area and an exchange of North America, neither of which starts with 0 or 1 or is a service. */
const PHONE_TEN = /(?<![\d.,:/+A-Za-z_-])[2-9](?!11)\d{2}[2-9](?!11)\d{6}(?![\d.,:/A-Za-z_-])/g;
/** Groups as in China, India, Russia and Korea. */
const PHONE_GROUPS =
  /(?<![\d.,:/+-])(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|[6-9]\d{4}[ -]?\d{5}|8[ -]\d{3}[ -]\d{3}[ -]\d{2}[ -]?\d{2})(?![\d.,])/g;
/** Spain, Portugal, Poland, Denmark: numbers as any other, but where a line has nothing else. */
const PHONE_ALONE = /^ {0,3}(?:[5-9]\d{2}[ -]\d{3}[ -]\d{3}|[5-9]\d{2}(?: \d{2}){3}|[2-9]\d(?: \d{2}){3}) {0,3}$/g;
const PHONE_NAMED =
  /(?<![a-z])(?:tel|telephone|telefon[oe]?|t[eé]l[eé]phone|phone|ph|mobile?|mobil|handy|cell|fax|call|sms|whatsapp|signal|tél|tlf|tfn|tfno|movil|móvil|rufnummer)[a-z]{0,3}[.:]{0,2}(?: ?(?:no|nr|number|us|at)[.:]{0,2})?[ ]{0,3}\+?\(?\d(?:[ ().\-/–]{0,3}\d){4,13}/gi;

const phone: TextRule = {
  id: 'phone',
  what: 'telephone number',
  find(text) {
    return [
      ...matches(text, PHONE_INTERNATIONAL),
      ...matches(text, PHONE_NATIONAL, (found) => !/^0+[.\-/ ]?\d?$/.test(found) && !isDate(found)),
      ...matches(text, PHONE_NORTH_AMERICA),
      ...matches(text, PHONE_NAMED),
      ...matches(text, PHONE_AREA),
      ...matches(text, PHONE_TEN),
      ...matches(text, PHONE_GROUPS),
      ...matches(text, PHONE_ALONE),
    ];
  },
  flags: [
    '+49 30 901820',
    '030 / 90 18 20',
    '(555) 234-5678',
    '555-234-5678',
    'Tel: 12345-67',
    '+1 (212) 555 0199',
    '0171 2345678',
    '0049 171 2345678',
    '(11) 91234-5678',
    '8 (495) 123-45-67',
    '2025550143',
    '138 1234 5678',
    '98765 43210',
    'Ph: 5550199',
  ],
  passes: [
    '10:30',
    '1234567',
    '1700000000',
    'graph 12345',
    'alphabet 123456',
    '01.02.2024',
    '2024-11-23',
    '0.123456789',
    '192.168.0.1',
    '3.14159265358979',
  ],
};

function isDate(text: string): boolean {
  return /^\(?[0-3]?\d[.\-/ ]{1,2}[01]?\d[.\-/ ]{1,2}(?:19|20)\d\d/.test(text);
}

/** Numbers that lead to a person or to money. */
export const NUMBER_RULES: readonly TextRule[] = [card, iban, phone];
