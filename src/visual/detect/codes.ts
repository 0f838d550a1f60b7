import type { ReadResult } from 'zxing-wasm/reader';
import { seal } from '../../core/sealed.js';
import type { Models } from '../models/runtime.js';
import { boxOfPoints, grown, intersectionOverUnion, overlapOf } from '../picture/boxes.js';
import { CHANNELS, type Raster, resized } from '../picture/raster.js';
import { type Box, type Detection, VisualError } from '../types.js';

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
    const results = await reader.readBarcodes(asImage(level), {
      tryHarder: true,
      tryRotate: true,
      tryInvert: true,
      tryDownscale: true,
      returnErrors: true,
      maxNumberOfSymbols: MAX_CODES,
    });
    for (const result of results) {
      // What cannot be read is a code only where its frame alone is a proof.
      if (!result.isValid && !FRAMED.has(result.format)) continue;
      const detection = detectionOf(result, factor, raster);
      if (detection !== undefined && !found.some(({ box }) => isSame(box, detection.box))) found.push(detection);
    }
  }
  return found;
}

/** Two looks at one code give nearly the same box. */
function isSame(a: Box, b: Box): boolean {
  return intersectionOverUnion(a, b) > 0.5 || overlapOf(a, b) > 0.8 * Math.min(b.width * b.height, a.width * a.height);
}

function detectionOf(result: ReadResult, factor: number, raster: Raster): Detection | undefined {
  const { topLeft, topRight, bottomLeft, bottomRight } = result.position;
  const box = boxOfPoints([topLeft, topRight, bottomLeft, bottomRight]);
  // A barcode may be seen along one line only: it is as high as a third of its width, at least.
  const thin = Math.min(box.width, box.height);
  const long = Math.max(box.width, box.height);
  const linear = !MATRIX.has(result.format);
  const reach = linear && thin < long / 3 ? (long / 3 - thin) / 2 : 0;
  const pad = Math.max(long * PADDING, LEAST_PADDING);
  const upright = box.width >= box.height;
  const inPicture = { x: box.x / factor, y: box.y / factor, width: box.width / factor, height: box.height / factor };
  const padded = grown(inPicture, (pad + (upright ? 0 : reach)) / factor, (pad + (upright ? reach : 0)) / factor, raster);
  if (padded === undefined) return undefined;
  return {
    kind: 'code',
    rule: `code/${kebab(result.format)}`,
    box: padded,
    confidence: result.isValid ? 1 : 0.6,
    ...(result.isValid ? { value: seal(result.text) } : {}),
  };
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
function asImage({ width, height, data }: Raster): Parameters<Reader['readBarcodes']>[0] {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let from = 0, to = 0; from < data.length; from += CHANNELS, to += 4) {
    rgba[to] = data[from] as number;
    rgba[to + 1] = data[from + 1] as number;
    rgba[to + 2] = data[from + 2] as number;
    rgba[to + 3] = 255;
  }
  return { width, height, data: rgba, colorSpace: 'srgb' } as unknown as Parameters<Reader['readBarcodes']>[0];
}
