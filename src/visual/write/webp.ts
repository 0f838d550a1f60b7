import type { Canvas } from '../picture/canvas.js';
import { loadSharp } from '../picture/sharp.js';
import { orientationTiff } from './orientation-exif.js';

/** Flags of VP8X (RFC 9649, 2.7.1.2). */
const ICC = 0x20;
const ALPHA = 0x10;
const EXIF = 0x08;

/** Writes a picture as lossless WebP, so that no pixel outside of what was redacted changes, whatever the file was before. */
export async function writeWebp(canvas: Canvas): Promise<Buffer> {
  const sharp = await loadSharp();
  const { width, height, channels, data, orientation, iccProfile } = canvas;
  const encoded = await sharp(data, { raw: { width, height, channels } }).webp({ lossless: true, exact: true, effort: 3 }).toBuffer();
  const picture = pictureChunk(encoded);
  const flags = (iccProfile === undefined ? 0 : ICC) | (channels === 4 || channels === 2 ? ALPHA : 0) | (orientation === 1 ? 0 : EXIF);
  if (flags === 0 || flags === ALPHA) return riff([picture]);
  const extended = Buffer.alloc(10);
  extended.writeUInt8(flags, 0);
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  return riff([
    chunk('VP8X', extended),
    ...(iccProfile === undefined ? [] : [chunk('ICCP', Buffer.from(iccProfile))]),
    picture,
    ...(orientation === 1 ? [] : [chunk('EXIF', orientationTiff(orientation))]),
  ]);
}

function pictureChunk(webp: Buffer): Buffer {
  for (let at = 12; at + 8 <= webp.length; ) {
    const size = webp.readUInt32LE(at + 4);
    const end = at + 8 + size + (size % 2);
    if (webp.toString('latin1', at, at + 4) === 'VP8L') return webp.subarray(at, end);
    at = end;
  }
  throw new Error('the encoder gave no lossless picture');
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function riff(chunks: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]);
  const head = Buffer.alloc(8);
  head.write('RIFF', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
