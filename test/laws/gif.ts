import { application, gifComment, gifImage, gifOf, gifXmp, graphicControl, loopCount } from '../support/gif.js';
import type { Builder } from './planter.js';

export const gif: Builder = (planter, choice) =>
  gifOf(
    [
      loopCount(),
      ...(choice.xmp ? [gifXmp(planter.xmp())] : []),
      graphicControl(),
      gifImage(choice.exif ? { tail: Buffer.from(planter.plant('hidden')) } : {}),
      ...(choice.text ? [gifComment(`a comment ${planter.plant('text')}`)] : []),
      ...(choice.iptc ? [application('MGKIPTC0000', planter.iptc())] : []),
      graphicControl(),
      gifImage(),
      ...(choice.unknown ? [application('PRIVATE1.23', Buffer.from(planter.plant('hidden')))] : []),
    ],
    choice.tail ? { trailer: Buffer.from(planter.plant('hidden')) } : {},
  );
