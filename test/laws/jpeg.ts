import { buildJpeg, com, exifSegment, photoshopSegment, xmpSegment } from '../support/jpeg.js';
import { buildPhotoshop } from '../support/photoshop.js';
import type { Builder } from './planter.js';

export const jpeg: Builder = (planter, choice) =>
  buildJpeg({
    segments: [
      ...(choice.exif ? [exifSegment(planter.exif(choice.orientation))] : []),
      ...(choice.xmp ? [xmpSegment(planter.xmp())] : []),
      ...(choice.iptc ? [photoshopSegment(buildPhotoshop([{ id: 0x0404, data: planter.iptc() }]))] : []),
      ...(choice.text ? [com(`a comment ${planter.plant('text')}`)] : []),
    ],
    afterScan: choice.unknown ? [com(`later ${planter.plant('text')}`)] : [],
    ...(choice.tail ? { tail: Buffer.from(planter.plant('hidden')) } : {}),
  });
