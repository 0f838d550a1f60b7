import { inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Category } from '../../src/core/category.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { png } from '../../src/formats/png/png.js';
import { expectLaws, readBytes, scrubUnder } from '../support/container.js';
import { srgbProfile } from '../support/icc.js';
import { buildIptc } from '../support/iptc.js';
import { buildC2pa, jsonAssertion } from '../support/jumbf.js';
import { BALANCED, flatten, LOCATION_ONLY, partAt, policyOf, removing, STRICT } from '../support/payload.js';
import {
  buildPng,
  iCCP,
  iTXt,
  type PngOptions,
  pngChunk,
  pngXmp,
  rawProfile,
  rawProfileText,
  splitPng,
  tEXt,
  u32,
  zTXt,
} from '../support/png.js';
import { buildExif } from '../support/tiff.js';

const SECRET = 'CANARY7Q2XKPLW';
const secret = Buffer.from(SECRET);
const types = (bytes: Uint8Array): string[] => splitPng(bytes).map(({ type }) => type);
const CLEAN = buildPng();

const exif = (orientation: number): Uint8Array =>
  buildExif({ orientation, imageDescription: SECRET, serial: SECRET, gps: { latitude: 48.2, longitude: 16.4 } });
const marked = (block: Uint8Array): Buffer => Buffer.concat([Buffer.from('Exif\0\0'), block]);
const xmp = (text: string): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="${text}"/></rdf:RDF></x:xmpmeta>`;
const category = (chunk: Uint8Array, path: string): Category | undefined =>
  partAt(readBytes(png, buildPng({ before: [chunk] })).parts, path)?.category;

describe('PNG text', () => {
  it.each<[string, string, string, Category]>([
    ['Author', 'A', 'Author', 'copyright'],
    ['Comment', 'hello', 'Comment', 'text'],
    ['Creation Time', '2024-05-06T07:08:09Z', 'Creation Time', 'time'],
    ['date:modify', '2024-05-06T07:08:09+00:00', 'date:modify', 'time'],
    ['Software', 'Editor', 'Software', 'software'],
    ['parameters', 'a castle', 'parameters', 'ai-prompt'],
    ['Comment', '{"prompt": "a castle", "steps": 28, "sampler": "k_euler", "seed": 1}', 'Comment', 'ai-prompt'],
    ['Thumb::URI', 'file:///home/someone/x.png', 'Thumb::URI', 'software'],
    ['exif:GPSLatitude', '48/1', 'exif:GPSLatitude', 'location'],
    ['No Such Keyword', 'x', 'x', 'text'],
  ])('under %s that reads %s', (keyword, text, _, expected) => {
    expect(category(tEXt(keyword, text), 'tEXt#0')).toBe(expected);
    expect(category(zTXt(keyword, text), 'zTXt#0')).toBe(expected);
    expect(category(iTXt(keyword, text, { compressed: true }), 'iTXt#0')).toBe(expected);
  });

  it('shows neither keyword nor text in path or note where the keyword is unknown', () => {
    const { parts } = readBytes(png, buildPng({ before: [tEXt(SECRET, SECRET), iTXt('Title', SECRET, { translated: SECRET })] }));
    for (const part of flatten(parts)) expect(JSON.stringify(part)).not.toContain(SECRET);
    expect(partAt(parts, 'tEXt#0')?.value?.reveal()).toBe(`${SECRET}: ${SECRET}`);
  });

  it('goes under an unknown keyword with what is hidden, and stays under a known one', () => {
    const bytes = buildPng({ before: [tEXt('Zzyzx', SECRET), tEXt('Title', 'Dawn')] });
    expect(scrubUnder(png, bytes, BALANCED).output.equals(buildPng({ before: [tEXt('Title', 'Dawn')] }))).toBe(true);
    expect(scrubUnder(png, bytes, LOCATION_ONLY).output.equals(bytes)).toBe(true);
  });

  it.each<[string, Uint8Array]>([
    ['a keyword of 200 bytes', tEXt('K'.repeat(200), SECRET)],
    ['no keyword', tEXt('', SECRET)],
    ['no NUL', pngChunk('tEXt', Buffer.from(SECRET))],
    ['a broken stream', pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), secret]))],
    ['an unknown compression', pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\x05'), secret]))],
    ['an unknown compression flag', pngChunk('iTXt', Buffer.concat([Buffer.from('Comment\0\x07\0\0\0'), secret]))],
    ['text after a NUL', tEXt('Comment', `hello\0${SECRET}`)],
    ['a bad CRC', pngChunk('tEXt', Buffer.from(`Comment\0${SECRET}`), 0)],
    ['a profile that is none', rawProfile('exif', secret)],
    ['a profile of no known type', rawProfile('generic', secret)],
    ['a profile whose hex is none', zTXt('Raw profile type exif', `\nexif\n      20\n${SECRET}\n`)],
  ])('with %s may hold anything', (_, chunk) => {
    const bytes = buildPng({ before: [chunk] });
    for (const policy of [STRICT, BALANCED, LOCATION_ONLY]) expect(scrubUnder(png, bytes, policy).output.equals(CLEAN)).toBe(true);
    expectLaws(png, bytes, [STRICT]);
  });

  it('that is a bomb is removed unread, and many small ones cost no more than one', () => {
    const bytes = buildPng({
      before: [zTXt('Comment', Buffer.alloc(40 * 2 ** 20)), ...Array.from({ length: 60 }, () => zTXt('Comment', Buffer.alloc(2 ** 20)))],
    });
    expect(partAt(readBytes(png, bytes).parts, 'zTXt#0')?.category).toBe('hidden');
    expect(scrubUnder(png, bytes, BALANCED).touched.length).toBeGreaterThan(30);
    expect(scrubUnder(png, bytes, STRICT).output.equals(CLEAN)).toBe(true);
  });

  it('loses what follows its compressed stream', () => {
    const bytes = buildPng({ before: [zTXt('Title', 'Dawn', secret), iTXt('Comment', 'fine', { compressed: true, afterStream: secret })] });
    const { output, touched } = scrubUnder(png, bytes, BALANCED);
    expect(touched).toEqual(['zTXt#0/after-end', 'iTXt#0/after-end']);
    expect(output.equals(buildPng({ before: [zTXt('Title', 'Dawn'), iTXt('Comment', 'fine', { compressed: true })] }))).toBe(true);
    expectLaws(png, bytes, [STRICT, BALANCED]);
  });

  it('that is a date is made as coarse as asked, or goes', () => {
    const policy = policyOf({ time: { kind: 'coarsen', precision: { kind: 'time', unit: 'month' } } });
    const dates = (...texts: readonly string[]): Buffer => buildPng({ before: texts.map((text) => zTXt('Creation Time', text)) });
    const bytes = dates('2024-05-06T07:08:09+02:00', '2024:05:06 07:08:09', 'Mon, 06 May 2024 07:08:09 GMT');
    expect(splitPng(scrubUnder(png, bytes, policy).output).length).toBe(splitPng(bytes).length - 1);
    const month = splitPng(scrubUnder(png, dates('2024-05-06T07:08:09+02:00'), policy).output)[1]?.data ?? Buffer.alloc(0);
    expect(inflateSync(month.subarray('Creation Time'.length + 2)).toString()).toBe('2024-05');
    expectLaws(png, bytes, [policy]);
  });
});

describe('PNG tIME', () => {
  const time = (...values: readonly number[]): Buffer => pngChunk('tIME', Buffer.from([0x07, 0xe8, ...values]));

  it('is made coarser in place', () => {
    for (const [unit, values] of [
      ['day', [5, 6, 0, 0, 0]],
      ['month', [5, 1, 0, 0, 0]],
      ['year', [1, 1, 0, 0, 0]],
    ] as const) {
      const policy = policyOf({ time: { kind: 'coarsen', precision: { kind: 'time', unit } } });
      const bytes = buildPng({ before: [time(5, 6, 7, 8, 9)] });
      expect(scrubUnder(png, bytes, policy).output.equals(buildPng({ before: [time(...values)] }))).toBe(true);
      expectLaws(png, bytes, [policy]);
    }
  });

  it('goes whole where it is removed, or too long', () => {
    expect(scrubUnder(png, buildPng({ after: [time(5, 6, 7, 8, 9)] }), removing('time')).output.equals(CLEAN)).toBe(true);
    expect(scrubUnder(png, buildPng({ after: [pngChunk('tIME', secret)] }), LOCATION_ONLY).output.equals(CLEAN)).toBe(true);
  });
});

describe('PNG Exif', () => {
  it.each<[string, PngOptions]>([
    ['in eXIf', { before: [pngChunk('eXIf', exif(6))] }],
    ['in eXIf after the pixels', { after: [pngChunk('eXIf', exif(6))] }],
    ['in eXIf with the mark of JPEG', { before: [pngChunk('eXIf', marked(exif(6)))] }],
    ['in a raw profile', { before: [rawProfile('exif', marked(exif(6)))] }],
    ['in a raw profile APP1', { before: [rawProfile('APP1', marked(exif(6)))] }],
    ['in a raw profile of plain text', { before: [tEXt('Raw profile type exif', rawProfileText('exif', exif(6)))] }],
    ['in a raw profile with an odd name', { before: [zTXt('Raw profile type exif', rawProfileText(SECRET, exif(6)))] }],
    ['in a raw profile with more after it', { before: [zTXt('Raw profile type exif', rawProfileText('exif', exif(6)) + SECRET)] }],
  ])('%s leaves nothing but how the picture is turned', async (_, options) => {
    const bytes = buildPng(options);
    for (const policy of [STRICT, BALANCED]) {
      const { before, after } = scrubUnder(png, bytes, policy);
      expect([before.picture.orientation, after.picture.orientation]).toEqual([6, 6]);
      expect(flatten(after.parts).filter(({ category }) => category === 'location' || category === 'device')).toEqual([]);
    }
    expect(scrubUnder(png, bytes, STRICT).output.includes(Buffer.from(secret.toString('hex')))).toBe(false);
    expect((await sharp(bytes).raw().toBuffer()).length).toBe(60);
    expectLaws(png, bytes, [STRICT, BALANCED, LOCATION_ONLY]);
  });

  it('turns by eXIf rather than by text', () => {
    const { picture } = readBytes(png, buildPng({ before: [rawProfile('exif', exif(3))], after: [pngChunk('eXIf', exif(8))] }));
    expect(picture.orientation).toBe(8);
  });

  it('that comes twice stays once', () => {
    const bytes = buildPng({ before: [pngChunk('eXIf', exif(6)), pngChunk('eXIf', exif(3))] });
    const { output, after } = scrubUnder(png, bytes, BALANCED);
    expect(types(output)).toEqual(['IHDR', 'eXIf', 'IDAT', 'IEND']);
    expect(after.picture.orientation).toBe(6);
    expect(flatten(scrubUnder(png, bytes, LOCATION_ONLY).after.parts).some(({ category }) => category === 'location')).toBe(false);
  });

  it.each(['exIf', 'zxIf'])('in %s, which is no standard, goes whole', (type) => {
    const data =
      type === 'exIf'
        ? exif(6)
        : Buffer.concat([Buffer.from([0]), u32(exif(6).length), splitPng(zTXtOf(exif(6)))[0]?.data.subarray(3) ?? Buffer.alloc(0)]);
    const bytes = buildPng({ before: [pngChunk(type, data)] });
    expect(readBytes(png, bytes).picture.orientation).toBe(1);
    expect(partAt(readBytes(png, bytes).parts, `${type}#0`)?.children?.length).toBeGreaterThan(2);
    for (const policy of [STRICT, BALANCED, LOCATION_ONLY]) expect(scrubUnder(png, bytes, policy).output.equals(CLEAN)).toBe(true);
  });

  /** A signature and a zTXt chunk, so that its deflated data can be taken out. */
  function zTXtOf(data: Uint8Array): Buffer {
    return Buffer.concat([Buffer.alloc(8), zTXt('K', data)]);
  }
});

describe('PNG metadata of other standards', () => {
  it.each<[string, Uint8Array, string]>([
    ['XMP', pngXmp(xmp(SECRET)), 'XMP'],
    ['compressed XMP', pngXmp(xmp(SECRET), { compressed: true }), 'XMP'],
    ['XMP in a raw profile', rawProfile('xmp', Buffer.from(xmp(SECRET))), 'XMP'],
    ['XMP in a raw profile APP1', rawProfile('APP1', Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp(SECRET)}`)), 'XMP'],
    ['IPTC in a raw profile', rawProfile('iptc', buildIptc([[2, 90, SECRET]])), 'IPTC-IIM'],
  ])('%s is read and cleaned', (_, chunk, carrier) => {
    const bytes = buildPng({ before: [chunk] });
    expect(
      readBytes(png, bytes)
        .parts.find((part) => part.carrier === carrier)
        ?.children?.some(({ category }) => category === 'location'),
    ).toBe(true);
    const { output } = scrubUnder(png, bytes, LOCATION_ONLY);
    expect(flatten(readBytes(png, output).parts).some(({ category }) => category === 'location')).toBe(false);
    expectLaws(png, bytes, [LOCATION_ONLY, BALANCED, STRICT]);
  });

  it('XMP loses a translated keyword that stands beside it', () => {
    const bytes = buildPng({ before: [pngXmp(xmp('x'), { translated: SECRET })] });
    expect(scrubUnder(png, bytes, removing('hidden')).output.equals(buildPng({ before: [pngXmp(xmp('x'))] }))).toBe(true);
  });

  it('C2PA goes with provenance', () => {
    const bytes = buildPng({ before: [pngChunk('caBX', buildC2pa([jsonAssertion('stds.exif', { x: SECRET })]))] });
    expect(scrubUnder(png, bytes, BALANCED).output.equals(CLEAN)).toBe(true);
    expectLaws(png, bytes, [STRICT, LOCATION_ONLY]);
  });
});

describe('PNG colour and other chunks', () => {
  const profile = srgbProfile();

  it('keep a profile to the byte and its name where it is common', () => {
    const bytes = buildPng({ before: [iCCP('ICC Profile', profile)] });
    expect(Buffer.from(readBytes(png, bytes).picture.iccProfile ?? []).equals(profile)).toBe(true);
    expectLaws(png, bytes, [STRICT]);
    expect(scrubUnder(png, bytes, STRICT).after.picture.iccProfile).toEqual(readBytes(png, bytes).picture.iccProfile);
  });

  it('rename a profile that is named after a screen, and cut what follows it', () => {
    const bytes = buildPng({ before: [iCCP(SECRET, profile, secret)] });
    const { output, touched } = scrubUnder(png, bytes, BALANCED);
    expect(touched).toEqual(['iCCP#0/name', 'iCCP#0/after-end']);
    expect(output.equals(buildPng({ before: [iCCP('ICC profile', profile)] }))).toBe(true);
    expectLaws(png, bytes, [STRICT, BALANCED, LOCATION_ONLY]);
  });

  it.each<[string, readonly Uint8Array[]]>([
    ['text in place of a profile', [iCCP('ICC Profile', secret)]],
    ['a profile that does not inflate', [pngChunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), secret]))]],
    ['a palette of a truecolour picture', [pngChunk('PLTE', Buffer.concat([secret, Buffer.alloc(1)]))]],
    ['a gamma that is too long', [pngChunk('gAMA', secret)]],
    ['text in cHRM', [pngChunk('cHRM', Buffer.concat([secret, secret, Buffer.alloc(4, 0x41)]))]],
    ['text in pHYs', [pngChunk('pHYs', Buffer.from(`${SECRET.slice(0, 8)}\0`))]],
    ['transparency of a length that is wrong', [pngChunk('tRNS', secret)]],
    ['a background of a length that is wrong', [pngChunk('bKGD', secret)]],
    ['a position', [pngChunk('oFFs', secret)]],
    ['a scale', [pngChunk('sCAL', secret)]],
    ['a calibration', [pngChunk('pCAL', secret)]],
    ['a suggested palette', [pngChunk('sPLT', secret)]],
    ['a signature', [pngChunk('dSIG', secret)]],
    ['hints for Apple', [pngChunk('iDOT', secret)]],
    ['a GIF extension', [pngChunk('gIFx', secret)]],
    ['Fireworks layers', [pngChunk('mkBT', secret)]],
    ['a chunk nobody knows', [pngChunk('zzZz', secret)]],
  ])('lose %s', (_, before) => {
    const bytes = buildPng({ before });
    for (const policy of [STRICT, BALANCED]) expect(scrubUnder(png, bytes, policy).output.equals(CLEAN)).toBe(true);
    expectLaws(png, bytes, [STRICT, LOCATION_ONLY]);
  });

  const rendering = [
    pngChunk('gAMA', u32(45455)),
    pngChunk('cHRM', u32(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
    pngChunk('sRGB', Buffer.from([0])),
    pngChunk('cICP', Buffer.from([9, 16, 0, 1])),
    pngChunk('sBIT', Buffer.from([8, 8, 8])),
    pngChunk('bKGD', Buffer.from([0, 1, 0, 2, 0, 3])),
    pngChunk('tRNS', Buffer.from([0, 1, 0, 2, 0, 3])),
    pngChunk('pHYs', Buffer.concat([u32(2835, 2835), Buffer.from([1])])),
  ];

  it('stay as they are where they say how the picture is shown', () => {
    expect(scrubUnder(png, buildPng({ before: rendering }), STRICT).touched).toEqual([]);
  });

  it('stay under balanced where they are hints of a program, and go under strict', () => {
    const half = (lines: number) => u32(2, 0, 2, 40, 2, lines, 60);
    const before = [pngChunk('oFFs', Buffer.concat([u32(5, 0xfffffffb), Buffer.from([1])])), pngChunk('iDOT', half(2))];
    const bytes = buildPng({ before });
    expect(scrubUnder(png, bytes, BALANCED).touched).toEqual([]);
    expect(scrubUnder(png, bytes, STRICT).output.equals(CLEAN)).toBe(true);
    const odd = buildPng({ before: [pngChunk('iDOT', half(9))] });
    expect(scrubUnder(png, odd, BALANCED).output.equals(CLEAN)).toBe(true);
    expect(scrubUnder(png, buildPng({ before: [...before, ...before] }), BALANCED).output.equals(bytes)).toBe(true);
  });

  it.each<[string, string, Category]>([
    ['exif:Model', 'Acme 1', 'camera'],
    ['exif:DateTimeOriginal', '2024:01:02 03:04:05', 'time'],
    ['exif:Copyright', 'Ada', 'copyright'],
    ['exif:BodySerialNumber', '4711', 'device'],
    ['exif:GPSLatitude', '48/1', 'location'],
    ['exif:PixelXDimension', '5', 'hidden'],
    ['exif:Nonsense', '5', 'hidden'],
    ['icc:copyright', 'Ada', 'copyright'],
    ['icc:description', 'sRGB', 'software'],
  ])('that copy %s are what they copy', (keyword, text, expected) => {
    expect(category(tEXt(keyword, text), 'tEXt#0')).toBe(expected);
  });

  it('go where no viewer heeds them: a second time, or after the pixels', () => {
    expect(
      scrubUnder(png, buildPng({ before: rendering, after: rendering }), BALANCED).output.equals(buildPng({ before: rendering })),
    ).toBe(true);
    expect(
      scrubUnder(png, buildPng({ before: [...rendering, ...rendering] }), BALANCED).output.equals(buildPng({ before: rendering })),
    ).toBe(true);
  });

  it('stay in an indexed picture', () => {
    const bytes = buildPng({
      colourType: 3,
      before: [pngChunk('tRNS', Buffer.from([0, 128])), pngChunk('bKGD', Buffer.from([1]))],
      trailer: secret,
    });
    expect(types(scrubUnder(png, bytes, STRICT).output)).toEqual(['IHDR', 'PLTE', 'tRNS', 'bKGD', 'IDAT', 'IEND']);
  });

  it('are never read where they are longer than the limit', () => {
    const bytes = buildPng({ before: [tEXt('Comment', 'x'.repeat(500))] });
    expect(partAt(readBytes(png, bytes, { ...DEFAULT_LIMITS, payloadBytes: 100 }).parts, 'tEXt#0')?.category).toBe('hidden');
  });

  it('tell what follows the end', () => {
    const note = (trailer: Uint8Array): string => partAt(readBytes(png, buildPng({ trailer })).parts, 'trailer')?.note ?? '';
    expect(note(Buffer.from('PK\x03\x04zip'))).toMatch(/zip/);
    expect(note(buildPng())).toMatch(/second PNG/);
    expect(note(buildPng({ width: 40, height: 40 }).subarray(60))).toMatch(/aCropalypse/);
    expect(note(tEXt('Comment', 'x'))).toMatch(/chunks/);
    expect(note(secret)).toMatch(/bytes/);
  });
});
