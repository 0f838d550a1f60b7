import type { Sharp, SharpOptions } from 'sharp';
import type { PictureWithin, ReportPicture } from '../../core/hidden-picture.js';

/** Pixels of three bytes each, rows without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** More pixels than any picture has that is worth comparing; a bomb is refused before it is decoded. */
const MAX_PIXELS = 150_000_000;

/** Seconds that one decode may take. */
const TIMEOUT_S = 20;

/** Longest side of a picture in a report. */
const REPORT_SIDE = 640;

/** What a decoder needs to open a picture. */
export type Openable = Uint8Array | Pick<PictureWithin, 'bytes' | 'raw'>;

async function open(input: Openable, options: SharpOptions = {}): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  const { bytes, raw } = input instanceof Uint8Array ? { bytes: input, raw: undefined } : input;
  return sharp(bytes, {
    failOn: 'none',
    limitInputPixels: MAX_PIXELS,
    ...(raw === undefined ? {} : { raw: { ...raw, channels: 3 } }),
    ...options,
  }).timeout({ seconds: TIMEOUT_S });
}

/** The extent of a picture; `undefined` where no decoder here reads it. */
export async function sizeOf(input: Openable): Promise<{ width: number; height: number; hasAlpha: boolean; pages: number } | undefined> {
  try {
    const { width, height, hasAlpha, pages = 1 } = await (await open(input)).metadata();
    return { width, height, hasAlpha, pages };
  } catch {
    return undefined;
  }
}

/** The picture in so many pixels, stretched to fit; `undefined` where it cannot be decoded. */
export async function decodeTo(
  input: Openable,
  width: number,
  height: number,
  turned = 0,
  isMirrored = false,
): Promise<Pixels | undefined> {
  try {
    const image = (await open(input)).flop(isMirrored).rotate(turned).resize({ width, height, fit: 'fill' });
    return pixelsOf(await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }));
  } catch {
    return undefined;
  }
}

/** The picture in its own shape, its longer side at most so many pixels. */
export async function decodeWithin(input: Openable, side: number): Promise<Pixels | undefined> {
  const size = await sizeOf(input);
  if (size === undefined) return undefined;
  const scale = Math.min(1, side / Math.max(size.width, size.height));
  return decodeTo(input, Math.max(1, Math.round(size.width * scale)), Math.max(1, Math.round(size.height * scale)));
}

function pixelsOf({ data, info }: { data: Buffer; info: { width: number; height: number; channels: number } }): Pixels {
  const { width, height, channels } = info;
  if (channels === 3) return { width, height, data };
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let channel = 0; channel < 3; channel++)
      rgb[3 * pixel + channel] = data[pixel * channels + (channels >= 3 ? channel : 0)] as number;
  return { width, height, data: rgb };
}

/** All pixels with their transparency, four bytes each; `undefined` where there is none, or it cannot be decoded. */
export async function decodeAlpha(input: Openable, page = 0): Promise<Pixels | undefined> {
  try {
    const image = await open(input, page === 0 ? {} : { page });
    if ((await image.metadata()).hasAlpha !== true) return undefined;
    const { data, info } = await image.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    if (info.channels !== 4) return undefined;
    return { width: info.width, height: info.height, data };
  } catch {
    return undefined;
  }
}

/** The picture as a report shows it: small, and free of any metadata. `undefined` where it cannot be decoded. */
export async function forReport(input: Openable): Promise<ReportPicture | undefined> {
  try {
    const image = (await open(input)).resize({ width: REPORT_SIDE, height: REPORT_SIDE, fit: 'inside', withoutEnlargement: true });
    const { hasAlpha } = await image.metadata();
    const encoded = hasAlpha ? image.toColourspace('srgb').png() : image.toColourspace('srgb').jpeg({ quality: 82 });
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return { mediaType: hasAlpha ? 'image/png' : 'image/jpeg', width: info.width, height: info.height, bytes: data };
  } catch {
    return undefined;
  }
}
