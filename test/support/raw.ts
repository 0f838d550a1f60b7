/** Builds camera raw files for tests. Independent of the code under test. */

import { buildJpeg, jpegSegment } from './jpeg.js';
import { buildExif, buildTiff, type TiffDirectory } from './tiff.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

function u32(...values: readonly number[]): Buffer {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    out.writeUInt32BE(value >>> 0, 4 * index);
  });
  return out;
}

export const RAW_DATA = Buffer.from('RAWRAWRAWRAW');

/** A camera's JPEG with a serial number and a place. */
export function cameraJpeg(): Buffer {
  const exif = buildExif({ make: 'Maker', serial: 'SERIAL-4711', gps: { latitude: 48.85, longitude: 2.29 } });
  return buildJpeg({ segments: [jpegSegment(0xe1, Buffer.concat([latin1('Exif\0\0'), exif]))] });
}

/** Fujifilm RAF: the JPEG, a table, the raw data. */
export function buildRaf(jpeg = cameraJpeg(), tail = Buffer.alloc(0)): Buffer {
  const table = latin1('a table of the camera');
  const jpegAt = 148;
  const tableAt = jpegAt + jpeg.length;
  const dataAt = tableAt + table.length;
  return Buffer.concat([
    latin1('FUJIFILMCCD-RAW 0201FF129502'),
    latin1('X-Test'.padEnd(32, '\0')),
    latin1('0100'.padEnd(24, '\0')),
    u32(jpegAt, jpeg.length, tableAt, table.length, dataAt, RAW_DATA.length),
    Buffer.alloc(jpegAt - 108),
    jpeg,
    table,
    RAW_DATA,
    tail,
  ]);
}

function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const data = Buffer.concat(content);
  return Buffer.concat([u32(8 + data.length), latin1(type), data]);
}

const uuid = (id: string, ...content: readonly Uint8Array[]): Buffer => box('uuid', Buffer.from(id, 'hex'), ...content);

export interface Cr3Options {
  readonly camera?: TiffDirectory;
  readonly exif?: TiffDirectory;
  readonly gps?: TiffDirectory;
  readonly note?: Uint8Array;
  readonly xmp?: Uint8Array;
  readonly preview?: Uint8Array;
  /** Seconds since 1904. */
  readonly time?: number;
  readonly data?: Uint8Array;
  readonly more?: Uint8Array;
}

/** Canon CR3. */
export function buildCr3(options: Cr3Options = {}): Buffer {
  const directory = (type: string, entries: TiffDirectory | undefined): Buffer =>
    entries === undefined ? Buffer.alloc(0) : box(type, buildTiff([entries]));
  const time = options.time ?? 0;
  const moov = box(
    'moov',
    uuid(
      '85c0b687820f11e08111f4ce462b6a48',
      box('CNCV', latin1('CanonCR3_001/00.09.00/00.00.00')),
      directory('CMT1', options.camera),
      directory('CMT2', options.exif),
      options.note === undefined ? Buffer.alloc(0) : box('CMT3', options.note),
      directory('CMT4', options.gps),
    ),
    box('mvhd', u32(0, time, time, 1, 1), Buffer.alloc(80)),
  );
  return Buffer.concat([
    box('ftyp', latin1('crx '), u32(1), latin1('crx isom')),
    moov,
    options.xmp === undefined ? Buffer.alloc(0) : uuid('be7acfcb97a942e89c71999491e3afac', options.xmp),
    options.preview === undefined
      ? Buffer.alloc(0)
      : uuid('eaf42b5e1c984b88b9fbb7dc406e4d16', u32(0, 1), box('PRVW', Buffer.alloc(16), options.preview)),
    options.data === undefined ? Buffer.alloc(0) : box('mdat', options.data),
    options.more ?? Buffer.alloc(0),
  ]);
}

/** Records of one heap of Canon's CIFF: values, then the directory, then where it starts. */
function heap(records: readonly (readonly [tag: number, value: Uint8Array])[]): Buffer {
  const u16 = (value: number): Buffer => Buffer.of(value & 0xff, value >> 8);
  const le32 = (value: number): Buffer => Buffer.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
  let at = 0;
  const rows = records.map(([tag, value]) => {
    if ((tag & 0xc000) === 0x4000) return Buffer.concat([u16(tag), value.subarray(0, 8), Buffer.alloc(Math.max(0, 8 - value.length))]);
    const row = Buffer.concat([u16(tag), le32(value.length), le32(at)]);
    at += value.length;
    return row;
  });
  const values = records.filter(([tag]) => (tag & 0xc000) !== 0x4000).map(([, value]) => value);
  return Buffer.concat([...values, u16(records.length), ...rows, le32(at)]);
}

/** Canon CRW. */
export function buildCrw(): Buffer {
  const camera = heap([
    [0x080a, latin1('Canon\0Test\0')],
    [0x0810, latin1('an owner\0\0\0\0')],
    [0x580b, Buffer.of(1, 2, 3, 4, 0, 0, 0, 0)],
  ]);
  const root = heap([
    [0x2005, RAW_DATA],
    [0x2007, cameraJpeg()],
    [0x300a, camera],
    [0x180e, Buffer.of(1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0)],
  ]);
  return Buffer.concat([latin1('II'), Buffer.of(26, 0, 0, 0), latin1('HEAPCCDR'), Buffer.alloc(12), root]);
}
