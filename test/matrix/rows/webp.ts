import { buildIcc, iccMluc, srgbTags } from '../../support/icc.js';
import { buildC2pa, jsonAssertion } from '../../support/jumbf.js';
import { buildExif } from '../../support/tiff.js';
import { buildAnimatedWebp, buildWebp, riff, riffChunk, VP8X_FLAGS, vp8l, vp8x, type WebpOptions } from '../../support/webp.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const webp = (row: string, place: string, build: (hide: Hide) => WebpOptions): MatrixRow => ({
  row,
  place,
  extension: 'webp',
  build: (hide) => buildWebp(build(hide)),
});

export const WEBP_ROWS: readonly MatrixRow[] = [
  webp('70', 'EXIF chunk', (hide) => ({ exif: buildExif({ orientation: 6, artist: hide.text(), serial: hide.text() }) })),
  webp('71', 'XMP chunk', (hide) => ({ xmp: Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`)) })),
  {
    row: '72',
    place: 'ICCP: description of the profile',
    extension: 'webp',
    build: (hide) =>
      riff([
        vp8x(VP8X_FLAGS.icc),
        riffChunk('ICCP', buildIcc({ tags: srgbTags([{ signature: 'dmnd', data: iccMluc(hide.deviceName()) }]) })),
        riffChunk('VP8L', vp8l()),
      ]),
  },
  webp('73', 'C2PA chunk', (hide) => ({
    after: [riffChunk('C2PA', buildC2pa([jsonAssertion('stds.schema-org.CreativeWork', { author: hide.text() })]))],
  })),
  webp('74', 'an unknown chunk', (hide) => ({ after: [riffChunk('PRVT', hide.bytes())] })),
  webp('75', 'bytes behind the RIFF size', (hide) => ({ trailer: hide.bytes() })),
  webp('76', 'a second EXIF chunk, with a mark in front', (hide) => ({
    exif: buildExif({ artist: hide.text() }),
    after: [riffChunk('EXIF', Buffer.concat([Buffer.from('Exif\0\0'), buildExif({ artist: hide.text() })]))],
  })),
  {
    row: '77',
    place: 'an unknown chunk within a frame',
    extension: 'webp',
    build: (hide) => buildAnimatedWebp([riffChunk('PRVT', hide.bytes())]),
  },
];
