import type { Format } from '../../core/format.js';
import { shapeOf } from './directories.js';
import { editTiff } from './edit-tiff.js';
import { readTiff, type TiffInspection } from './read-tiff.js';

/** TIFF 6.0, BigTIFF and DNG. Other camera raw files that are built on it are read and judged, but not written. */
export const tiff: Format = {
  id: 'tiff',
  mediaTypes: ['image/tiff', 'image/x-adobe-dng'],
  families: ['tiff', 'raw'],
  sniff: (head) => shapeOf(head)?.isRaw === false,
  read: readTiff,
  edit: (source, inspection, plan) => editTiff(source, inspection as TiffInspection, plan),
};
