import { describe, expect, it } from 'vitest';
import type { Category } from '../../src/core/category.js';
import { REVEALS_ANYTHING } from '../../src/metadata/reading.js';
import { partAt, policyOf, preset, read, scrub, violations } from '../support/exif.js';
import { type ByteOrder, buildExif, buildTiff, type TiffDirectory } from '../support/tiff.js';

/** A maker's directory behind its mark. Offsets in it count from the note, moved by `shift`; short values need none. */
function noteOf(mark: string, entries: TiffDirectory, byteOrder: ByteOrder = 'II'): Uint8Array {
  const table = buildTiff([entries], { byteOrder }).subarray(8);
  return new Uint8Array(Buffer.concat([Buffer.from(mark, 'latin1'), table]));
}

const serial = (tag: number) => ({ tag, type: 2, value: '123' });
const short = (tag: number) => ({ tag, type: 3, value: [7] });

interface Example {
  maker: string;
  make: string;
  note: Uint8Array;
  child: string;
  category: Category;
}

const EXAMPLES: readonly Example[] = [
  {
    maker: 'Apple',
    make: 'Apple',
    note: noteOf('Apple iOS\0\0\x01MM', [serial(0x11)], 'MM'),
    child: 'ContentIdentifier',
    category: 'device',
  },
  { maker: 'Canon', make: 'Canon', note: noteOf('', [serial(9)]), child: 'OwnerName', category: 'person' },
  {
    maker: 'Nikon',
    make: 'NIKON CORPORATION',
    note: noteOf('Nikon\0\x02\x10\0\0II*\0\x08\0\0\0', [{ tag: 0xa7, type: 4, value: [9] }]),
    child: 'ShutterCount',
    category: 'device',
  },
  { maker: 'Nikon', make: 'NIKON', note: noteOf('Nikon\0\x01\0', [serial(0x1d)]), child: 'SerialNumber', category: 'device' },
  { maker: 'Nikon', make: 'NIKON', note: noteOf('', [short(0x39)]), child: 'LocationInfo', category: 'location' },
  { maker: 'Sony', make: 'SONY', note: noteOf('SONY DSC \0\0\0', [serial(0x2031)]), child: 'SerialNumber', category: 'device' },
  { maker: 'Sony', make: 'SONY', note: noteOf('', [short(0xb001)]), child: 'SonyModelID', category: 'camera' },
  { maker: 'Panasonic', make: 'Panasonic', note: noteOf('Panasonic\0\0\0', [serial(0x6d)]), child: 'City', category: 'location' },
  { maker: 'Leica', make: 'LEICA', note: noteOf('LEICA\0\0\0', [serial(0x66)]), child: 'BabyName', category: 'person' },
  {
    maker: 'Olympus',
    make: 'OLYMPUS CORPORATION',
    note: noteOf('OLYMPUS\0II\x03\0', [serial(0x404)]),
    child: 'SerialNumber',
    category: 'device',
  },
  {
    maker: 'Olympus',
    make: 'OM Digital Solutions',
    note: noteOf('OM SYSTEM\0\0\0II\x04\0', [serial(0x209)]),
    child: 'CameraID',
    category: 'device',
  },
  { maker: 'Olympus', make: 'OLYMPUS OPTICAL', note: noteOf('OLYMP\0\x01\0', [serial(0x209)]), child: 'CameraID', category: 'device' },
  { maker: 'Fujifilm', make: 'FUJIFILM', note: noteOf('FUJIFILM\x0c\0\0\0', [short(0x4100)]), child: 'FacesDetected', category: 'person' },
  { maker: 'Pentax', make: 'PENTAX', note: noteOf('AOC\0II', [short(0x23)]), child: 'HometownCity', category: 'location' },
  { maker: 'Pentax', make: 'RICOH IMAGING', note: noteOf('PENTAX \0II', [serial(0x229)]), child: 'SerialNumber', category: 'device' },
  { maker: 'Ricoh', make: 'RICOH', note: noteOf('RICOH\0\0\0', [serial(5)]), child: 'SerialNumber', category: 'device' },
  { maker: 'Casio', make: 'CASIO COMPUTER', note: noteOf('QVC\0\0\0', [short(0x3006)]), child: 'HometownCity', category: 'location' },
  { maker: 'Sigma', make: 'SIGMA', note: noteOf('SIGMA\0\0\0\x01\0', [serial(2)]), child: 'SerialNumber', category: 'device' },
  { maker: 'Sanyo', make: 'SANYO', note: noteOf('SANYO\0\x01\0', [serial(0x209)]), child: 'CameraID', category: 'device' },
  { maker: 'Samsung', make: 'samsung', note: noteOf('', [serial(0xa002)]), child: 'SerialNumber', category: 'device' },
  { maker: 'Minolta', make: 'Minolta Co., Ltd.', note: noteOf('', [short(0x10c)]), child: 'LensType', category: 'camera' },
  { maker: 'DJI', make: 'DJI', note: noteOf('', [{ tag: 7, type: 11, value: [1.5] }]), child: 'Yaw', category: 'location' },
  { maker: 'FLIR', make: 'FLIR Systems', note: noteOf('', [short(3)]), child: 'Emissivity', category: 'camera' },
  { maker: 'Motorola', make: 'Motorola', note: noteOf('MOT\0\0\0\0\0', [serial(0x5501)]), child: 'SerialNumber', category: 'device' },
];

describe.each(EXAMPLES)('a note by $maker ($make)', ({ maker, make, note, child, category }) => {
  const reading = read(buildExif({ make, makerNote: note }));
  const part = partAt(reading, 'ExifIFD/MakerNote');

  it(`tells ${child}`, () => {
    expect(part).toMatchObject({ carrier: 'MakerNote', category: 'device', atomic: true, note: `${maker} maker note`, required: false });
    expect(part.children?.map(({ path }) => path)).toEqual([`Exif/ExifIFD/MakerNote/${child}`]);
    expect(part.children?.[0]?.category).toBe(category);
    expect([...(part.alsoReveals ?? []), 'device']).toContain(category);
    expect(JSON.stringify(part)).not.toContain('123');
  });

  it('has children within it', () => {
    for (const { region } of part.children ?? []) {
      expect(region.byteOffset).toBeGreaterThanOrEqual(part.region.byteOffset);
      expect(region.byteOffset + region.byteLength).toBeLessThanOrEqual(part.region.byteOffset + part.region.byteLength);
    }
  });
});

describe('notes that are no directory', () => {
  it.each([
    ['Kodak', 'EASTMAN KODAK COMPANY', 'KDK INFO some bytes'],
    ['Reconyx', 'RECONYX', 'RECONYXUF\0 some bytes'],
    ['Google', 'Google', 'HDRP\x03 some bytes'],
    ['DJI', 'DJI', '[ae_dbg_info:sensor_id=1]'],
    ['Minolta', 'Minolta', 'MLY0 some bytes'],
    ['JVC', 'JVC', 'VER:0000'],
    ['HP', 'HP', 'IIII\x04\0 some bytes'],
  ])('%s is known', (maker, make, note) => {
    const part = partAt(read(buildExif({ make, makerNote: new Uint8Array(Buffer.from(note, 'latin1')) })), 'ExifIFD/MakerNote');
    expect(part).toMatchObject({ note: `${maker} maker note`, category: 'device', atomic: true });
    expect(part.children).toBeUndefined();
  });

  it.each([
    ['of nobody', 'Nobody', 'whatever this is'],
    ['that claim a maker but cannot be read', 'Apple', 'Apple iOS\0\0\x01MM\xff\xff\xff\xff'],
    ['that are empty', 'Canon', ''],
  ])('%s may hold anything', (_name, make, note) => {
    const block = buildExif({ make, makerNote: new Uint8Array(Buffer.from(note, 'latin1')) });
    const part = partAt(read(block), 'ExifIFD/MakerNote');
    expect(new Set(['device', ...(part.alsoReveals ?? [])])).toEqual(new Set(REVEALS_ANYTHING));
    expect(violations(block, preset('location-only'))).toEqual(['Exif/ExifIFD/MakerNote']);
  });
});

describe('Olympus equipment', () => {
  it('gives up its serial numbers', () => {
    const note = noteOf('OLYMPUS\0II\x03\0', [{ tag: 0x2010, directories: [[serial(0x101), serial(0x202)]] }]);
    const directory = new Uint8Array([...note.subarray(0, 12), ...moveFirst(note.subarray(12))]);
    const part = partAt(read(buildExif({ make: 'OLYMPUS', makerNote: directory })), 'ExifIFD/MakerNote');
    expect(part.children?.map(({ path }) => path.slice(23))).toEqual(['Equipment', 'Equipment/SerialNumber', 'Equipment/LensSerialNumber']);
  });
});

describe('notes without number', () => {
  it('are taken for what nobody knows after the first few', () => {
    const exifIfd = Array.from({ length: 20_000 }, () => ({ tag: 0x927c, type: 7, value: noteOf('', [serial(9)]) }));
    const { parts } = read(buildExif({ make: 'Canon', exifIfd }));
    const notes = parts.filter(({ carrier }) => carrier === 'MakerNote');
    expect(notes).toHaveLength(20_000);
    expect(notes.filter(({ note }) => note === 'Canon maker note')).toHaveLength(4);
    expect(notes.at(-1)?.alsoReveals).toContain('location');
  });
});

describe('what a note points to outside of itself', () => {
  const TEXT = 'SERIES 4711 of this camera';
  /** A note whose one value lies at the end of the block, behind `lost`, which nobody points to. */
  const build = (valueOffset: number) =>
    buildExif({
      make: 'SONY',
      imageDescription: 'a description that goes and leaves room',
      gps: { latitude: 48.1, longitude: 2.2 },
      makerNote: noteOf('SONY DSC \0\0\0', [{ tag: 0x2031, type: 2, value: TEXT, rawOffset: valueOffset }]),
      tail: new TextEncoder().encode(`lost and found${TEXT}\0`),
    });
  const valueOffset = build(0).byteLength - TEXT.length - 1;
  const block = build(valueOffset);

  it.each(['location', 'hidden', 'text'] as const)('stays in its place with it when %s goes', (category) => {
    const out = scrub(block, policyOf({ [category]: { kind: 'remove' } })) as Uint8Array;
    expect(Buffer.from(out).toString('latin1', valueOffset, valueOffset + TEXT.length)).toBe(TEXT);
    expect(Buffer.from(out).includes('lost and found')).toBe(false);
    expect(partAt(read(out), 'ExifIFD/MakerNote/SerialNumber').value?.reveal()).toBe(TEXT);
    expect(violations(out, policyOf({ [category]: { kind: 'remove' } }))).toEqual([]);
  });

  it('goes with it', () => {
    const out = scrub(block, policyOf({ device: { kind: 'remove' } })) as Uint8Array;
    expect(Buffer.from(out).includes('4711')).toBe(false);
  });
});

describe('a note of a maker who writes places into tags that are known', () => {
  const places = (make: string, note: Uint8Array, tail?: Uint8Array) =>
    violations(buildExif({ make, makerNote: note, ...(tail === undefined ? {} : { tail }) }), preset('location-only'));

  it('stays under location-only where it tells none', () => {
    expect(places('Canon', noteOf('', [serial(9)]))).toEqual([]);
    expect(places('Panasonic', noteOf('Panasonic\0\0\0', [{ tag: 0x6d, type: 7, value: new TextEncoder().encode('--- ') }]))).toEqual([]);
  });

  it.each([
    ['a city', 20, ['Exif/ExifIFD/MakerNote']],
    ['no city', 0, []],
  ])("with Canon's clock set to %s", (_name, city, expected) => {
    const note = (at: number) => noteOf('', [{ tag: 0x35, type: 9, value: [16, 60, city, 0], rawOffset: at }]);
    const clock = new Uint8Array(new Uint32Array([16, 60, city, 0]).buffer);
    const at = buildExif({ make: 'Canon', makerNote: note(0) }).byteLength;
    expect(places('Canon', note(at), clock)).toEqual(expected);
  });

  it('goes where a text in it tells one', () => {
    const note = Buffer.concat([noteOf('', [serial(9)]), Buffer.from('GPS 48.85837, 2.29448')]);
    expect(places('Canon', new Uint8Array(note))).toEqual(['Exif/ExifIFD/MakerNote']);
  });
});

/** `buildTiff` puts inner directories first; a note starts with its outer one, and its offsets count from its mark. */
function moveFirst(bytes: Uint8Array): Uint8Array {
  const outer = bytes.subarray(bytes.byteLength - 18);
  const inner = bytes.subarray(0, bytes.byteLength - 18);
  const moved = new Uint8Array([...outer, ...inner]);
  new DataView(moved.buffer).setUint32(10, 12 + 18, true);
  return moved;
}
