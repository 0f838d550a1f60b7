import { readFileSync } from 'node:fs';
import sharp from 'sharp';

/** The decoded pixels of every frame and the embedded profile, by a decoder that is not ours. `undefined` where it cannot decode. */
export async function decodePicture(path: string): Promise<{ pixels: Buffer; icc: Buffer | undefined } | undefined> {
  const bytes = readFileSync(path);
  try {
    const image = sharp(bytes, { animated: true, failOn: 'truncated', limitInputPixels: 100_000_000 });
    const { icc } = await image.metadata();
    return { pixels: await image.raw().toBuffer(), icc };
  } catch {
    return undefined;
  }
}
