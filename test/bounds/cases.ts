import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { FORMATS } from '../../src/formats/registry.js';
import { type Builder, Planter } from '../laws/planter.js';
import { application, gifComment, gifImage, gifOf } from '../support/gif.js';
import { buildHeif } from '../support/heif.js';
import { app, buildJpeg, com, exifSegment, xmpSegment } from '../support/jpeg.js';
import { isoBox } from '../support/jumbf.js';
import { box, film, fullBox, u32, u64 } from '../support/mp4.js';
import { buildPng, iCCP, iTXt, pngChunk, zTXt } from '../support/png.js';
import { buildTiff } from '../support/tiff.js';
import { greyPage } from '../support/tiff-picture.js';
import { buildWebp, riffChunk } from '../support/webp.js';

/** A file made to be slow or large to read. */
export interface BoundCase {
  readonly name: string;
  readonly format: string;
  readonly extension: string;
  /** `cut`: every beginning of the file is read. */
  readonly mode?: 'cut';
  readonly write: (path: string) => void;
}

const GIB = 2 ** 30;
const ZEROS = 192 * 2 ** 20;

const of = (format: string, extension: string, name: string, build: () => Uint8Array): BoundCase => ({
  ...{ format, extension, name },
  write: (path) => writeFileSync(path, build()),
});

/** Bytes at a file's head, and a hole up to its size: it takes no room on the disk. */
const sparse = (
  format: string,
  extension: string,
  name: string,
  size: number,
  head: () => Uint8Array,
  tail?: () => Uint8Array,
): BoundCase => ({
  ...{ format, extension, name },
  write: (path) => {
    const fd = openSync(path, 'w');
    writeSync(fd, head());
    const end = tail?.() ?? new Uint8Array();
    if (end.length > 0) writeSync(fd, end, 0, end.length, size - end.length);
    else ftruncateSync(fd, size);
    closeSync(fd);
  },
});

const many = (count: number, piece: (index: number) => Uint8Array): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => piece(index)));
const laughs = (): string => {
  const lines = Array.from({ length: 30 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`);
  return `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">${lines.join('')}]><svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><text>&l30;</text></svg>`;
};
const svg = (inner: string): string => `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${inner}</svg>`;
const rdf = (inner: string): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">${inner}</rdf:Description></rdf:RDF></x:xmpmeta>`;
const nested = (count: number, open: string, close: string): string => open.repeat(count) + close.repeat(count);
const bigDirectory = () => Array.from({ length: 20_000 }, (_, index) => ({ tag: 0x8000 + index, type: 4, value: [index] }));

const PDF_HEAD = '%PDF-1.7\n';
const pdfOf = (objects: readonly Buffer[]): Buffer => {
  const pieces = [Buffer.from(PDF_HEAD)];
  const offsets: number[] = [];
  let at = PDF_HEAD.length;
  for (const [index, object] of objects.entries()) {
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(at);
    at += whole.length;
    pieces.push(whole);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  pieces.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<</Size ${objects.length + 1} /Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(pieces);
};
const PDF_PAGES = [Buffer.from('<</Type /Catalog /Pages 2 0 R>>'), Buffer.from('<</Type /Pages /Kids [3 0 R] /Count 1>>')];

export const CASES: readonly BoundCase[] = [
  of('png', 'png', 'a profile that inflates to 192 MiB', () => buildPng({ before: [iCCP('x', Buffer.alloc(ZEROS))] })),
  of('png', 'png', 'text that inflates to 192 MiB', () => buildPng({ before: [zTXt('Comment', Buffer.alloc(ZEROS, 65))] })),
  of('png', 'png', 'XMP that inflates to 192 MiB', () =>
    buildPng({ before: [iTXt('XML:com.adobe.xmp', Buffer.alloc(ZEROS, 32), { compressed: true })] }),
  ),
  of('png', 'png', '150,000 chunks', () => buildPng({ before: [many(150_000, () => pngChunk('prVt', Buffer.from('x')))] })),
  of('png', 'png', 'a picture of 30,000 x 30,000', () => {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(30_000, 0);
    head.writeUInt32BE(30_000, 4);
    head[8] = 8;
    const lines = deflateSync(Buffer.alloc(30_001 * 3000), { level: 1 });
    return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), pngChunk('IHDR', head), pngChunk('IDAT', lines), pngChunk('IEND')]);
  }),
  of('jpeg', 'jpg', '60,000 comments', () => buildJpeg({ segments: [many(60_000, () => com('x'))] })),
  of('jpeg', 'jpg', 'XMP of 20,000 levels', () => buildJpeg({ segments: [xmpSegment(rdf(nested(4_000, '<dc:a>', '</dc:a>')))] })),
  of('jpeg', 'jpg', 'XMP with entities of entities', () => buildJpeg({ segments: [xmpSegment(laughs())] })),
  of('jpeg', 'jpg', 'a directory of 5,000 entries in Exif', () =>
    buildJpeg({ segments: [exifSegment(buildTiff([bigDirectory().slice(0, 5000)]))] }),
  ),
  of('jpeg', 'jpg', 'directories that loop', () =>
    buildJpeg({ segments: [exifSegment(buildTiff([[{ tag: 0x10e, type: 2, value: 'x' }]], { lastNext: 'first' }))] }),
  ),
  of('jpeg', 'jpg', '64 MiB behind the end', () => Buffer.concat([buildJpeg(), Buffer.alloc(64 * 2 ** 20, 0xff)])),
  of('jpeg', 'jpg', '4,000 pictures behind the end', () => Buffer.concat([buildJpeg(), many(4_000, () => buildJpeg())])),
  of('jpeg', 'jpg', 'a scan of restart markers, 64 MiB', () =>
    buildJpeg({ scanTail: Buffer.alloc(64 * 2 ** 20, Buffer.from([0xff, 0xd0])) }),
  ),
  of('jpeg', 'jpg', '4,000 segments of extended XMP', () =>
    buildJpeg({
      segments: [
        many(4_000, () =>
          app(1, 'http://ns.adobe.com/xmp/extension/\0', Buffer.from('A'.repeat(32)), u32(0xffffffff, 0), Buffer.from('x')),
        ),
      ],
    }),
  ),
  sparse('jpeg', 'jpg', '4 GiB behind the end', 4 * GIB, () => buildJpeg()),
  of('webp', 'webp', '150,000 chunks', () => buildWebp({ after: [many(150_000, () => riffChunk('prVt', Buffer.from('xx')))] })),
  sparse('webp', 'webp', '4 GiB behind the end', 4 * GIB, () => buildWebp()),
  of('gif', 'gif', '150,000 comments', () => gifOf([many(150_000, () => gifComment('x')), gifImage()])),
  of('gif', 'gif', '100,000 frames', () => gifOf([many(100_000, () => gifImage())])),
  of('gif', 'gif', 'an extension of 32 MiB', () => gifOf([application('PRIVATE1.23', Buffer.alloc(32 * 2 ** 20, 1)), gifImage()])),
  of('tiff', 'tif', 'directories of 20,000 entries', () => buildTiff([[...greyPage(), ...bigDirectory()], greyPage()])),
  of('tiff', 'tif', 'pages that loop', () => buildTiff([greyPage(), greyPage()], { lastNext: 'first' })),
  of('tiff', 'tif', '5,000 pages', () => buildTiff(Array.from({ length: 5_000 }, () => greyPage()))),
  of('tiff', 'tif', 'a count of four thousand millions', () =>
    buildTiff([[...greyPage(), { tag: 0x10e, type: 2, value: 'x', count: 0xffffffff }]]),
  ),
  sparse('tiff', 'tif', '3 GiB that nothing refers to', 3 * GIB, () => buildTiff([greyPage()])),
  of('heif', 'heic', '150,000 boxes', () => buildHeif({ boxesAfter: [many(150_000, () => isoBox('junk', Buffer.from('x')))] })),
  of('heif', 'heic', '150,000 boxes of metadata', () => buildHeif({ metaBoxes: [many(150_000, () => isoBox('junk', Buffer.from('x')))] })),
  of('heif', 'heic', '60,000 properties', () => buildHeif({ properties: [many(60_000, () => isoBox('prVt', Buffer.from('x')))] })),
  sparse('heif', 'heic', '5 GiB behind the end', 5 * GIB, () => buildHeif()),
  of('mp4', 'mp4', '150,000 boxes', () => film({ after: [many(150_000, () => box('junk', Buffer.from('x')))] })),
  of('mp4', 'mp4', 'boxes in boxes, 10,000 deep', () => {
    let inner: Uint8Array = Buffer.alloc(0);
    for (let depth = 0; depth < 10_000; depth++) inner = box('udta', inner);
    return film({ inMovie: [inner] });
  }),
  of('mp4', 'mp4', 'a table that declares four thousand million samples', () =>
    film({ video: { inTable: [fullBox('stsz', 0, 0, u32(0, 0xffffffff))] } }),
  ),
  of('mp4', 'mp4', '100,000 samples of one byte', () =>
    film({ samples: [Buffer.alloc(100_000, 1)], video: { sampleSizes: Array<number>(100_000).fill(1), samplesPerChunk: 100_000 } }),
  ),
  sparse('mp4', 'mp4', '6 GiB of samples that nothing refers to', 6 * GIB, () =>
    Buffer.concat([film(), u32(1), Buffer.from('mdat'), u64(6 * GIB - film().length)]),
  ),
  of('jxl', 'jxl', 'a brob box that unpacks to 192 MiB', () =>
    Buffer.concat([
      Buffer.from('0000000c4a584c200d0a870a', 'hex'),
      isoBox('ftyp', Buffer.from('jxl \0\0\0\0jxl ')),
      isoBox('brob', Buffer.from('xml '), brotliCompressSync(Buffer.alloc(ZEROS, 32), { params: { 1: 1 } })),
    ]),
  ),
  of('jxl', 'jxl', '150,000 boxes', () =>
    Buffer.concat([
      Buffer.from('0000000c4a584c200d0a870a', 'hex'),
      isoBox('ftyp', Buffer.from('jxl \0\0\0\0jxl ')),
      many(150_000, () => isoBox('junk', Buffer.from('x'))),
    ]),
  ),
  of('svg', 'svg', 'entities of entities', () => Buffer.from(laughs())),
  of('svg', 'svg', '100,000 levels', () => Buffer.from(svg(nested(100_000, '<g>', '</g>')))),
  of('svg', 'svg', '300,000 elements', () => Buffer.from(svg('<g id="a"/>'.repeat(300_000)))),
  of('svg', 'svg', 'an attribute of 32 MiB', () => Buffer.from(svg(`<path d="${'1'.repeat(32 * 2 ** 20)}"/>`))),
  of('svg', 'svg', '100,000 attributes', () =>
    Buffer.from(svg(`<g ${Array.from({ length: 100_000 }, (_, index) => `data-a${index}="x"`).join(' ')}/>`)),
  ),
  of('svg', 'svgz', 'a drawing that inflates to 192 MiB', () => gzipSync(Buffer.from(svg(' '.repeat(ZEROS))), { level: 1 })),
  sparse('bmp', 'bmp', '4 GiB of rows', 4 * GIB, () => {
    const head = Buffer.alloc(54);
    head.write('BM');
    head.writeUInt32LE(54, 10);
    head.writeUInt32LE(40, 14);
    head.writeInt32LE(36_000, 18);
    head.writeInt32LE(36_000, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(24, 28);
    return head;
  }),
  sparse('psd', 'psd', '4 GiB behind the header', 4 * GIB, () =>
    Buffer.concat([
      Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03', 'latin1'),
      u32(8, 8),
      Buffer.from([0, 8, 0, 3]),
      u32(0, 0, 0),
      Buffer.alloc(2 + 8 * 8 * 3),
    ]),
  ),
  of('psd', 'psd', '100,000 resources', () => {
    const resources = many(100_000, () => Buffer.concat([Buffer.from('8BIM'), Buffer.from([0x0f, 0xa0, 0, 0]), u32(2), Buffer.from('xx')]));
    return Buffer.concat([
      Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03', 'latin1'),
      u32(8, 8),
      Buffer.from([0, 8, 0, 3]),
      u32(0, resources.length),
      resources,
      u32(0),
      Buffer.alloc(2 + 8 * 8 * 3),
    ]);
  }),
  of('jp2', 'jp2', '150,000 boxes', () =>
    Buffer.concat([
      Buffer.from('0000000c6a5020200d0a870a', 'hex'),
      isoBox('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ')),
      many(150_000, () => isoBox('junk', Buffer.from('x'))),
    ]),
  ),
  of('pdf', 'pdf', 'a stream that inflates to 192 MiB', () => {
    const data = deflateSync(Buffer.alloc(ZEROS, 32), { level: 9 });
    const head = Buffer.from(`<</Type /Metadata /Subtype /XML /Filter /FlateDecode /Length ${data.length}>>\nstream\n`);
    return pdfOf([
      Buffer.from('<</Type /Catalog /Pages 2 0 R /Metadata 4 0 R>>'),
      PDF_PAGES[1] as Buffer,
      Buffer.from('<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>'),
      Buffer.concat([head, data, Buffer.from('\nendstream')]),
    ]);
  }),
  of('pdf', 'pdf', '100,000 objects', () =>
    pdfOf([
      ...PDF_PAGES,
      Buffer.from('<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>'),
      ...Array.from({ length: 100_000 }, () => Buffer.from('<</A 1>>')),
    ]),
  ),
  of('pdf', 'pdf', 'arrays 100,000 deep', () =>
    pdfOf([...PDF_PAGES, Buffer.from(`<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /A ${nested(100_000, '[', ']')}>>`)]),
  ),
  of('ico', 'ico', '65,535 entries', () =>
    Buffer.concat([Buffer.from([0, 0, 1, 0, 0xff, 0xff]), many(65_535, () => Buffer.from('0101000001002000280000001600000', 'hex'))]),
  ),
];

/** A file with something in each place of each format, of which every beginning is read. */
export async function cutCases(): Promise<BoundCase[]> {
  const found: BoundCase[] = [];
  for (const { id } of FORMATS) {
    const module = (await import(`../laws/${id}.ts`)) as Record<string, Builder>;
    const build = module[id];
    if (build === undefined) throw new Error(`test/laws/${id}.ts exports no ${id}`);
    const choice = { exif: true, xmp: true, iptc: true, text: true, unknown: true, tail: true, orientation: 6, salt: 1 };
    found.push({ ...of(id, id, 'cut short at every byte', () => build(new Planter(1), choice)), mode: 'cut' });
  }
  return found;
}
