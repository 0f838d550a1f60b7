import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import type { HiddenInFile, HiddenKind } from '../../src/core/hidden-picture.js';
import { judge } from '../../src/engine/judge.js';
import { presetPolicy } from '../../src/policy/presets.js';
import { hiddenFromHeaders, hiddenFromPixels } from '../../src/service/hidden-pictures.js';
import { buildAvif } from '../support/avif.js';
import { croppedFrom, paintedOver, scene, thumbnailOf } from '../support/hidden.js';
import { exifSegment, mpfSegment, photoshopSegment, xmpExtensionSegments, xmpSegment } from '../support/jpeg.js';
import { buildPhotoshop, thumbnailResource } from '../support/photoshop.js';
import { pngChunk, rawProfile } from '../support/png.js';
import { buildExif, buildTiff, type TiffDirectory } from '../support/tiff.js';

const POLICY = presetPolicy('balanced').effectiveFor(undefined);

async function look(bytes: Buffer, name: string): Promise<HiddenInFile> {
  const source = new MemorySource(bytes);
  return hiddenFromPixels(source, judge(source, { artifact: name, name, policy: POLICY }));
}

function headers(bytes: Buffer, name: string): readonly HiddenKind[] {
  const source = new MemorySource(bytes);
  const { hidden } = hiddenFromHeaders(source, judge(source, { artifact: name, name, policy: POLICY })) as HiddenInFile;
  return hidden.map(({ kind }) => kind);
}

const kinds = ({ hidden }: HiddenInFile): HiddenKind[] => hidden.map(({ kind }) => kind);

/** How much of `expected` the recovered picture has: 1 where they are the same scene. */
async function likeness(found: HiddenInFile, expected: Buffer): Promise<number> {
  const [first] = found.hidden;
  if (first?.picture === undefined) return 0;
  const [a, b] = await Promise.all(
    [Buffer.from(first.picture.bytes), expected].map((input) =>
      sharp(input).resize(64, 64, { fit: 'fill' }).removeAlpha().greyscale().raw().toBuffer(),
    ),
  );
  const apart = (a as Buffer).reduce((sum, value, at) => sum + Math.abs(value - ((b as Buffer)[at] as number)), 0) / (a as Buffer).length;
  return 1 - apart / 255;
}

/** Segments right behind the start of a JPEG. */
const withSegments = (jpeg: Buffer, ...segments: readonly Buffer[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
const jpeg = (picture: Buffer): Promise<Buffer> => sharp(picture).jpeg({ quality: 80 }).toBuffer();

let before: Buffer;
let cropped: Buffer;
let painted: Buffer;
let thumbnail: Buffer;

beforeAll(async () => {
  before = await scene(900, 600, 11);
  cropped = await croppedFrom(before, 0.3, 0.1, 0.4, 0.8);
  painted = await paintedOver(before, 0.02);
  thumbnail = await thumbnailOf(before);
});

const packet = (image: Buffer): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/"><xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image>${image
    .toString('base64')
    .replace(/.{76}/g, '$&&#xA;')}</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails></rdf:Description></rdf:RDF></x:xmpmeta>`;

const carriers: readonly [string, (picture: Buffer) => Promise<Buffer>][] = [
  ['Exif', async (picture) => withSegments(await jpeg(picture), exifSegment(buildExif({ thumbnail })))],
  [
    'Photoshop',
    async (picture) =>
      withSegments(await jpeg(picture), photoshopSegment(buildPhotoshop([{ id: 0x40c, data: thumbnailResource(thumbnail, 160, 107) }]))),
  ],
  ['XMP', async (picture) => withSegments(await jpeg(picture), xmpSegment(packet(thumbnail)))],
  [
    'extended XMP',
    async (picture) => {
      const guid = 'A'.repeat(32);
      const main = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${guid}"/></rdf:RDF></x:xmpmeta>`;
      return withSegments(
        await jpeg(picture),
        xmpSegment(main),
        ...xmpExtensionSegments(guid, Buffer.from(packet(await thumbnailOf(before, 320, 95))), 4000),
      );
    },
  ],
  [
    'a second picture (MPF)',
    async (picture) => {
      const first = await jpeg(picture);
      const second = await jpeg(before);
      const build = (offset: number): Buffer =>
        withSegments(
          first,
          mpfSegment([
            { attributes: 0x030000, byteLength: first.length, byteOffset: 0 },
            { byteLength: second.length, byteOffset: offset },
          ]),
        );
      const head = build(0).length;
      // Offsets count from the MPF block, 8 bytes into the segment that follows SOI.
      return Buffer.concat([build(head - 10), second]);
    },
  ],
  ['a picture behind the end', async (picture) => Buffer.concat([await jpeg(picture), await jpeg(before)])],
];

describe('a preview that shows what the picture does not', () => {
  it.each(carriers)('is found in %s', async (_, build) => {
    const ofCropped = await look(await build(cropped), 'x.jpg');
    expect(kinds(ofCropped)).toEqual(['cropped-away']);
    expect(ofCropped.hidden[0]).toMatchObject({
      scrubbed: true,
      message: expect.stringContaining('the preview shows more than the picture'),
    });
    expect(await likeness(ofCropped, before)).toBeGreaterThan(0.95);
    expect(kinds(await look(await build(painted), 'x.jpg'))).toEqual(['painted-over']);
    expect(kinds(await look(await build(await scene(900, 600, 70)), 'x.jpg'))).toEqual(['other-picture']);
    expect(kinds(await look(await build(before), 'x.jpg'))).toEqual([]);
  });

  it.each(carriers)('is told from its headers alone where its proportions differ: %s', async (_, build) => {
    expect(headers(await build(cropped), 'x.jpg')).toContain('other-picture');
    expect(headers(await build(before), 'x.jpg')).toEqual([]);
  });

  it('is found in PNG, compressed or not', async () => {
    const png = (picture: Buffer, chunk: Buffer): Buffer => Buffer.concat([picture.subarray(0, 33), chunk, picture.subarray(33)]);
    const exif = Buffer.from(buildExif({ thumbnail }));
    for (const chunk of [pngChunk('eXIf', exif), rawProfile('exif', Buffer.concat([Buffer.from('Exif\0\0'), exif]))])
      expect(kinds(await look(png(cropped, chunk), 'x.png'))).toEqual(['cropped-away']);
    expect(kinds(await look(png(before, pngChunk('eXIf', exif)), 'x.png'))).toEqual([]);
  });

  it('is found as bare pixels: strips of Exif, JFIF', async () => {
    const { data } = await sharp(before).resize(96, 64).raw().toBuffer({ resolveWithObject: true });
    const long = (tag: number, ...value: number[]) => ({ tag, type: 4, value });
    const ifd1 = [
      long(0x100, 96),
      long(0x101, 64),
      { tag: 0x102, type: 3, value: [8, 8, 8] },
      long(0x103, 1),
      long(0x106, 2),
      { tag: 0x111, lengthTag: 0x117, data },
      long(0x115, 3),
      long(0x116, 64),
    ];
    expect(kinds(await look(withSegments(await jpeg(cropped), exifSegment(buildExif({ ifd1 }))), 'x.jpg'))).toEqual(['cropped-away']);
    const jfif = Buffer.concat([
      Buffer.from('ffe0', 'hex'),
      Buffer.from([(16 + data.length) >> 8, (16 + data.length) & 255]),
      Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01'),
      Buffer.from([96, 64]),
      data,
    ]);
    expect(kinds(await look(withSegments(await jpeg(cropped), jfif), 'x.jpg'))).toEqual(['cropped-away']);
  });

  it('is found in TIFF, as a page of fewer pixels', async () => {
    const page = async (picture: Buffer, width: number, height: number, kind: number): Promise<TiffDirectory> => {
      const data = await sharp(picture).resize(width, height, { fit: 'fill' }).raw().toBuffer();
      const long = (tag: number, ...value: number[]) => ({ tag, type: 4, value });
      const short = (tag: number, ...value: number[]) => ({ tag, type: 3, value });
      return [
        ...[long(0xfe, kind), long(0x100, width), long(0x101, height), short(0x102, 8, 8, 8), short(0x103, 1), short(0x106, 2)],
        ...[{ tag: 0x111, lengthTag: 0x117, data }, short(0x115, 3), long(0x116, height)],
      ];
    };
    const main = await page(cropped, 240, 320, 0);
    expect(kinds(await look(Buffer.from(buildTiff([main, await page(before, 150, 100, 1)])), 'x.tif'))).toEqual(['cropped-away']);
    expect(kinds(await look(Buffer.from(buildTiff([main, await page(cropped, 90, 120, 1)])), 'x.tif'))).toEqual([]);
  });

  it('is found in AVIF, as an item', async () => {
    const found = await look(await buildAvif(cropped, { thumbnail: await sharp(before).resize(160).png().toBuffer() }), 'x.avif');
    expect(kinds(found)).toEqual(['cropped-away']);
    expect(kinds(await look(await buildAvif(before, { thumbnail: await sharp(before).resize(160).png().toBuffer() }), 'x.avif'))).toEqual(
      [],
    );
  });
});

describe('a picture that is cropped only when it is shown', () => {
  it('is recovered whole', async () => {
    const file = await buildAvif(before, { shown: [360, 480] });
    expect(headers(file, 'x.avif')).toEqual(['cropped-for-show']);
    const found = await look(file, 'x.avif');
    expect(kinds(found)).toEqual(['cropped-for-show']);
    expect(await likeness(found, before)).toBeGreaterThan(0.95);
  });
});

describe('colours under transparency', () => {
  const erased = async (): Promise<Buffer> => {
    const { data, info } = await sharp(before).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    for (let pixel = 0; pixel < info.width * info.height; pixel++) if (pixel % info.width > 400) data[4 * pixel + 3] = 0;
    return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
      .png()
      .toBuffer();
  };

  it.each([
    ['png', (image: Sharp) => image.png()],
    ['webp', (image: Sharp) => image.webp({ lossless: true, exact: true })],
    ['tiff', (image: Sharp) => image.tiff({ compression: 'deflate' })],
    ['avif', (image: Sharp) => image.avif({ quality: 90, effort: 0 })],
  ] as const)('are recovered from %s', async (type, encode) => {
    const found = await look(await encode(sharp(await erased())).toBuffer(), `x.${type}`);
    expect(kinds(found)).toEqual(['under-transparency']);
    expect(found.hidden[0]).toMatchObject({ scrubbed: false });
    expect(await likeness(found, before)).toBeGreaterThan(0.95);
  });

  it('are none where all of it is of one colour, or nothing is transparent', async () => {
    const { data, info } = await sharp(before).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    for (let pixel = 0; pixel < info.width * info.height; pixel++) if (pixel % info.width > 400) data.fill(0, 4 * pixel, 4 * pixel + 4);
    const clear = await sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
      .png()
      .toBuffer();
    for (const bytes of [clear, before]) expect(kinds(await look(bytes, 'x.png'))).toEqual([]);
  });
});

describe('the rest of an older PNG (aCropalypse)', () => {
  it.each([
    ['three samples', 3, 200],
    ['four samples', 4, 300],
  ] as const)('of %s still inflates', async (_, samples, width) => {
    const older = await (samples === 4 ? sharp(before).ensureAlpha() : sharp(before))
      .png({ compressionLevel: 6, adaptiveFiltering: true })
      .toBuffer();
    const newer = await sharp(before).resize(width, 40, { fit: 'fill' }).png().toBuffer();
    expect(newer.length).toBeLessThan(older.length * 0.7);
    const file = Buffer.concat([newer, older.subarray(newer.length)]);
    expect(headers(file, 'x.png')).toEqual(['remains']);
    const found = await look(file, 'x.png');
    expect(kinds(found)).toEqual(['remains']);
    expect(found.hidden[0]?.message).toMatch(/lines of 900 pixels were recovered/);
    const height = found.hidden[0]?.picture?.height ?? 0;
    expect(height).toBeGreaterThan(60);
  });

  it('of which nothing inflates is named all the same', async () => {
    const noise = Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 7919) & 0xff));
    const end = Buffer.from('0000000049454e44ae426082', 'hex');
    const found = await look(Buffer.concat([await sharp(before).png().toBuffer(), noise, end]), 'x.png');
    expect(found.hidden).toMatchObject([{ kind: 'remains', message: expect.stringContaining('nothing of it could be decoded') }]);
  });
});
