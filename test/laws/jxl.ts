import { isoBox } from '../support/jumbf.js';
import { buildJxl, jxlExif } from '../support/jxl.js';
import type { Builder } from './planter.js';

export const jxl: Builder = (planter, choice) =>
  buildJxl({
    before: [
      ...(choice.exif ? [jxlExif(planter.exif(choice.orientation))] : []),
      ...(choice.unknown ? [isoBox('evil', Buffer.from(planter.plant('hidden')))] : []),
    ],
    after: [
      ...(choice.xmp ? [isoBox('xml ', planter.xmp())] : []),
      ...(choice.text ? [isoBox('free', Buffer.from(planter.plant('hidden')))] : []),
    ],
    partial: choice.iptc,
    ...(choice.iptc ? { codestreamTail: Buffer.from(planter.plant('hidden')) } : {}),
    ...(choice.tail ? { trailer: Buffer.from(planter.plant('hidden')) } : {}),
  });
