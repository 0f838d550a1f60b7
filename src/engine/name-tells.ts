import type { Category } from '../core/category.js';
import type { Precision } from '../core/precision.js';
import { toldInText } from '../metadata/told-in-text.js';

/** Something that the name of a file tells. Holds no piece of the name. */
export interface NameTell {
  /** Stable, for machines: `date`, `app`, `coordinates`. */
  readonly id: string;
  readonly category: Category;
  /** What a person reads: `a date and a time of day`. */
  readonly what: string;
  /** For a date, how exact it is; a time of day is finer than any precision that a policy has. */
  readonly unit?: 'moment' | Extract<Precision, { kind: 'time' }>['unit'];
}

/** Who uses this machine: a name that holds either tells it to strangers. */
export interface KnownNames {
  readonly user?: string;
  readonly host?: string;
}

interface Row extends NameTell {
  readonly pattern: RegExp;
}

const DATE = String.raw`(?<!\d)(?:19[7-9]|20[0-4])\d([-_. ]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d\d\d)`;
const CLOCK = String.raw`(?:[01]\d|2[0-3])[-_.:h]?[0-5]\d(?:[-_.:m]?[0-5]\d)?`;

/**
 * What programs and cameras put into names; each row with the program that taught it. No row can take long on a name: none
 * repeats what repeats.
 */
const ROWS: readonly Row[] = [
  // IMG_20240102_030405, PXL_20240102_030405678, Screenshot 2024-01-02 at 03.04.05, signal-2024-01-02-030405
  {
    id: 'date',
    category: 'time',
    what: 'a date and a time of day',
    unit: 'moment',
    pattern: new RegExp(`${DATE}(?:[-_. T]| at |-at-|_at_)${CLOCK}`),
  },
  // DJI_20240102030405_0001, 20240102030405
  {
    id: 'date',
    category: 'time',
    what: 'a date and a time of day',
    unit: 'moment',
    pattern: /(?<!\d)20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?!\d)/,
  },
  // IMG-20240102-WA0001, 2024-01-02 party
  { id: 'date', category: 'time', what: 'a date', unit: 'day', pattern: new RegExp(DATE) },
  // 02-01-2024, 02.01.2024
  {
    id: 'date',
    category: 'time',
    what: 'a date',
    unit: 'day',
    pattern: /(?<!\d)(?:0[1-9]|[12]\d|3[01])([-_.])(?:0[1-9]|1[0-2])\1(?:19[7-9]|20[0-4])\d(?!\d)/,
  },
  {
    id: 'date',
    category: 'time',
    what: 'a month',
    unit: 'month',
    pattern: /(?<!\d)(?:19[7-9]|20[0-4])\d[-_.](?:0[1-9]|1[0-2])(?![-_.]?\d)/,
  },
  // FB_IMG_1704164645123, mmexport1704164645123: milliseconds since 1970
  { id: 'epoch', category: 'time', what: 'a time of day, as a count since 1970', unit: 'moment', pattern: /(?<!\d)1[0-9]{12}(?!\d)/ },
  { id: 'epoch', category: 'time', what: 'a time of day, as a count since 1970', unit: 'moment', pattern: /(?<!\d)1[0-9]{9}(?!\d)/ },
  // Screenshot_20240102-030405_com.whatsapp.jpg
  {
    id: 'app',
    category: 'software',
    what: 'the program that was in view',
    pattern: /(?:^|[_ -])(?:com|org|net|io|de|ru|cn|jp|app)\.[a-z][a-z0-9_]{1,40}(?:\.[a-z0-9_]{1,40}){1,4}/i,
  },
  {
    id: 'app',
    category: 'software',
    what: 'the program that it came through',
    pattern: /whatsapp|-WA\d{4}(?!\d)|^signal-|^FB_IMG_|snapchat|telegram|instagram|^mmexport|^received_\d|messenger|^viber|^threema/i,
  },
  // DSC_0123, IMG_0123, P1010123, GX010123, DJI_0123: joins the pictures of one device, in the order in which they were taken
  {
    id: 'counter',
    category: 'device',
    what: "the camera's running number",
    pattern:
      /^(?:_?DSC[FN]?|_?IMG_?[EPO]?|_MG|P|PXL|DJI|GOPR|G[HXPL]\d\d|SAM|MVI|MAH|CIMG|PICT|HPIM|DCP|SDC|PANA|R|L|KIF|EP)[_-]?\d{4,7}(?=\D|$)/i,
  },
  // 48.8584,2.2945 and N48.8584 E2.2945
  {
    id: 'coordinates',
    category: 'location',
    what: 'coordinates',
    pattern: /(?<![\d.])[NS]?[-+]?\d{1,2}\.\d{3,}[NS]?[ ,;_x-]{1,3}[EW]?[-+]?\d{1,3}\.\d{3,}[EW]?(?!\d)/i,
  },
  { id: 'coordinates', category: 'location', what: 'coordinates', pattern: /\d{1,3}\s?°\s?\d{1,2}/ },
  { id: 'email', category: 'person', what: 'an address', pattern: /[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}\.[a-z]{2,}/i },
  {
    id: 'phone',
    category: 'person',
    what: 'a telephone number',
    pattern: /(?:^|[^\d])(?:\+|00)[1-9]\d{0,2}[ ._-]?\(?\d{2,4}\)?(?:[ ._-]?\d{2,4}){2,4}(?!\d)/,
  },
  // 12345678_1234567890123_1234567890_n.jpg: numbers of an account and its pictures
  { id: 'account', category: 'person', what: 'numbers of an account', pattern: /^\d{5,}_\d{8,}_\d{5,}_[a-z](?=\D|$)/ },
  {
    id: 'uuid',
    category: 'device',
    what: 'an identifier that is made once',
    pattern: /(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])/i,
  },
  // John's iPhone, iPhone de Marie
  {
    id: 'owner',
    category: 'person',
    what: 'the owner of a device',
    pattern: /\p{L}['’ʼ_]s?[ _-]{0,2}(?:iphone|ipad|macbook|imac|galaxy|pixel|laptop|phone|handy|computer|pc)(?!\p{L})/iu,
  },
  {
    id: 'owner',
    category: 'person',
    what: 'the owner of a device',
    pattern: /(?:iphone|ipad|macbook|imac)[ _-](?:de|von|di|van|af|av|do|da)[ _-]\p{L}/iu,
  },
];

/** Longer than any file system lets a name be. */
const MAX_NAME = 1024;

/** Names of accounts and machines that every second one has. */
const COMMON: ReadonlySet<string> = new Set([
  'root',
  'user',
  'admin',
  'home',
  'guest',
  'photo',
  'photos',
  'image',
  'images',
  'test',
  'localhost',
  'computer',
  'desktop',
  'laptop',
  'runner',
  'node',
  'screenshot',
]);

/** What a file's name tells, at most once for each kind, exactest first. `name`: the last component, of whatever bytes. */
export function nameTells(name: Uint8Array, known: KnownNames = {}): NameTell[] {
  const text = textOf(name).slice(0, MAX_NAME);
  const told = new Map<string, NameTell>();
  for (const { pattern, ...tell } of ROWS) if (!told.has(tell.id) && pattern.test(text)) told.set(tell.id, tell);
  if (holdsWord(text, known.user)) told.set('user', { id: 'user', category: 'person', what: 'the name of this account' });
  if (holdsWord(text, known.host)) told.set('host', { id: 'host', category: 'device', what: 'the name of this machine' });
  const categories = new Set([...told.values()].map(({ category }) => category));
  for (const category of toldInText(text, 'text'))
    if (!categories.has(category)) told.set(`text-${category}`, { id: `text-${category}`, category, what: 'what shows itself as such' });
  return [...told.values()];
}

export interface NamedDay {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

/** The day that a name tells, if any. */
export function dayInName(name: Uint8Array): NamedDay | undefined {
  const match = /(?<!\d)((?:19[7-9]|20[0-4])\d)[-_. ]?(0[1-9]|1[0-2])[-_. ]?(0[1-9]|[12]\d|3[01])/.exec(textOf(name).slice(0, MAX_NAME));
  return match === null ? undefined : { year: match[1] as string, month: match[2] as string, day: match[3] as string };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(name: Uint8Array): string {
  try {
    return utf8.decode(name).normalize('NFC');
  } catch {
    return Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString('latin1');
  }
}

function holdsWord(text: string, word: string | undefined): boolean {
  if (word === undefined || word.length < 3 || COMMON.has(word.toLowerCase())) return false;
  const [low, sought] = [text.toLowerCase(), word.toLowerCase()];
  for (let at = low.indexOf(sought); at >= 0; at = low.indexOf(sought, at + 1)) {
    if (!isLetter(low[at - 1]) && !isLetter(low[at + sought.length])) return true;
  }
  return false;
}

function isLetter(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}]/u.test(char);
}
