import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { decodeByOthers } from '../support/decoders.js';

/** What a viewer shows: every frame, turned as the file says, and the profile that gives it its colours. */
export interface Shown {
  readonly pixels: Buffer;
  readonly icc: Buffer | undefined;
}

/** Decodes a file by decoders that are not ours. `undefined` where none of those installed can. */
export async function decodeShown(path: string): Promise<Shown | undefined> {
  const seen = await bySharp(path);
  if (seen !== undefined) return seen;
  const pixels = await decodeByOthers(path);
  return pixels === undefined ? undefined : { pixels, icc: undefined };
}

async function bySharp(path: string): Promise<Shown | undefined> {
  try {
    const bytes = await readFile(path);
    const image = sharp(bytes, { animated: true, failOn: 'truncated' });
    const { icc, pages = 1 } = await image.metadata();
    const { data, info } = await (pages > 1 ? image : image.autoOrient()).raw().toBuffer({ resolveWithObject: true });
    return { pixels: Buffer.concat([Buffer.from(`${info.width}x${info.height}x${info.channels};`), data]), icc };
  } catch {
    return undefined;
  }
}
