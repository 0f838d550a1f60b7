import { deflateSync } from 'node:zlib';
import type { InflateBudget } from './inflate-budget.js';

/** W3C PNG 11.3.3.1: 1 to 79 bytes. */
const MAX_KEYWORD_BYTES = 79;

/** A tEXt, zTXt or iTXt chunk taken apart. */
export interface TextChunk {
  /** Latin-1. */
  readonly keyword: string;
  /** Inflated where it was compressed; Latin-1 in tEXt and zTXt, UTF-8 in iTXt. */
  readonly text: Uint8Array;
  readonly encoding: 'latin1' | 'utf8';
  /** Language tag and translated keyword with their NUL bytes, of iTXt only. */
  readonly language: Uint8Array;
  /** Bytes of the chunk's data up to the end of the text. What follows (after a compressed stream) is no part of it. */
  readonly endBytes: number;
  /** The chunk's data with another text; without language tag and translated keyword where `dropLanguage`. */
  rebuild(text: Uint8Array, dropLanguage?: boolean): Uint8Array;
}

/** `undefined` where the data breaks the rules of its type, or inflates to more than the budget gives. */
export function parseTextChunk(type: string, data: Uint8Array, budget: InflateBudget): TextChunk | undefined {
  const keywordBytes = data.subarray(0, MAX_KEYWORD_BYTES + 1).indexOf(0);
  if (keywordBytes < 1) return undefined;
  const keyword = Buffer.from(data.subarray(0, keywordBytes)).toString('latin1');
  const rest = keywordBytes + 1;
  if (type === 'tEXt') return plain(keyword, data, { bytes: data.subarray(0, rest), language: NOTHING }, 'latin1');
  if (type === 'zTXt')
    return data[rest] === 0
      ? compressed(keyword, data, { bytes: data.subarray(0, rest + 1), language: NOTHING }, 'latin1', budget)
      : undefined;
  return parseInternational(keyword, data, rest, budget);
}

const NOTHING = new Uint8Array(0);
const NO_LANGUAGE = new Uint8Array(2);

/** W3C PNG 11.3.3.4: compression flag and method, language tag, translated keyword, text. */
function parseInternational(keyword: string, data: Uint8Array, at: number, budget: InflateBudget): TextChunk | undefined {
  const [flag, method] = [data[at], data[at + 1]];
  const languageEnd = data.indexOf(0, at + 2);
  const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (flag === undefined || flag > 1 || method !== 0 || translatedEnd < 0) return undefined;
  const head = { bytes: data.subarray(0, at + 2), language: data.subarray(at + 2, translatedEnd + 1) };
  return flag === 0 ? plain(keyword, data, head, 'utf8') : compressed(keyword, data, head, 'utf8', budget);
}

/** What stands before the text in a chunk's data. */
interface Head {
  readonly bytes: Uint8Array;
  readonly language: Uint8Array;
}

function plain(keyword: string, data: Uint8Array, head: Head, encoding: TextChunk['encoding']): TextChunk {
  const text = data.subarray(head.bytes.byteLength + head.language.byteLength);
  return { keyword, text, encoding, language: head.language, endBytes: data.byteLength, rebuild: rebuilder(head, (bytes) => bytes) };
}

function compressed(
  keyword: string,
  data: Uint8Array,
  head: Head,
  encoding: TextChunk['encoding'],
  budget: InflateBudget,
): TextChunk | undefined {
  const start = head.bytes.byteLength + head.language.byteLength;
  const inflated = budget.inflate(data.subarray(start));
  if (inflated === undefined) return undefined;
  const rebuild = rebuilder(head, (bytes) => deflateSync(bytes, { level: 9 }));
  return { keyword, text: inflated.bytes, encoding, language: head.language, endBytes: start + inflated.consumedBytes, rebuild };
}

function rebuilder(head: Head, encode: (text: Uint8Array) => Uint8Array): TextChunk['rebuild'] {
  return (text, dropLanguage = false) => Buffer.concat([head.bytes, dropLanguage ? NO_LANGUAGE : head.language, encode(text)]);
}
