import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import exiftoolPath from 'exiftool-vendored.pl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PictureJobs } from '../../src/service/beyond/picture-job.js';
import { Policies } from '../../src/service/policies.js';
import { temporaryFolder } from '../support/cli.js';
import { havePerl, oracleNote } from '../support/exiftool.js';
import { buildJpeg } from '../support/jpeg.js';
import { buildPng } from '../support/png.js';
import { greyTiff } from '../support/tiff-picture.js';
import { buildWebp } from '../support/webp.js';

const CONTAINERS: Readonly<Record<string, { readonly bytes: () => Uint8Array; readonly iptc: boolean }>> = {
  jpg: { bytes: () => buildJpeg(), iptc: true },
  png: { bytes: () => buildPng(), iptc: true },
  webp: { bytes: () => buildWebp(), iptc: false },
  tif: { bytes: () => greyTiff(), iptc: true },
};

/** The same moment and place in every field that a program writes. `south` and `west` change the signs. */
function writtenTags([latitude, longitude]: readonly [number, number], iptc: boolean): string[] {
  const [lat, lon] = [Math.abs(latitude), Math.abs(longitude)];
  const [latRef, lonRef] = [latitude < 0 ? 'S' : 'N', longitude < 0 ? 'W' : 'E'];
  const moment = '2024:11:23 21:14:15';
  const named = ['City', 'State', 'Country'].map((field) => `-XMP-photoshop:${field}=CANARYPLACE`);
  return [
    `-GPS:GPSLatitude=${lat}`,
    `-GPS:GPSLatitudeRef=${latRef}`,
    `-GPS:GPSLongitude=${lon}`,
    `-GPS:GPSLongitudeRef=${lonRef}`,
    '-GPS:GPSDateStamp=2024:11:23',
    '-GPS:GPSTimeStamp=21:14:15',
    '-GPS:GPSAltitude=123.4',
    '-GPS:GPSAreaInformation=CANARYPLACE',
    `-XMP-exif:GPSLatitude=${latitude}`,
    `-XMP-exif:GPSLongitude=${longitude}`,
    `-XMP-drone-dji:GpsLatitude=${latitude}`,
    `-XMP-drone-dji:GpsLongitude=${longitude}`,
    '-XMP-iptcExt:LocationCreatedCity=CANARYPLACE',
    '-XMP-iptcExt:LocationShownSublocation=CANARYPLACE',
    '-XMP-iptcCore:Location=CANARYPLACE',
    ...named,
    ...['IFD0:ModifyDate', 'ExifIFD:DateTimeOriginal', 'ExifIFD:CreateDate'].map((tag) => `-${tag}=${moment}`),
    '-ExifIFD:SubSecTimeOriginal=678',
    '-ExifIFD:OffsetTimeOriginal=+02:00',
    ...['photoshop:DateCreated', 'xmp:CreateDate', 'xmp:ModifyDate', 'xmp:MetadataDate', 'exif:DateTimeOriginal', 'exif:GPSDateTime'].map(
      (tag) => `-XMP-${tag}=${moment}`,
    ),
    // Of terms, of an embargo, of what it was derived from: times that other categories hold.
    ...['plus:LicenseStartDate', 'pur:EmbargoDate', 'prism:CoverDisplayDate', 'xmpMM:DerivedFromLastModifyDate'].map(
      (tag) => `-XMP-${tag}=${moment}`,
    ),
    ...(iptc
      ? [
          '-IPTC:DateCreated=2024:11:23',
          '-IPTC:DigitalCreationDate=2024:11:23',
          '-IPTC:TimeCreated=21:14:15+02:00',
          '-IPTC:City=CANARYPLACE',
          '-IPTC:Sub-location=CANARYPLACE',
          '-IPTC:Country-PrimaryLocationName=CANARYPLACE',
        ]
      : []),
  ];
}

function exiftool(args: readonly string[]): string {
  return execFileSync('perl', [exiftoolPath, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
}

interface Read {
  readonly places: readonly (readonly [tag: string, value: number])[];
  readonly dates: readonly (readonly [tag: string, value: string])[];
  readonly all: string;
}

/** Every coordinate and date that ExifTool finds in the files, by group and tag; one process for all. */
function readBack(paths: readonly string[]): Map<string, Read> {
  const files = JSON.parse(exiftool(['-a', '-u', '-n', '-j', '-G1', '-x', 'System:all', '-x', 'Composite:all', ...paths])) as Record<
    string,
    unknown
  >[];
  return new Map(files.map((file) => [String(file.SourceFile), readOf(file)]));
}

function readOf(file: Record<string, unknown>): Read {
  const tags = Object.entries(file);
  const signed = (tag: string, value: unknown): number => {
    const ref = file[`${tag}Ref`];
    return Math.abs(Number(value)) * (ref === 'S' || ref === 'W' || (ref === undefined && Number(value) < 0) ? -1 : 1);
  };
  return {
    places: tags.filter(([tag]) => /GPS(?:Lat|Long)itude$/.test(tag)).map(([tag, value]) => [tag, signed(tag, value)]),
    dates: tags.filter(([tag]) => /Date(?:Time|Stamp|Created|Original)?|ModifyDate/.test(tag)).map(([tag, value]) => [tag, String(value)]),
    all: JSON.stringify(file),
  };
}

const PLACES = [
  [48.8584, 2.2945],
  [-33.8568, -70.6693],
  // Halfway between two lines of a grid, where signs and roundings show.
  [-33.85, -151.25],
  [48.55, 2.45],
] as const;

const GRIDS = [
  ['0.1deg', 0.1],
  ['1km', 0.01],
] as const;

const UNITS = [
  ['day', /^2024[:-]?11[:-]?23(?: 00:00:00)?$/],
  ['month', /^2024[:-]?11(?:[:-]?0[01](?: 00:00:00)?)?$/],
  ['year', /^2024(?:[:-]?0[01][:-]?0[01](?: 00:00:00)?)?$/],
] as const;

describe.skipIf(!havePerl)(`a place and a date${oracleNote}`, () => {
  const folder = havePerl ? temporaryFolder() : undefined;
  const at = (...names: readonly string[]): string => join(folder?.path ?? '', names.join('-'));
  const before = new Map<string, Read>();
  const after = new Map<string, Read>();

  beforeAll(async () => {
    const rules: Record<string, string> = {};
    for (const [precision] of GRIDS) rules[precision] = `location: { action: coarsen, precision: ${precision} }`;
    for (const [unit] of UNITS) rules[unit] = `location: remove, time: { action: coarsen, precision: ${unit} }`;
    const writes: string[][] = [];
    const paths = new Map<string, string>();
    for (const [ending, { bytes, iptc }] of Object.entries(CONTAINERS)) {
      for (const [index, place] of PLACES.entries()) {
        const words = [...GRIDS.map(([precision]) => precision), ...(index === 0 ? UNITS.map(([unit]) => unit) : [])];
        const files = words.map((word) => at(word, `${index}.${ending}`));
        for (const [position, file] of files.entries()) {
          writeFileSync(file, bytes());
          paths.set(file, words[position] as string);
        }
        writes.push([...writtenTags(place, iptc), ...files]);
      }
    }
    exiftool([...writes.flatMap((write) => [...write, '-execute']).slice(0, -1), '-common_args', '-q', '-overwrite_original', '-n']);
    for (const [path, read] of readBack([...paths.keys()])) before.set(path, read);
    for (const [word, rule] of Object.entries(rules)) {
      const policy = at(`${word}.yaml`);
      writeFileSync(policy, `version: 1\nextends: location-only\nrules: { ${rule} }\n`);
      const jobs = new PictureJobs(new Policies({ cwd: folder?.path ?? '', today: '2026-01-01', override: policy }));
      for (const [path, its] of paths) {
        if (its !== word) continue;
        expect((await jobs.run(Buffer.from(path), { kind: 'in-place' }))[0]?.status, path).toBe('fixed');
        expect((await jobs.run(Buffer.from(path), { kind: 'in-place' }))[0]?.status, path).toBe('clean');
      }
    }
    for (const [path, read] of readBack([...paths.keys()])) after.set(path, read);
  }, 120_000);

  afterAll(() => folder?.remove());

  describe.each(Object.keys(CONTAINERS))('in %s', (ending) => {
    it.each(GRIDS)('lie on the same point of a grid of %s in every field', (precision, grid) => {
      for (const [index, [latitude, longitude]] of PLACES.entries()) {
        const path = at(precision, `${index}.${ending}`);
        expect(before.get(path)?.places).toHaveLength(6);
        const { places, all } = after.get(path) as Read;
        for (const [half, exact] of [
          ['Latitude', latitude],
          ['Longitude', longitude],
        ] as const) {
          const found = places.filter(([tag]) => tag.endsWith(half));
          expect(found.map(([tag]) => tag.split(':')[0])).toContain('GPS');
          expect(found.length).toBeGreaterThan(1);
          const first = found[0]?.[1] as number;
          for (const [tag, value] of found) expect(value, `${tag} of ${exact}`).toBeCloseTo(first, 6);
          expect(Math.abs(first - exact)).toBeLessThanOrEqual(grid / 2 + 1e-6);
          expect(Math.abs(Math.round(first / grid) * grid - first)).toBeLessThan(1e-6);
        }
        expect(all).not.toContain('CANARYPLACE');
      }
    });

    it.each(UNITS)('keep of the date the %s and no more, in every field', (unit, shape) => {
      const path = at(unit, `0.${ending}`);
      expect(before.get(path)?.dates.length).toBeGreaterThan(CONTAINERS[ending]?.iptc ? 9 : 7);
      const { dates, all } = after.get(path) as Read;
      expect(dates.length).toBeGreaterThan(4);
      for (const [tag, value] of dates) expect(value, tag).toMatch(shape);
      expect(all).not.toMatch(/21:14|14:15|\b678\b|\+02:00/);
    });
  });
});
