import { matches, type TextRule } from './rule.js';

/** The lines that machines read on passports and cards (ICAO 9303). Readers give K, C, « or 〈 for some of their fillers. */
const MACHINE_READABLE = /(?=[A-Z0-9<]{0,40}<{2})[A-Z0-9<]{24,44}/g;
/** The same where the reader saw fewer or other fillers: all of a line that has little else. */
const MACHINE_LINE = /^[ ]{0,3}[PIACV][A-Z<0-9][A-Z0-9<KC«‹〈( ]{8,40}[<«‹〈]{2}[A-Z0-9<«‹〈( ]{0,40}$/g;
/** United States: no area 000, 666 or 9xx. */
const SSN = /(?<![\d-])(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?![\d-])/g;
/** Great Britain */
const NINO = /(?<![A-Z0-9])[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Z0-9])/g;
const NAMED =
  /(?:passport|reisepass|pasaporte|passeport|ausweis|personalausweis|id[- ]?card|identity|ssn|social security|sozialversicherung|steuer-?id|tax ?id|national ?id|driver'?s? licen[cs]e|führerschein|dni|nif|nie|codice fiscale|nhs|insurance|versicherten|member(?:ship)?|badge|employee|personal|student|matrikel|patient|account|konto|customer|kunden|booking|reservation|buchungs|ticket|tracking|sendungs|pnr|record locator|frequent flyer)[ -]?(?:(?:card ?)?(?:nummer|number|num|no|nr|id|code|ref(?:erence)?)[.:# ]{0,4}|[:#] ?)(?=[A-Z0-9 \-/]{0,12}\d)[A-Z0-9](?:[A-Z0-9/-]| (?=\d)){4,24}(?![a-z])/gi;
const BORN =
  /(?:date ?of ?birth|d\.?o\.?b\.?|born|birth ?date|birthday|geburtsdatum|geb(?:oren)?\.?(?: ?am)?|fecha ?de ?nacimiento|né\(?e?\)? ?le|date ?de ?naissance|nascita)[^\p{L}\d]{0,4}(?:\d{1,4}[./\- ]{1,2}(?:\d{1,2}|\p{L}{3,9})[./\- ]{1,2}\d{2,4}|\p{L}{3,9} \d{1,2},? \d{4})/giu;

const paper: TextRule = {
  id: 'id-number',
  what: 'number of a passport, card, member, booking or the like, and dates of birth',
  find: (text) => [
    ...matches(text, MACHINE_READABLE),
    ...matches(text, MACHINE_LINE),
    ...matches(text, SSN),
    ...matches(text, NINO),
    ...matches(text, NAMED),
    ...matches(text, BORN),
  ],
  flags: [
    'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
    'SSN 219-09-9999',
    '219-09-9999',
    'JG 12 34 56 C',
    'Passport No: C01X00T47',
    'Date of birth: 12.08.1974',
    'DOB 1974-08-12',
    'Booking reference: X7K2P9',
    'Employee ID: 48213',
    'Tracking number 1Z999AA10123456784',
  ],
  passes: [
    'Passport control',
    'Ticket office',
    'booking in 2024',
    'born to run',
    'member since 2019',
    'Employee of the month',
    'account settings',
  ],
};

/** What stands on papers and cards that are about one person. */
export const PAPER_RULES: readonly TextRule[] = [paper];
