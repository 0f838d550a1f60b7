import type { Format } from '../../core/format.js';
import { editPsd, pixelsWithoutSlack } from './edit-psd.js';
import { isPsd } from './header.js';
import { type PsdInspection, readPsd } from './read-psd.js';

/** Documents of Photoshop and other layered editors. */
export const psd: Format = {
  id: 'psd',
  mediaTypes: ['image/vnd.adobe.photoshop'],
  families: ['psd'],
  sniff: isPsd,
  read: readPsd,
  edit: (source, inspection, plan) => editPsd(source, inspection as PsdInspection, plan),
  decodedPixels: (source, inspection) => pixelsWithoutSlack(source, inspection as PsdInspection),
};
