import { asBuffer, isZero, latin1 } from '../text.js';
import type { TextKind } from './tags.js';

// 10.18: how many parameters each function of a parametric curve has.
const CURVE_PARAMETERS = [1, 3, 4, 5, 7] as const;

/**
 * Bytes that an element takes by its own account, `undefined` where its type does not say or is not known here.
 * `Infinity` or more than is there: the element is broken. Reads headers and text only, never table data.
 */
export function elementBytes(element: Uint8Array): number | undefined {
  const view = asBuffer(element);
  const has = (bytes: number): boolean => element.length >= bytes;
  if (!has(8)) return Number.POSITIVE_INFINITY;
  switch (view.toString('latin1', 0, 4)) {
    case 'XYZ ':
      return 20;
    case 'curv':
      return has(12) ? 12 + 2 * view.readUInt32BE(8) : Number.POSITIVE_INFINITY;
    case 'para': {
      const count = has(12) ? CURVE_PARAMETERS[view.readUInt16BE(8)] : undefined;
      return count === undefined ? Number.POSITIVE_INFINITY : 12 + 4 * count;
    }
    case 'sf32':
      // Both tags of ours that have this type hold a 3 x 3 matrix.
      return 8 + 4 * 9;
    case 'sig ':
      return 12;
    case 'dtim':
      return 20;
    case 'view':
    case 'meas':
      return 36;
    case 'chrm':
      return has(12) ? 12 + 8 * view.readUInt16BE(8) : Number.POSITIVE_INFINITY;
    case 'mft1':
    case 'mft2':
      return lutBytes(view);
    case 'text': {
      // 10.24: ends with a NUL; some writers leave it out.
      const end = view.indexOf(0, 8);
      return end < 0 ? element.length : end + 1;
    }
    case 'desc':
      return descBytes(view);
    case 'mluc':
      return mlucBytes(view);
    case 'vcgt':
      return vcgtBytes(view);
    default:
      return undefined;
  }
}

/** 10.10 and 10.11: input tables, a grid, output tables, of one or two bytes a sample. */
function lutBytes(view: Buffer): number {
  const wide = view[3] === 0x32;
  if (view.length < (wide ? 52 : 48)) return Number.POSITIVE_INFINITY;
  const inputs = view[8] as number;
  const outputs = view[9] as number;
  const grid = (view[10] as number) ** inputs;
  const inputEntries = wide ? view.readUInt16BE(48) : 256;
  const outputEntries = wide ? view.readUInt16BE(50) : 256;
  const samples = inputEntries * inputs + grid * outputs + outputEntries * outputs;
  return wide ? 52 + 2 * samples : 48 + samples;
}

/** ICC.1:2001-04 6.5.17: an ASCII, a Unicode and a Macintosh text. Elements that stop after any of them are common. */
function descBytes(view: Buffer): number {
  if (view.length < 12) return Number.POSITIVE_INFINITY;
  const unicode = 12 + view.readUInt32BE(8);
  if (unicode > view.length) return Number.POSITIVE_INFINITY;
  if (unicode + 8 > view.length) return view.length;
  return Math.min(view.length, unicode + 8 + 2 * view.readUInt32BE(unicode + 4) + 3 + 67);
}

/** Records of one `mluc`: languages times countries; far more than any has. */
const MAX_RECORDS = 1024;

/** 10.15: the records and the strings they point to, as long as no byte lies outside of them. */
function mlucBytes(view: Buffer): number {
  if (view.length < 16 || view.readUInt32BE(12) !== 12) return Number.POSITIVE_INFINITY;
  const count = view.readUInt32BE(8);
  if (count > MAX_RECORDS || 16 + 12 * count > view.length) return Number.POSITIVE_INFINITY;
  const spans: [number, number][] = [];
  for (let index = 0; index < count; index++) {
    const at = 16 + 12 * index;
    spans.push([view.readUInt32BE(at + 8), view.readUInt32BE(at + 8) + view.readUInt32BE(at + 4)]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  let end = 16 + 12 * count;
  for (const [start, stop] of spans) {
    if (start > end + PADDING_BYTES && start <= view.length && !isZero(view.subarray(end, start))) return end;
    end = Math.max(end, stop);
  }
  return end;
}

/** Apple's gamma ramps: a table (type 0) or a formula (type 1). */
function vcgtBytes(view: Buffer): number | undefined {
  if (view.length < 18) return Number.POSITIVE_INFINITY;
  const kind = view.readUInt32BE(8);
  if (kind === 1) return 12 + 4 * 9;
  return kind === 0 ? 18 + view.readUInt16BE(12) * view.readUInt16BE(14) * view.readUInt16BE(16) : undefined;
}

/** 7.1: elements are padded to four bytes. Writers fill the padding with whatever; three bytes say nothing. */
export const PADDING_BYTES = 3;

const NEUTRAL_TEXT = 'Profile';

/** An element of the same type that says nothing; for `desc`, `mluc` and `text`. */
export function neutralText(type: string): Uint8Array {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  const ascii = Buffer.from(`${NEUTRAL_TEXT}\0`, 'latin1');
  const u32 = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, index) => {
      bytes.writeUInt32BE(value, 4 * index);
    });
    return bytes;
  };
  if (type === 'desc') return Buffer.concat([head, u32(ascii.length), ascii, Buffer.alloc(4 + 4 + 3 + 67)]);
  if (type === 'text') return Buffer.concat([head, ascii]);
  const wide = Buffer.from(NEUTRAL_TEXT, 'utf16le').swap16();
  return Buffer.concat([head, u32(1, 12), Buffer.from('enUS', 'latin1'), u32(wide.length, 28), wide]);
}

// A path through a user's own folder (not a page of a web site), or a share on a named host. All repetitions are bounded: linear whatever the text.
const USER_PATH = [
  /(?<!\.[a-z]{2,12})\/(?:Users|home|Volumes)\/[^/]/,
  /[a-z]:\\(?:Users|Documents and Settings)\\/i,
  /\\\\[\w.-]{1,64}\\\w/,
  /file:\/\//i,
];
const MAIL_ADDRESS = /[\w.%+-]@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2}/;
// ANSI CGATS.17: keywords whose values say who measured, and with what.
const CGATS_IDENTITY = /(?:\b|_)(?:OPERATOR|SERIAL|EDID|HOST)/i;
const COMPUTER = '(?:MacBook|iMac|Mac\\b|iPhone|iPad|laptop|notebook|computer|desktop|PC\\b|display|monitor|screen)';
// `Marie's MacBook Pro`, `MacBook Pro de Marie`: profiles bear the name that its owner gave the computer. U+2019 is 20 19 in UTF-16, 92
// in Windows code page 1252, E2 80 99 in UTF-8. And a serial number behind a word that says so.
const OWNED = [
  new RegExp(`[A-Za-z0-9\\xc0-\\xff](?:'| ?\\x19|\\x92|\\xe2\\x80\\x99)s? {1,2}${COMPUTER}`, 'i'),
  new RegExp(`${COMPUTER}(?: [\\w.-]{1,12}){0,2} (?:von|de|di|van|of|av|do|da) [A-Z\\xc0-\\xde]`),
  /(?:\bs\/n\b|\bserial\b)/i,
];
/** Names and notices are shorter, and the keywords of measurements stand at their beginning. */
const SEARCHED_BYTES = 16 * 1024;

/**
 * True where a text names a user or a device: by a path, a mail address, a possessive, a keyword.
 * Looks through ASCII and UTF-16 alike.
 */
export function isPersonal(element: Uint8Array, kind: TextKind): boolean {
  // Behind the type's signature, which would stand before the first word.
  const text = latin1(element.subarray(8, SEARCHED_BYTES)).replaceAll('\0', '');
  if (USER_PATH.some((pattern) => pattern.test(text)) || (kind !== 'notice' && MAIL_ADDRESS.test(text))) return true;
  if (kind === 'name' && OWNED.some((pattern) => pattern.test(text))) return true;
  return kind === 'measurements' && CGATS_IDENTITY.test(text);
}

/** First string of a text element, to be shown. */
export function elementText(element: Uint8Array): string {
  const view = asBuffer(element);
  switch (view.toString('latin1', 0, 4)) {
    case 'text':
      return latin1(element.subarray(8, 264));
    case 'desc':
      if (element.length < 12) return '';
      return latin1(element.subarray(12, Math.min(268, 11 + view.readUInt32BE(8))));
    case 'mluc': {
      if (element.length < 28) return '';
      const start = view.readUInt32BE(24);
      const text = element.subarray(start, start + Math.min(512, view.readUInt32BE(20) & ~1));
      return Buffer.from(text.subarray(0, text.length & ~1))
        .swap16()
        .toString('utf16le');
    }
    default:
      return '';
  }
}
