import type { Format } from '../../core/format.js';
import { editWebp } from './edit-webp.js';
import { readWebp, type WebpInspection } from './read-webp.js';

/** WebP: RFC 9649. */
export const webp: Format = {
  id: 'webp',
  mediaTypes: ['image/webp'],
  sniff: (head) => {
    const ascii = Buffer.from(head.subarray(0, 12)).toString('latin1');
    return ascii.startsWith('RIFF') && ascii.startsWith('WEBP', 8);
  },
  read: readWebp,
  edit: (source, inspection, plan) => editWebp(source, inspection as WebpInspection, plan),
};
