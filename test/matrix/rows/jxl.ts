import { buildC2pa, isoBox, jsonAssertion } from '../../support/jumbf.js';
import { buildJxl, JXL_CODESTREAM, type JxlOptions, jxlExif } from '../../support/jxl.js';
import { buildExif } from '../../support/tiff.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const jxl = (row: string, place: string, build: (hide: Hide) => JxlOptions): MatrixRow => ({
  row,
  place,
  extension: 'jxl',
  build: (hide) => buildJxl(build(hide)),
});

const exifOf = (hide: Hide): Uint8Array => buildExif({ artist: hide.text(), serial: hide.text() });
const packetOf = (hide: Hide): Buffer => Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`));

export const JXL_ROWS: readonly MatrixRow[] = [
  jxl('103', 'Exif and xml boxes', (hide) => ({ before: [jxlExif(exifOf(hide)), isoBox('xml ', packetOf(hide))] })),
  jxl('103a', 'jumb box: C2PA', (hide) => ({ before: [buildC2pa([jsonAssertion('x', { author: hide.text() })])] })),
  jxl('103b', 'bytes in front of the Exif block', (hide) => {
    const lead = hide.bytes();
    return { before: [isoBox('Exif', Buffer.from([0, 0, 0, lead.length]), lead, buildExif({ orientation: 1 }))] };
  }),
  jxl('104', 'jbrd: what restores the original JPEG', (hide) => ({ before: [isoBox('jbrd', hide.bytes())] })),
  jxl('105', 'unknown boxes, free space that holds something', (hide) => ({
    after: [isoBox('evil', hide.bytes()), isoBox('free', hide.bytes()), isoBox('uuid', Buffer.alloc(16, 5), hide.bytes())],
  })),
  jxl('105a', 'bytes behind the last frame and behind the last box', (hide) => ({ codestreamTail: hide.bytes(), trailer: hide.bytes() })),
  {
    row: '105b',
    place: 'bytes behind a bare codestream',
    extension: 'jxl',
    build: (hide) => Buffer.concat([JXL_CODESTREAM, hide.bytes()]),
  },
];
