import type { Format } from '../../core/format.js';
import { editBmp, pixelsWithoutPadding } from './edit-bmp.js';
import { isBmp } from './header.js';
import { type BmpInspection, readBmp } from './read-bmp.js';

/** Windows and OS/2 bitmaps. Arrays of bitmaps (`BA`), icons and pointers of OS/2 are not read. */
export const bmp: Format = {
  id: 'bmp',
  mediaTypes: ['image/bmp'],
  families: ['bmp'],
  sniff: isBmp,
  read: readBmp,
  edit: (source, inspection, plan) => editBmp(source, inspection as BmpInspection, plan),
  decodedPixels: (source, inspection) => pixelsWithoutPadding(source, inspection as BmpInspection),
};
