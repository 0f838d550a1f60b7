import { VisualError } from '../types.js';
import { type Size, toStored } from './boxes.js';
import { CHANNELS, type Raster } from './raster.js';
import { loadSharp } from './sharp.js';

/** The pixels of a file as it stores them: not turned, not converted to another colour space, all bits. */
export interface Canvas {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 red, green and blue, 4 with alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array | Uint16Array;
  /** Exif's orientation, 1 to 8. */
  readonly orientation: number;
  readonly iccProfile: Uint8Array | undefined;
  /** Why it cannot be written again without harm, where that is known. */
  readonly readOnly?: string;
}

/** Larger pictures would take more memory than a run may. */
const MAX_PIXELS = 64_000_000;
/** No picture has a longer side that is not made to harm. */
const MAX_SIDE = 65_535;

/** Decodes a picture. Throws `VisualError`: not decodable here, too large, or more than one picture in the file. */
export async function decodeCanvas(bytes: Uint8Array): Promise<Canvas> {
  const sharp = await loadSharp();
  const input = { ignoreIcc: true, limitInputPixels: MAX_PIXELS, failOn: 'warning', autoOrient: false } as const;
  let metadata: Awaited<ReturnType<ReturnType<typeof sharp>['metadata']>>;
  try {
    metadata = await sharp(bytes, { ...input, limitInputPixels: false }).metadata();
  } catch {
    throw notDecodable();
  }
  const { width, height, format } = metadata;
  if (width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE)
    throw new VisualError('too-large', `the picture has more than ${MAX_PIXELS} pixels`, 'make it smaller, or split it');
  // Numbers of other kinds have no agreed white: what they show is not known.
  if (format === 'svg' || format === 'pdf' || !DEPTHS.has(metadata.depth ?? '')) throw notDecodable();
  if (format === 'heif' && metadata.compression !== 'av1')
    throw new VisualError(
      'not-decodable',
      'pictures in HEIC cannot be decoded here, so nothing is known of what this one shows',
      'save it as JPEG, PNG or AVIF',
    );
  if ((metadata.pages ?? 1) > 1 || isAnimatedPng(bytes))
    throw new VisualError(
      'several-pictures',
      'the file holds several pictures, and only one could be looked at',
      'save the one that is to be shown',
    );
  try {
    const deep = metadata.depth === 'ushort';
    const grey = (metadata.space === 'b-w' || metadata.space === 'grey16') && metadata.channels <= 2;
    const pipeline = sharp(bytes, input).toColourspace(deep ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb');
    const { data, info } = await pipeline.raw({ depth: deep ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true });
    return {
      format: format === 'heif' ? 'avif' : (format ?? 'unknown'),
      width: info.width,
      height: info.height,
      channels: info.channels as Canvas['channels'],
      data: deep ? new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)) : data,
      orientation: metadata.orientation ?? 1,
      iccProfile: metadata.icc,
      ...readOnlyOf(metadata.space, deep && format === 'heif'),
    };
  } catch {
    throw notDecodable();
  }
}

const DEPTHS = new Set<string>(['uchar', 'ushort']);
/** Colour spaces whose pixels are taken over as they are. */
const OWN_SPACES = new Set<string>(['srgb', 'rgb', 'b-w', 'rgb16', 'grey16']);

function readOnlyOf(space: string | undefined, deepAvif: boolean): { readOnly: string } | undefined {
  if (!OWN_SPACES.has(space ?? '')) return { readOnly: `its colours are ${space ?? 'unknown'}` };
  return deepAvif ? { readOnly: 'the encoder of AVIF takes 8 bits only' } : undefined;
}

function notDecodable(): VisualError {
  return new VisualError(
    'not-decodable',
    'the picture cannot be decoded here, so nothing is known of what it shows',
    'save it as JPEG, PNG, WebP, TIFF or AVIF',
  );
}

/** An APNG's frames are not decoded: an animation control chunk says that there are some. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 16 || buffer.readUInt32BE(0) !== 0x89504e47) return false;
  for (let at = 8; at + 8 <= buffer.length; at += 12 + buffer.readUInt32BE(at)) {
    const type = buffer.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

/** The size of the picture as it is shown. */
export function shownSize({ width, height, orientation }: Canvas): Size {
  return orientation > 4 ? { width: height, height: width } : { width, height };
}

/** The picture as it is shown: turned upright, 8 bits, what is transparent on what it stands out against. */
export async function shownRaster(canvas: Canvas): Promise<Raster> {
  const { width, height, channels, data, orientation } = canvas;
  const deep = data instanceof Uint16Array;
  if (!deep && channels === CHANNELS) return oriented({ width, height, data }, orientation);
  const rgb = new Uint8Array(width * height * CHANNELS);
  const grey = channels < 3;
  const alphaAt = channels === 2 ? 1 : channels === 4 ? 3 : -1;
  const most = deep ? 65_535 : 255;
  const white = deep ? whiteOf(data, channels, alphaAt) : 255;
  const behind = alphaAt < 0 ? 255 : backdropFor(data, channels, white, most);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += CHANNELS) {
    const alpha = alphaAt < 0 ? 1 : (data[from + alphaAt] as number) / most;
    for (let channel = 0; channel < CHANNELS; channel++) {
      const value = data[from + (grey ? 0 : channel)] as number;
      rgb[to + channel] = (deep ? Math.min(255, (value * 255) / white) : value) * alpha + behind * (1 - alpha);
    }
  }
  return oriented({ width, height, data: rgb }, orientation);
}

/** So many of the opaque pixels are light, or dark, and they count: white letters are to be seen too. */
const COUNTS = 0.05;

/** What shows behind transparent places: white for dark pictures, black for light ones, grey where there is both. */
function backdropFor(data: Uint8Array | Uint16Array, channels: number, white: number, opaque: number): 0 | 128 | 255 {
  let [light, dark, all] = [0, 0, 0];
  const green = channels === 4 ? 1 : 0;
  for (let at = 0; at < data.length; at += channels) {
    if ((data[at + channels - 1] as number) < opaque / 2) continue;
    const share = (data[at + green] as number) / white;
    all++;
    if (share > 0.7) light++;
    else if (share < 0.3) dark++;
  }
  if (light <= COUNTS * all) return 255;
  return dark > COUNTS * all ? 128 : 0;
}

/** A scale of 16 bits that is used in its darkest part only is stretched: whoever opens such a picture does the same. */
const HARDLY_USED = 0x4000;

function whiteOf(data: Uint16Array, channels: number, alphaAt: number): number {
  let most = 0;
  for (let at = 0; at < data.length; at++) if (at % channels !== alphaAt) most = Math.max(most, data[at] as number);
  return most > 0 && most < HARDLY_USED ? most : 65_535;
}

/** A stored raster as it is shown. */
function oriented(stored: Raster, orientation: number): Raster {
  if (orientation === 1) return stored;
  const size = orientation > 4 ? { width: stored.height, height: stored.width } : { width: stored.width, height: stored.height };
  const data = new Uint8Array(stored.data.length);
  const at = (x: number, y: number): number => {
    const box = toStored({ x, y, width: 1, height: 1 }, orientation, size);
    return (box.y * stored.width + box.x) * CHANNELS;
  };
  // The way from one shown pixel to the next is the same everywhere.
  const start = at(0, 0);
  const stepX = size.width > 1 ? at(1, 0) - start : 0;
  const stepY = size.height > 1 ? at(0, 1) - start : 0;
  let to = 0;
  for (let y = 0; y < size.height; y++) {
    let from = start + y * stepY;
    for (let x = 0; x < size.width; x++, from += stepX) {
      data[to++] = stored.data[from] as number;
      data[to++] = stored.data[from + 1] as number;
      data[to++] = stored.data[from + 2] as number;
    }
  }
  return { ...size, data };
}
