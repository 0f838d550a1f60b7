import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import exifr from 'exifr';
import { afterAll, describe, expect, it } from 'vitest';
import { jpegWith, policyOf, preset, read, scrub, violations } from '../support/exif.js';
import { havePerl, oracleNote, readTags, type Tags } from '../support/exiftool.js';
import { orientationOf, residueOf } from '../support/residue.js';
import { CORPUS, corpusFiles, corpusNote, haveCorpus } from '../support/shared.js';
import { type ByteOrder, buildExif } from '../support/tiff.js';

const folder = mkdtempSync(join(tmpdir(), 'exifence-exif-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inFile(name: string, block: Uint8Array | null): string {
  const path = join(folder, `${name}.jpg`);
  writeFileSync(path, jpegWith(block));
  return path;
}

/** Exif blocks of a JPEG's segments in front of its scan. */
function exifBlocks(jpeg: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff; ) {
    const marker = jpeg[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    const length = jpeg.readUInt16BE(at + 2);
    const payload = jpeg.subarray(at + 4, at + 2 + length);
    if (marker === 0xe1 && payload.toString('latin1', 0, 6) === 'Exif\0\0') blocks.push(payload.subarray(6));
    at += 2 + length;
  }
  return blocks;
}

const rich = (byteOrder: ByteOrder) =>
  buildExif({
    byteOrder,
    orientation: 6,
    make: 'Acme',
    model: 'One',
    serial: 'SN-1',
    artist: 'A. Person',
    copyright: 'Mine',
    dateTimeOriginal: '2021:07:14 12:34:56',
    userComment: 'a comment',
    gps: { latitude: 48.858222, longitude: -2.2945 },
    exifIfd: [{ tag: 0x829a, type: 5, value: [[1, 250]] }],
    interopIfd: [{ tag: 1, type: 2, value: 'R98' }],
  });

const coarse = policyOf({
  device: { kind: 'remove' },
  location: { kind: 'coarsen', precision: { kind: 'location', gridDegrees: 0.1 } },
  time: { kind: 'coarsen', precision: { kind: 'time', unit: 'year' } },
});

describe.each<ByteOrder>(['II', 'MM'])('exifr reads a rebuilt block in byte order %s', (byteOrder) => {
  const parse = (block: Uint8Array | null): Promise<Record<string, unknown>> =>
    exifr.parse(jpegWith(block), { gps: true, interop: true, userComment: true, translateValues: false, reviveValues: false } as object);

  it('without what the policy removes', async () => {
    const found = await parse(scrub(rich(byteOrder), preset('balanced')));
    expect(found).toMatchObject({
      Make: 'Acme',
      Orientation: 6,
      Artist: 'A. Person',
      DateTimeOriginal: '2021:07:14 12:34:56',
      ExposureTime: 0.004,
    });
    for (const gone of ['SerialNumber', 'GPSLatitude', 'latitude']) expect(found).not.toHaveProperty(gone);
  });

  it('with coordinates and dates made coarse', async () => {
    const found = await parse(scrub(rich(byteOrder), coarse));
    expect(found).toMatchObject({ DateTimeOriginal: '2021:01:01 00:00:00', GPSLatitudeRef: 'N', GPSLongitudeRef: 'W' });
    expect(found.latitude).toBeCloseTo(48.9, 9);
    expect(found.longitude).toBeCloseTo(-2.3, 9);
  });
});

describe.skipIf(!havePerl)(`ExifTool reads rebuilt blocks${oracleNote}`, () => {
  it('without a warning, and only what was kept', async () => {
    const files = (['II', 'MM'] as const).flatMap((order) => [
      inFile(`${order}-balanced`, scrub(rich(order), preset('balanced'))),
      inFile(`${order}-strict`, scrub(rich(order), preset('strict'))),
      inFile(`${order}-coarse`, scrub(rich(order), coarse)),
    ]);
    const tags = await readTags(files);
    expect(tags.size).toBe(6);
    for (const [path, found] of tags) {
      expect(Object.keys(found).filter((name) => /(?:Warning|Error)$/.test(name))).toEqual([]);
      expect(orientationOf(found)).toBe('Rotate 90 CW');
      expect(residueOf(found).device).toEqual([]);
      const location = residueOf(found).location.map((name) => name.split(':').at(-1));
      const kept = ['GPSVersionID', 'GPSLatitudeRef', 'GPSLatitude', 'GPSLongitudeRef', 'GPSLongitude'];
      expect(location.sort()).toEqual(path.includes('coarse') ? kept.sort() : []);
    }
  });
});

describe.skipIf(!haveCorpus || !havePerl)(`Exif blocks of the public corpus${corpusNote}${oracleNote}`, () => {
  const blocks = corpusFiles('jpeg').flatMap(({ file }) =>
    exifBlocks(readFileSync(join(CORPUS, file))).map((block, index) => ({ name: `${file.replaceAll('/', '_')}-${index}`, block })),
  );

  it('are there', () => expect(blocks.length).toBeGreaterThan(40));

  it.each(['balanced', 'strict'] as const)('leave nothing under %s that ExifTool finds, and turn the picture as before', async (name) => {
    const policy = preset(name);
    const pairs = blocks.map((each) => {
      const after = scrub(each.block, policy);
      if (after !== null) expect(violations(after, policy)).toEqual([]);
      return { before: inFile(`${each.name}-before`, each.block), after: inFile(`${each.name}-${name}`, after) };
    });
    const tags = await readTags(pairs.flatMap(({ before, after }) => [before, after]));
    const problems: string[] = [];
    for (const { before, after } of pairs) {
      const found = tags.get(after) as Tags;
      const { location, device } = residueOf(found);
      problems.push(...[...location, ...device].map((tag) => `${after}: ${tag}`));
      problems.push(
        ...Object.keys(found)
          .filter((tag) => /:Thumbnail(?:Image|TIFF)$|Warning$/.test(tag))
          .map((tag) => `${after}: ${tag} ${found[tag]}`),
      );
      if (orientationOf(found) !== orientationOf(tags.get(before) as Tags)) problems.push(`${after}: turned`);
    }
    expect(problems).toEqual([]);
  });

  it('stay as they are, byte for byte, where a policy keeps everything', () => {
    for (const { block } of blocks) {
      expect(scrub(block, policyOf({}))).toBe(block);
      expect(read(block).parts.length).toBeGreaterThan(0);
    }
  });
});
