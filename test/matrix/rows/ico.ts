import { dibOf, icoOf } from '../../support/ico.js';
import { buildPng, pngChunk, tEXt } from '../../support/png.js';
import { buildExif } from '../../support/tiff.js';
import type { Hide, MatrixRow } from '../row.js';

const ico = (row: string, place: string, build: (hide: Hide) => Uint8Array, extension = 'ico'): MatrixRow => ({
  row,
  place,
  extension,
  build,
});

const PICTURE = dibOf({ width: 16, height: 16, depth: 32 });

export const ICO_ROWS: readonly MatrixRow[] = [
  ico('115', 'metadata of a PNG within an icon', (hide) =>
    icoOf({
      images: [
        { bytes: PICTURE, width: 16, height: 16, depth: 32 },
        { bytes: buildPng({ before: [tEXt('Author', hide.text()), pngChunk('eXIf', buildExif({ artist: hide.text() }))] }) },
      ],
    }),
  ),
  ico('115a', 'between the images of an icon and behind the last', (hide) =>
    icoOf({ images: [{ bytes: PICTURE, width: 16, height: 16, depth: 32, gap: hide.bytes() }], tail: hide.bytes() }),
  ),
  ico(
    '115b',
    "behind a pointer's mask, within its image",
    (hide) => icoOf({ type: 2, images: [{ bytes: Buffer.concat([PICTURE, hide.bytes()]), width: 16, height: 16, planes: 3, depth: 4 }] }),
    'cur',
  ),
];
