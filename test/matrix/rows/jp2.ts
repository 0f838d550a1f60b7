import { buildIptc } from '../../support/iptc.js';
import { buildJ2k, buildJp2, EXIF_ID, GEOJP2_ID, IPTC_ID, type Jp2Options, j2kComment, jp2Uuid, XMP_ID } from '../../support/jp2.js';
import { buildC2pa, isoBox, jsonAssertion } from '../../support/jumbf.js';
import { buildExif } from '../../support/tiff.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const jp2 = (row: string, place: string, build: (hide: Hide) => Jp2Options): MatrixRow => ({
  row,
  place,
  extension: 'jp2',
  build: (hide) => buildJp2(build(hide)),
});

const packetOf = (hide: Hide): Buffer => Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`));

export const JP2_ROWS: readonly MatrixRow[] = [
  jp2('113', 'uuid boxes: Exif, XMP, IPTC', (hide) => ({
    before: [
      jp2Uuid(EXIF_ID, buildExif({ artist: hide.text(), serial: hide.text() })),
      jp2Uuid(XMP_ID, packetOf(hide)),
      jp2Uuid(IPTC_ID, buildIptc([[2, 90, hide.text()]])),
    ],
  })),
  jp2('113a', 'GeoJP2: where the picture lies on a map', (hide) => ({
    before: [jp2Uuid(GEOJP2_ID, buildExif({ imageDescription: hide.text() }))],
  })),
  jp2('113b', 'xml, uuid info and rights boxes', (hide) => ({
    rights: true,
    before: [
      isoBox('xml ', Buffer.from(`<gml><place>${hide.text()}</place></gml>`)),
      isoBox('uinf', isoBox('ulst', Buffer.alloc(18)), isoBox('url ', Buffer.alloc(4), hide.bytes())),
      isoBox('jp2i', hide.bytes()),
    ],
  })),
  jp2('113c', 'COM segments of the main header and of a tile-part', (hide) => ({
    codestream: buildJ2k({ main: [j2kComment(hide.text())], tilePart: [j2kComment(hide.bytes(), 0)] }),
  })),
  jp2('113d', 'labels and associations', (hide) => ({
    brand: 'jpx ',
    before: [
      isoBox('asoc', isoBox('lbl ', hide.bytes()), isoBox('xml ', Buffer.from(`<a>${hide.text()}</a>`))),
      isoBox('jplh', isoBox('lbl ', hide.bytes())),
    ],
  })),
  jp2('113e', 'jumb box: C2PA', (hide) => ({ after: [buildC2pa([jsonAssertion('x', { author: hide.text() })])] })),
  jp2('113f', 'unknown boxes, free space, bytes behind the codestream and behind the last box', (hide) => ({
    header: [isoBox('colr', Buffer.from([1, 0, 0, 0, 0, 0, 17]), hide.bytes()), isoBox('evil', hide.bytes())],
    codestream: buildJ2k({ tail: hide.bytes() }),
    after: [isoBox('free', hide.bytes()), isoBox('uuid', Buffer.alloc(16, 5), hide.bytes())],
    trailer: hide.bytes(),
  })),
  {
    row: '113g',
    place: 'comments and tail of a bare codestream',
    extension: 'j2k',
    build: (hide) => buildJ2k({ main: [j2kComment(hide.text())], tail: hide.bytes() }),
  },
];
