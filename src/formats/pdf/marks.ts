import type { Carrier } from '../../core/carrier.js';
import type { Category } from '../../core/category.js';
import { LimitError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Plan, Region } from '../../core/part.js';
import type { Precision } from '../../core/precision.js';
import { seal } from '../../core/sealed.js';
import { looksLikeAiPrompt } from '../../metadata/ai-prompt.js';
import { opaquePart } from '../../metadata/reading.js';
import { latin1 } from '../../metadata/text.js';
import { toldInText } from '../../metadata/told-in-text.js';
import type { PdfDocument } from './document.js';
import { TRAILER } from './document.js';
import type { DictionaryEntry, PdfNode } from './node.js';
import type { PdfObject } from './objects.js';
import { coarsenPdfDate, textString } from './text-string.js';

/** Why something cannot be taken out. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Something in an object that says more than what is drawn. */
export interface Mark {
  readonly object: number;
  readonly part: Part;
  /** Where the key of an entry starts that goes with the part. Where neither this nor `stream` is set the object is written anew. */
  readonly entry?: number;
  /** What stands for the entry's value instead, where a viewer needs one. */
  readonly instead?: string;
  readonly coarsen?: (precision: Precision) => string | undefined;
  /** The stream's data as it is written anew; `null` where nothing of it is left. */
  readonly stream?: (plan: Plan) => Uint8Array | null;
  /** It cannot be taken out. */
  readonly refusal?: Refusal;
  /** The object is needed: where nothing is left of its stream, it cannot be taken out. */
  readonly refusalWhereNull?: Refusal;
  /** Nothing else can be taken out of the file while it is there. */
  readonly holdsAll?: boolean;
}

export interface MarkMore extends Omit<Mark, 'object' | 'part'> {
  readonly note?: string;
  readonly alsoReveals?: readonly Category[];
}

/** More than any document says besides what it shows, and few enough to hold. */
const MOST_MARKS = 50_000;

/** Longer ones are decided whole. */
const LONGEST_TEXT = 64 * 1024;

/** The marks found so far, and how each kind of them is made. */
export class MarkList {
  readonly marks: Mark[] = [];
  readonly #ordinals = new Map<string, number>();
  readonly #entries = new Set<string>();

  constructor(
    readonly document: PdfDocument,
    readonly context: ReadContext,
  ) {}

  path(object: number, kind: string): string {
    const path = `${object === TRAILER ? 'trailer' : `object ${object}`}/${kind}`;
    const ordinal = this.#ordinals.get(path) ?? 0;
    this.#ordinals.set(path, ordinal + 1);
    return ordinal === 0 ? path : `${path}#${ordinal}`;
  }

  /** Where a range of an object's bytes lies in the file; what is packed lies somewhere in its stream. */
  regionOf(object: PdfObject, start: number, end: number): Region {
    if (object.number === TRAILER) return { byteOffset: this.document.sections[0].baseOffset + start, byteLength: end - start };
    if (object.file !== undefined) return { byteOffset: object.file.byteOffset + start, byteLength: end - start };
    const { file } = this.document.objects.container(object.container as number);
    return { byteOffset: file.byteOffset, byteLength: file.endOffset - file.byteOffset };
  }

  add(mark: Mark): void {
    const most = Math.min(this.context.limits.partCount, MOST_MARKS);
    if (this.marks.length >= most) throw new LimitError('partCount', mark.part.region.byteOffset, `more than ${most} parts`);
    this.marks.push(mark);
  }

  /** True the first time for each entry, as an object may be of two kinds; false where its text was taken out before. */
  #isNew(object: PdfObject, { start, value }: DictionaryEntry, instead: string | undefined): boolean {
    const key = `${object.number} ${start}`;
    if (instead !== undefined && latin1(object.bytes.subarray(value.start, value.end)) === instead) return false;
    return !this.#entries.has(key) && this.#entries.add(key) !== undefined;
  }

  /** An entry that may tell anything. Its key may be somebody's own word, so that `kind` names it. */
  opaque(object: PdfObject, entry: DictionaryEntry, kind: string, note: string, more: MarkMore = {}): void {
    if (!this.#isNew(object, entry, more.instead)) return;
    const region = this.regionOf(object, entry.start, entry.value.end);
    const part = opaquePart(this.path(object.number, kind), 'application', region, note);
    this.add({ object: object.number, part, entry: entry.start, ...more });
  }

  /** An entry that tells something of a category, and what its text tells besides. */
  tells(object: PdfObject, entry: DictionaryEntry, category: Category, more: MarkMore = {}): void {
    const { note, alsoReveals = [], ...rest } = more;
    const found = this.document.objects.find(entry.value);
    const text = found === undefined ? undefined : textIn(found.node, (found.object ?? object).bytes);
    if (text !== undefined && text.length > LONGEST_TEXT) {
      this.opaque(object, entry, entry.key, 'a text too long to be looked at', rest);
      return;
    }
    if (!this.#isNew(object, entry, more.instead)) return;
    const shown = text !== undefined && category === 'text' && looksLikeAiPrompt(text) ? 'ai-prompt' : category;
    const also = [...alsoReveals, ...(text === undefined ? [] : toldInText(text, shown))].filter((each) => each !== shown);
    const isDate = text !== undefined && category === 'time' && coarsenPdfDate(text, 'year') !== undefined;
    const coarse = ({ kind, ...precision }: Precision): string | undefined =>
      isDate && kind === 'time' && 'unit' in precision ? coarsenPdfDate(text, precision.unit) : undefined;
    const part: Part = {
      path: this.path(object.number, entry.key),
      carrier: carrierOf(category),
      category: shown,
      ...(also.length === 0 ? {} : { alsoReveals: also }),
      region: this.regionOf(object, entry.start, entry.value.end),
      required: false,
      ...(text === undefined ? {} : { value: seal(text) }),
      ...(note === undefined ? {} : { note }),
      ...(isDate ? { coarsenable: { kind: 'time', isCoarse: (precision) => coarse(precision) === text } } : {}),
    };
    const coarsen = (precision: Precision): string | undefined => {
      const date = coarse(precision);
      return date === undefined ? undefined : `(${date})`;
    };
    this.add({ object: object.number, part, entry: entry.start, ...(isDate ? { coarsen } : {}), ...rest });
  }
}

function carrierOf(category: Category): Carrier {
  return category === 'preview' ? 'thumbnail' : 'text';
}

/** A value as text: a string, or the first few strings of an array. */
export function textIn(node: PdfNode, bytes: Uint8Array): string | undefined {
  if (node.kind === 'string') return textString(bytes, node);
  if (node.kind === 'name') return node.name;
  return undefined;
}
