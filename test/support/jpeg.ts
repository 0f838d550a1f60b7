/** Builds JPEGs for tests, byte by byte. Independent of the code under test. */

type JpegKind = 'gray' | 'color' | 'progressive';

export interface JpegOptions {
  readonly kind?: JpegKind;
  /** In samples; multiples of 8 and at most 64. */
  readonly width?: number;
  readonly height?: number;
  /** MCUs between restart markers. */
  readonly restartInterval?: number;
  /** Without the APP0 segment. */
  readonly bare?: boolean;
  /** Segments right behind SOI (behind JFIF where that is there). */
  readonly segments?: readonly Uint8Array[];
  /** Segments in front of the first SOS. */
  readonly beforeScan?: readonly Uint8Array[];
  /** Segments between the first scan and the second (progressive), or behind the only one. */
  readonly afterScan?: readonly Uint8Array[];
  /** Bytes behind the last MCU, within the last scan. */
  readonly scanTail?: Uint8Array;
  /** Bytes behind EOI. */
  readonly tail?: Uint8Array;
}

const u16 = (value: number): number[] => [value >> 8, value & 255];
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

export const SOI = Buffer.from([0xff, 0xd8]);
export const EOI = Buffer.from([0xff, 0xd9]);

/** A marker segment with its length. */
export function jpegSegment(marker: number, ...data: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(data);
  return Buffer.concat([Buffer.from([0xff, marker, ...u16(content.length + 2)]), content]);
}

/** APPn with a signature in front of its data. */
export const app = (number: number, signature: string, ...data: readonly Uint8Array[]): Buffer =>
  jpegSegment(0xe0 + number, latin1(signature), ...data);

export const jfif = (thumbnail?: { width: number; height: number; rgb: Uint8Array }, excess: Uint8Array = Buffer.alloc(0)): Buffer =>
  app(
    0,
    'JFIF\0',
    Buffer.from([1, 1, 0, 0, 1, 0, 1, thumbnail?.width ?? 0, thumbnail?.height ?? 0]),
    thumbnail?.rgb ?? Buffer.alloc(0),
    excess,
  );

export const exifSegment = (tiff: Uint8Array, mark = 'Exif\0\0'): Buffer => app(1, mark, tiff);
export const xmpSegment = (packet: string | Uint8Array): Buffer => app(1, 'http://ns.adobe.com/xap/1.0/\0', Buffer.from(packet));
export const com = (text: string | Uint8Array): Buffer => jpegSegment(0xfe, Buffer.from(text));
export const photoshopSegment = (resources: Uint8Array): Buffer => app(13, 'Photoshop 3.0\0', resources);
export const adobeSegment = (transform: number, excess: Uint8Array = Buffer.alloc(0)): Buffer =>
  app(14, 'Adobe', Buffer.from([0, 100, 0, 0, 0, 0, transform]), excess);

/** A profile over as many chunks, in order. */
export function iccSegments(profile: Uint8Array, count = 1): Buffer[] {
  const size = Math.ceil(profile.length / count);
  return Array.from({ length: count }, (_, index) => iccChunk(index + 1, count, profile.subarray(index * size, (index + 1) * size)));
}

export const iccChunk = (number: number, count: number, data: Uint8Array): Buffer =>
  app(2, 'ICC_PROFILE\0', Buffer.from([number, count]), data);

/** Extended XMP in chunks of `size` bytes. */
export function xmpExtensionSegments(guid: string, content: Uint8Array, size: number): Buffer[] {
  const segments: Buffer[] = [];
  for (let at = 0; at < content.length; at += size) {
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(content.length, 0);
    numbers.writeUInt32BE(at, 4);
    segments.push(app(1, 'http://ns.adobe.com/xmp/extension/\0', latin1(guid), numbers, content.subarray(at, at + size)));
  }
  return segments;
}

/** A JUMBF superbox over as many APP11 packets; each repeats the box's header. */
export function jumbfSegments(box: Uint8Array, count = 1, instance = 1): Buffer[] {
  const header = box.subarray(0, 8);
  const content = box.subarray(8);
  const size = Math.ceil(content.length / count);
  return Array.from({ length: count }, (_, index) => {
    const numbers = Buffer.from([...u16(instance), 0, 0, ...u16(index + 1)]);
    return app(11, 'JP', numbers, header, content.subarray(index * size, (index + 1) * size));
  });
}

export interface MpfImage {
  readonly attributes?: number;
  readonly byteLength: number;
  readonly byteOffset: number;
}

/** A multi-picture index; with a list of unique ids where `uid` is given. */
export function mpfSegment(images: readonly MpfImage[], uid?: string): Buffer {
  const fields: { tag: number; type: number; count: number; value: Buffer }[] = [
    { tag: 0xb000, type: 7, count: 4, value: latin1('0100') },
    { tag: 0xb001, type: 4, count: 1, value: u32(images.length) },
    {
      tag: 0xb002,
      type: 7,
      count: 16 * images.length,
      value: Buffer.concat(images.map((image) => u32(image.attributes ?? 0, image.byteLength, image.byteOffset, 0))),
    },
  ];
  if (uid !== undefined) {
    const list = Buffer.concat(images.map((_, index) => latin1(uid.padEnd(32, String(index)).slice(0, 32).concat('\0'))));
    fields.push({ tag: 0xb003, type: 7, count: list.length, value: list });
  }
  const out: Buffer[] = [latin1('MM\0*'), u32(8), Buffer.from(u16(fields.length))];
  let at = 8 + 6 + 12 * fields.length;
  for (const { tag, type, count, value } of fields) {
    out.push(Buffer.from([...u16(tag), ...u16(type)]), u32(count), value.length > 4 ? u32(at) : value);
    if (value.length > 4) at += value.length;
  }
  out.push(u32(0), ...fields.filter(({ value }) => value.length > 4).map(({ value }) => value));
  return app(2, 'MPF\0', ...out);
}

function u32(...values: readonly number[]): Buffer {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    out.writeUInt32BE(value >>> 0, 4 * index);
  });
  return out;
}

/** Two codes: `0` for the first value, `10` for the second. */
const huffman = (tableClass: number, destination: number, values: readonly number[]): Buffer =>
  jpegSegment(0xc4, Buffer.from([(tableClass << 4) | destination, 1, 1, ...new Array<number>(14).fill(0), ...values]));

/** A quantization table of one value. */
export const quantization = (destination = 0, value = 16): Buffer =>
  jpegSegment(0xdb, Buffer.from([destination, ...new Array<number>(64).fill(value)]));

/** `10` category 3 with these three bits; DC of one block. Then `0`, the end of the block. */
const BLOCKS = ['10101', '0', '10011', '10110'] as const;

/** Bits padded with ones to bytes, and 0x00 stuffed behind 0xFF (T.81 F.1.2.3). */
function entropy(bits: string): Buffer {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const bytes: number[] = [];
  for (let at = 0; at < padded.length; at += 8) {
    const byte = Number.parseInt(padded.slice(at, at + 8), 2);
    bytes.push(byte, ...(byte === 0xff ? [0] : []));
  }
  return Buffer.from(bytes);
}

/** One scan's MCUs, with restart markers between. */
function scanBytes(mcus: readonly string[], restartInterval: number): Buffer {
  if (restartInterval === 0) return entropy(mcus.join(''));
  const pieces: Buffer[] = [];
  for (let at = 0; at < mcus.length; at += restartInterval) {
    if (at > 0) pieces.push(Buffer.from([0xff, 0xd0 + ((at / restartInterval - 1) & 7)]));
    pieces.push(entropy(mcus.slice(at, at + restartInterval).join('')));
  }
  return Buffer.concat(pieces);
}

const sos = (components: readonly number[], start: number, end: number): Buffer =>
  jpegSegment(0xda, Buffer.from([components.length, ...components.flatMap((id) => [id, 0]), start, end, 0]));

/** A small JPEG that every decoder takes: 8 by 8 unless said otherwise. */
export function buildJpeg(options: JpegOptions = {}): Buffer {
  const { kind = 'gray', width = 8, height = 8, restartInterval = 0, tail = Buffer.alloc(0), scanTail = Buffer.alloc(0) } = options;
  const ids = kind === 'color' ? [1, 2, 3] : [1];
  const count = (width / 8) * (height / 8);
  const mcu = (index: number, end: string): string => ids.map((id) => `${BLOCKS[(index + id) % BLOCKS.length]}${end}`).join('');
  const frame = jpegSegment(
    kind === 'progressive' ? 0xc2 : 0xc0,
    Buffer.from([8, ...u16(height), ...u16(width), ids.length, ...ids.flatMap((id) => [id, 0x11, 0])]),
  );
  const blocks = Array.from({ length: count }, (_, index) => mcu(index, kind === 'progressive' ? '' : '0'));
  const afterScan = options.afterScan ?? [];
  const first = scanBytes(blocks, restartInterval);
  const scans =
    kind === 'progressive'
      ? [sos(ids, 0, 0), first, ...afterScan, sos(ids, 1, 63), scanBytes(new Array<string>(count).fill('0'), restartInterval), scanTail]
      : [sos(ids, 0, 63), first, scanTail, ...afterScan];
  return Buffer.concat([
    SOI,
    ...(options.bare === true ? [] : [jfif()]),
    ...(options.segments ?? []),
    quantization(),
    frame,
    huffman(0, 0, [0, 3]),
    huffman(1, 0, [0, 1]),
    ...(restartInterval > 0 ? [jpegSegment(0xdd, Buffer.from(u16(restartInterval)))] : []),
    ...(options.beforeScan ?? []),
    ...scans,
    EOI,
    tail,
  ]);
}
