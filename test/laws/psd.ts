import { buildPhotoshop, type ResourceSpec } from '../support/photoshop.js';
import { buildPsd, luni, psdBlock, shmd } from '../support/psd.js';
import type { Builder } from './planter.js';

export const psd: Builder = (planter, choice) => {
  const resources: ResourceSpec[] = [
    ...(choice.exif ? [{ id: 0x0422, data: planter.exif(choice.orientation) }] : []),
    ...(choice.xmp ? [{ id: 0x0424, data: planter.xmp() }] : []),
    ...(choice.iptc ? [{ id: 0x0404, data: planter.iptc() }] : []),
  ];
  return buildPsd({
    isLarge: choice.salt % 3 === 0,
    ...(choice.salt % 5 === 0 ? { layersIn: 'Lr16' as const } : {}),
    resources: buildPhotoshop(resources),
    layers: [
      {},
      {
        blocks: [
          ...(choice.text ? [luni(planter.plant('text'))] : []),
          ...(choice.text ? [shmd(Buffer.from(planter.plant('time')))] : []),
          ...(choice.unknown ? [psdBlock('xxxx', Buffer.from(planter.plant('hidden')))] : []),
        ],
        ...(choice.text ? { name: planter.plant('text') } : {}),
      },
    ],
    blocks: choice.unknown ? [psdBlock('cinf', Buffer.from(planter.plant('software')), choice.salt % 3 === 0 ? 8 : 4)] : [],
    ...(choice.tail ? { tail: Buffer.from(planter.plant('hidden')), sectionRest: Buffer.from(planter.plant('hidden')) } : {}),
  });
};
