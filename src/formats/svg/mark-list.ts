import type { Category } from '../../core/category.js';
import { LimitError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Plan } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { opaquePart } from '../../metadata/reading.js';
import { commentPart } from '../comment.js';
import { type AddressKind, addressKind } from './addresses.js';
import { cssFinds } from './css.js';
import { readDataUri } from './data-uri.js';
import type { XmlDocument } from './document.js';

/** A stretch of a document that says more than what is drawn. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly part: Part;
  /** What stands in its place when it goes; nothing where not given. ASCII. */
  readonly instead?: string;
  /** Its text without what a plan removes from it, in the encoding of the document. */
  readonly rewrite?: (plan: Plan) => Uint8Array | undefined;
}

/** An address of no data. */
export const NO_DATA = 'data:,';

/** Longer values are taken whole. */
export const LONGEST_VALUE = 16 * 1024;

/** More than any drawing says besides what it draws, and few enough to hold. */
const MOST_MARKS = 50_000;

/** The marks found so far, and how each kind of them is made. */
export class MarkList {
  readonly marks: Mark[] = [];
  readonly #ordinals = new Map<string, number>();

  constructor(
    readonly document: XmlDocument,
    readonly context: ReadContext,
  ) {}

  path(kind: string): string {
    const ordinal = this.#ordinals.get(kind) ?? 0;
    this.#ordinals.set(kind, ordinal + 1);
    return `${kind}#${ordinal}`;
  }

  add(start: number, end: number, part: Part, more: Partial<Mark> = {}): void {
    const most = Math.min(this.context.limits.partCount, MOST_MARKS);
    if (this.marks.length >= most)
      throw new LimitError('partCount', this.document.regionOf(start, end).byteOffset, `more than ${most} parts`);
    this.marks.push({ start, end, part, ...more });
  }

  opaque(kind: string, start: number, end: number, note: string, more: Partial<Mark> = {}): void {
    this.add(start, end, opaquePart(this.path(kind), 'unknown', this.document.regionOf(start, end), note), more);
  }

  says(
    kind: string,
    start: number,
    end: number,
    category: Category,
    alsoReveals: readonly Category[],
    note?: string,
    value?: string,
  ): void {
    const part: Part = {
      path: this.path(kind),
      carrier: 'text',
      category,
      ...(alsoReveals.length === 0 ? {} : { alsoReveals: alsoReveals.filter((each) => each !== category) }),
      region: this.document.regionOf(start, end),
      required: false,
      ...(note === undefined ? {} : { note }),
      ...(value === undefined ? {} : { value: seal(value) }),
    };
    this.add(start, end, part);
  }

  comment(start: number, end: number): void {
    const { document } = this;
    const shown = Buffer.from(document.shown(start + 4, end - 3), 'utf8');
    if (shown.toString().trim() === '') return;
    this.add(start, end, commentPart(this.path('comment'), document.regionOf(start, end), shown));
  }

  external({ category, alsoReveals, note }: AddressKind, start: number, end: number): void {
    this.says('address', start, end, category, alsoReveals, note, this.document.shown(start, end).trim());
  }

  /** What stands for something that went: no part of the drawing, so that it is the same before and after. */
  blank(start: number, end: number): void {
    const region = this.document.regionOf(start, end);
    this.add(start, end, { path: this.path('blank'), carrier: 'structure', category: 'rendering', region, required: true });
  }

  embedded(valueStart: number, valueEnd: number): void {
    const { document, context } = this;
    const path = this.path('embedded');
    const picture = readDataUri(
      document.text.slice(valueStart, valueEnd).trimStart(),
      path,
      document.regionOf(valueStart, valueEnd),
      context,
    );
    if (picture === 'drawn with') return;
    if (picture === 'nothing') {
      this.opaque('data', valueStart, valueEnd, 'data that nothing draws', { instead: NO_DATA });
      return;
    }
    this.add(valueStart, valueEnd, picture.part, {
      instead: NO_DATA,
      rewrite: (plan) => {
        const bytes = picture.rewrite(plan);
        return bytes === null ? undefined : document.encode(`${picture.head(plan)}${Buffer.from(bytes).toString('base64')}`);
      },
    });
  }

  css(start: number, end: number, isSheet: boolean): void {
    const { text } = this.document;
    for (const find of cssFinds(text, start, end)) {
      if (find.kind === 'comment') {
        const shown = Buffer.from(this.document.shown(find.start + 2, Math.max(find.start + 2, find.end - 2)));
        if (shown.toString().trim() === '') {
          this.blank(find.start, find.end);
          continue;
        }
        const part = commentPart(this.path('comment'), this.document.regionOf(find.start, find.end), shown);
        // Between two words it parts them.
        this.add(find.start, find.end, part, { instead: '/**/' });
      } else if (find.kind === 'import') {
        const address = /["']([^"']*)["']|url\(([^)]*)\)/.exec(text.slice(find.start, find.end));
        const kind = addressKind((address?.[1] ?? address?.[2] ?? '').replace(/^\s*["']|["']\s*$/g, ''), false);
        if (kind !== undefined && isSheet) this.external(kind, find.start, find.end);
      } else if (find.value !== undefined) {
        const value = text.slice(find.value.start, find.value.end);
        if (value === NO_DATA) {
          this.blank(find.value.start, find.value.end);
          continue;
        }
        if (/^data:/i.test(value)) {
          this.embedded(find.value.start, find.value.end);
          continue;
        }
        const kind = addressKind(value, false);
        if (kind !== undefined) this.external(kind, find.value.start, find.value.end);
      }
    }
  }
}
