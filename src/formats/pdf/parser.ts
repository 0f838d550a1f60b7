import { FormatError, LimitError } from '../../core/error.js';
import { latin1 } from '../../metadata/text.js';
import type { DictionaryEntry, PdfNode } from './node.js';

/** The bytes at hand end within a value, and there are more of them in the file. Never leaves the container's reader. */
export class NeedMore extends Error {}

export interface ParserOptions {
  /** Where the first of the bytes lies in the file, for errors. */
  readonly baseOffset: number;
  /** True where nothing follows the bytes. */
  readonly isWhole: boolean;
}

/** Values within values; documents of every kind stay far below. */
const MOST_NESTED = 100;

/** Entries and items of one object. */
const MOST_NODES = 300_000;

/** Bytes of a name, a number or a keyword: ISO 32000-1, table C.1 allows a name 127. */
const LONGEST_WORD = 4096;

/** Longer comments count nothing. */
const LONGEST_COUNT = 80;

const WHITE = 1;
const DELIMITER = 2;

/** ISO 32000-2, tables 1 and 2. */
const CLASSES = new Uint8Array(256);
for (const byte of [0, 9, 10, 12, 13, 32]) CLASSES[byte] = WHITE;
for (const byte of Buffer.from('()<>[]{}/%')) CLASSES[byte] = DELIMITER;

const CHARACTERS = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

export function isWhite(byte: number): boolean {
  return CLASSES[byte] === WHITE;
}

/** Comments that count pages and objects, as cairo and qpdf write them into what people are to read. */
const COUNTING =
  /^%+ ?(?:\d{1,6}|QDF-\d\.\d|Original object ID: \d{1,10} \d{1,5}|Page \d{1,6}|Contents for page \d{1,6}|Page \d{1,6}, content stream \d{1,6}|Object stream: object \d{1,10}, index \d{1,6}(?:; original object ID: \d{1,10})?)?\s*$/;

/** Reads values from bytes, strictly: what a viewer would have to guess at is an error. */
export class Parser {
  at = 0;
  /** Ranges of the comments that were passed over and say something. */
  readonly comments: { readonly start: number; readonly end: number }[] = [];
  #nodes = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly options: ParserOptions,
  ) {}

  fail(message: string, at = this.at): FormatError {
    return new FormatError('pdf-object', this.options.baseOffset + at, message);
  }

  #peek(at = this.at): number {
    if (at < this.bytes.length) return this.bytes[at] as number;
    if (!this.options.isWhole) throw new NeedMore();
    return -1;
  }

  /** Passes over white space and comments. */
  skip(): void {
    for (;;) {
      const byte = this.#peek();
      if (byte === 0x25) {
        const start = this.at;
        // Only an end of line ends a comment.
        for (let next = byte; next !== -1 && next !== 10 && next !== 13; next = this.#peek()) this.at++;
        if (!COUNTING.test(latin1(this.bytes.subarray(start, Math.min(this.at, start + LONGEST_COUNT)))))
          this.comments.push({ start, end: this.at });
      } else if (byte !== -1 && CLASSES[byte] === WHITE) this.at++;
      else return;
    }
  }

  /** A run of regular characters. */
  word(): string {
    const start = this.at;
    let text = '';
    for (let byte = this.#peek(); byte !== -1 && CLASSES[byte] === 0; byte = this.#peek()) {
      text += CHARACTERS[byte];
      if (++this.at - start > LONGEST_WORD)
        throw new LimitError('payloadBytes', this.options.baseOffset + start, `a name or number of more than ${LONGEST_WORD} bytes`);
    }
    return text;
  }

  /** The very word that has to come next. */
  expect(word: string): void {
    this.skip();
    const start = this.at;
    if (this.word() !== word) throw this.fail(`${word} is missing`, start);
  }

  /** A whole number that has to come next. */
  count(): number {
    this.skip();
    const start = this.at;
    const word = this.word();
    if (!/^\d{1,15}$/.test(word)) throw this.fail('a number is missing', start);
    return Number(word);
  }

  /** 7.3.8.1: behind `stream` comes a line feed, or both characters of an end of line. */
  endOfStreamLine(): void {
    while (this.#peek() === 0x20 || this.#peek() === 0x09) this.at++;
    if (this.#peek() === 0x0d) this.at++;
    if (this.#peek() !== 0x0a) throw this.fail('the data of a stream does not begin on a line of its own');
    this.at++;
  }

  value(depth = 0): PdfNode {
    if (depth > MOST_NESTED) throw new LimitError('nestingDepth', this.options.baseOffset + this.at, 'values lie too deep within values');
    if (++this.#nodes > MOST_NODES) throw new LimitError('entryCount', this.options.baseOffset + this.at, 'an object has too many values');
    this.skip();
    const start = this.at;
    const byte = this.#peek();
    if (byte === 0x2f) return this.#name();
    if (byte === 0x28) return this.#literal();
    if (byte === 0x5b) return this.#array(depth);
    if (byte === 0x3c) return this.#peek(start + 1) === 0x3c ? this.#dictionary(depth) : this.#hexadecimal();
    const text = this.word();
    if (/^\d{1,10}$/.test(text)) return this.#reference(start, text) ?? { kind: 'atom', start, end: this.at, text };
    if (/^(?:[-+]*(?:\d+\.?\d*|\.\d+)|true|false|null)$/.test(text)) return { kind: 'atom', start, end: this.at, text };
    throw this.fail('this is no value', start);
  }

  /** 7.3.10: two whole numbers and R. Looks ahead, and goes back where it is a number alone. */
  #reference(start: number, number: string): PdfNode | undefined {
    const [end, comments] = [this.at, this.comments.length];
    this.skip();
    const generation = this.word();
    if (/^\d{1,5}$/.test(generation)) {
      this.skip();
      if (this.word() === 'R') return { kind: 'reference', start, end: this.at, number: Number(number), generation: Number(generation) };
    }
    this.at = end;
    this.comments.length = comments;
    return undefined;
  }

  #name(): PdfNode & { kind: 'name' } {
    const start = this.at++;
    const word = this.word();
    const name = word.includes('#')
      ? word.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : word;
    return { kind: 'name', start, end: this.at, name };
  }

  #literal(): PdfNode {
    const start = this.at++;
    for (let depth = 1; depth > 0; this.at++) {
      const byte = this.#peek();
      if (byte === -1) throw this.fail('a string has no end', start);
      if (byte === 0x5c) this.at++;
      else if (byte === 0x28) depth++;
      else if (byte === 0x29) depth--;
    }
    this.#peek(this.at - 1);
    return { kind: 'string', start, end: this.at };
  }

  #hexadecimal(): PdfNode {
    const start = this.at++;
    for (; ; this.at++) {
      const byte = this.#peek();
      if (byte === 0x3e) break;
      const isDigit = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
      if (!isDigit && (byte === -1 || CLASSES[byte] !== WHITE)) throw this.fail('a hexadecimal string has something else in it', start);
    }
    this.at++;
    return { kind: 'string', start, end: this.at };
  }

  #array(depth: number): PdfNode {
    const start = this.at++;
    const items: PdfNode[] = [];
    for (;;) {
      this.skip();
      if (this.#peek() === 0x5d) break;
      items.push(this.value(depth + 1));
    }
    this.at++;
    return { kind: 'array', start, end: this.at, items };
  }

  #dictionary(depth: number): PdfNode {
    const start = this.at;
    this.at += 2;
    const entries: DictionaryEntry[] = [];
    const keys = new Set<string>();
    for (;;) {
      this.skip();
      const byte = this.#peek();
      if (byte === 0x3e && this.#peek(this.at + 1) === 0x3e) break;
      if (byte !== 0x2f) throw this.fail('a dictionary has a key that is no name');
      const { name: key, start: keyStart } = this.#name();
      // Of two entries with one key some viewers take the first, others the last.
      if (keys.has(key)) throw this.fail('a dictionary has two entries with one key', keyStart);
      keys.add(key);
      entries.push({ key, start: keyStart, value: this.value(depth + 1) });
    }
    this.at += 2;
    return { kind: 'dictionary', start, end: this.at, entries };
  }
}
