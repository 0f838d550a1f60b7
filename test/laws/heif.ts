import { buildHeif, exifItem, fullBox, uint, xmpItem } from '../support/heif.js';
import { isoBox } from '../support/jumbf.js';
import type { Builder } from './planter.js';

export const heif: Builder = (planter, choice) =>
  buildHeif({
    items: [
      ...(choice.exif ? [{ ...exifItem(planter.exif(choice.orientation)), inIdat: choice.tail }] : []),
      ...(choice.xmp ? [{ ...xmpItem(planter.xmp()), extents: choice.exif ? 3 : 1 }] : []),
      ...(choice.unknown
        ? [{ id: 7, type: 'uri ', data: Buffer.from(planter.plant('hidden')), uri: `urn:${planter.plant('hidden')}` }]
        : []),
    ],
    references: [...(choice.exif ? [{ type: 'cdsc', from: 2, to: [1] }] : []), ...(choice.xmp ? [{ type: 'cdsc', from: 3, to: [1] }] : [])],
    properties: [
      ...(choice.orientation > 4 ? [isoBox('irot', uint(choice.orientation & 3, 1))] : []),
      ...(choice.text ? [fullBox('udes', 0, 0, Buffer.from(`en\0${planter.plant('text')}\0\0\0`))] : []),
    ],
    ...(choice.text ? { pictureName: planter.plant('text') } : {}),
    ...(choice.iptc ? { metaBoxes: [isoBox('uuid', Buffer.alloc(16, 7), Buffer.from(planter.plant('hidden')))] } : {}),
    ...(choice.unknown ? { mediaTail: Buffer.from(planter.plant('hidden')) } : {}),
    ...(choice.tail ? { trailer: Buffer.from(planter.plant('hidden')) } : {}),
  });
