import { latin1 } from '../../metadata/text.js';
import type { StringNode } from './node.js';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The bytes that a string stands for (7.3.4), one character for each. */
function stringBytes(bytes: Uint8Array, { start, end }: StringNode): string {
  const inner = latin1(bytes.subarray(start + 1, end - 1));
  if (bytes[start] === 0x3c) {
    const digits = inner.replace(/[^0-9a-f]/gi, '');
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex').toString('latin1');
  }
  return inner.replace(/\\([0-7]{1,3}|\r\n|[\s\S])|\r\n?/g, (match, escaped: string | undefined) => {
    // 7.3.4.2: an end of line counts as a line feed, one behind a reverse solidus as nothing.
    if (escaped === undefined) return '\n';
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8) & 0xff);
    if (escaped === '\r' || escaped === '\n' || escaped === '\r\n') return '';
    return ESCAPES[escaped] ?? match.slice(1);
  });
}

/** A text string (7.9.2.2): UTF-16BE or UTF-8 behind a mark, else PDFDocEncoding, which is ISO 8859-1 for what people write. */
export function textString(bytes: Uint8Array, node: StringNode): string {
  const text = stringBytes(bytes, node);
  const raw = Buffer.from(text, 'latin1');
  if (text.startsWith('\xfe\xff'))
    return raw
      .subarray(2, raw.length - (raw.length % 2))
      .swap16()
      .toString('utf16le');
  if (text.startsWith('\xff\xfe')) return raw.subarray(2).toString('utf16le');
  return text.startsWith('\xef\xbb\xbf') ? raw.subarray(3).toString('utf8') : text;
}

const DATE = /^D:(\d{4})(\d{2})?(\d{2})?(?:\d{2}(?:\d{2}(?:\d{2})?)?)?(?:[Zz+-](?:\d{2}'?(?:\d{2}'?)?)?)?$/;

/** A date (7.9.4) cut short. `undefined` where the text is none. */
export function coarsenPdfDate(text: string, unit: 'day' | 'month' | 'year'): string | undefined {
  const match = DATE.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month = '', day = ''] = match;
  return `D:${year}${unit === 'year' ? '' : month}${unit === 'day' ? day : ''}`;
}
