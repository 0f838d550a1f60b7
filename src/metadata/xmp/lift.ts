import type { DecodedText } from './decode.js';

/** Runs at least this long are lifted; shorter ones cost the parser little. */
const LONG_RUN = 8192;
/** What stays of a run at each end: it may begin or end with a character of the markup around it. */
const KEPT = 64;

/**
 * What base64 is made of, with its line breaks: no character of it can begin, end or escape markup within the run, so that
 * what it stands in (a value, a text, a comment) is the same without it.
 */
const INERT = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n\r\t ') INERT[char.charCodeAt(0)] = 1;

/** Line breaks as attributes hold them. */
const ESCAPED_BREAKS = ['&#xA;', '&#10;', '&#xa;', '&#xD;', '&#13;', '&#xd;'];
const LONGEST_ESCAPE = 5;
const AMPERSAND = 0x26;

/** Characters that can stand for a lifted run. No XML name can hold one, so that a run within a tag breaks the XML, as it should. */
const MARKS = ['\uf8ff', '\uf8fe', '\uf8fd', '\uf8fc', '\ue000', '\ue001'];

/** A text whose long runs of base64 (depth maps, whole pictures) are replaced by marks, since no parser needs to see them. */
export interface LiftedText {
  readonly text: string;
  /** Byte offset of a character of `text` in the original bytes. */
  byteOffsetOf(index: number): number;
  /** The original text of a value or of markup that may hold marks; lifted runs are as they were, escapes and all. */
  restore(piece: string): string;
}

/** `others`: texts that the result may be written together with, which must not hold the same marks. */
export function liftRuns(decoded: DecodedText, others: readonly string[]): LiftedText {
  const { text } = decoded;
  const plain: LiftedText = { text, byteOffsetOf: decoded.byteOffsetOf, restore: (piece) => piece };
  if (text.length < LONG_RUN) return plain;
  const mark = MARKS.find((char) => ![text, ...others].some((other) => other.includes(char)));
  if (mark === undefined) return plain;
  const runs: string[] = [];
  const pieces: string[] = [];
  const jumps: { at: number; original: number }[] = [{ at: 0, original: 0 }];
  let copied = 0;
  let length = 0;
  for (const run of longRuns(text)) {
    const start = afterEscape(text, run.start + KEPT);
    const end = beforeEscape(text, run.end - KEPT);
    const piece = `${text.slice(copied, start)}${mark}${runs.length}${mark}`;
    runs.push(text.slice(start, end));
    pieces.push(piece);
    length += piece.length;
    copied = end;
    jumps.push({ at: length, original: end });
  }
  if (runs.length === 0) return plain;
  pieces.push(text.slice(copied));
  const marked = new RegExp(`${mark}(\\d+)${mark}`, 'g');
  return {
    text: pieces.join(''),
    byteOffsetOf: (index) => {
      const { at, original } = lastBefore(jumps, index);
      return decoded.byteOffsetOf(original + index - at);
    },
    restore: (piece) => piece.replace(marked, (_, number: string) => runs[Number(number)] ?? ''),
  };
}

function* longRuns(text: string): Generator<{ start: number; end: number }> {
  let start = 0;
  for (let index = 0; index <= text.length; ) {
    const unit = index < text.length ? text.charCodeAt(index) : 0;
    if (unit < 128 && INERT[unit] === 1) {
      index++;
      continue;
    }
    const lineBreak = unit === AMPERSAND && index > start ? ESCAPED_BREAKS.find((sequence) => text.startsWith(sequence, index)) : undefined;
    if (lineBreak !== undefined) {
      index += lineBreak.length;
      continue;
    }
    // White space between elements stays as it is: a mark in its place would be a text.
    if (index - start >= LONG_RUN && text.slice(start, index).trim() !== '') yield { start, end: index };
    start = ++index;
  }
}

/** The same place, or the end of the line break's escape that it falls into. */
function afterEscape(text: string, at: number): number {
  const ampersand = text.slice(at - LONGEST_ESCAPE + 1, at).lastIndexOf('&') + at - LONGEST_ESCAPE + 1;
  return ampersand > at - LONGEST_ESCAPE && text.indexOf(';', ampersand) >= at ? text.indexOf(';', ampersand) + 1 : at;
}

/** The same place, or the beginning of the line break's escape that it falls into. */
function beforeEscape(text: string, at: number): number {
  const ampersand = text.slice(at - LONGEST_ESCAPE + 1, at).lastIndexOf('&') + at - LONGEST_ESCAPE + 1;
  return ampersand > at - LONGEST_ESCAPE && text.indexOf(';', ampersand) >= at ? ampersand : at;
}

function lastBefore(jumps: readonly { at: number; original: number }[], index: number): { at: number; original: number } {
  let low = 0;
  let high = jumps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((jumps[middle] as { at: number }).at <= index) low = middle;
    else high = middle - 1;
  }
  return jumps[low] as { at: number; original: number };
}
