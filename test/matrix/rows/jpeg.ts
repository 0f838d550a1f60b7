import { buildIcc, iccMluc, iccText, srgbProfile, srgbTags } from '../../support/icc.js';
import { buildIptc } from '../../support/iptc.js';
import {
  adobeSegment,
  app,
  buildJpeg,
  com,
  exifSegment,
  iccSegments,
  type JpegOptions,
  jumbfSegments,
  mpfSegment,
  photoshopSegment,
  quantization,
  xmpExtensionSegments,
  xmpSegment,
} from '../../support/jpeg.js';
import { buildC2pa, jsonAssertion } from '../../support/jumbf.js';
import { buildPhotoshop, thumbnailResource } from '../../support/photoshop.js';
import { buildExif, type ExifOptions } from '../../support/tiff.js';
import { xmpGuid } from '../../support/xmp.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const jpeg = (row: string, place: string, build: (hide: Hide) => JpegOptions): MatrixRow => ({
  row,
  place,
  extension: 'jpg',
  build: (hide) => buildJpeg({ kind: 'color', width: 32, height: 16, ...build(hide) }),
});

/** An Exif block in a turned picture: what cuts all of it turns the picture back. */
const exif = (row: string, place: string, options: (hide: Hide) => ExifOptions): MatrixRow =>
  jpeg(row, place, (hide) => ({ segments: [exifSegment(buildExif({ orientation: 6, ...options(hide) }))] }));

const xmp = (row: string, place: string, properties: (hide: Hide) => string): MatrixRow =>
  jpeg(row, place, (hide) => ({ segments: [xmpSegment(xmpOf(properties(hide)))] }));

const appn = (row: string, place: string, number: number, signature: string): MatrixRow =>
  jpeg(row, place, (hide) => ({ segments: [app(number, signature, Buffer.alloc(16), hide.bytes(), Buffer.alloc(16))] }));

const resource = (row: string, place: string, id: number, data: (hide: Hide) => Uint8Array): MatrixRow =>
  jpeg(row, place, (hide) => ({ segments: [photoshopSegment(buildPhotoshop([{ id, data: data(hide) }]))] }));

const tail = (row: string, place: string, bytes: (hide: Hide) => Uint8Array): MatrixRow =>
  jpeg(row, place, (hide) => ({ tail: bytes(hide) }));

/** A small picture of its own that hides a comment. */
const inner = (hide: Hide): Buffer => buildJpeg({ segments: [com(hide.text())] });

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

function samsungTrailer(hide: Hide): Buffer {
  const name = latin1('Image_UTC_Data');
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0x0a01, 2);
  head.writeUInt32LE(name.length, 4);
  const block = Buffer.concat([head, name, hide.bytes()]);
  const entry = Buffer.alloc(12);
  entry.writeUInt16LE(0x0a01, 2);
  entry.writeUInt32LE(block.length, 4);
  entry.writeUInt32LE(block.length, 8);
  const count = Buffer.alloc(8);
  count.writeUInt32LE(107, 0);
  count.writeUInt32LE(1, 4);
  const directory = Buffer.concat([latin1('SEFH'), count, entry]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(directory.length);
  return Buffer.concat([block, directory, size, latin1('SEFT')]);
}

/** A picture with a second one behind it, named by the index in front. */
function multiPicture(hide: Hide): Buffer {
  const second = inner(hide);
  const build = (first: number, offset: number): Buffer =>
    buildJpeg({
      kind: 'color',
      width: 32,
      height: 16,
      segments: [
        mpfSegment([
          { attributes: 0x20030000, byteLength: first, byteOffset: 0 },
          { byteLength: second.length, byteOffset: offset },
        ]),
      ],
    });
  const length = build(0, 0).length;
  const head = build(length, 0);
  // Offsets of the index count from its byte order mark (CIPA DC-007 5.2.3.3.3).
  const from = head.indexOf('MPF\0') + 4;
  return Buffer.concat([build(length, length - from), second]);
}

export const JPEG_ROWS: readonly MatrixRow[] = [
  exif('1', 'Exif IFD0: Make, Model, Software', (hide) => ({ make: hide.text(), model: hide.text(), software: hide.text() })),
  exif('2', 'Exif IFD0: Artist, Copyright', (hide) => ({ artist: hide.text(), copyright: hide.text() })),
  exif('3', 'Exif: XPAuthor, XPComment, XPKeywords', (hide) => ({
    ifd0: [0x9c9c, 0x9c9d, 0x9c9e].map((tag) => ({ tag, type: 1, value: hide.utf16() })),
  })),
  exif('4', 'Exif GPS: latitude and longitude', (hide) => ({
    gpsIfd: [
      { tag: 0, type: 1, value: [2, 3, 0, 0] },
      { tag: 1, type: 2, value: 'N' },
      { tag: 2, type: 5, value: hide.degrees() },
      { tag: 3, type: 2, value: 'E' },
      { tag: 4, type: 5, value: hide.degrees() },
    ],
  })),
  exif('6', 'Exif GPS: GPSProcessingMethod, GPSAreaInformation', (hide) => ({
    gpsIfd: [0x1b, 0x1c].map((tag) => ({ tag, type: 7, value: latin1(`ASCII\0\0\0${hide.text()}`) })),
  })),
  exif('7', 'Exif: serial numbers, owner, ImageUniqueID', (hide) => ({
    exifIfd: [0xa430, 0xa431, 0xa435, 0xa420].map((tag) => ({ tag, type: 2, value: hide.text() })),
  })),
  exif('8', 'Exif: UserComment, ImageDescription', (hide) => ({ userComment: hide.text(), imageDescription: hide.text() })),
  exif('9', 'Exif: DateTime, OffsetTime, SubSecTime', (hide) => ({
    ifd0: [{ tag: 0x132, type: 2, value: hide.text() }],
    exifIfd: [0x9003, 0x9010, 0x9290].map((tag) => ({ tag, type: 2, value: hide.text() })),
  })),
  exif('10', 'Exif: MakerNote', (hide) => ({ make: 'Apple', makerNote: Buffer.concat([latin1('Apple iOS\0\0\x01MM\0\0'), hide.bytes()]) })),
  exif('11', 'Exif IFD1: thumbnail', (hide) => ({ thumbnail: inner(hide) })),
  exif('12', 'Exif: SubIFD with a preview', (hide) => ({
    ifd0: [
      {
        tag: 0x14a,
        directories: [
          [
            { tag: 0xfe, type: 4, value: [1] },
            { tag: 0x103, type: 3, value: [6] },
            { tag: 0x201, lengthTag: 0x202, data: inner(hide) },
          ],
        ],
      },
    ],
  })),
  exif('13', 'Exif: Interoperability, PrintIM, RelatedSoundFile', (hide) => ({
    ifd0: [{ tag: 0xc4a5, type: 7, value: latin1(`PrintIM\x000300\0\0\0\0${hide.text()}`) }],
    exifIfd: [{ tag: 0xa004, type: 2, value: hide.text() }],
    interopIfd: [
      { tag: 1, type: 2, value: 'R98' },
      { tag: 0x1000, type: 2, value: hide.text() },
    ],
  })),
  exif('14', 'Exif: padding and bytes between the directories', (hide) => ({
    make: 'Acme',
    ifd0: [{ tag: 0xea1c, type: 7, value: Buffer.concat([Buffer.alloc(8), hide.bytes()]) }],
    tail: hide.bytes(),
    lead: Buffer.concat([Buffer.alloc(2), hide.bytes()]),
  })),
  xmp('15', 'XMP: title, creator, tool', (hide) => `<dc:title>${hide.text()}</dc:title><dc:creator>${hide.text()}</dc:creator>`),
  jpeg('16', 'Extended XMP', (hide) => {
    const extended = Buffer.from(xmpOf(`<mine:GDepth>${hide.text()}</mine:GDepth>`));
    const guid = xmpGuid(extended);
    return {
      segments: [
        xmpSegment(xmpOf(`<xmpNote:HasExtendedXMP>${guid}</xmpNote:HasExtendedXMP>`)),
        ...xmpExtensionSegments(guid, extended, 64),
      ],
    };
  }),
  xmp(
    '17',
    'XMP: DocumentID, InstanceID',
    (hide) => `<xmpMM:DocumentID>${hide.text()}</xmpMM:DocumentID><xmpMM:InstanceID>${hide.text()}</xmpMM:InstanceID>`,
  ),
  xmp(
    '18',
    'XMP: named face regions',
    (hide) =>
      `<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource"><mwg-rs:Name>${hide.text()}</mwg-rs:Name></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>`,
  ),
  xmp(
    '19',
    'XMP: LocationShown, LocationCreated',
    (hide) =>
      `<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:City>${hide.text()}</Iptc4xmpExt:City></rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>`,
  ),
  xmp('20', 'XMP: a second copy of the GPS coordinates', (hide) => `<exif:GPSLatitude>48,51.${hide.text()}N</exif:GPSLatitude>`),
  appn('21', 'APP1: FLIR thermal picture', 1, 'FLIR\0\x01\0\0'),
  jpeg('22', 'APP2 ICC: description, device, serial', (hide) => ({
    segments: iccSegments(
      buildIcc({
        tags: srgbTags([
          { signature: 'dmnd', data: iccMluc(hide.deviceName()) },
          { signature: 'view', data: iccText(hide.text()) },
        ]),
      }),
    ),
  })),
  { row: '23', place: 'APP2 MPF and a second JPEG', extension: 'jpg', build: multiPicture },
  appn('24', 'APP2 FPXR', 2, 'FPXR\0\0'),
  appn('26', 'APP3 Meta, Stim, thermal', 3, 'Meta\0\0'),
  appn('27', 'APP4 Scalado and others', 4, 'SCALADO\0'),
  appn('28', 'APP5 Samsung unique id, RMETA', 5, 'ssuniqueid\0'),
  appn('29', 'APP6 GoPro, MMIMETA', 6, 'GoPro\0'),
  appn('30', 'APP7 Huawei, Pentax, Qualcomm', 7, 'HUAWEI\0'),
  appn('31', 'APP8 SPIFF, APP9 MediaJukebox', 9, 'Media Jukebox\0'),
  appn('32', 'APP10 comment', 10, 'UNICODE\0'),
  jpeg('33', 'APP11 JUMBF: C2PA', (hide) => ({
    segments: jumbfSegments(buildC2pa([jsonAssertion('stds.schema-org.CreativeWork', { author: hide.text() })]), 2),
  })),
  appn('35', 'APP12 Ducky, PictureInfo', 12, '[picture info]'),
  resource('36', 'APP13 IPTC IIM: by-line, city, caption', 0x0404, (hide) =>
    buildIptc([
      [2, 80, hide.text()],
      [2, 90, hide.text()],
      [2, 120, hide.text()],
    ]),
  ),
  resource('37', 'APP13 Photoshop thumbnail', 0x040c, (hide) => thumbnailResource(inner(hide))),
  resource('38', 'APP13: a second copy of the Exif block', 0x0422, (hide) => buildExif({ artist: hide.text() })),
  resource('38a', 'APP13: URL, path name', 0x041e, (hide) => {
    const url = hide.bytes();
    return Buffer.concat([Buffer.from([0, 0, 0, 1]), latin1('TEXT'), Buffer.from([0, 0, 0, 1, 0, 0, 0, url.length]), url]);
  }),
  jpeg('39', 'APP14: bytes behind the Adobe marker', (hide) => ({ segments: [adobeSegment(1, hide.bytes())] })),
  appn('40', 'APP15 GraphicConverter, TEXT', 15, 'TEXT\0'),
  jpeg('41', 'COM', (hide) => ({ segments: [com(hide.text())] })),
  jpeg('41a', 'COM between two scans', (hide) => ({ kind: 'progressive', afterScan: [com(hide.text())] })),
  tail('42', 'bytes behind EOI', (hide) => hide.bytes()),
  tail('42a', 'a whole JPEG behind EOI', inner),
  tail('43', 'Samsung trailer', samsungTrailer),
  tail('44', 'motion photo: a video behind EOI', (hide) =>
    Buffer.concat([
      latin1('\0\0\0\x18ftypmp42\0\0\0\0isommp42'),
      Buffer.from([0, 0, 0, 40]),
      latin1('free'),
      hide.bytes(),
      Buffer.alloc(16),
    ]),
  ),
  tail('45', 'a maker’s trailer (Vivo)', (hide) =>
    Buffer.concat([latin1('streamdata'), hide.bytes(), latin1('vivo{"com.android.camera":1}')]),
  ),
  jpeg('46', 'bytes between two markers', (hide) => ({ segments: [quantization(), hide.bytes()] })),
  jpeg('46a', 'bytes behind the last block of a scan', (hide) => ({ scanTail: hide.bytes() })),
  jpeg('22a', 'an ICC slot that holds no profile', (hide) => ({
    segments: [app(2, 'ICC_PROFILE\0', Buffer.from([7, 1]), hide.bytes(), Buffer.alloc(64)), ...iccSegments(srgbProfile())],
  })),
];
