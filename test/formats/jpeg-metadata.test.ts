import { describe, expect, it } from 'vitest';
import { jpeg } from '../../src/formats/jpeg/jpeg.js';
import { expectLaws, readBytes, scrubUnder } from '../support/container.js';
import { srgbProfile } from '../support/icc.js';
import { buildIptc } from '../support/iptc.js';
import {
  app,
  buildJpeg,
  com,
  exifSegment,
  iccChunk,
  iccSegments,
  jfif,
  jpegSegment,
  jumbfSegments,
  photoshopSegment,
  xmpExtensionSegments,
  xmpSegment,
} from '../support/jpeg.js';
import { buildC2pa } from '../support/jumbf.js';
import { BALANCED, flatten, KEEP_ALL, LOCATION_ONLY, partAt, removing, STRICT } from '../support/payload.js';
import { buildPhotoshop } from '../support/photoshop.js';
import { buildExif, type ExifOptions } from '../support/tiff.js';

const POLICIES = [STRICT, BALANCED, LOCATION_ONLY, removing('text'), removing('preview'), removing('hidden')];
const CANARY = 'CANARY-5f3a';
const GPS = { latitude: 48.137, longitude: 11.575 };
const clean = buildJpeg();

function exif(options: ExifOptions, mark?: string): Buffer {
  return exifSegment(buildExif(options), mark);
}

/** Holds the laws, and leaves nothing of the canary under `strict`. Returns that output. */
function strictly(segments: readonly Uint8Array[], more: Parameters<typeof buildJpeg>[0] = {}): Buffer {
  const bytes = buildJpeg({ ...more, segments });
  expectLaws(jpeg, bytes, POLICIES);
  const { output } = scrubUnder(jpeg, bytes, STRICT);
  expect(output.includes(CANARY)).toBe(false);
  return output;
}

describe('Exif in a JPEG', () => {
  it('keeps its orientation when all else goes', () => {
    const segment = exif({ orientation: 6, make: CANARY, gps: GPS, artist: CANARY });
    const output = strictly([segment]);
    const { picture, parts } = readBytes(jpeg, output);
    expect(picture.orientation).toBe(6);
    expect(partAt(parts, 'APP1#0/Exif/IFD0/Orientation')).toBeDefined();
    expect(partAt(parts, 'APP1#0/Exif/IFD0/Make')).toBeUndefined();
  });

  it.each(['Exif\0\xff', 'Exif\0\0Exif\0\0', 'exif\0\0', '\0\0Exif\0\0'])('is found behind the mark %j, which stays as it is', (mark) => {
    const output = strictly([exif({ orientation: 3, make: CANARY }, mark)]);
    expect(output.includes(Buffer.from(`${mark}II`, 'latin1')) || output.includes(Buffer.from(`${mark}MM`, 'latin1'))).toBe(true);
    expect(readBytes(jpeg, output).picture.orientation).toBe(3);
  });

  it('of a second block does not begin to turn the picture', () => {
    const both = [exif({ orientation: 6, make: CANARY }), com(CANARY), exif({ orientation: 8, make: CANARY, gps: GPS })];
    const output = strictly(both);
    expect(flatten(readBytes(jpeg, output).parts).filter(({ path }) => path.endsWith('/Orientation')).length).toBe(1);
    const kept = scrubUnder(jpeg, buildJpeg({ segments: both }), LOCATION_ONLY);
    expect(partAt(kept.after.parts, 'APP1#1/Exif/IFD0/Make')).toBeDefined();
    expect(partAt(kept.after.parts, 'APP1#1/Exif/GPS/GPSLatitude')).toBeUndefined();
    expect(kept.after.picture.orientation).toBe(6);
  });

  it.each([0, 2, 3])('in an APP%i segment is read, and does not turn the picture', (number) => {
    const output = strictly([app(number, 'Exif\0\0', buildExif({ orientation: 6, make: CANARY, gps: GPS }))]);
    expect(output.equals(clean)).toBe(true);
  });

  it('in a comment or behind the first scan is read', () => {
    const block = buildExif({ orientation: 6, make: CANARY, gps: GPS });
    expect(strictly([jpegSegment(0xfe, Buffer.from('Exif\0\0'), block)]).equals(clean)).toBe(true);
    const bytes = buildJpeg({ kind: 'progressive', afterScan: [exifSegment(block)] });
    expectLaws(jpeg, bytes, POLICIES);
    expect(readBytes(jpeg, bytes).picture.orientation).toBe(1);
    expect(scrubUnder(jpeg, bytes, STRICT).output.equals(buildJpeg({ kind: 'progressive' }))).toBe(true);
  });

  it('longer than a segment goes on in the next ones', () => {
    const block = Buffer.from(buildExif({ orientation: 6, userComment: `${'x'.repeat(150_000)}${CANARY}`, gps: GPS }));
    const chunks = [0, 1, 2].map((index) => exifSegment(block.subarray(index * 60_000, (index + 1) * 60_000)));
    const output = strictly(chunks);
    expect(readBytes(jpeg, output).picture.orientation).toBe(6);
    const kept = scrubUnder(jpeg, buildJpeg({ segments: chunks }), LOCATION_ONLY);
    expect(kept.output.includes(CANARY)).toBe(true);
    expect(partAt(kept.after.parts, 'APP1#0/Exif/ExifIFD/UserComment')).toBeDefined();
    expect(partAt(kept.after.parts, 'APP1#0')?.region.byteLength).toBeGreaterThan(150_000);
  });

  it('that is empty, broken or continues nothing is hidden data', () => {
    expect(strictly([app(1, 'Exif\0\0'), app(1, 'Exif\0\0', Buffer.from(CANARY))]).equals(clean)).toBe(true);
    expect(strictly([app(1, ''), exif({ make: CANARY })], {}).includes(CANARY)).toBe(false);
    // A block begins where there is a TIFF header, whatever came before.
    expect(readBytes(jpeg, strictly([app(1, 'Exif\0\0'), exif({ orientation: 6, make: CANARY })])).picture.orientation).toBe(6);
  });
});

describe('an ICC profile in a JPEG', () => {
  const profile = srgbProfile();

  it('is kept as it is, in whatever order its chunks come', () => {
    for (const count of [1, 2, 5]) {
      const chunks = iccSegments(profile, count).reverse();
      const bytes = buildJpeg({ segments: [chunks[0] as Buffer, com(CANARY), ...chunks.slice(1)] });
      expectLaws(jpeg, bytes, POLICIES);
      const { before, after, output } = scrubUnder(jpeg, bytes, STRICT);
      expect(Buffer.from(before.picture.iccProfile ?? []).equals(profile)).toBe(true);
      expect(output.equals(buildJpeg({ segments: chunks }))).toBe(true);
      expect(Buffer.from(after.picture.iccProfile ?? []).equals(profile)).toBe(true);
    }
  });

  it('covers for nothing else', () => {
    const bogus = [iccChunk(7, 1, Buffer.from(CANARY)), iccChunk(0, 1, Buffer.from(CANARY)), iccChunk(1, 1, Buffer.from(CANARY))];
    for (const segment of bogus)
      expect(strictly([...iccSegments(profile), segment]).equals(buildJpeg({ segments: iccSegments(profile) }))).toBe(true);
    expect(strictly([iccChunk(1, 1, buildExif({ make: CANARY }) as Buffer)]).equals(clean)).toBe(true);
    expect(strictly([iccChunk(1, 2, profile), com(CANARY)]).equals(clean)).toBe(true);
    expect(strictly([app(2, 'ICC_PROFILE', Buffer.from(CANARY))]).equals(clean)).toBe(true);
    const behind = buildJpeg({ kind: 'progressive', afterScan: iccSegments(profile) });
    expect(scrubUnder(jpeg, behind, STRICT).output.equals(buildJpeg({ kind: 'progressive' }))).toBe(true);
  });

  it('loses what is written into it, over several segments', () => {
    const long = srgbProfile([{ signature: 'desc', data: Buffer.from('x') }].slice(1));
    const withTail = Buffer.concat([long, Buffer.from(CANARY.repeat(9000))]);
    const chunks = iccSegments(withTail, 2);
    const output = strictly([...chunks.slice(0, 1), com('between'), ...chunks.slice(1)]);
    expect(readBytes(jpeg, output).picture.iccProfile?.length).toBeLessThan(withTail.length);
    expect(readBytes(jpeg, output).picture.iccProfile).toBeDefined();
  });
});

describe('XMP in a JPEG', () => {
  const guid = '0123456789ABCDEF0123456789ABCDEF';
  const packet = (inner: string): string =>
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" ${inner}</rdf:Description></rdf:RDF></x:xmpmeta>`;
  const main = packet(`xmpNote:HasExtendedXMP="${guid}">`);
  const extended = Buffer.from(packet(`><dc:source>${CANARY}${'y'.repeat(500)}</dc:source>`));

  it('goes with its extension, wherever the chunks are', () => {
    const chunks = xmpExtensionSegments(guid, extended, 200);
    expect(strictly([xmpSegment(main), ...chunks]).equals(clean)).toBe(true);
    expect(
      strictly([...chunks.slice(0, 2), com('between'), xmpSegment(main), com('and'), ...chunks.slice(2).reverse()]).equals(clean),
    ).toBe(true);
  });

  it('leaves no chunk that belongs to no packet', () => {
    const chunks = xmpExtensionSegments(guid, extended, 200);
    for (const segments of [chunks, [xmpSegment(main), ...chunks.slice(1)], [xmpSegment(main), ...chunks, chunks[1] as Buffer]])
      expect(strictly(segments).equals(clean)).toBe(true);
    const empty = xmpSegment(packet('>'));
    expect(strictly([empty, ...chunks]).equals(buildJpeg({ segments: [empty] }))).toBe(true);
  });

  it('is written anew over as many segments as it takes', () => {
    const long = Buffer.from(packet(`><dc:source>Paris</dc:source><dc:description>${'text '.repeat(30_000)}</dc:description>`));
    const city = packet(`xmpNote:HasExtendedXMP="${guid}" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Paris">`);
    const bytes = buildJpeg({ segments: [xmpSegment(city), ...xmpExtensionSegments(guid, long, 60_000)] });
    expectLaws(jpeg, bytes, POLICIES);
    const { output, after } = scrubUnder(jpeg, bytes, LOCATION_ONLY);
    expect(output.includes('City')).toBe(false);
    expect(output.includes('http://ns.adobe.com/xmp/extension/')).toBe(true);
    expect(flatten(after.parts).map(({ path }) => path)).toContain('APP1#0/XMP/ext/dc:description');
  });

  it('is found under other marks', () => {
    const text = packet(`><dc:source>${CANARY}</dc:source>`);
    for (const segment of [
      app(1, text),
      app(4, `http://ns.adobe.com/xap/1.0/\0${text}`),
      com(text),
      app(1, `http://ns.adobe.com/xap/1.0/${text}`),
    ]) {
      const { parts } = readBytes(jpeg, buildJpeg({ segments: [segment] }));
      expect(parts.map(({ carrier }) => carrier)).toContain('XMP');
      expect(strictly([segment]).equals(clean)).toBe(true);
    }
    expect(strictly([xmpSegment(text), com('x'), xmpSegment(text)]).equals(clean)).toBe(true);
  });
});

describe('other segments of a JPEG', () => {
  it('Photoshop resources are read, over several segments and under both headers', () => {
    const iptc = buildIptc([
      [2, 80, CANARY],
      [2, 90, 'Paris'],
    ]);
    const resources = buildPhotoshop([{ id: 0x0404, data: iptc }]);
    const half = resources.length >> 1;
    for (const segments of [
      [photoshopSegment(resources)],
      [photoshopSegment(resources.subarray(0, half)), photoshopSegment(resources.subarray(half))],
      [app(13, 'Adobe_Photoshop2.5:', resources)],
      [app(13, '', iptc)],
    ]) {
      expect(strictly(segments).equals(clean)).toBe(true);
      const kept = scrubUnder(jpeg, buildJpeg({ segments }), LOCATION_ONLY).output;
      expect([kept.includes(CANARY), kept.includes('Paris')]).toEqual([true, false]);
    }
  });

  it('C2PA manifests go as a whole, over several segments', () => {
    const store = buildC2pa([Buffer.from(CANARY)]);
    const three = jumbfSegments(store, 3);
    expect(strictly(three).equals(clean)).toBe(true);
    const apart = [three[0], com('x'), three[1], com('y'), three[2]] as Buffer[];
    expect(strictly(apart).equals(clean)).toBe(true);
    const { parts } = readBytes(jpeg, buildJpeg({ segments: three }));
    const part = partAt(parts, 'APP11#0');
    expect([part?.carrier, part?.category, part?.atomic]).toEqual(['JUMBF', 'provenance', true]);
    expect(strictly([...jumbfSegments(Buffer.from(`\0\0\0\x20RESI${CANARY}`, 'latin1'))]).equals(clean)).toBe(true);
  });

  it.each<[string, Buffer, string]>([
    ['GoPro telemetry', app(6, 'GoPro\0', Buffer.from(CANARY)), 'location'],
    ['a Samsung id', app(5, 'ssuniqueid\0', Buffer.from(CANARY)), 'device'],
    ['Ricoh RMETA', app(5, 'RMETA\0', Buffer.from(CANARY)), 'location'],
    ['FLIR data', app(1, 'FLIR\0', Buffer.from(CANARY)), 'device'],
    ['Ducky', app(12, 'Ducky', Buffer.from(CANARY)), 'text'],
    ['a JPEG-HDR ratio image', app(11, 'HDR_RI ver=11', Buffer.from(CANARY)), 'preview'],
    ['what nobody knows', app(9, CANARY), 'hidden'],
    ['an empty segment', app(15, ''), 'hidden'],
    ['a short JFIF', app(0, 'JFIF\0', Buffer.from('x')), 'hidden'],
    ['a short Adobe', app(14, 'Adobe'), 'hidden'],
  ])('%s may reveal anything', (_, segment, category) => {
    const part = readBytes(jpeg, buildJpeg({ segments: [segment] })).parts.find(({ carrier }) => carrier === 'application');
    expect(part?.category).toBe(category);
    expect(part?.alsoReveals).toContain('location');
    for (const policy of [STRICT, BALANCED, LOCATION_ONLY])
      expect(scrubUnder(jpeg, buildJpeg({ segments: [segment] }), policy).output.equals(clean)).toBe(true);
    expect(scrubUnder(jpeg, buildJpeg({ segments: [segment] }), KEEP_ALL).output.includes(segment)).toBe(true);
  });

  it.each<[string, Buffer]>([
    ['the quality of Save for Web', app(12, 'Ducky', Buffer.from([0, 1, 0, 4, 0, 0, 0, 60, 0, 0]))],
    ["Photoshop's mark in a thumbnail", app(13, 'Adobe_CM', Buffer.from([0, 1]))],
  ])('%s reveals a program alone', (_, segment) => {
    const bytes = buildJpeg({ segments: [segment] });
    for (const policy of [BALANCED, LOCATION_ONLY]) expect(scrubUnder(jpeg, bytes, policy).output.equals(bytes)).toBe(true);
    expect(scrubUnder(jpeg, bytes, STRICT).output.equals(clean)).toBe(true);
  });

  it("keeps Apple's mark of a file with more pictures as long as it keeps pictures", () => {
    const bytes = buildJpeg({ bare: true, segments: [jfif(undefined, Buffer.from('AMPF'))] });
    expect(scrubUnder(jpeg, bytes, LOCATION_ONLY).output.equals(bytes)).toBe(true);
    expect(scrubUnder(jpeg, bytes, BALANCED).output.includes('AMPF')).toBe(false);
  });

  it.each<[string, string | Buffer, string, boolean]>([
    ['a caption', 'A castle by the sea, seen from the south', 'text', false],
    ['a caption in UTF-16', Buffer.from('\ufeffEin Schloß am Meer', 'utf16le'), 'text', false],
    ['a caption in UTF-16 without a mark', Buffer.from('A castle by the sea', 'utf16le').swap16(), 'text', false],
    ['an encoder', 'CREATOR: gd-jpeg v1.0 (using IJG JPEG v80), quality = 90\n', 'software', false],
    ['an encoder', 'Lavc58.54.100\0', 'software', false],
    [
      'a prompt',
      'a castle\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x512',
      'ai-prompt',
      false,
    ],
    ['base64', Buffer.from(CANARY.repeat(9)).toString('base64'), 'hidden', true],
    ['hex', Buffer.from(CANARY.repeat(9)).toString('hex'), 'hidden', true],
    ['bytes', Buffer.from([1, 2, 3, 0, 200, 250, 7]), 'hidden', true],
    ['coordinates', 'taken at 48.13743, 11.57549', 'text', true],
    ['nothing', '', 'hidden', false],
  ])('a comment with %s is told from others', (_, text, category, revealsPlace) => {
    const part = partAt(readBytes(jpeg, buildJpeg({ segments: [com(text)] })).parts, 'COM#0');
    expect(part?.category).toBe(category);
    expect(part?.alsoReveals?.includes('location') ?? false).toBe(revealsPlace);
    expect(JSON.stringify(part)).not.toContain('castle');
    expect(scrubUnder(jpeg, buildJpeg({ segments: [com(text)] }), STRICT).output.equals(clean)).toBe(true);
  });
});
