import type { Canvas } from '../picture/canvas.js';
import { loadSharp } from '../picture/sharp.js';
import { VisualError } from '../types.js';
import { writePng } from './png.js';

/** Less effort makes files a few percent larger and is done in a fraction of the time. */
const EFFORT = 0;

/** Primaries and transfers that are shown like sRGB: BT.709, unspecified, BT.601, sRGB, BT.2020 in 8 bits (ITU-T H.273, 8.1 and 8.2). */
const PRIMARIES: ReadonlySet<number> = new Set([1, 2]);
const TRANSFERS: ReadonlySet<number> = new Set([1, 2, 6, 13, 14]);

/**
 * Writes a picture as lossless AVIF, so that no pixel outside of what was redacted changes, whatever the file was before. Its turn is in
 * its pixels by then. Throws `VisualError` where the file names colours that the encoder cannot name.
 */
export async function writeAvif(canvas: Canvas, source: Uint8Array): Promise<Buffer> {
  requirePlainColours(source);
  const sharp = await loadSharp();
  const { width, height, channels, data, iccProfile } = canvas;
  const options = { lossless: true, effort: EFFORT, bitdepth: 8 } as const;
  if (iccProfile === undefined) return sharp(data, { raw: { width, height, channels } }).avif(options).toBuffer();
  // The encoder takes a profile from its input only.
  return sharp(await writePng(canvas, source), { ignoreIcc: true })
    .keepIccProfile()
    .avif(options)
    .toBuffer();
}

/** ISO/IEC 14496-12, 12.1.5: a `colr` box of type `nclx` has primaries and transfer, two bytes each. */
function requirePlainColours(source: Uint8Array): void {
  const buffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  for (let at = buffer.indexOf('colrnclx'); at >= 0 && at + 12 <= buffer.length; at = buffer.indexOf('colrnclx', at + 8))
    if (!PRIMARIES.has(buffer.readUInt16BE(at + 8)) || !TRANSFERS.has(buffer.readUInt16BE(at + 10)))
      throw new VisualError(
        'not-writable',
        'pixels of this avif picture can be looked at, but not changed without harm: the encoder cannot name its colours',
        'save the picture as JPEG, PNG or WebP first',
      );
}
