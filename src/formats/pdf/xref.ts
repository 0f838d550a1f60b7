import { FormatError, LimitError, UnsupportedError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { asBuffer, latin1 } from '../../metadata/text.js';
import { decode, filtersOf } from './filters.js';
import { countIn, lookUp, nameIn, type PdfNode } from './node.js';
import { readObjectAt } from './object-at.js';
import { parseWithin } from './parse-within.js';
import type { Parser } from './parser.js';

/** Where an object is: at an offset, or within an object stream. */
export type Place =
  | { readonly kind: 'offset'; readonly byteOffset: number; readonly generation: number }
  | { readonly kind: 'packed'; readonly container: number; readonly index: number };

/** One cross-reference section with its trailer (7.5.4, 7.5.5, 7.5.8). */
export interface Section {
  readonly byteOffset: number;
  /** Behind `startxref`, its number and `%%EOF`, where these follow. */
  readonly endOffset: number;
  /** The dictionary, and the bytes that its nodes are indices into. */
  readonly trailer: PdfNode;
  readonly bytes: Uint8Array;
  /** Where these bytes lie in the file. */
  readonly baseOffset: number;
  readonly hasComments: boolean;
}

export interface CrossReferences {
  /** Newest first. */
  readonly sections: readonly Section[];
  /** What viewers take for each number; nothing for those that are free. */
  readonly places: ReadonlyMap<number, Place>;
}

const MOST_SECTIONS = 1000;

/** How much is searched for `startxref` at a time, and how far two pieces overlap. */
const SEARCH_BYTES = 1 << 16;
const OVERLAP_BYTES = 16;

/** How far behind a section its `startxref` may stand: linearized files leave room for a longer section. */
const CLOSING_BYTES = 1 << 14;

/** Reads every section from the newest to the oldest; what a newer one says of a number holds. Throws a reader's error. */
export function readCrossReferences(source: Source, headerOffset: number, limits: Limits): CrossReferences {
  return new Chain(source, headerOffset, limits).read();
}

/** What a section says before it is merged: `undefined` for a number that is free. */
type Entries = Map<number, Place | undefined>;

class Chain {
  readonly sections: Section[] = [];
  readonly entries: Entries = new Map();
  readonly #seen = new Set<number>();

  constructor(
    readonly source: Source,
    readonly headerOffset: number,
    readonly limits: Limits,
  ) {}

  read(): CrossReferences {
    for (let next: number | undefined = this.#startXref(); next !== undefined; ) next = this.#follow(next);
    const places = new Map<number, Place>();
    for (const [number, place] of this.entries) if (place !== undefined && number !== 0) places.set(number, place);
    return { sections: this.sections, places };
  }

  /** Reads a section, and the stream of a hybrid file beside it; gives the offset of the one before. */
  #follow(byteOffset: number): number | undefined {
    const { section, entries } = this.#section(byteOffset);
    const hybrid = offsetIn(section.trailer, 'XRefStm');
    // 7.5.8.4: what the table hides as free, the stream beside it gives.
    const beside = hybrid === undefined ? [] : this.#section(hybrid).entries;
    for (const [number, place] of beside) if (entries.get(number) === undefined) entries.set(number, place);
    for (const [number, place] of entries) if (!this.entries.has(number)) this.entries.set(number, place);
    if (this.entries.size > this.limits.objectCount)
      throw new LimitError('objectCount', section.byteOffset, `more than ${this.limits.objectCount} objects`);
    return offsetIn(section.trailer, 'Prev');
  }

  #section(byteOffset: number): { section: Section; entries: Entries } {
    const at = this.headerOffset + byteOffset;
    if (this.#seen.has(at)) throw new FormatError('pdf-xref', at, 'cross-reference sections refer to each other in a loop');
    this.#seen.add(at);
    if (this.#seen.size > MOST_SECTIONS) throw new LimitError('ifdCount', at, `more than ${MOST_SECTIONS} cross-reference sections`);
    if (at >= this.source.byteLength) throw new FormatError('pdf-xref', at, 'a cross-reference section is said to lie behind the end');
    const head = latin1(this.source.read(at, Math.min(64, this.source.byteLength - at)));
    const white = /^[\0\t\n\f\r ]*/.exec(head)?.[0].length ?? 0;
    const found = head.startsWith('xref', white) ? this.#table(at + white) : this.#stream(at + white);
    this.sections.push(found.section);
    return found;
  }

  #table(byteOffset: number): { section: Section; entries: Entries } {
    return parseWithin(this.source, byteOffset, this.limits, (parser) => {
      const entries: Entries = new Map();
      parser.expect('xref');
      for (;;) {
        parser.skip();
        const start = parser.at;
        if (parser.word() === 'trailer') break;
        parser.at = start;
        this.#subsection(parser, entries);
      }
      const trailer = parser.value();
      if (trailer.kind !== 'dictionary') throw parser.fail('the trailer is no dictionary');
      return {
        entries,
        section: this.#closed(byteOffset, byteOffset + parser.at, trailer, parser.bytes, byteOffset, parser.comments.length),
      };
    });
  }

  #subsection(parser: Parser, entries: Entries): void {
    const first = parser.count();
    const count = parser.count();
    if (entries.size + count > this.limits.objectCount)
      throw new LimitError('objectCount', parser.options.baseOffset + parser.at, `more than ${this.limits.objectCount} objects`);
    for (let number = first; number < first + count; number++) {
      const offset = parser.count();
      const generation = parser.count();
      parser.skip();
      const kind = parser.word();
      if (kind !== 'n' && kind !== 'f') throw parser.fail('a cross-reference entry is neither in use nor free');
      // Writers give offset 0 to what they mean to be free.
      const inUse = kind === 'n' && offset > 0;
      if (!entries.has(number))
        entries.set(number, inUse ? { kind: 'offset', byteOffset: this.headerOffset + offset, generation } : undefined);
    }
  }

  #stream(byteOffset: number): { section: Section; entries: Entries } {
    const object = readObjectAt(this.source, byteOffset, this.limits, (node) => countIn(node));
    if (object.stream === undefined || nameIn(lookUp(object.value, 'Type')) !== 'XRef')
      throw new FormatError('pdf-xref', byteOffset, 'no cross-reference section is where one is said to be');
    const entries = this.#streamEntries(object.value, this.#decoded(object.value, object.stream));
    const { value, bytes, endOffset, comments } = object;
    return { entries, section: this.#closed(byteOffset, endOffset, value, bytes, byteOffset, comments.length) };
  }

  #decoded(dictionary: PdfNode, { byteOffset, byteLength }: { byteOffset: number; byteLength: number }): Buffer {
    const filters = filtersOf(dictionary, (node) => node);
    if (byteLength > this.limits.payloadBytes) throw new LimitError('payloadBytes', byteOffset, 'a cross-reference stream is too long');
    const bytes = filters && decode(this.source.read(byteOffset, byteLength), filters, this.limits.inflatedBytes, byteOffset);
    if (bytes === undefined)
      throw new UnsupportedError('pdf-filter', byteOffset, 'the cross-reference stream is compressed in a way that is not read', RESAVE);
    return asBuffer(bytes);
  }

  /** 7.5.8.3. */
  #streamEntries(dictionary: PdfNode, data: Buffer): Entries {
    const numbers = (key: string): number[] | undefined => {
      const node = lookUp(dictionary, key);
      const items = node?.kind === 'array' ? node.items.map(countIn) : undefined;
      return items?.every((item) => item !== undefined) ? (items as number[]) : undefined;
    };
    const [w0 = 0, w1 = 0, w2 = 0] = numbers('W') ?? [];
    const width = w0 + w1 + w2;
    const size = countIn(lookUp(dictionary, 'Size'));
    const index = numbers('Index') ?? [0, size ?? 0];
    if (w1 < 1 || Math.max(w0, w1, w2) > 6 || size === undefined || index.length % 2 !== 0)
      throw new FormatError('pdf-xref', 0, 'a cross-reference stream does not say how it is laid out');
    const entries: Entries = new Map();
    let at = 0;
    for (let pair = 0; pair < index.length; pair += 2) {
      const [first, count] = [index[pair] as number, index[pair + 1] as number];
      if (at + count * width > data.length) throw new FormatError('pdf-xref', 0, 'a cross-reference stream is too short');
      for (let number = first; number < first + count; number++, at += width) {
        const type = w0 === 0 ? 1 : data.readUIntBE(at, w0);
        const second = data.readUIntBE(at + w0, w1);
        const third = w2 === 0 ? 0 : data.readUIntBE(at + w0 + w1, w2);
        if (!entries.has(number)) entries.set(number, this.#place(type, second, third));
      }
    }
    return entries;
  }

  #place(type: number, second: number, third: number): Place | undefined {
    if (type === 1 && second > 0) return { kind: 'offset', byteOffset: this.headerOffset + second, generation: third };
    return type === 2 ? { kind: 'packed', container: second, index: third } : undefined;
  }

  #closed(byteOffset: number, endOffset: number, trailer: PdfNode, bytes: Uint8Array, baseOffset: number, comments: number): Section {
    const after = latin1(this.source.read(endOffset, Math.min(CLOSING_BYTES, this.source.byteLength - endOffset)));
    const closing = /^[\0\t\n\f\r ]*startxref[\0\t\n\f\r ]+\d{1,15}[\0\t\n\f\r ]+%%EOF(?=[\0\t\n\f\r ]|$)/.exec(after);
    return {
      byteOffset,
      endOffset: endOffset + (closing?.[0].length ?? 0),
      trailer,
      bytes,
      baseOffset,
      hasComments: comments > 0,
    };
  }

  /** The offset behind the last `startxref` in the file. */
  #startXref(): number {
    for (let end = this.source.byteLength; end > 0; ) {
      const start = Math.max(0, end - SEARCH_BYTES);
      const piece = this.source.read(start, Math.min(this.source.byteLength - start, end - start + OVERLAP_BYTES));
      const found = asBuffer(piece).lastIndexOf('startxref');
      if (found >= 0) {
        const text = latin1(this.source.read(start + found, Math.min(64, this.source.byteLength - start - found)));
        const offset = /^startxref[\0\t\n\f\r ]+(\d{1,15})\b/.exec(text)?.[1];
        if (offset === undefined) throw new FormatError('pdf-xref', start + found, 'the last startxref gives no offset');
        return Number(offset);
      }
      end = start;
    }
    throw new FormatError('pdf-xref', this.source.byteLength, 'the document does not say where its cross-reference section is', RESAVE);
  }
}

/** What helps against a document that viewers have to repair. */
export const RESAVE = 'open it in a PDF program and save it anew, or run it through qpdf';

function offsetIn(trailer: PdfNode, key: string): number | undefined {
  return countIn(lookUp(trailer, key));
}
