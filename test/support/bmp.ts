/** What of a bitmap a test sets; the rest is a picture of 3 x 2 in 24 bits. */
export interface BmpSpec {
  readonly dibBytes?: number;
  readonly depth?: number;
  readonly compression?: number;
  readonly size?: readonly [width: number, height: number];
  readonly palette?: Uint8Array;
  readonly gap?: Uint8Array;
  readonly pixels?: Uint8Array;
  readonly profile?: Uint8Array;
  /** `MBED` or `LINK`. */
  readonly profileKind?: 'MBED' | 'LINK';
  /** Fields by their offset in the file. */
  readonly fields?: Readonly<Record<number, Uint8Array>>;
  readonly tail?: Uint8Array;
}

export function bmpOf(spec: BmpSpec = {}): Buffer {
  const { dibBytes = 40, depth = 24, compression = 0, size = [3, 2], palette, gap, profile, tail } = spec;
  const [width, height] = size;
  const stride = Math.ceil((width * depth) / 32) * 4;
  const used = Math.floor((width * depth) / 8);
  const rows = Buffer.from(Array.from({ length: stride * Math.abs(height) }, (_, at) => (at % stride < used ? (at * 37) & 0xff : 0)));
  const pixels = spec.pixels ?? rows;
  const head = Buffer.alloc(14 + dibBytes);
  const before = Buffer.concat([palette ?? Buffer.alloc(0), gap ?? Buffer.alloc(0)]);
  const body = Buffer.concat([before, pixels, profile ?? Buffer.alloc(0), tail ?? Buffer.alloc(0)]);
  head.write('BM', 0, 'latin1');
  head.writeUInt32LE(head.length + body.length, 2);
  head.writeUInt32LE(head.length + before.length, 10);
  head.writeUInt32LE(dibBytes, 14);
  if (dibBytes === 12) {
    for (const [index, value] of [width, height, 1, depth].entries()) head.writeUInt16LE(value, 18 + 2 * index);
  } else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(depth, 28);
  }
  if (dibBytes >= 40) {
    head.writeUInt32LE(compression, 30);
    head.writeUInt32LE(pixels.length, 34);
  }
  if (dibBytes >= 108) head.writeUInt32LE(0x73524742, 70);
  if (profile !== undefined) {
    head.writeUInt32LE(spec.profileKind === 'LINK' ? 0x4c494e4b : 0x4d424544, 70);
    head.writeUInt32LE(dibBytes + before.length + pixels.length, 126);
    head.writeUInt32LE(profile.length, 130);
  }
  for (const [at, bytes] of Object.entries(spec.fields ?? {})) head.set(bytes, Number(at));
  return Buffer.concat([head, body]);
}
