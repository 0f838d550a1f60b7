import type { ReadResult } from 'zxing-wasm/reader';
import { seal } from '../../core/sealed.js';
import type { Models } from '../models/runtime.js';
import { boxOfPoints, grown, intersectionOverUnion, overlapOf } from '../picture/boxes.js';
import { CHANNELS, type Raster, resized } from '../picture/raster.js';
import { type Box, type Detection, VisualError } from '../types.js';
import { type CodeImage, codeViews } from './code-views.js';
import type { Point } from './rotated-box.js';

type Reader = typeof import('zxing-wasm/reader');

let loading: Promise<Reader> | undefined;

/** The reader of codes, with its program from the package: it would fetch it from the network if it were not given. */
function loadReader(models: Models): Promise<Reader> {
  loading ??= (async () => {
    const reader = await import('zxing-wasm/reader').catch(() => {
      throw new VisualError('no-runtime', 'the reader of codes zxing-wasm cannot be loaded', 'install it: npm install zxing-wasm');
    });
    const wasmBinary = models.bytes('codes').slice().buffer;
    await reader.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
    return reader;
  })().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Codes in one picture; more are no picture but a hoax. */
const MAX_CODES = 64;

/** Longest sides at which codes are looked for: fine for small codes, coarse for those that are blurred or large. */
const SIDES = [2200, 1000, 500] as const;

/** A code is widened by this much of its size, and by as many pixels at least: its frame tells how large it is. */
const PADDING = 0.06;
const LEAST_PADDING = 4;

export interface CodeOptions {
  /** Multiplies the sides: another look at the same picture. */
  readonly scale?: number;
}

/** QR codes, barcodes and their kin, also those that are seen but cannot be read. */
export async function detectCodes(raster: Raster, models: Models, { scale = 1 }: CodeOptions = {}): Promise<Detection[]> {
  const reader = await loadReader(models);
  const found: Detection[] = [];
  const longest = Math.max(raster.width, raster.height);
  const sides = [...new Set(SIDES.map((side) => Math.min(Math.round(side * scale), longest)))];
  for (const side of sides) {
    const factor = side / longest;
    const level = await resized(raster, Math.max(1, Math.round(raster.width * factor)), Math.max(1, Math.round(raster.height * factor)));
    for (const result of await reader.readBarcodes(asImage(level), OPTIONS)) add(result, factor);
  }
  const side = Math.min(Math.round(BARS_SIDE * scale), longest);
  const factor = side / longest;
  const level = await resized(raster, Math.max(1, Math.round(raster.width * factor)), Math.max(1, Math.round(raster.height * factor)));
  for (const { image, back } of codeViews(level))
    for (const result of await reader.readBarcodes(image as ReaderImage, {
      ...OPTIONS,
      formats: [...BARS],
      tryInvert: false,
      tryDownscale: false,
    }))
      add(result, factor, back);
  return found;

  function add(result: ReadResult, factor: number, back?: (point: Point) => Point): void {
    // A frame in a changed picture is none yet.
    if (!isCode(result) || (back !== undefined && !result.isValid && FRAMED.has(result.format))) return;
    const detection = detectionOf(result, factor, raster, back ?? ((point) => point));
    if (detection === undefined) return;
    // What was read stays beside what was only seen: that may be another.
    if (!found.some(({ box, confidence }) => confidence >= detection.confidence && isSame(box, detection.box))) found.push(detection);
  }
}

/** What cannot be read is a code only where its frame is a proof, or where all was read and the digits to check it by differ. */
function isCode({ isValid, format, error }: ReadResult): boolean {
  return isValid || FRAMED.has(format) || (CHECKED.has(format) && String(error).startsWith('ChecksumError'));
}

/** Bars whose start, end and every character were right before the check failed. */
const CHECKED = new Set<string>(['Code128', 'Code93']);

const OPTIONS = {
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  returnErrors: true,
  maxNumberOfSymbols: MAX_CODES,
} as const;

/** Longest side at which bars are looked for that are pale, light on dark or askew. */
const BARS_SIDE = 1000;
const BARS = [
  'Code128',
  'Code39',
  'Code93',
  'Codabar',
  'ITF',
  'EAN13',
  'EAN8',
  'UPCA',
  'UPCE',
  'DataBar',
  'DataBarExpanded',
  'PDF417',
] as const;

type ReaderImage = Parameters<Reader['readBarcodes']>[0] & CodeImage;

/** Two looks at one code give nearly the same box. */
function isSame(a: Box, b: Box): boolean {
  return intersectionOverUnion(a, b) > 0.5 || overlapOf(a, b) > 0.8 * Math.min(b.width * b.height, a.width * a.height);
}

function detectionOf(result: ReadResult, factor: number, raster: Raster, back: (point: Point) => Point): Detection | undefined {
  const box = boxOfPoints(cornersOf(result).map(back));
  const pad = Math.max(Math.max(box.width, box.height) * PADDING, LEAST_PADDING) / factor;
  const inPicture = { x: box.x / factor, y: box.y / factor, width: box.width / factor, height: box.height / factor };
  const padded = grown(inPicture, pad, pad, raster);
  if (padded === undefined) return undefined;
  return {
    kind: 'code',
    rule: `code/${kebab(result.format)}`,
    box: padded,
    confidence: result.isValid ? 1 : 0.6,
    ...(result.isValid ? { value: seal(result.text) } : {}),
  };
}

/** How high bars are of their width, at least: those on goods are stout, others may be low. */
const STOUT = /^(?:EAN|UPC)/;
const STOUT_HEIGHT = 1.2;
const LOW_HEIGHT = 0.8;

/** A barcode may be seen along one line only: it is taken to be as high as its kind is. */
function cornersOf({ position: { topLeft, topRight, bottomLeft, bottomRight }, format }: ReadResult): Point[] {
  const corners = [topLeft, topRight, bottomLeft, bottomRight];
  if (MATRIX.has(format)) return corners;
  const [x, y] = [(topRight.x + bottomRight.x - topLeft.x - bottomLeft.x) / 2, (topRight.y + bottomRight.y - topLeft.y - bottomLeft.y) / 2];
  const width = Math.hypot(x, y);
  const height =
    (Math.hypot(bottomLeft.x - topLeft.x, bottomLeft.y - topLeft.y) + Math.hypot(bottomRight.x - topRight.x, bottomRight.y - topRight.y)) /
    2;
  const reach = Math.max(0, width * (STOUT.test(format) ? STOUT_HEIGHT : LOW_HEIGHT) - height) / 2;
  if (width === 0 || reach === 0) return corners;
  const [upX, upY] = [(y / width) * reach, (-x / width) * reach];
  return [topLeft, topRight, bottomLeft, bottomRight].flatMap((corner) => [
    { x: corner.x + upX, y: corner.y + upY },
    { x: corner.x - upX, y: corner.y - upY },
  ]);
}

/** Codes that fill an area; the others are bars. */
const MATRIX = new Set<string>(['QRCode', 'MicroQRCode', 'RMQRCode', 'Aztec', 'DataMatrix', 'MaxiCode', 'PDF417']);

const FRAMED = new Set<string>(['QRCode', 'Aztec', 'DataMatrix', 'PDF417']);

function kebab(format: string): string {
  return format
    .replace('QRCode', 'QR')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/** What the reader takes: red, green, blue and an opaque alpha. */
function asImage({ width, height, data }: Raster): ReaderImage {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let from = 0, to = 0; from < data.length; from += CHANNELS, to += 4) {
    rgba[to] = data[from] as number;
    rgba[to + 1] = data[from + 1] as number;
    rgba[to + 2] = data[from + 2] as number;
    rgba[to + 3] = 255;
  }
  return { width, height, data: rgba, colorSpace: 'srgb' } as unknown as ReaderImage;
}
