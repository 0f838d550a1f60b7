import type { Format } from '../core/format.js';
import { bmp } from './bmp/bmp.js';
import { gif } from './gif/gif.js';
import { heif } from './heif/heif.js';
import { ico } from './ico/ico.js';
import { jp2 } from './jp2/jp2.js';
import { jpeg } from './jpeg/jpeg.js';
import { jxl } from './jxl/jxl.js';
import { mp4 } from './mp4/mp4.js';
import { pdf } from './pdf/pdf.js';
import { png } from './png/png.js';
import { psd } from './psd/psd.js';
import { raw } from './raw/raw.js';
import { svg } from './svg/svg.js';
import { tiff } from './tiff/tiff.js';
import { webp } from './webp/webp.js';

/** Every container this version reads and writes. A literal list: nothing registers itself by being imported. */
export const FORMATS: readonly Format[] = Object.freeze([jpeg, png, webp, gif, raw, tiff, heif, mp4, svg, jxl, bmp, ico, jp2, psd, pdf]);
