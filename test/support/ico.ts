interface IcoImage {
  readonly bytes: Uint8Array;
  /** The 16 bytes of its entry are filled from these; size and offset follow. */
  readonly width?: number;
  readonly height?: number;
  readonly reserved?: number;
  readonly planes?: number;
  readonly depth?: number;
  /** Bytes in front of the image that no entry refers to. */
  readonly gap?: Uint8Array;
}

export interface IcoSpec {
  readonly images: readonly IcoImage[];
  readonly type?: 1 | 2;
  /** The last entry once more, for the same image. */
  readonly shareLast?: boolean;
  readonly tail?: Uint8Array;
}

/** An icon or a pointer: directory, images, tail. */
export function icoOf({ images, type = 1, shareLast = false, tail = Buffer.alloc(0) }: IcoSpec): Buffer {
  const count = images.length + (shareLast ? 1 : 0);
  const head = Buffer.alloc(6 + 16 * count);
  head.writeUInt16LE(type, 2);
  head.writeUInt16LE(count, 4);
  const body: Uint8Array[] = [];
  let at = head.length;
  for (const [index, image] of images.entries()) {
    const gap = image.gap ?? Buffer.alloc(0);
    at += gap.length;
    const entry = 6 + 16 * index;
    head[entry] = image.width ?? 8;
    head[entry + 1] = image.height ?? 2;
    head[entry + 3] = image.reserved ?? 0;
    head.writeUInt16LE(image.planes ?? 1, entry + 4);
    head.writeUInt16LE(image.depth ?? 0, entry + 6);
    head.writeUInt32LE(image.bytes.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    body.push(gap, image.bytes);
    at += image.bytes.length;
  }
  if (shareLast) head.copy(head, head.length - 16, head.length - 32, head.length - 16);
  return Buffer.concat([head, ...body, tail]);
}

export interface DibSpec {
  readonly depth?: number;
  readonly width?: number;
  readonly height?: number;
  /** What stands where no pixel is, in rows of the picture and of the mask. */
  readonly padding?: number;
  readonly maskPadding?: number;
  /** Reserved byte of the first colour. */
  readonly reserved?: number;
  readonly withoutMask?: boolean;
  readonly fields?: Readonly<Record<number, Uint8Array>>;
  readonly tail?: Uint8Array;
}

/** A bitmap as icons hold it: header, palette, rows, mask. */
export function dibOf(spec: DibSpec = {}): Buffer {
  const { depth = 24, width = 5, height = 2, padding = 0, maskPadding = 0, reserved = 0, withoutMask = false, tail } = spec;
  const head = Buffer.alloc(40);
  head.writeUInt32LE(40, 0);
  head.writeInt32LE(width, 4);
  head.writeInt32LE(2 * height, 8);
  head.writeUInt16LE(1, 12);
  head.writeUInt16LE(depth, 14);
  for (const [at, bytes] of Object.entries(spec.fields ?? {})) head.set(bytes, Number(at));
  const palette =
    depth > 8 ? Buffer.alloc(0) : Buffer.from(Array.from({ length: 4 * 2 ** depth }, (_, at) => (at % 4 === 3 ? 0 : at & 0xff)));
  if (palette.length > 3) palette[3] = reserved;
  const mask = withoutMask ? Buffer.alloc(0) : rows(width, 1, height, maskPadding, 0x80);
  return Buffer.concat([head, palette, rows(width, depth, height, padding, 0x5a), mask, tail ?? Buffer.alloc(0)]);
}

function rows(width: number, depth: number, height: number, padding: number, pixel: number): Buffer {
  const stride = Math.ceil((width * depth) / 32) * 4;
  const bits = width * depth;
  const row = Buffer.alloc(stride, padding);
  row.fill(pixel, 0, Math.floor(bits / 8));
  const mask = bits % 8 === 0 ? 0 : (0xff << (8 - (bits % 8))) & 0xff;
  if (mask !== 0) row[Math.floor(bits / 8)] = (pixel & mask) | (padding & ~mask & 0xff);
  return Buffer.concat(Array.from({ length: height }, () => row));
}
