import { type BmpSpec, bmpOf } from '../../support/bmp.js';
import { iccMluc, srgbProfile } from '../../support/icc.js';
import type { Hide, MatrixRow } from '../row.js';

const bmp = (row: string, place: string, spec: (hide: Hide) => BmpSpec): MatrixRow => ({
  row,
  place,
  extension: 'bmp',
  build: (hide) => bmpOf(spec(hide)),
});

/** A word fits into the end points of the colours of a header of version 4, which only a calibrated colour space uses. */
const END_POINTS = 74;

/** In rows of one pixel, one byte of padding follows. */
const BLACK_PIXEL_BYTES = 3;

export const BMP_ROWS: readonly MatrixRow[] = [
  bmp('114', 'bytes between header and pixels', (hide) => ({ gap: hide.bytes() })),
  bmp('114a', 'the path of a linked colour profile', (hide) => ({
    dibBytes: 124,
    profileKind: 'LINK',
    profile: Buffer.from(`C:\\Users\\${hide.text()}\\screen.icm\0`),
  })),
  bmp('114b', 'ICC profile: description of the device', (hide) => ({
    dibBytes: 124,
    profile: srgbProfile([{ signature: 'dmnd', data: iccMluc(hide.deviceName()) }]),
  })),
  bmp('114c', 'bytes behind the pixels', (hide) => ({ tail: hide.bytes() })),
  bmp('114d', 'end points of a colour space that is not used', (hide) => ({ dibBytes: 108, fields: { [END_POINTS]: hide.bytes() } })),
  bmp('114e', 'behind the end of an RLE stream', (hide) => ({
    depth: 8,
    compression: 1,
    palette: Buffer.alloc(1024, 7).map((value, at) => (at % 4 === 3 ? 0 : value)),
    pixels: Buffer.concat([Buffer.from([3, 1, 0, 0, 3, 2, 0, 1]), hide.bytes()]),
  })),
  bmp('114f', 'padding at the end of rows', (hide) => {
    const pixels = hide.spread(BLACK_PIXEL_BYTES);
    return { size: [1, pixels.length / (BLACK_PIXEL_BYTES + 1)], pixels };
  }),
];
