import { buildPng, iTXt, pngChunk, pngXmp, rawProfile, tEXt, zTXt } from '../support/png.js';
import type { Builder } from './planter.js';

export const png: Builder = (planter, choice) =>
  buildPng({
    before: [
      ...(choice.exif ? [pngChunk('eXIf', planter.exif(choice.orientation))] : []),
      ...(choice.iptc ? [rawProfile('iptc', planter.iptc())] : []),
      ...(choice.text
        ? [tEXt('Comment', planter.plant('text')), zTXt('Author', planter.plant('copyright')), iTXt('Software', planter.plant('software'))]
        : []),
    ],
    after: [
      ...(choice.xmp ? [pngXmp(planter.xmp())] : []),
      ...(choice.unknown ? [pngChunk('prVt', Buffer.from(planter.plant('hidden')))] : []),
    ],
    ...(choice.tail ? { trailer: Buffer.from(planter.plant('hidden')) } : {}),
  });
