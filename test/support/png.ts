import { crc32, deflateSync } from 'node:zlib';

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A whole chunk; `crc` where a wrong one is wanted. */
export function pngChunk(type: string, data: Uint8Array = new Uint8Array(0), crc?: number): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), content, u32(crc ?? crc32(content))]);
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value >>> 0, 4 * index);
  });
  return bytes;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const toBytes = (text: string | Uint8Array, encoding: BufferEncoding): Uint8Array =>
  typeof text === 'string' ? Buffer.from(text, encoding) : text;

export const tEXt = (keyword: string, text: string | Uint8Array): Buffer =>
  pngChunk('tEXt', Buffer.concat([latin1(`${keyword}\0`), toBytes(text, 'latin1')]));

export const zTXt = (keyword: string, text: string | Uint8Array, afterStream: Uint8Array = Buffer.alloc(0)): Buffer =>
  pngChunk('zTXt', Buffer.concat([latin1(`${keyword}\0\0`), deflateSync(toBytes(text, 'latin1')), afterStream]));

export interface InternationalText {
  readonly compressed?: boolean;
  readonly language?: string;
  readonly translated?: string;
  readonly afterStream?: Uint8Array;
}

export function iTXt(keyword: string, text: string | Uint8Array, options: InternationalText = {}): Buffer {
  const { compressed = false, language = '', translated = '' } = options;
  const bytes = toBytes(text, 'utf8');
  return pngChunk(
    'iTXt',
    Buffer.concat([
      latin1(`${keyword}\0${compressed ? '\x01' : '\0'}\0${language}\0`),
      Buffer.from(`${translated}\0`),
      compressed ? deflateSync(bytes) : bytes,
      options.afterStream ?? Buffer.alloc(0),
    ]),
  );
}

export const pngXmp = (packet: string | Uint8Array, options?: InternationalText): Buffer => iTXt('XML:com.adobe.xmp', packet, options);

/** The text of a profile as ImageMagick writes it. */
export function rawProfileText(name: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('hex')
      .match(/.{1,72}/g) ?? [];
  return `\n${name}\n${String(bytes.length).padStart(8)}\n${lines.join('\n')}\n`;
}

export const rawProfile = (name: string, bytes: Uint8Array): Buffer => zTXt(`Raw profile type ${name}`, rawProfileText(name, bytes));

export const iCCP = (name: string, profile: Uint8Array, afterStream: Uint8Array = Buffer.alloc(0)): Buffer =>
  pngChunk('iCCP', Buffer.concat([latin1(`${name}\0\0`), deflateSync(profile), afterStream]));

export interface PngOptions {
  readonly width?: number;
  readonly height?: number;
  readonly bitDepth?: number;
  /** 0 grey, 2 RGB (default), 3 indexed, 4 grey and alpha, 6 RGBA. */
  readonly colourType?: number;
  readonly interlaced?: boolean;
  /** Whole chunks between IHDR (and PLTE) and IDAT. */
  readonly before?: readonly Uint8Array[];
  /** Whole chunks between IDAT and IEND. */
  readonly after?: readonly Uint8Array[];
  /** What the pixel stream holds past the last line, before it is compressed. */
  readonly extraLines?: Uint8Array;
  /** Cuts the compressed stream into the data of the IDAT chunks; one chunk where absent. */
  readonly split?: (stream: Buffer) => readonly Uint8Array[];
  /** The data of the IDAT chunks, instead of a real picture. */
  readonly idat?: readonly Uint8Array[];
  readonly iend?: Uint8Array;
  /** Bytes after IEND. */
  readonly trailer?: Uint8Array;
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Lines of a small real picture, no two pixels of them alike; filter type 0. */
export function pngLines(options: PngOptions = {}, salt = 0): Buffer {
  const { width = 5, height = 4, bitDepth = 8, colourType = 2, interlaced = false } = options;
  const bits = (SAMPLES[colourType] as number) * bitDepth;
  const pass = (columns: number, rows: number): Buffer[] =>
    columns === 0
      ? []
      : Array.from({ length: rows }, (_, y) => {
          const line = Buffer.alloc(1 + Math.ceil((columns * bits) / 8));
          for (let x = 1; x < line.length; x++) line[x] = colourType === 3 ? 0 : (x * 37 + y * 91 + salt * 53) & 0xff;
          return line;
        });
  if (!interlaced) return Buffer.concat(pass(width, height));
  return Buffer.concat(
    ADAM7.flatMap(([x, y, dx, dy]) => pass(Math.max(0, Math.ceil((width - x) / dx)), Math.max(0, Math.ceil((height - y) / dy)))),
  );
}

function ihdr(options: PngOptions = {}): Buffer {
  const { width = 5, height = 4, bitDepth = 8, colourType = 2, interlaced = false } = options;
  return pngChunk('IHDR', Buffer.concat([u32(width, height), Buffer.from([bitDepth, colourType, 0, 0, interlaced ? 1 : 0])]));
}

/** A real small picture, 5 x 4 pixels of RGB unless told otherwise. */
export function buildPng(options: PngOptions = {}): Buffer {
  return Buffer.concat([
    PNG_SIGNATURE,
    ihdr(options),
    ...(options.colourType === 3 ? [pngChunk('PLTE', Buffer.from([10, 20, 30, 40, 50, 60]))] : []),
    ...(options.before ?? []),
    ...(options.idat ?? pictureData(options)).map((data) => pngChunk('IDAT', data)),
    ...(options.after ?? []),
    pngChunk('IEND', options.iend),
    options.trailer ?? Buffer.alloc(0),
  ]);
}

function pictureData(options: PngOptions): readonly Uint8Array[] {
  const stream = deflateSync(Buffer.concat([pngLines(options), options.extraLines ?? Buffer.alloc(0)]));
  return options.split?.(stream) ?? [stream];
}

export const acTL = (frames: number, plays = 0): Buffer => pngChunk('acTL', u32(frames, plays));

export interface FrameControl {
  readonly width?: number;
  readonly height?: number;
  readonly x?: number;
  readonly y?: number;
}

export function fcTL(sequence: number, { width = 5, height = 4, x = 0, y = 0 }: FrameControl = {}): Buffer {
  return pngChunk('fcTL', Buffer.concat([u32(sequence, width, height, x, y), Buffer.from([0, 1, 0, 10, 0, 0])]));
}

export const fdAT = (sequence: number, data: Uint8Array): Buffer => pngChunk('fdAT', Buffer.concat([u32(sequence), data]));

/** An animation of three frames, the first of which is the IDAT image. `between` goes before the third. */
export function buildApng(options: PngOptions = {}, between: readonly Uint8Array[] = []): Buffer {
  const frame = (salt: number): Buffer => deflateSync(pngLines(options, salt));
  return buildPng({
    ...options,
    before: [acTL(3), ...(options.before ?? []), fcTL(0)],
    after: [fcTL(1), fdAT(2, frame(1)), ...between, fcTL(3), fdAT(4, frame(2)), ...(options.after ?? [])],
  });
}

/** The chunks of a file up to IEND. */
export function splitPng(bytes: Uint8Array): { type: string; data: Buffer }[] {
  const file = Buffer.from(bytes);
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
    if (type === 'IEND') break;
  }
  return chunks;
}
