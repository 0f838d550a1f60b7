import { greyProfile, iccMluc } from '../../support/icc.js';
import { buildIptc } from '../../support/iptc.js';
import { buildJpeg, com } from '../../support/jpeg.js';
import { buildTiff, type TiffDirectory } from '../../support/tiff.js';
import { greyPage, greyTiff } from '../../support/tiff-picture.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const tiff = (row: string, place: string, more: (hide: Hide) => TiffDirectory): MatrixRow => ({
  row,
  place,
  extension: 'tif',
  build: (hide) => greyTiff(more(hide)),
});

const ascii = (hide: Hide, ...tags: readonly number[]): TiffDirectory => tags.map((tag) => ({ tag, type: 2, value: hide.text() }));

export const TIFF_ROWS: readonly MatrixRow[] = [
  tiff('83', 'IFD0: Artist, ImageDescription', (hide) => ascii(hide, 0x13b, 0x10e)),
  tiff('84', 'HostComputer, DocumentName, PageName, TargetPrinter', (hide) => ascii(hide, 0x13c, 0x10d, 0x11d, 0x151)),
  tiff('85', 'Exif and GPS directories', (hide) => [
    { tag: 0x8769, directories: [ascii(hide, 0xa430, 0xa431)] },
    {
      tag: 0x8825,
      directories: [
        [
          { tag: 1, type: 2, value: 'N' },
          { tag: 2, type: 5, value: hide.degrees() },
        ],
      ],
    },
  ]),
  tiff('86', 'XMP', (hide) => [{ tag: 0x2bc, type: 1, value: Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`)) }]),
  tiff('87', 'IPTC and ImageSourceData', (hide) => [
    { tag: 0x83bb, type: 7, value: buildIptc([[2, 80, hide.text()]]) },
    { tag: 0x935c, type: 7, value: Buffer.concat([Buffer.from('Adobe Photoshop Document Data Block\0'), hide.bytes()]) },
  ]),
  tiff('88', 'ICC: description of the profile', (hide) => [
    {
      tag: 0x8773,
      type: 7,
      value: greyProfile([{ signature: 'dmnd', data: iccMluc(hide.deviceName()) }]),
    },
  ]),
  tiff('89', 'a preview in a SubIFD', (hide) => [
    {
      tag: 0x14a,
      directories: [
        [
          { tag: 0xfe, type: 4, value: [1] },
          { tag: 0x103, type: 3, value: [6] },
          { tag: 0x201, lengthTag: 0x202, data: buildJpeg({ segments: [com(hide.text())] }) },
        ],
      ],
    },
  ]),
  {
    row: '89a',
    place: 'text of a second page',
    extension: 'tif',
    build: (hide) => Buffer.from(buildTiff([greyPage(), greyPage(ascii(hide, 0x11d, 0x13b))])),
  },
  tiff('90', 'GeoTIFF: model tie points, ASCII parameters, GDAL metadata', (hide) => [
    { tag: 0x87af, type: 3, value: [1, 1, 0, 1, 1026, 34737, 20, 0] },
    ...ascii(hide, 0x87b1, 0xa480),
  ]),
  tiff('91', 'a private tag', (hide) => [{ tag: 0xfde8, type: 7, value: hide.bytes() }]),
  {
    row: '92',
    place: 'bytes that no directory accounts for',
    extension: 'tif',
    build: (hide) => greyTiff([], { tail: hide.bytes(), lead: Buffer.concat([Buffer.alloc(2), hide.bytes()]) }),
  },
];
