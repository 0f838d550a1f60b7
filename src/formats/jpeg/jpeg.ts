import type { Format } from '../../core/format.js';
import { isJpeg } from '../signatures.js';
import { editJpeg } from './edit-jpeg.js';
import { type JpegInspection, readJpeg } from './read-jpeg.js';

/** JPEG (ITU-T T.81) in the JFIF and Exif interchange formats, all coding processes: pixels are never decoded. */
export const jpeg: Format = Object.freeze({
  id: 'jpeg',
  mediaTypes: ['image/jpeg'],
  families: ['jpeg'],
  sniff: isJpeg,
  read: readJpeg,
  edit: (_source, inspection, plan) => editJpeg(inspection as JpegInspection, plan),
} satisfies Format);
