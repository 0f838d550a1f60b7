import { degreesToRationals, type TiffDirectory } from '../support/tiff.js';
import { greyTiff } from '../support/tiff-picture.js';
import type { Builder } from './planter.js';

export const tiff: Builder = (planter, choice) => {
  const gps: TiffDirectory = [
    { tag: 1, type: 2, value: 'N' },
    { tag: 2, type: 5, value: degreesToRationals(48.85) },
  ];
  const more: TiffDirectory = [
    ...(choice.exif
      ? [
          { tag: 0x112, type: 3, value: [choice.orientation] },
          { tag: 0x10f, type: 2, value: planter.plant('camera') },
          { tag: 0x8769, directories: [[{ tag: 0xa430, type: 2, value: planter.plant('person') }]] },
          { tag: 0x8825, directories: [gps] },
        ]
      : []),
    ...(choice.text ? [{ tag: 0x10d, type: 2, value: planter.plant('text') }] : []),
    ...(choice.xmp ? [{ tag: 0x2bc, type: 1, value: planter.xmp() }] : []),
    ...(choice.iptc ? [{ tag: 0x83bb, type: 7, value: planter.iptc() }] : []),
    ...(choice.unknown ? [{ tag: 0xfdfd, type: 2, value: planter.plant('hidden') }] : []),
  ];
  return greyTiff(more, choice.tail ? { tail: Buffer.from(planter.plant('hidden')) } : {});
};
