import type { Format, Inspection } from '../../core/format.js';
import type { Source } from '../../core/source.js';
import { isIco } from './directory.js';
import { editIco } from './edit-ico.js';
import { type IcoInspection, readIco } from './read-ico.js';

/** Icons and pointers of Windows: a directory of PNGs and of bitmaps without a file header. */
export const ico: Format = {
  id: 'ico',
  mediaTypes: ['image/vnd.microsoft.icon', 'image/x-icon', 'image/x-win-bitmap'],
  families: ['ico'],
  sniff: isIco,
  read: readIco,
  edit: (_source, inspection, plan) => editIco(inspection as IcoInspection, plan),
  decodedPixels,
};

/** Every image's pixels: the lines of a PNG, the rows of a bitmap with zeros where no pixel is. */
function* decodedPixels(_source: Source, inspection: Inspection): Generator<Uint8Array> {
  for (const image of (inspection as IcoInspection).images) yield* image.decodedPixels();
}
