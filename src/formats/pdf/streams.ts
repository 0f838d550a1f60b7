import { inflate } from '../../bytes/inflate.js';
import { isReaderError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Plan, Region } from '../../core/part.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { locateFrom, locateWithin, opaquePart, type PayloadPlace, type PayloadReading } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { canEncode, encode } from './encode.js';
import { type Filter, filtersOf, tryDecode } from './filters.js';
import type { Mark, MarkList, Refusal } from './marks.js';
import type { PdfObject } from './objects.js';
import { isWhite } from './parser.js';

/** Bytes inflated to find where compressed data ends: about half a second's work. What is beyond is not looked at. */
const MOST_INFLATED_BYTES = 128 * 2 ** 20;

/** Looks into the streams of an object that hold a payload of their own. */
export class StreamReader {
  readonly #read = new Set<number>();
  #inflatedBytes = 0;
  /** What is drawn of the streams that were taken apart, by their object: regions of pixels, or nothing. */
  readonly drawn = new Map<number, readonly Region[]>();

  constructor(readonly list: MarkList) {}

  /** A metadata stream (14.3.2). */
  metadata(object: PdfObject): void {
    this.#payload(object, 'XMP', (bytes, place) => readXmp(bytes, place));
  }

  /** The profile of an ICCBased colour space (8.6.5.5). */
  profile(object: PdfObject): void {
    this.#payload(object, 'ICC', (bytes, place) => readIcc(bytes, place));
  }

  #payload(object: PdfObject, carrier: 'XMP' | 'ICC', read: (bytes: Uint8Array, place: PayloadPlace) => PayloadReading): void {
    const region = object.file?.stream;
    if (region === undefined || this.#read.has(object.number)) return;
    this.#read.add(object.number);
    this.drawn.set(object.number, []);
    const { list } = this;
    const { context } = list;
    const path = list.path(object.number, carrier);
    const filters = this.#filters(object);
    const bytes = this.#decoded(region, filters);
    const isProfile = carrier === 'ICC';
    if (bytes === undefined || !canEncode(filters ?? [])) {
      const note = isProfile ? 'a colour profile that cannot be read' : 'metadata that cannot be read';
      const part = opaquePart(path, carrier, region, note);
      list.add({ object: object.number, part, ...(isProfile ? { refusal: PROFILE } : { stream: () => null }) });
      return;
    }
    const locate = (filters ?? []).length === 0 ? locateFrom(region.byteOffset) : locateWithin(region);
    const { parts, payload } = read(bytes, { path, locate, context });
    if (isProfile && !tells(parts)) return;
    const stream = (plan: Plan): Uint8Array | null => {
      const rewritten = plan.actionOf(part).kind === 'remove' ? null : payload.rewrite(plan);
      return rewritten === null ? null : encode(rewritten, filters ?? []);
    };
    const part: Part = { path, carrier, category: 'rendering', region, required: false, children: parts, payload };
    list.add({ object: object.number, part, stream, ...(isProfile ? { refusalWhereNull: PROFILE } : {}) });
  }

  /** A picture in a coding of its own (7.4.8, 7.4.9): what lies in it beside its pixels. */
  picture(object: PdfObject): void {
    const region = object.file?.stream;
    const filters = this.#filters(object);
    const coding = filters?.at(-1)?.name;
    if (region === undefined || filters === undefined || (coding !== 'DCTDecode' && coding !== 'JPXDecode')) return;
    if (this.#read.has(object.number)) return;
    this.#read.add(object.number);
    const mark = this.#pictureMark(object, region, filters.slice(0, -1), coding);
    if (mark !== undefined) this.list.add(mark);
  }

  #pictureMark(object: PdfObject, region: Region, outer: readonly Filter[], coding: string): Mark | undefined {
    const { context } = this.list;
    const path = this.list.path(object.number, 'picture');
    const open = (): ReturnType<ReadContext['readEmbedded']> => {
      const bytes = this.#decoded(region, outer);
      return bytes === undefined ? undefined : context.readEmbedded(bytes, path, outer.length === 0 ? region.byteOffset : 0);
    };
    const embedded = open();
    if (embedded === undefined || !canEncode(outer)) {
      const part = opaquePart(path, 'image', region, `a picture that cannot be read (${coding})`);
      return { object: object.number, part, refusal: PICTURE };
    }
    const pixels = outer.length > 0 ? [] : embedded.parts.filter(({ carrier }) => carrier === 'pixels').map((each) => each.region);
    this.drawn.set(object.number, pixels);
    if (!tells(embedded.parts)) return undefined;
    const children = embedded.parts.map((part) => (outer.length === 0 ? light(part) : placed(light(part), region)));
    const part: Part = {
      path,
      carrier: 'image',
      category: 'rendering',
      region,
      required: false,
      children,
      note: `${embedded.format} picture`,
    };
    return {
      object: object.number,
      part,
      // Read again rather than held: a document of scanned pages has hundreds of them.
      stream: (plan) => {
        const rewritten = open()?.payload.rewrite(plan) ?? null;
        return rewritten === null ? null : encode(rewritten, outer);
      },
      refusalWhereNull: PICTURE,
    };
  }

  /** Compressed data goes on to the end of its stream: what lies behind that in the file no viewer looks at (7.4.4). */
  data(object: PdfObject): void {
    const region = object.file?.stream;
    if (region === undefined || this.#read.has(object.number)) return;
    this.#read.add(object.number);
    const [first] = this.#filters(object) ?? [];
    const { limits } = this.list.context;
    if (first?.name !== 'FlateDecode' || region.byteLength > limits.payloadBytes || this.#inflatedBytes > MOST_INFLATED_BYTES) return;
    const bytes = this.list.document.objects.streamBytes(region);
    const end = this.#endOf(bytes, limits.inflatedBytes);
    if (end === undefined || bytes.subarray(end).every((byte) => isWhite(byte))) return;
    this.drawn.set(object.number, [{ byteOffset: region.byteOffset, byteLength: end }]);
    const tail = { byteOffset: region.byteOffset + end, byteLength: region.byteLength - end };
    const part = opaquePart(this.list.path(object.number, 'tail'), 'unknown', tail, 'bytes behind the end of compressed data');
    const stream = (): Uint8Array => this.list.document.objects.streamBytes({ byteOffset: region.byteOffset, byteLength: end });
    this.list.add({ object: object.number, part, stream });
  }

  #endOf(bytes: Uint8Array, most: number): number | undefined {
    try {
      const inflated = inflate(bytes, most, 0);
      this.#inflatedBytes += inflated.bytes.length;
      return inflated.consumedBytes;
    } catch (error) {
      if (!isReaderError(error)) throw error;
      this.#inflatedBytes += most;
      return undefined;
    }
  }

  #filters(object: PdfObject): Filter[] | undefined {
    return filtersOf(object.value, (node) => this.list.document.objects.resolve(node));
  }

  #decoded(region: Region, filters: readonly Filter[] | undefined): Uint8Array | undefined {
    const { limits } = this.list.context;
    if (filters === undefined || region.byteLength > limits.payloadBytes) return undefined;
    return tryDecode(this.list.document.objects.streamBytes(region), filters, limits.inflatedBytes);
  }
}

const PICTURE: Refusal = {
  code: 'pdf-picture',
  message: 'a picture in the document cannot be read, and may tell anything',
  hint: 'save the document with its pictures coded anew, or keep it out of what you share',
};

const PROFILE: Refusal = {
  code: 'pdf-profile',
  message: 'a colour profile in the document cannot be read, and may tell anything',
  hint: 'save the document with a standard colour profile, or keep it out of what you share',
};

/** True where a policy may take something out. */
function tells(parts: readonly Part[]): boolean {
  return parts.some(
    ({ category, required, alsoReveals, children = [] }) =>
      (!required && (category !== 'rendering' || (alsoReveals ?? []).length > 0)) || tells(children),
  );
}

/** Without what would write it anew, and with it hold the picture's bytes. */
function light({ payload: _, ...part }: Part): Part {
  return part.children === undefined ? part : { ...part, children: part.children.map(light) };
}

/** Its parts lie somewhere in the stream: what they are encoded in has no offsets of theirs. */
function placed(part: Part, region: Region): Part {
  return { ...part, region, ...(part.children === undefined ? {} : { children: part.children.map((child) => placed(child, region)) }) };
}
