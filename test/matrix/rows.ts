import type { MatrixRow } from './row.js';
import { BMP_ROWS } from './rows/bmp.js';
import { GIF_ROWS } from './rows/gif.js';
import { HEIF_ROWS } from './rows/heif.js';
import { ICO_ROWS } from './rows/ico.js';
import { JP2_ROWS } from './rows/jp2.js';
import { JPEG_ROWS } from './rows/jpeg.js';
import { JXL_ROWS } from './rows/jxl.js';
import { MP4_ROWS } from './rows/mp4.js';
import { PDF_ROWS } from './rows/pdf.js';
import { PNG_ROWS } from './rows/png.js';
import { PSD_ROWS } from './rows/psd.js';
import { SVG_ROWS } from './rows/svg.js';
import { TIFF_ROWS } from './rows/tiff.js';
import { WEBP_ROWS } from './rows/webp.js';

export interface RowGroup {
  readonly name: string;
  readonly rows: readonly MatrixRow[];
}

/** Every place of the matrix that lies within a file, by container. */
export const ROW_GROUPS: readonly RowGroup[] = [
  { name: 'JPEG', rows: JPEG_ROWS },
  { name: 'PNG, APNG', rows: PNG_ROWS },
  { name: 'WebP', rows: WEBP_ROWS },
  { name: 'GIF', rows: GIF_ROWS },
  { name: 'TIFF', rows: TIFF_ROWS },
  { name: 'HEIF, AVIF', rows: HEIF_ROWS },
  { name: 'MP4, MOV', rows: MP4_ROWS },
  { name: 'JPEG XL', rows: JXL_ROWS },
  { name: 'SVG, SVGZ', rows: SVG_ROWS },
  { name: 'BMP', rows: BMP_ROWS },
  { name: 'ICO, CUR', rows: ICO_ROWS },
  { name: 'JPEG 2000', rows: JP2_ROWS },
  { name: 'PSD, PSB', rows: PSD_ROWS },
  { name: 'PDF', rows: PDF_ROWS },
];
