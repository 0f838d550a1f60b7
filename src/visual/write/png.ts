import { deflateSync } from 'node:zlib';
import { crc32Of } from '../../bytes/crc32.js';
import type { Canvas } from '../picture/canvas.js';
import { loadSharp } from '../picture/sharp.js';
import { orientationTiff } from './orientation-exif.js';

/** Chunks that say how colours are to be shown and how large the picture is (PNG third edition, 11.3.2). */
const COLOUR = new Set(['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM', 'mDCV', 'cLLI', 'pHYs']);
const HEADER = 8;
const IHDR_END = HEADER + 25;

/** Writes a picture as PNG with all its bits; of `source`, where it is one, it keeps the chunks of colour. */
export async function writePng(canvas: Canvas, source: Uint8Array): Promise<Buffer> {
  const sharp = await loadSharp();
  const { width, height, channels, data, orientation } = canvas;
  const deep = data instanceof Uint16Array;
  const encoded = await sharp(data, { raw: { width, height, channels } })
    .toColourspace(deep ? (channels < 3 ? 'grey16' : 'rgb16') : channels < 3 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 8, adaptiveFiltering: true, palette: false })
    .toBuffer();
  const exif = orientation === 1 ? [] : [chunk('eXIf', orientationTiff(orientation))];
  const colours = canvas.format === 'png' ? colourChunks(source) : profileChunk(canvas);
  return Buffer.concat([encoded.subarray(0, IHDR_END), ...colours, ...exif, ...onlyPicture(encoded)]);
}

/** Everything behind the header that is picture: what the encoder says of resolution or of itself does not count. */
function onlyPicture(encoded: Buffer): Buffer[] {
  return [...chunks(encoded)].filter(({ type }) => type === 'IDAT' || type === 'IEND' || type === 'tRNS').map(({ whole }) => whole);
}

function colourChunks(source: Uint8Array): Buffer[] {
  const buffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  return [...chunks(buffer)].filter(({ type }) => COLOUR.has(type)).map(({ whole }) => whole);
}

/** The profile of a picture of another format (PNG third edition, 11.3.2.3). */
function profileChunk({ iccProfile }: Canvas): Buffer[] {
  return iccProfile === undefined ? [] : [chunk('iCCP', Buffer.concat([Buffer.from('ICC\0\0', 'latin1'), deflateSync(iccProfile)]))];
}

function* chunks(png: Buffer): Generator<{ type: string; whole: Buffer }> {
  for (let at = HEADER; at + 12 <= png.length; ) {
    const end = at + 12 + png.readUInt32BE(at);
    if (end > png.length) return;
    yield { type: png.toString('latin1', at + 4, at + 8), whole: png.subarray(at, end) };
    at = end;
  }
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const whole = Buffer.alloc(typed.length + 8);
  whole.writeUInt32BE(body.length, 0);
  typed.copy(whole, 4);
  whole.writeUInt32BE(crc32Of(typed), typed.length + 4);
  return whole;
}
