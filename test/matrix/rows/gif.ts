import { application, extension, gifComment, gifImage, gifOf, gifXmp, graphicControl, loopCount } from '../../support/gif.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const gif = (row: string, place: string, block: (hide: Hide) => Uint8Array): MatrixRow => ({
  row,
  place,
  extension: 'gif',
  build: (hide) => gifOf([loopCount(), block(hide), graphicControl(), gifImage(), graphicControl(), gifImage()]),
});

export const GIF_ROWS: readonly MatrixRow[] = [
  gif('78', 'comment extension', (hide) => gifComment(hide.text())),
  gif('79', 'XMP application extension', (hide) => gifXmp(Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`)))),
  gif('80', 'a private application extension', (hide) => application('PRIVATE1.23', hide.bytes())),
  gif('81', 'plain text extension', (hide) => extension(0x01, Buffer.from([0, 0, 0, 0, 6, 0, 4, 0, 1, 1, 1, 0]), hide.bytes())),
  {
    row: '81a',
    place: 'bytes behind the last code of a frame',
    extension: 'gif',
    build: (hide) => gifOf([gifImage({ tail: hide.bytes() })]),
  },
  { row: '82', place: 'bytes behind the trailer', extension: 'gif', build: (hide) => gifOf([gifImage()], { trailer: hide.bytes() }) },
];
