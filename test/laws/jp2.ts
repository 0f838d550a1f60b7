import { buildJ2k, buildJp2, EXIF_ID, IPTC_ID, j2kComment, jp2Uuid, XMP_ID } from '../support/jp2.js';
import { isoBox } from '../support/jumbf.js';
import type { Builder } from './planter.js';

export const jp2: Builder = (planter, choice) => {
  const codestream = buildJ2k({
    ...(choice.text ? { main: [j2kComment(planter.plant('text'))], tilePart: [j2kComment(planter.plant('text'))] } : {}),
    ...(choice.tail ? { tail: Buffer.from(planter.plant('hidden')) } : {}),
  });
  if (choice.salt % 4 === 0) return codestream;
  return buildJp2({
    codestream,
    size: choice.salt % 4 === 1 ? 'long' : 'short',
    before: [
      ...(choice.exif ? [jp2Uuid(EXIF_ID, planter.exif(choice.orientation))] : []),
      ...(choice.iptc ? [jp2Uuid(IPTC_ID, planter.iptc())] : []),
    ],
    after: [
      ...(choice.xmp ? [jp2Uuid(XMP_ID, planter.xmp())] : []),
      ...(choice.unknown ? [isoBox('evil', Buffer.from(planter.plant('hidden')))] : []),
    ],
    ...(choice.tail ? { trailer: Buffer.from(planter.plant('hidden')) } : {}),
  });
};
