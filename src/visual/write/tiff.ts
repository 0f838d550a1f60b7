import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Canvas } from '../picture/canvas.js';
import { sourceTags } from './tiff-tags.js';

const deflated = promisify(deflate);

/** Bytes of pixels in a strip, about (TIFF 6.0, section 8, RowsPerStrip). */
const STRIP_BYTES = 2 ** 18;

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;
/** Bytes of one value of each type that is written. */
const SIZE: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, 5: 8, [UNDEFINED]: 1 };

/** One entry of an IFD. */
interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: Buffer;
}

/**
 * Writes a picture as TIFF with all its bits: one IFD, strips of Deflate with horizontal differencing (TIFF 6.0, sections 8 and 14). Of
 * `source` it keeps resolution and what its alpha means; turn and colour profile come from the canvas. Nothing else is in the file.
 */
export async function writeTiff(canvas: Canvas, source: Uint8Array): Promise<Buffer> {
  const { width, height, channels, data, orientation, iccProfile } = canvas;
  const bytes = data instanceof Uint16Array ? 2 : 1;
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / (width * channels * bytes))));
  const strips: Buffer[] = [];
  for (let row = 0; row < height; row += rows) strips.push(await deflated(differences(canvas, row, Math.min(height, row + rows))));
  const colours = channels < 3 ? 1 : 3;
  const offsets: number[] = [];
  let at = 8;
  for (const strip of strips) {
    offsets.push(at);
    at += strip.length + (strip.length % 2);
  }
  const kept = sourceTags(source);
  const entries: Entry[] = [
    entry(256, LONG, [width]),
    entry(257, LONG, [height]),
    entry(
      258,
      SHORT,
      Array.from({ length: channels }, () => 8 * bytes),
    ),
    entry(259, SHORT, [8]),
    entry(262, SHORT, [colours === 1 ? 1 : 2]),
    entry(273, LONG, offsets),
    entry(274, SHORT, [orientation]),
    entry(277, SHORT, [channels]),
    entry(278, LONG, [rows]),
    entry(
      279,
      LONG,
      strips.map(({ length }) => length),
    ),
    ...(kept.resolution === undefined ? [] : [rational(282, kept.resolution.x), rational(283, kept.resolution.y)]),
    entry(284, SHORT, [1]),
    ...(kept.resolution === undefined ? [] : [entry(296, SHORT, [kept.resolution.unit])]),
    entry(317, SHORT, [2]),
    ...(channels === colours ? [] : [entry(338, SHORT, [kept.alpha])]),
    ...(iccProfile === undefined ? [] : [{ tag: 34_675, type: UNDEFINED, count: iccProfile.length, bytes: Buffer.from(iccProfile) }]),
  ];
  const pixels = strips.flatMap((strip) => (strip.length % 2 === 0 ? [strip] : [strip, Buffer.alloc(1)]));
  return Buffer.concat([header(at), ...pixels, ifd(entries, at)]);
}

/** Each sample less the one to its left (section 14), in the order of bytes that the header names. */
function differences({ width, channels, data }: Canvas, from: number, to: number): Buffer {
  const row = width * channels;
  const deep = data instanceof Uint16Array;
  const out = Buffer.alloc((to - from) * row * (deep ? 2 : 1));
  let at = 0;
  for (let y = from; y < to; y++) {
    const start = y * row;
    for (let x = 0; x < row; x++) {
      const left = x < channels ? 0 : (data[start + x - channels] as number);
      const difference = (data[start + x] as number) - left;
      if (deep) at = out.writeUInt16LE(difference & 0xffff, at);
      else out[at++] = difference & 0xff;
    }
  }
  return out;
}

function header(ifdAt: number): Buffer {
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(ifdAt, 4);
  return head;
}

function entry(tag: number, type: typeof SHORT | typeof LONG, values: readonly number[]): Entry {
  const size = type === SHORT ? 2 : 4;
  const bytes = Buffer.alloc(values.length * size);
  for (const [index, value] of values.entries()) bytes.writeUIntLE(value, index * size, size);
  return { tag, type, count: values.length, bytes };
}

function rational(tag: number, [numerator, denominator]: readonly [number, number]): Entry {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(numerator, 0);
  bytes.writeUInt32LE(denominator, 4);
  return { tag, type: 5, count: 1, bytes };
}

/** The entries, then the values that are longer than four bytes. */
function ifd(entries: readonly Entry[], start: number): Buffer {
  const table = Buffer.alloc(2 + entries.length * 12 + 4);
  table.writeUInt16LE(entries.length, 0);
  const values: Buffer[] = [];
  let at = start + table.length;
  for (const [index, { tag, type, count, bytes }] of entries.entries()) {
    const to = 2 + index * 12;
    table.writeUInt16LE(tag, to);
    table.writeUInt16LE(type, to + 2);
    table.writeUInt32LE(count, to + 4);
    if (count * (SIZE[type] as number) <= 4) bytes.copy(table, to + 8);
    else {
      table.writeUInt32LE(at, to + 8);
      const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
      values.push(even);
      at += even.length;
    }
  }
  return Buffer.concat([table, ...values]);
}
