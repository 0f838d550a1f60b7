import { deflateSync } from 'node:zlib';
import { buildJpeg } from './jpeg.js';

/** Builds PDF documents for tests, object by object. Independent of the code under test. */

export interface PdfObjectSpec {
  readonly number: number;
  /** The value; for a stream its dictionary without /Length. */
  readonly body: string;
  readonly stream?: Uint8Array;
  /** In front of `endobj`, or behind the data of a stream. */
  readonly extra?: string;
}

export interface PdfOptions {
  /** Entries of these dictionaries, besides those that they need. */
  readonly catalog?: string;
  readonly page?: string;
  readonly pages?: string;
  readonly resources?: string;
  readonly image?: string;
  readonly trailer?: string;
  /** Numbers from 10 on are free. */
  readonly objects?: readonly PdfObjectSpec[];
  readonly prefix?: Uint8Array;
  /** Behind the header. */
  readonly head?: string;
  /** Between two objects. */
  readonly gap?: string;
  readonly tail?: Uint8Array;
  /** The page's picture. */
  readonly jpeg?: Uint8Array;
  readonly content?: string;
  /** Objects that are no streams in an object stream, found by a cross-reference stream. */
  readonly packed?: boolean;
  /** Put into the object stream beside its objects. */
  readonly packedMore?: string;
  readonly root?: string;
}

const CONTENT = '1 0 0 rg 10 10 30 30 re f q 40 0 0 40 50 5 cm /Im0 Do Q';

export const stream = (number: number, body: string, data: Uint8Array | string): PdfObjectSpec => ({
  number,
  body,
  stream: Buffer.from(data),
});
export const flate = (number: number, body: string, data: Uint8Array | string): PdfObjectSpec =>
  stream(number, `${body} /Filter /FlateDecode`, deflateSync(data));
export const object = (number: number, body: string): PdfObjectSpec => ({ number, body });
export const xmpStream = (number: number, packet: Uint8Array | string): PdfObjectSpec =>
  stream(number, '/Type /Metadata /Subtype /XML', packet);

/** A document of one page with a shape and a picture. */
export function buildPdf(options: PdfOptions = {}): Buffer {
  const { catalog = '', page = '', pages = '', resources = '', image = '', jpeg = buildJpeg(), content = CONTENT } = options;
  const objects: PdfObjectSpec[] = [
    object(1, `<</Type /Catalog /Pages 2 0 R ${catalog}>>`),
    object(2, `<</Type /Pages /Kids [3 0 R] /Count 1 ${pages}>>`),
    object(
      3,
      `<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 50] /Contents 4 0 R /Resources <</XObject <</Im0 5 0 R>> ${resources}>> ${page}>>`,
    ),
    stream(4, '', content),
    stream(
      5,
      `/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode ${image}`,
      jpeg,
    ),
    ...(options.objects ?? []),
  ];
  return options.packed === true ? packedPdf(objects, options) : plainPdf(objects, options);
}

const HEAD = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';

class Writer {
  readonly #pieces: Buffer[] = [];
  readonly #base: number;
  length = 0;

  constructor({ prefix = Buffer.alloc(0), head = '' }: PdfOptions) {
    this.add(prefix);
    this.#base = this.length;
    this.add(HEAD + head);
  }

  get offset(): number {
    return this.length - this.#base;
  }

  add(bytes: string | Uint8Array): void {
    const piece = Buffer.from(bytes as string, 'latin1');
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  object({ number, body, stream: data, extra = '' }: PdfObjectSpec): number {
    const offset = this.offset;
    if (data === undefined) this.add(`${number} 0 obj\n${body}\n${extra}endobj\n`);
    else {
      this.add(`${number} 0 obj\n<<${body} /Length ${data.length}>>\nstream\n`);
      this.add(data);
      this.add(`${extra}\nendstream\nendobj\n`);
    }
    return offset;
  }

  end(tail: Uint8Array = Buffer.alloc(0)): Buffer {
    this.add(tail);
    return Buffer.concat(this.#pieces);
  }
}

function plainPdf(objects: readonly PdfObjectSpec[], options: PdfOptions): Buffer {
  const writer = new Writer(options);
  const offsets = new Map<number, number>();
  for (const [index, each] of objects.entries()) {
    if (index === 2) writer.add(options.gap ?? '');
    offsets.set(each.number, writer.object(each));
  }
  const start = writer.offset;
  writer.add(
    `${table(offsets)}trailer\n<</Size ${size(offsets)} /Root ${options.root ?? '1 0 R'} ${options.trailer ?? ''}>>\nstartxref\n${start}\n%%EOF\n`,
  );
  return writer.end(options.tail);
}

const size = (offsets: ReadonlyMap<number, number>): number => Math.max(...offsets.keys()) + 1;

function table(offsets: ReadonlyMap<number, number>): string {
  const lines = [`xref\n0 ${size(offsets)}\n0000000000 65535 f \n`];
  for (let number = 1; number < size(offsets); number++) {
    const offset = offsets.get(number);
    lines.push(offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`);
  }
  return lines.join('');
}

/** Numbers of the object stream and of the cross-reference stream. */
const PACKED = 90;
const XREF = 91;

function packedPdf(objects: readonly PdfObjectSpec[], options: PdfOptions): Buffer {
  const writer = new Writer(options);
  const rows = new Map<number, [type: number, second: number, third: number]>();
  const inside = objects.filter((each) => each.stream === undefined);
  let offset = 0;
  const pairs = inside.map(({ number, body }) => {
    const pair = `${number} ${offset}`;
    offset += body.length + 1;
    return pair;
  });
  const head = `${pairs.join(' ')} `;
  const data = `${head}${inside.map(({ body }) => `${body} `).join('')}${options.packedMore ?? ''}`;
  for (const [index, { number }] of inside.entries()) rows.set(number, [2, PACKED, index]);
  for (const each of objects) if (each.stream !== undefined) rows.set(each.number, [1, writer.object(each), 0]);
  rows.set(PACKED, [
    1,
    writer.object(flate(PACKED, `/Type /ObjStm /N ${inside.length} /First ${head.length}`, Buffer.from(data, 'latin1'))),
    0,
  ]);
  writer.add(options.gap ?? '');
  const start = writer.offset;
  rows.set(XREF, [1, start, 0]);
  const bytes = Buffer.alloc((XREF + 1) * 7);
  for (const [number, [type, second, third]] of rows) {
    bytes[number * 7] = type;
    bytes.writeUInt32BE(second, number * 7 + 1);
    bytes.writeUInt16BE(third, number * 7 + 5);
  }
  writer.object(flate(XREF, `/Type /XRef /Size ${XREF + 1} /W [1 4 2] /Root 1 0 R ${options.trailer ?? ''}`, bytes));
  writer.add(`startxref\n${start}\n%%EOF\n`);
  return writer.end(options.tail);
}

/** A later revision of a document: objects that replace others or are new, behind its end. */
export function revised(bytes: Buffer, objects: readonly PdfObjectSpec[], trailer = ''): Buffer {
  const sizes = [...bytes.toString('latin1').matchAll(/\/Size (\d+)/g)].map(([, each]) => Number(each));
  const total = Math.max(...sizes, ...objects.map(({ number }) => number + 1));
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(bytes.toString('latin1'))?.[1];
  if (previous === undefined) throw new Error('no end of a document');
  const pieces: Buffer[] = [bytes];
  let length = bytes.length;
  const add = (piece: Buffer): void => {
    pieces.push(piece);
    length += piece.length;
  };
  const sections: string[] = [];
  for (const { number, body, stream: data } of objects) {
    sections.push(`${number} 1\n${String(length).padStart(10, '0')} 00000 n \n`);
    const text = data === undefined ? body : `<<${body} /Length ${data.length}>>\nstream\n`;
    add(Buffer.from(`${number} 0 obj\n${text}`, 'latin1'));
    if (data !== undefined) add(Buffer.concat([Buffer.from(data), Buffer.from('\nendstream')]));
    add(Buffer.from('\nendobj\n'));
  }
  const start = length;
  add(
    Buffer.from(
      `xref\n${sections.join('') || '0 0\n'}trailer\n<</Size ${total} /Root 1 0 R /Prev ${previous} ${trailer}>>\nstartxref\n${start}\n%%EOF\n`,
      'latin1',
    ),
  );
  return Buffer.concat(pieces);
}
