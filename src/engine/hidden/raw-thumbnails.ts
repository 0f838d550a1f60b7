import type { PictureWithin } from '../../core/hidden-picture.js';
import { type Place, SMALLEST } from './carve.js';

/** Thumbnails that are pixels and no file: those of JFIF, and strips of an Exif block's second directory. */
export function* rawThumbnails(bytes: Buffer, place: Place): Generator<PictureWithin> {
  for (let at = bytes.indexOf('JFIF\0', 0, 'latin1'); at >= 0; at = bytes.indexOf('JFIF\0', at + 1, 'latin1'))
    yield* ofJfif(bytes, at, place);
  for (let at = bytes.indexOf('JFXX\0', 0, 'latin1'); at >= 0; at = bytes.indexOf('JFXX\0', at + 1, 'latin1'))
    yield* ofJfxx(bytes, at, place);
  for (const mark of ['II*\0', 'MM\0*']) {
    for (let at = bytes.indexOf(mark, 0, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 1, 'latin1'))
      yield* ofExif(bytes.subarray(at), mark === 'II*\0', at, place);
  }
}

function* picture(pixels: Uint8Array, at: number, width: number, height: number, place: Place): Generator<PictureWithin> {
  if (Math.max(width, height) < SMALLEST || Math.min(width, height) === 0 || pixels.length < width * height * 3) return;
  const byteOffset = place.byteOffset + at;
  const { path, note } = place.at(byteOffset);
  const raw = { width, height };
  yield { at: path, byteOffset, byteLength: pixels.length, ...(note === undefined ? {} : { note }), bytes: pixels, raw, size: raw };
}

/** JFIF 1.02: version, units, densities, then the extent of a thumbnail of three bytes for each pixel. */
function* ofJfif(bytes: Buffer, at: number, place: Place): Generator<PictureWithin> {
  const [width = 0, height = 0] = bytes.subarray(at + 12, at + 14);
  yield* picture(bytes.subarray(at + 14, at + 14 + width * height * 3), at + 14, width, height, place);
}

const PALETTE_BYTES = 768;

/** JFIF 1.02, extension: 0x11 a palette of 256 colours and indices, 0x13 three bytes for each pixel. */
function* ofJfxx(bytes: Buffer, at: number, place: Place): Generator<PictureWithin> {
  const [code, width = 0, height = 0] = bytes.subarray(at + 5, at + 8);
  if (code === 0x13) yield* picture(bytes.subarray(at + 8, at + 8 + width * height * 3), at + 8, width, height, place);
  if (code !== 0x11) return;
  const palette = bytes.subarray(at + 8, at + 8 + PALETTE_BYTES);
  const indices = bytes.subarray(at + 8 + PALETTE_BYTES, at + 8 + PALETTE_BYTES + width * height);
  if (palette.length < PALETTE_BYTES || indices.length < width * height) return;
  const pixels = new Uint8Array(indices.length * 3);
  for (const [index, entry] of indices.entries()) pixels.set(palette.subarray(entry * 3, entry * 3 + 3), index * 3);
  yield* picture(pixels, at + 8, width, height, place);
}

const WIDTH = 0x100;
const HEIGHT = 0x101;
const COMPRESSION = 0x103;
const STRIP_OFFSETS = 0x111;
const SAMPLES = 0x115;
const MAX_ENTRIES = 200;
const MAX_EXTENT = 2048;

/** Exif 3.0 4.5.8: an uncompressed thumbnail is one of strips, in the second directory. */
function* ofExif(tiff: Buffer, little: boolean, at: number, place: Place): Generator<PictureWithin> {
  const u16 = (offset: number): number => (offset + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(offset) : tiff.readUInt16BE(offset));
  const u32 = (offset: number): number => (offset + 4 > tiff.length ? 0 : little ? tiff.readUInt32LE(offset) : tiff.readUInt32BE(offset));
  const first = u32(4);
  const second = u32(first + 2 + 12 * u16(first));
  if (first < 8 || second < 8) return;
  const values = new Map<number, number>();
  for (let entry = 0; entry < Math.min(u16(second), MAX_ENTRIES); entry++) {
    const offset = second + 2 + 12 * entry;
    const isLone = u32(offset + 4) === 1;
    values.set(u16(offset), isLone && u16(offset + 2) === 3 ? u16(offset + 8) : u32(offset + 8));
  }
  const [width = 0, height = 0, strip = 0] = [WIDTH, HEIGHT, STRIP_OFFSETS].map((tag) => values.get(tag));
  if (values.get(COMPRESSION) !== 1 || values.get(SAMPLES) !== 3 || width > MAX_EXTENT || height > MAX_EXTENT || strip < 8) return;
  yield* picture(tiff.subarray(strip, strip + width * height * 3), at + strip, width, height, place);
}
