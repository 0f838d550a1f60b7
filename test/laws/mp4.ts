import { box, film, internationalText, itunesMeta, keysMeta, visualEntry, xmpUuid } from '../support/mp4.js';
import type { Builder } from './planter.js';

export const mp4: Builder = (planter, choice) => {
  const userData = choice.exif
    ? [
        internationalText('mak', planter.plant('camera')),
        internationalText('xyz', planter.plant('location')),
        box('cprt', Buffer.alloc(6), Buffer.from(planter.plant('copyright'))),
        box('PRVT', Buffer.from(planter.plant('hidden'))),
      ]
    : [];
  const list = choice.text
    ? [
        itunesMeta([
          ['\xa9nam', planter.plant('text')],
          ['\xa9too', planter.plant('software')],
        ]),
      ]
    : [];
  const keys = choice.iptc
    ? [
        keysMeta(
          [
            ['com.apple.quicktime.make', planter.plant('camera')],
            ['com.apple.quicktime.content.identifier', planter.plant('device')],
            [`com.example.${planter.plant('hidden')}`, planter.plant('hidden')],
          ],
          [`com.example.${planter.plant('hidden')}`],
        ),
      ]
    : [];
  return film({
    orientation: choice.orientation,
    movieFirst: choice.salt % 2 === 0,
    inMovie: [...(userData.length + list.length > 0 ? [box('udta', ...userData, ...list)] : []), ...keys],
    before: choice.xmp ? [xmpUuid(planter.xmp())] : [],
    ...(choice.unknown
      ? {
          between: Buffer.from(planter.plant('hidden')),
          other: { sample: Buffer.from(planter.plant('hidden')) },
          after: [box('free', Buffer.from(planter.plant('hidden'))), box('PRVT', Buffer.from(planter.plant('hidden')))],
          video: {
            entry: visualEntry({
              name: planter.plant('software').slice(0, 31),
              inner: [box('PRVT', Buffer.from(planter.plant('hidden')))],
            }),
          },
        }
      : {}),
    ...(choice.tail ? { tail: Buffer.from(planter.plant('hidden')) } : {}),
  });
};
