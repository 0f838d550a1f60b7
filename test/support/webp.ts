/** A chunk with its padding; `pad` where another byte than 0 is wanted. */
export function riffChunk(fourCC: string, data: Uint8Array, pad = 0): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(fourCC, 'latin1'), size, data, Buffer.alloc(data.length & 1, pad)]);
}

function u24le(...values: readonly number[]): Buffer {
  return Buffer.concat(values.map((value) => Buffer.from([value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff])));
}

/** Bits, least significant first, as VP8L packs them. */
class BitWriter {
  readonly #bits: number[] = [];

  put(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++) this.#bits.push((value >> bit) & 1);
    return this;
  }

  bytes(): Buffer {
    const bytes = Buffer.alloc(Math.ceil(this.#bits.length / 8));
    this.#bits.forEach((bit, index) => {
      bytes[index >> 3] = (bytes[index >> 3] as number) | (bit << (index & 7));
    });
    return bytes;
  }
}

/** The payload of a VP8L chunk: a real lossless picture of one colour (WebP lossless bitstream, 5.2 and 6). */
export function vp8l(
  width = 6,
  height = 4,
  [red, green, blue, alpha]: readonly [number, number, number, number] = [200, 120, 40, 255],
): Buffer {
  const bits = new BitWriter()
    .put(0x2f, 8)
    .put(width - 1, 14)
    .put(height - 1, 14)
    .put(alpha < 255 ? 1 : 0, 1)
    .put(0, 3);
  // No transform, no colour cache, one group of prefix codes; each of them a simple code of one symbol.
  bits.put(0, 3);
  for (const symbol of [green, red, blue, alpha]) bits.put(1, 1).put(0, 1).put(1, 1).put(symbol, 8);
  return bits.put(1, 1).put(0, 1).put(0, 1).put(0, 1).bytes();
}

export const VP8X_FLAGS = Object.freeze({ animation: 0x02, xmp: 0x04, exif: 0x08, alpha: 0x10, icc: 0x20 });

export function vp8x(flags: number, width = 6, height = 4, reserved = 0): Buffer {
  return riffChunk('VP8X', Buffer.concat([Buffer.from([flags]), u24le(reserved, width - 1, height - 1)]));
}

/** A file of these whole chunks; `size` where a wrong RIFF size is wanted. */
export function riff(chunks: readonly Uint8Array[], options: { size?: number; trailer?: Uint8Array } = {}): Buffer {
  const content = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(options.size ?? content.length);
  return Buffer.concat([Buffer.from('RIFF'), size, content, options.trailer ?? Buffer.alloc(0)]);
}

export interface WebpOptions {
  readonly exif?: Uint8Array;
  readonly xmp?: Uint8Array;
  readonly icc?: Uint8Array;
  /** Whole chunks before the picture. */
  readonly before?: readonly Uint8Array[];
  /** Whole chunks after the picture. */
  readonly after?: readonly Uint8Array[];
  /** Bytes past the RIFF size. */
  readonly trailer?: Uint8Array;
  /** The payload of the VP8L chunk. */
  readonly picture?: Uint8Array;
}

/** A real small picture in the extended format, 6 x 4 pixels, with the flags that its chunks ask for. */
export function buildWebp(options: WebpOptions = {}): Buffer {
  const { exif, xmp, icc } = options;
  const flags = (exif ? VP8X_FLAGS.exif : 0) | (xmp ? VP8X_FLAGS.xmp : 0) | (icc ? VP8X_FLAGS.icc : 0);
  return riff(
    [
      vp8x(flags),
      ...(icc ? [riffChunk('ICCP', icc)] : []),
      ...(options.before ?? []),
      riffChunk('VP8L', options.picture ?? vp8l()),
      ...(options.after ?? []),
      ...(exif ? [riffChunk('EXIF', exif)] : []),
      ...(xmp ? [riffChunk('XMP ', xmp)] : []),
    ],
    options.trailer === undefined ? {} : { trailer: options.trailer },
  );
}

/** The simple format: nothing but the picture, and what is put after it. */
export const buildSimpleWebp = (after: readonly Uint8Array[] = []): Buffer => riff([riffChunk('VP8L', vp8l()), ...after]);

export const anim = (loops = 0, extra: Uint8Array = Buffer.alloc(0)): Buffer =>
  riffChunk('ANIM', Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, loops & 0xff, loops >> 8]), extra]));

/** One frame: its header, the whole chunks in `inner`, and the flags byte. */
export function anmf(inner: readonly Uint8Array[], options: { width?: number; height?: number; flags?: number } = {}): Buffer {
  const { width = 6, height = 4, flags = 0 } = options;
  return riffChunk('ANMF', Buffer.concat([u24le(0, 0, width - 1, height - 1, 100), Buffer.from([flags]), ...inner]));
}

/** Two frames; `inner` goes into the second, after its picture. */
export function buildAnimatedWebp(inner: readonly Uint8Array[] = [], options: WebpOptions = {}): Buffer {
  const { exif, xmp } = options;
  return riff([
    vp8x(VP8X_FLAGS.animation | (exif ? VP8X_FLAGS.exif : 0) | (xmp ? VP8X_FLAGS.xmp : 0)),
    ...(options.before ?? []),
    anim(),
    anmf([riffChunk('VP8L', vp8l())]),
    anmf([riffChunk('VP8L', vp8l(6, 4, [10, 20, 30, 255])), ...inner]),
    ...(options.after ?? []),
    ...(exif ? [riffChunk('EXIF', exif)] : []),
    ...(xmp ? [riffChunk('XMP ', xmp)] : []),
  ]);
}

/** The chunks within the RIFF size. */
export function splitWebp(bytes: Uint8Array): { fourCC: string; data: Buffer }[] {
  const file = Buffer.from(bytes);
  const end = 8 + file.readUInt32LE(4);
  const chunks: { fourCC: string; data: Buffer }[] = [];
  for (let at = 12; at + 8 <= end; ) {
    const size = file.readUInt32LE(at + 4);
    chunks.push({ fourCC: file.toString('latin1', at, at + 4), data: file.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size & 1);
  }
  return chunks;
}
