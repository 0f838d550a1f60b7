import { describe, expect, it } from 'vitest';
import type { Precision } from '../../src/core/precision.js';
import { partAt, policyOf, preset, read, scrub, violations } from '../support/exif.js';
import { type ByteOrder, buildExif, buildTiff } from '../support/tiff.js';

const ORDERS: readonly ByteOrder[] = ['II', 'MM'];
const REMOVE = { kind: 'remove' } as const;

function scrubbed(block: Uint8Array, policy = preset('balanced')): Uint8Array {
  const out = scrub(block, policy);
  if (out === null) throw new Error('nothing is left');
  return out;
}

describe.each(ORDERS)('a rebuilt block in byte order %s', (byteOrder) => {
  const rich = buildExif({
    byteOrder,
    make: 'Acme',
    orientation: 6,
    serial: 'CANARY-SERIAL',
    artist: 'A. Person',
    copyright: 'Mine',
    dateTimeOriginal: '2021:07:14 12:34:56',
    userComment: 'a comment',
    colorSpace: 1,
    gps: { latitude: 48.123456, longitude: -2.345678 },
    makerNote: new Uint8Array(Buffer.from('CANARY-NOTE of nobody')),
    thumbnail: new TextEncoder().encode('PIC CANARY-THUMB'),
    interopIfd: [{ tag: 1, type: 2, value: 'R98' }],
    tail: new TextEncoder().encode('CANARY-TAIL'),
  });

  it('keeps what the policy keeps, in the same byte order, and nothing else', () => {
    const out = scrubbed(rich);
    expect(Buffer.from(out).toString('latin1', 0, 2)).toBe(byteOrder);
    expect(Buffer.from(out).includes('CANARY')).toBe(false);
    const reading = read(out);
    expect(reading.orientation).toBe(6);
    expect(reading.parts.map(({ path }) => path.slice(5)).sort()).toEqual(
      [
        'ExifIFD/ColorSpace',
        'ExifIFD/DateTimeDigitized',
        'ExifIFD/DateTimeOriginal',
        'ExifIFD/ExifVersion',
        'ExifIFD/UserComment',
        'IFD0/Artist',
        'IFD0/Copyright',
        'IFD0/DateTime',
        'IFD0/Make',
        'IFD0/Orientation',
        'Interop/InteroperabilityIndex',
      ].sort(),
    );
    expect(partAt(reading, 'IFD0/Artist').value?.reveal()).toBe('A. Person');
    expect(violations(out, preset('balanced'))).toEqual([]);
  });

  it('leaves no rational of the coordinates behind', () => {
    const out = Buffer.from(scrubbed(rich, preset('location-only')));
    const part = partAt(read(rich), 'GPS/GPSLatitude').region;
    const seconds = Buffer.from(rich).subarray(part.byteOffset + 16, part.byteOffset + 24);
    expect(Buffer.from(rich).includes(seconds)).toBe(true);
    expect(out.includes(seconds)).toBe(false);
  });

  it('strips down to how the picture is shown', () => {
    const out = scrubbed(rich, preset('strict'));
    expect(
      read(out)
        .parts.map(({ path }) => path.slice(5))
        .sort(),
    ).toEqual(['ExifIFD/ColorSpace', 'ExifIFD/ExifVersion', 'IFD0/Orientation', 'Interop/InteroperabilityIndex']);
  });

  it('has sorted directories, no gap and no slack', () => {
    const out = scrubbed(rich);
    const reading = read(out);
    expect(reading.parts.filter(({ category }) => category === 'hidden')).toEqual([]);
    expect(out.byteLength).toBeLessThan(rich.byteLength / 1.2);
    expect(scrubbed(out)).toBe(out);
  });

  it('keeps a thumbnail that stays, without what its own metadata told', () => {
    const out = scrubbed(rich, policyOf({ text: REMOVE }));
    const thumb = partAt(read(out), 'IFD1/ThumbnailImage').region;
    expect(Buffer.from(out).toString('latin1', thumb.byteOffset, thumb.byteOffset + thumb.byteLength)).toBe('PIC');
  });

  it('keeps a maker note at its offset or drops it whole', () => {
    const note = new Uint8Array(Buffer.from('Apple iOS\0\0\x01MM\0\x01\0\x01\0\x09\0\0\0\x01\0\0\0\x0e', 'latin1'));
    const block = buildExif({ byteOrder, make: 'Apple', artist: 'someone with a long name', serial: 'CANARY', makerNote: note });
    const at = partAt(read(block), 'ExifIFD/MakerNote').region;
    const out = scrubbed(block, policyOf({ copyright: REMOVE }));
    expect(partAt(read(out), 'ExifIFD/MakerNote').region).toEqual(at);
    expect(Buffer.from(out).subarray(at.byteOffset, at.byteOffset + at.byteLength)).toEqual(Buffer.from(note));
    expect(partAt(read(out), 'ExifIFD/BodySerialNumber').value?.reveal()).toBe('CANARY');
    expect(Buffer.from(scrubbed(block)).includes('Apple iOS')).toBe(false);
  });

  it('keeps pages, SubIFDs and their pictures together', () => {
    const block = buildTiff(
      [
        [
          { tag: 0x010e, type: 2, value: 'goes away' },
          {
            tag: 0x014a,
            directories: [
              [{ tag: 0x0201, lengthTag: 0x0202, data: new TextEncoder().encode('PIC') }],
              [{ tag: 0x010d, type: 2, value: 'goes' }],
            ],
          },
        ],
        [
          ...[0x0100, 0x0101, 0x0102, 0x0103].map((tag, index) => ({ tag, type: 3, value: [[10, 3, 8, 1][index] as number] })),
          { tag: 0x0111, lengthTag: 0x0117, data: new Uint8Array(30).fill(5) },
        ],
        [{ tag: 0x0110, type: 2, value: 'third' }],
      ],
      { byteOrder },
    );
    const out = scrubbed(block, policyOf({ text: REMOVE }));
    expect(read(out).parts.map(({ path }) => path.slice(5))).toEqual(
      expect.arrayContaining(['SubIFD0/ThumbnailImage', 'IFD1/StripData', 'IFD2/Model']),
    );
    expect(Buffer.from(out).includes('goes')).toBe(false);
  });
});

describe('a block of which nothing is worth keeping', () => {
  it.each([
    ['only a place', buildExif({ gps: { latitude: 1, longitude: 2 } })],
    [
      'a place and defaults',
      buildExif({ orientation: 1, colorSpace: 1, gps: { latitude: 1, longitude: 2 }, ifd0: [{ tag: 0x0213, type: 3, value: [1] }] }),
    ],
    [
      'a thumbnail and its size',
      buildExif({ thumbnail: new TextEncoder().encode('PICx'), ifd1: [{ tag: 0x0100, type: 3, value: [160] }] }),
    ],
    ['no TIFF structure', new TextEncoder().encode('no TIFF structure, but long enough')],
    ['no directory', buildTiff([], { tail: new Uint8Array(9).fill(3) })],
  ])('with %s is dropped', (_name, block) => {
    expect(scrub(block, preset('balanced'))).toBeNull();
  });

  it.each([
    ['a turned picture', { orientation: 8 }],
    ['an uncalibrated colour space', { colorSpace: 65535 }],
    ['Adobe RGB by DCF', { interopIfd: [{ tag: 1, type: 2, value: 'R03' }] }],
    ['a gamma', { exifIfd: [{ tag: 0xa500, type: 5, value: [[22, 10]] as [number, number][] }] }],
    ['a resolution', { ifd0: [{ tag: 0x011a, type: 5, value: [[300, 1]] as [number, number][] }] }],
  ])('with %s is kept', (_name, options) => {
    const out = scrub(buildExif({ ...options, serial: 'SN' }), preset('strict'));
    expect(out).not.toBeNull();
    expect(violations(out as Uint8Array, preset('strict'))).toEqual([]);
  });
});

describe('coarsening', () => {
  const block = (byteOrder: ByteOrder, latitude: number, longitude: number) =>
    buildExif({
      byteOrder,
      orientation: 3,
      dateTimeOriginal: '2021:07:14 12:34:56',
      gps: { latitude, longitude },
      gpsIfd: [
        { tag: 0x0006, type: 5, value: [[35, 1]] },
        {
          tag: 0x0007,
          type: 5,
          value: [
            [12, 1],
            [34, 1],
            [56, 1],
          ],
        },
        { tag: 0x001d, type: 2, value: '2021:07:14' },
      ],
    });
  const location = (gridDegrees: number) => policyOf({ location: { kind: 'coarsen', precision: { kind: 'location', gridDegrees } } });
  const time = (unit: Extract<Precision, { kind: 'time' }>['unit']) =>
    policyOf({ time: { kind: 'coarsen', precision: { kind: 'time', unit } } });

  it.each([
    [0.1, 48.858222, 2.2945, '48.900000°', '2.300000°'],
    [0.01, -33.856784, 151.215297, '33.860000°', '151.220000°'],
    [1, -0.4, 179.6, '0.000000°', '180.000000°'],
    [0.001, 89.99999, -179.99999, '90.000000°', '180.000000°'],
    [60, 89, 179, '60.000000°', '180.000000°'],
    [0.0001, 48.858222, 2.2945678, '48.858200°', '2.294600°'],
    [0.25, 48.858222, 2.2945, '48.750000°', '2.250000°'],
  ])('to a grid of %d degrees', (grid, latitude, longitude, expectedLatitude, expectedLongitude) => {
    for (const byteOrder of ORDERS) {
      const out = scrubbed(block(byteOrder, latitude, longitude), location(grid));
      const reading = read(out);
      expect(partAt(reading, 'GPS/GPSLatitude').value?.reveal()).toBe(expectedLatitude);
      expect(partAt(reading, 'GPS/GPSLongitude').value?.reveal()).toBe(expectedLongitude);
      expect(partAt(reading, 'GPS/GPSLatitudeRef').value?.reveal()).toBe(latitude < 0 ? 'S' : 'N');
      expect(reading.parts.filter(({ path }) => path.startsWith('Exif/GPS/')).map(({ path }) => path.slice(9))).toEqual([
        'GPSVersionID',
        'GPSLatitudeRef',
        'GPSLatitude',
        'GPSLongitudeRef',
        'GPSLongitude',
      ]);
      expect(violations(out, location(grid))).toEqual([]);
    }
  });

  it.each([
    ['day', '2021:07:14 00:00:00', '2021:07:14'],
    ['month', '2021:07:01 00:00:00', '2021:07:01'],
    ['year', '2021:01:01 00:00:00', '2021:01:01'],
  ] as const)('to a %s', (unit, dateTime, dateStamp) => {
    const out = scrubbed(block('MM', 1.5, 2.5), time(unit));
    const reading = read(out);
    for (const path of ['IFD0/DateTime', 'ExifIFD/DateTimeOriginal', 'ExifIFD/DateTimeDigitized']) {
      expect(partAt(reading, path).value?.reveal()).toBe(dateTime);
    }
    expect(partAt(reading, 'GPS/GPSDateStamp').value?.reveal()).toBe(dateStamp);
    expect(reading.parts.some(({ path }) => path.endsWith('GPSTimeStamp'))).toBe(false);
    expect(violations(out, time(unit))).toEqual([]);
  });

  it('removes what has no coarser form', () => {
    const odd = buildExif({
      make: 'Acme',
      gpsIfd: [
        { tag: 1, type: 2, value: 'N' },
        { tag: 2, type: 2, value: '48.1' },
        {
          tag: 4,
          type: 5,
          value: [
            [1, 0],
            [1, 1],
            [1, 1],
          ],
        },
      ],
      exifIfd: [
        { tag: 0x9003, type: 2, value: 'some day' },
        { tag: 0x9011, type: 2, value: '+02:00' },
      ],
    });
    expect(read(scrubbed(odd, location(0.1))).parts.some(({ path }) => path.includes('GPS'))).toBe(false);
    const timed = read(scrubbed(odd, time('day')));
    expect(timed.parts.map(({ path }) => path.slice(5))).not.toContain('ExifIFD/DateTimeOriginal');
    expect(timed.parts.map(({ path }) => path.slice(5))).not.toContain('ExifIFD/OffsetTimeOriginal');
  });
});
