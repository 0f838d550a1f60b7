import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../../src/bytes/memory-source.js';
import type { Judgement } from '../../../src/core/judgement.js';
import type { Part } from '../../../src/core/part.js';
import { seal } from '../../../src/core/sealed.js';
import { judge } from '../../../src/engine/judge.js';
import { distanceM, isAhead, isNewer, spotOf } from '../../../src/service/hold/spot.js';
import { jpegWith, preset } from '../../support/exif.js';
import { buildExif } from '../../support/tiff.js';

function part(path: string, value?: string, children?: readonly Part[]): Part {
  return {
    path,
    carrier: 'Exif',
    category: 'location',
    region: { byteOffset: 0, byteLength: 1 },
    required: false,
    ...(value === undefined ? {} : { value: seal(value) }),
    ...(children === undefined ? {} : { children }),
  };
}
const judged = (...parts: Part[]): Judgement =>
  ({
    artifact: 'a',
    verdict: { kind: 'clean' },
    decisions: [],
    findings: [],
    inspection: { format: 'jpeg', parts },
  }) as unknown as Judgement;
const gps = (latitude: string, longitude: string, ...more: readonly [string, string][]): Part[] =>
  [['GPSLatitude', latitude], ['GPSLatitudeRef', 'N'], ['GPSLongitude', longitude], ['GPSLongitudeRef', 'E'], ...more].map(
    ([name, value]) => part(`APP1#0/Exif/GPS/${name}`, value),
  );

describe('where and when a picture was taken', () => {
  it('is read from what the reader found, with its hemispheres', () => {
    for (const [latitude, longitude] of [
      [48.8584, 2.2945],
      [-33.8568, 151.2153],
      [-22.9519, -43.2105],
      [37.8199, -122.4783],
    ] as const) {
      const exif = buildExif({ gps: { latitude, longitude } });
      const { place } = spotOf(judge(new MemorySource(jpegWith(exif)), { artifact: 'a', policy: preset('strict') } as never));
      expect(place?.latitude).toBeCloseTo(latitude, 4);
      expect(place?.longitude).toBeCloseTo(longitude, 4);
    }
  });

  it('is read from XMP and from films', () => {
    expect(spotOf(judged(part('X/exif:GPSLatitude', '48,51.5N'), part('X/exif:GPSLongitude', '2,20,30W'))).place).toEqual({
      latitude: 48 + 51.5 / 60,
      longitude: -(2 + 20 / 60 + 30 / 3600),
    });
    expect(spotOf(judged(part('moov#0/udta#0/location', '+48.8584+002.2945+035/'))).place).toEqual({
      latitude: 48.8584,
      longitude: 2.2945,
    });
    expect(spotOf(judged(part('moov#0/udta#0/location', '-33.8568+151.2153CRSWGS_84/'))).place?.latitude).toBe(-33.8568);
  });

  it('is not taken from half a place, from no fix, or from numbers that are none', () => {
    expect(spotOf(judged(part('E/GPS/GPSLatitude', '48.8°')))).toEqual({});
    expect(spotOf(judged(...gps('0.000000°', '0.000000°')))).toEqual({});
    expect(spotOf(judged(...gps('NaN NaN NaN', '2°')))).toEqual({});
    expect(spotOf(judged(...gps('91°', '2°')))).toEqual({});
    expect(spotOf(judged(...gps('48°', '181°')))).toEqual({});
    expect(spotOf(judged(...gps('48°', '2°', ['GPSStatus', 'V'])))).toEqual({});
    expect(spotOf({ ...judged(), inspection: undefined } as never)).toEqual({});
  });

  it('is that of the picture, not of a preview within', () => {
    const preview = part('APP1#0/Exif/thumbnail', undefined, [
      part('APP1#0/Exif/thumbnail/Exif/GPS/GPSLatitude', '10°'),
      part('APP1#0/Exif/thumbnail/Exif/GPS/GPSLongitude', '10°'),
    ]);
    const shown = part('APP1#0', undefined, [part('APP1#0/Exif', undefined, [preview, ...gps('48°', '2°')])]);
    expect(spotOf(judged(shown)).place).toEqual({ latitude: 48, longitude: 2 });
  });

  it('knows the time by its offset, by the satellites, or by the camera alone', () => {
    const original = part('A/ExifIFD/DateTimeOriginal', '2021:07:14 12:34:56');
    const local = Date.UTC(2021, 6, 14, 12, 34, 56);
    expect(spotOf(judged(original)).taken).toEqual({ localMs: local });
    expect(spotOf(judged(original, part('A/ExifIFD/OffsetTimeOriginal', '+02:00'))).taken).toEqual({
      localMs: local,
      utcMs: local - 7_200_000,
    });
    const satellites = gps('48°', '2°', ['GPSDateStamp', '2021:07:14'], ['GPSTimeStamp', '10:34:55.5']);
    expect(spotOf(judged(original, ...satellites)).taken).toEqual({ localMs: local, utcMs: local - 7_201_000 });
    expect(spotOf(judged(part('X/photoshop:DateCreated', '2021-07-14T12:34:56-05:00'))).taken?.utcMs).toBe(local + 5 * 3_600_000);
    expect(spotOf(judged(part('A/ExifIFD/DateTimeOriginal', '0000:00:00 00:00:00'))).taken).toBeUndefined();
    expect(spotOf(judged(part('A/ExifIFD/DateTimeOriginal', '    :  :     :  :  '))).taken).toBeUndefined();
  });

  it('does not wait for ever on a hostile file', () => {
    const many = Array.from({ length: 60_000 }, (_, index) => part(`A/x#${index}`, '9'.repeat(200)));
    expect(spotOf(judged(...many))).toEqual({});
  });
});

describe('distances', () => {
  it('are those on the sphere', () => {
    // Eiffel Tower to Statue of Liberty, 5,837 km.
    const paris = { latitude: 48.8584, longitude: 2.2945 };
    expect(distanceM(paris, { latitude: 40.6892, longitude: -74.0445 }) / 1000).toBeCloseTo(5837, -1);
    expect(distanceM(paris, paris)).toBe(0);
    expect(distanceM({ latitude: 0, longitude: 179.999 }, { latitude: 0, longitude: -179.999 })).toBeCloseTo(222.4, 0);
    expect(distanceM({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 }) / 1000).toBeCloseTo(20_015, 0);
  });
});

describe('which of two pictures is newer', () => {
  it('is told only where it is certain', () => {
    expect(isNewer({ utcMs: 2 }, { utcMs: 1 })).toBe(true);
    expect(isNewer({ utcMs: 1 }, { utcMs: 1 })).toBe(false);
    expect(isNewer({ localMs: 2 }, { localMs: 1 })).toBe(true);
    const hour = 3_600_000;
    expect(isNewer({ localMs: 13 * hour }, { utcMs: 0 })).toBe(false);
    expect(isNewer({ localMs: 15 * hour }, { utcMs: 0 })).toBe(true);
  });

  it('leaves out a clock that is ahead', () => {
    expect(isAhead({ utcMs: Date.UTC(2099, 0) }, Date.UTC(2026, 0))).toBe(true);
    expect(isAhead({ localMs: Date.UTC(2026, 0, 1, 13) }, Date.UTC(2026, 0))).toBe(false);
  });
});
