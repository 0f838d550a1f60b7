import { buildWebp, riffChunk } from '../support/webp.js';
import type { Builder } from './planter.js';

export const webp: Builder = (planter, choice) =>
  buildWebp({
    ...(choice.exif ? { exif: planter.exif(choice.orientation) } : {}),
    ...(choice.xmp ? { xmp: planter.xmp() } : {}),
    after: choice.unknown ? [riffChunk('PRVT', Buffer.from(planter.plant('hidden')))] : [],
    ...(choice.tail ? { trailer: Buffer.from(planter.plant('hidden')) } : {}),
  });
