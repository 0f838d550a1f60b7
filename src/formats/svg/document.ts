import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Region } from '../../core/part.js';
import { asBuffer } from '../../metadata/text.js';

/**
 * The bytes of an XML document as one character for each unit of its encoding, so that every index is an offset: a byte of
 * an encoding that has ASCII in it, or two of UTF-16.
 */
export interface XmlDocument {
  readonly text: string;
  /** Where the first character behind the byte order mark is. */
  readonly start: number;
  /** The range of the bytes from one index up to another. */
  regionOf(start: number, end: number): Region;
  /** A stretch as people read it. */
  shown(start: number, end: number): string;
  /** Text of ASCII alone in the encoding of the document. */
  encode(ascii: string): Uint8Array;
  /** True where any character can be written: the encoding is UTF-8. */
  readonly isUtf8: boolean;
}

/** Encodings in which the bytes of ASCII mean ASCII, whatever else there is. */
const ASCII_COMPATIBLE = /^(?:utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|cp125\d|koi8-[ru]|macintosh)$/i;

/** Takes an XML document for what it is. Throws `UnsupportedError` for an encoding that is not read. */
export function openDocument(bytes: Uint8Array): XmlDocument {
  const buffer = asBuffer(bytes);
  const mark = buffer.length < 2 ? 0 : buffer.readUInt16BE(0);
  const first = buffer.toString('latin1', 0, 4);
  if (mark === 0xfffe || first === '<\0?\0' || first === '<\0s\0' || first === '<\0!\0')
    return utf16(buffer, mark === 0xfffe ? 2 : 0, true);
  if (mark === 0xfeff || first === '\0<\0?' || first === '\0<\0s' || first === '\0<\0!')
    return utf16(buffer, mark === 0xfeff ? 2 : 0, false);
  const text = buffer.toString('latin1');
  const hasMark = text.startsWith('\xef\xbb\xbf');
  const declared = /^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(text.slice(0, 400))?.[1] ?? 'utf-8';
  if (!ASCII_COMPATIBLE.test(declared)) throw new UnsupportedError('svg-encoding', 0, 'the document has an encoding that is not read');
  const isUtf8 = /^utf-?8$/i.test(declared);
  const decoder = new TextDecoder(isUtf8 ? 'utf-8' : 'latin1');
  return {
    text,
    start: hasMark ? 3 : 0,
    regionOf: (start, end) => ({ byteOffset: start, byteLength: end - start }),
    shown: (start, end) => decoder.decode(buffer.subarray(start, end)),
    encode: (ascii) => Buffer.from(ascii, 'latin1'),
    isUtf8,
  };
}

function utf16(buffer: Buffer, markBytes: number, littleEndian: boolean): XmlDocument {
  if (buffer.length % 2 !== 0)
    throw new FormatError('svg-not-well-formed', buffer.length - 1, 'the document in UTF-16 ends within a character');
  const text = (littleEndian ? buffer : Buffer.from(buffer).swap16()).toString('utf16le');
  return {
    text,
    start: markBytes / 2,
    regionOf: (start, end) => ({ byteOffset: start * 2, byteLength: (end - start) * 2 }),
    shown: (start, end) => text.slice(start, end),
    encode: (ascii) => {
      const bytes = Buffer.from(ascii, 'utf16le');
      return littleEndian ? bytes : bytes.swap16();
    },
    isUtf8: false,
  };
}
