import type { Format } from '../../core/format.js';
import { isWebp } from '../signatures.js';
import { editWebp } from './edit-webp.js';
import { readWebp, type WebpInspection } from './read-webp.js';

/** WebP: RFC 9649. */
export const webp: Format = {
  id: 'webp',
  mediaTypes: ['image/webp'],
  families: ['webp'],
  sniff: isWebp,
  read: readWebp,
  edit: (source, inspection, plan) => editWebp(source, inspection as WebpInspection, plan),
};
