import { asBuffer } from '../text.js';

/** The packet as text, and where each character lies in the bytes. */
export interface DecodedText {
  readonly text: string;
  /** Byte offset of a character that begins a piece of markup or text, never of the second half of a surrogate pair. */
  byteOffsetOf(index: number): number;
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Characters between two known byte offsets. */
const STEP = 4096;

/** Byte order marks and what a packet begins with in each encoding (XMP part 1, 7.3.2). UTF-32 first: its mark begins with that of UTF-16. */
const BEGINNINGS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0x3c, 0, 0, 0]],
  ['utf-32be', [0, 0, 0, 0x3c]],
  ['utf-16le', [0x3c, 0]],
  ['utf-16be', [0, 0x3c]],
];

const LONGEST_END_TAG = 64;

/** What a packet's XML can begin with, where other bytes come before it. */
const MARKER_TEXTS = ['<?xpacket', '<x:xmpmeta', '<x:xapmeta', '<rdf:RDF'];
const MARKERS = MARKER_TEXTS.map((marker) => Buffer.from(marker, 'latin1'));
const UTF16_MARKERS = MARKER_TEXTS.map((marker) => Buffer.from(marker, 'utf16le'));
const UTF16BE_MARKERS = MARKER_TEXTS.map((marker) => Buffer.from(marker, 'utf16le').swap16());

/** `undefined` where the bytes are no text in any encoding that XMP allows. */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const encoding = encodingOf(bytes);
  const text = toText(bytes, encoding);
  return text === undefined ? undefined : { text, byteOffsetOf: offsets(text, encoding, bytes.byteLength) };
}

function encodingOf(bytes: Uint8Array): Encoding {
  const beginning = BEGINNINGS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));
  if (beginning !== undefined) return beginning[0];
  return inMidst(bytes, 'utf-16le', UTF16_MARKERS) ?? inMidst(bytes, 'utf-16be', UTF16BE_MARKERS) ?? 'utf-8';
}

/** The encoding, where a packet in it comes before any in UTF-8. */
function inMidst(bytes: Uint8Array, encoding: Encoding, markers: readonly Buffer[]): Encoding | undefined {
  const at = firstOf(bytes, markers);
  const narrow = firstOf(bytes, MARKERS);
  return at >= 0 && (narrow < 0 || at < narrow) ? encoding : undefined;
}

/** -1 where none is found. Searches for bytes: Node's own search for UTF-16 may never end on memory that is not aligned. */
function firstOf(bytes: Uint8Array, markers: readonly Buffer[]): number {
  const buffer = asBuffer(bytes);
  const found = markers.map((marker) => buffer.indexOf(marker)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

function toText(bytes: Uint8Array, encoding: Encoding): string | undefined {
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return utf32Text(bytes, encoding === 'utf-32le');
  if (encoding === 'utf-16be') {
    if (bytes.byteLength % 2 !== 0) return undefined;
    return toText(Buffer.from(bytes).swap16(), 'utf-16le');
  }
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function utf32Text(bytes: Uint8Array, littleEndian: boolean): string | undefined {
  if (bytes.byteLength % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += 4) {
    const point = view.getUint32(at, littleEndian);
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    pieces.push(String.fromCodePoint(point));
  }
  return pieces.join('');
}

function offsets(text: string, encoding: Encoding, byteLength: number): (index: number) => number {
  if (text.length === byteLength) return (index) => index;
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return (index) => index * 2;
  const measure = encoding === 'utf-8' ? (piece: string) => Buffer.byteLength(piece, 'utf8') : (piece: string) => 4 * [...piece].length;
  const known: { index: number; byteOffset: number }[] = [{ index: 0, byteOffset: 0 }];
  for (let index = STEP; index < text.length; index += STEP) {
    const last = known[known.length - 1] as { index: number; byteOffset: number };
    const whole = isLowSurrogate(text.charCodeAt(index)) ? index + 1 : index;
    known.push({ index: whole, byteOffset: last.byteOffset + measure(text.slice(last.index, whole)) });
  }
  return (index) => {
    let from = known[Math.floor(index / STEP)] as { index: number; byteOffset: number };
    if (from.index > index) from = known[Math.floor(index / STEP) - 1] as typeof from;
    return from.byteOffset + measure(text.slice(from.index, index));
  };
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/**
 * Where the XML of a packet in UTF-8 begins and ends within bytes that are no text as a whole: something else lies before or
 * after it. `undefined` where no packet is found.
 */
export function findPacket(bytes: Uint8Array): { readonly start: number; readonly end: number } | undefined {
  const buffer = asBuffer(bytes);
  const start = firstOf(bytes, MARKERS);
  if (start < 0) return undefined;
  let end = -1;
  for (const marker of ['<?xpacket end=', '</x:xmpmeta', '</x:xapmeta', '</rdf:RDF']) {
    const at = buffer.lastIndexOf(marker, undefined, 'latin1');
    const close = at < start ? -1 : buffer.indexOf('>', at, 'latin1');
    if (close >= 0 && close - at < LONGEST_END_TAG) end = Math.max(end, close + 1);
  }
  return end < 0 ? undefined : { start, end };
}
