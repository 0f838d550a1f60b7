import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { decodeByOthers } from './decoders.js';

/** What a decoder that is not ours sees. */
export interface DecodedPicture {
  readonly pixels: Buffer;
  /** As libvips hands it on; absent where another decoder was needed. */
  readonly icc: Buffer | undefined;
}

/** The decoded pixels of every frame and the embedded profile. `undefined` where no decoder that is here can decode. */
export async function decodePicture(path: string): Promise<DecodedPicture | undefined> {
  const bytes = readFileSync(path);
  try {
    const image = sharp(bytes, { animated: true, failOn: 'truncated', limitInputPixels: 100_000_000 });
    const { icc } = await image.metadata();
    return { pixels: await image.raw().toBuffer(), icc };
  } catch {
    const pixels = await decodeByOthers(path);
    return pixels === undefined ? undefined : { pixels, icc: undefined };
  }
}
