import { deflateSync } from 'node:zlib';
import { buildHeif, exifItem, fullBox, type HeifOptions, pictureItem, uint, xmpItem } from '../../support/heif.js';
import { buildIcc, iccMluc, srgbTags } from '../../support/icc.js';
import { buildC2pa, isoBox, jsonAssertion } from '../../support/jumbf.js';
import { buildExif } from '../../support/tiff.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const avif = (row: string, place: string, build: (hide: Hide) => HeifOptions): MatrixRow => ({
  row,
  place,
  extension: 'avif',
  build: (hide) => buildHeif(build(hide)),
});

const cdsc = (from: number) => [{ type: 'cdsc', from, to: [1] }];
const exifOf = (hide: Hide) => exifItem(buildExif({ artist: hide.text(), serial: hide.text(), gps: { latitude: 48.85, longitude: 2.29 } }));
const packetOf = (hide: Hide): Buffer => Buffer.from(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`));
const C2PA_UUID = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex');

export const HEIF_ROWS: readonly MatrixRow[] = [
  avif('93', 'Exif item in mdat', (hide) => ({ items: [exifOf(hide)], references: cdsc(2) })),
  avif('93a', 'Exif item in idat', (hide) => ({ items: [{ ...exifOf(hide), inIdat: true }], references: cdsc(2) })),
  avif('93b', 'Exif item that nothing refers to, in three pieces', (hide) => ({ items: [{ ...exifOf(hide), extents: 3 }] })),
  avif('93c', 'bytes in front of the block of an Exif item', (hide) => {
    const lead = hide.bytes();
    const block = buildExif({ orientation: 1 });
    return { items: [{ id: 2, type: 'Exif', data: Buffer.concat([uint(lead.length, 4), lead, block]) }], references: cdsc(2) };
  }),
  avif('94', 'XMP item', (hide) => ({ items: [xmpItem(packetOf(hide))], references: cdsc(3) })),
  avif('94a', 'XMP item, compressed', (hide) => ({ items: [xmpItem(deflateSync(packetOf(hide)), 3, 'deflate')], references: cdsc(3) })),
  avif('95', 'bytes of mdat that no item accounts for', (hide) => ({ mediaLead: hide.bytes(), mediaTail: hide.bytes() })),
  avif('96', 'a thumbnail with its Exif', (hide) => ({
    items: [pictureItem(4), { ...exifOf(hide), id: 5 }],
    references: [
      { type: 'thmb', from: 4, to: [1] },
      { type: 'cdsc', from: 5, to: [4] },
    ],
  })),
  avif('97', 'Exif of a picture that is not shown', (hide) => ({
    items: [pictureItem(4, { hidden: true, name: hide.text() }), { ...exifOf(hide), id: 5 }],
    references: [{ type: 'cdsc', from: 5, to: [4] }],
  })),
  avif('99', 'ICC profile: description', (hide) => ({
    properties: [
      isoBox('colr', Buffer.from('prof'), buildIcc({ tags: srgbTags([{ signature: 'dmnd', data: iccMluc(hide.deviceName()) }]) })),
    ],
  })),
  avif('100', 'C2PA, an unknown uuid, free space that holds something', (hide) => ({
    boxesBefore: [isoBox('uuid', C2PA_UUID, fullBox('none', 0, 0), buildC2pa([jsonAssertion('x', { author: hide.text() })]))],
    boxesAfter: [isoBox('uuid', Buffer.alloc(16, 5), hide.bytes()), isoBox('free', hide.bytes())],
  })),
  avif('100a', 'a motion photo’s video, bytes behind the last box', (hide) => ({
    boxesAfter: [isoBox('mpvd', hide.bytes())],
    trailer: hide.bytes(),
  })),
  avif('100b', 'item name, user description, an unknown property', (hide) => ({
    pictureName: hide.text(),
    properties: [fullBox('udes', 0, 0, Buffer.from(`en\0${hide.text()}\0${hide.text()}\0\0`)), isoBox('prVt', hide.bytes())],
  })),
  avif('100c', 'an item of an unknown kind', (hide) => ({
    items: [{ id: 6, type: 'uri ', data: hide.bytes(), uri: `urn:${hide.text()}` }],
  })),
];
