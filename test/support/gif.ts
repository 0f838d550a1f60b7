/** Sub-blocks of at most 255 bytes, and the empty one that ends them. */
export function subBlocks(...data: readonly Uint8Array[]): Buffer {
  const pieces: Uint8Array[] = [];
  for (const bytes of data) {
    for (let at = 0; at < bytes.length; at += 255) {
      const piece = bytes.subarray(at, at + 255);
      pieces.push(Buffer.from([piece.length]), piece);
    }
  }
  return Buffer.concat([...pieces, Buffer.from([0])]);
}

export const extension = (label: number, ...data: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from([0x21, label]), subBlocks(...data)]);

export const gifComment = (text: string): Buffer => extension(0xfe, Buffer.from(text));

export const application = (name: string, ...data: readonly Uint8Array[]): Buffer => extension(0xff, Buffer.from(name, 'latin1'), ...data);

export const loopCount = (loops = 0, name = 'NETSCAPE2.0'): Buffer => application(name, Buffer.from([1, loops & 0xff, loops >> 8]));

export const graphicControl = (flags = 0, delay = 10): Buffer => extension(0xf9, Buffer.from([flags, delay & 0xff, delay >> 8, 0]));

/** XMP part 3, 1.1.2: the packet as it is, and what leads every walk over sub-blocks to the end. */
export function gifXmp(packet: Uint8Array): Buffer {
  const magic = Buffer.from([1, ...Array.from({ length: 256 }, (_, index) => 255 - index), 0]);
  return Buffer.concat([Buffer.from([0x21, 0xff, 11]), Buffer.from('XMP DataXMP'), packet, magic]);
}

/** Codes of three to twelve bits, least significant bit first. */
function packCodes(codes: readonly (readonly [code: number, bits: number])[]): Buffer {
  const bits: number[] = [];
  for (const [code, count] of codes) for (let bit = 0; bit < count; bit++) bits.push((code >> bit) & 1);
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    bytes[index >> 3] = (bytes[index >> 3] as number) | (bit << (index & 7));
  });
  return bytes;
}

/** The codes of a picture of four colours: a clear code before every other pixel keeps them at three bits. */
export function gifCodes(pixels: readonly number[], withEnd = true): Buffer {
  const codes: [number, number][] = [];
  pixels.forEach((pixel, index) => {
    if (index % 2 === 0) codes.push([4, 3]);
    codes.push([pixel, 3]);
  });
  if (withEnd) codes.push([5, 3]);
  return packCodes(codes);
}

export interface GifImageOptions {
  readonly width?: number;
  readonly height?: number;
  /** Bytes after the last code, within the sub-blocks. */
  readonly tail?: Uint8Array;
  /** The codes, where others are wanted. */
  readonly codes?: Uint8Array;
  readonly withEnd?: boolean;
}

export function gifImage(options: GifImageOptions = {}): Buffer {
  const { width = 6, height = 4, tail = new Uint8Array(0), withEnd = true } = options;
  const head = Buffer.from([0x2c, 0, 0, 0, 0, width & 0xff, width >> 8, height & 0xff, height >> 8, 0]);
  const pixels = Array.from({ length: width * height }, (_, index) => index % 4);
  const codes = options.codes ?? gifCodes(pixels, withEnd);
  return Buffer.concat([head, Buffer.from([2]), subBlocks(Buffer.concat([codes, tail]))]);
}

/** A file of these whole blocks after a header with four colours. */
export function gifOf(blocks: readonly Uint8Array[], options: { trailer?: Uint8Array; end?: boolean; version?: string } = {}): Buffer {
  const { trailer = new Uint8Array(0), end = true, version = 'GIF89a' } = options;
  const screen = Buffer.from([6, 0, 4, 0, 0x91, 0, 0]);
  const colours = Buffer.from([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
  return Buffer.concat([Buffer.from(version), screen, colours, ...blocks, Buffer.from(end ? [0x3b] : []), trailer]);
}
