import type { Format } from '../../core/format.js';
import { editGif } from './edit-gif.js';
import { type GifInspection, readGif } from './read-gif.js';

/** GIF87a and GIF89a: Graphics Interchange Format, version 89a. */
export const gif: Format = {
  id: 'gif',
  mediaTypes: ['image/gif'],
  families: ['gif'],
  sniff: (head) => /^GIF8[79]a/.test(Buffer.from(head.subarray(0, 6)).toString('latin1')),
  read: readGif,
  edit: (source, inspection, plan) => editGif(source, inspection as GifInspection, plan),
};
