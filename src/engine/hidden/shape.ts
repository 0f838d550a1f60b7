interface Size {
  readonly width: number;
  readonly height: number;
}

/** Rounding to whole pixels, and what encoders and cameras round besides: two pixels of a thumbnail. */
const ROUNDED_PIXELS = 2;

/** Shapes within this part of each other are taken for the same: sensors of 3:2 have pictures of 1.493 to 1.507. */
const TOLERANCE = 0.02;

/** Thumbnails of 4:3 have bars above and below in pictures of these shapes: the standard wants 160 x 120 (Exif 3.0 4.8.1). */
const BARRED = 4 / 3;
const BARRED_SHAPES = [3 / 2, 16 / 9] as const;
const BARRED_PIXELS = 160;

/**
 * True where a preview's proportions cannot come from the whole picture, turned either way. Whether a thumbnail has bars, only its
 * pixels tell: headers alone say nothing of those that may.
 */
export function shapesDiffer(preview: Size, picture: Size): boolean {
  if (preview.width === 0 || preview.height === 0 || picture.width === 0 || picture.height === 0) return false;
  const ratio = picture.width / picture.height;
  const mayHaveBars = Math.max(preview.width, preview.height) <= BARRED_PIXELS && isShape(preview, BARRED);
  if (mayHaveBars && BARRED_SHAPES.some((shape) => isShape(picture, shape) || isShape(picture, 1 / shape))) return false;
  return !isShape(preview, ratio) && !isShape(preview, 1 / ratio);
}

function isShape({ width, height }: Size, ratio: number): boolean {
  const slack = Math.max(ROUNDED_PIXELS, TOLERANCE * Math.max(width, height));
  return Math.abs(width - height * ratio) <= slack * Math.max(1, ratio) || Math.abs(height - width / ratio) <= slack;
}
