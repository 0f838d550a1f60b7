import { bmpOf } from '../support/bmp.js';
import type { Builder } from './planter.js';

export const bmp: Builder = (planter, choice) =>
  bmpOf({
    dibBytes: 124,
    ...(choice.exif ? { fields: { 74: Buffer.from(planter.plant('hidden')) } } : {}),
    ...(choice.text ? { profileKind: 'LINK', profile: Buffer.from(planter.plant('hidden')) } : {}),
    ...(choice.unknown ? { gap: Buffer.from(planter.plant('hidden')) } : {}),
    ...(choice.tail ? { tail: Buffer.from(planter.plant('hidden')) } : {}),
  });
