import { editJpeg } from '../jpeg/edit.js';
import { toStored } from '../picture/boxes.js';
import { type Canvas, shownSize } from '../picture/canvas.js';
import { type Box, VisualError } from '../types.js';
import { writeAvif } from './avif.js';
import { writeGif } from './gif.js';
import { orientationSegment } from './orientation-exif.js';
import { writePng } from './png.js';
import { writeTiff } from './tiff.js';
import { writeWebp } from './webp.js';

/** A picture written in the format that it had. `touched`: stored boxes outside of which no pixel may have changed. */
export interface Written {
  readonly bytes: Uint8Array;
  readonly touched: readonly Box[];
}

/**
 * Writes changed pixels in the source's own format, with its colours and orientation and nothing else of it. `boxes`: what changed, as
 * shown. Throws `VisualError` for formats that can be looked at only.
 */
export async function writePicture(source: Uint8Array, canvas: Canvas, boxes: readonly Box[]): Promise<Written> {
  const size = shownSize(canvas);
  const stored = boxes.map((box) => toStored(box, canvas.orientation, size));
  if (canvas.readOnly !== undefined) throw notWritable(canvas.format, canvas.readOnly);
  switch (canvas.format) {
    case 'jpeg': {
      const before = canvas.orientation === 1 ? [] : [orientationSegment(canvas.orientation)];
      return editJpeg(source, canvas, stored, before);
    }
    case 'png':
      return { bytes: await writePng(canvas, source), touched: stored };
    case 'webp':
      return { bytes: await writeWebp(canvas), touched: stored };
    case 'tiff':
      return { bytes: await writeTiff(canvas, source), touched: stored };
    case 'avif':
      return { bytes: await writeAvif(canvas, source), touched: stored };
    case 'gif':
      return { bytes: writeGif(canvas, stored), touched: stored };
    default:
      throw notWritable(canvas.format, 'nothing here writes its format');
  }
}

function notWritable(format: string, why: string): VisualError {
  return new VisualError(
    'not-writable',
    `pixels of this ${format} picture can be looked at, but not changed without harm: ${why}`,
    'save the picture as JPEG, PNG or WebP first',
  );
}
