import { dibOf, icoOf } from '../support/ico.js';
import type { Builder } from './planter.js';
import { png } from './png.js';

export const ico: Builder = (planter, choice) =>
  icoOf({
    images: [
      { bytes: png(planter, { ...choice, unknown: false }) },
      {
        bytes: dibOf({ ...(choice.unknown ? { tail: Buffer.from(planter.plant('hidden')), padding: 0x33 } : {}) }),
        ...(choice.text ? { gap: Buffer.from(planter.plant('hidden')), reserved: 7 } : {}),
      },
    ],
    ...(choice.tail ? { tail: Buffer.from(planter.plant('hidden')) } : {}),
  });
