/** A box of 32-bit size. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const data = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + data.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data]);
}

/** A box with version and flags. */
export function fullBox(type: string, version: number, flags: number, ...content: readonly Uint8Array[]): Buffer {
  return box(type, u32(version * 2 ** 24 + flags), ...content);
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
}

export function u64(...values: readonly number[]): Buffer {
  return Buffer.concat(values.map((value) => u32(Math.floor(value / 2 ** 32), value % 2 ** 32)));
}

export function u16(...values: readonly number[]): Buffer {
  return Buffer.concat(values.map((value) => Buffer.from([value >> 8, value & 0xff])));
}

/** Matrices of `tkhd` by Exif's orientation: a, b, c and d. */
const MATRICES: Readonly<Record<number, readonly [number, number, number, number]>> = {
  1: [1, 0, 0, 1],
  2: [-1, 0, 0, 1],
  3: [-1, 0, 0, -1],
  4: [1, 0, 0, -1],
  5: [0, 1, 1, 0],
  6: [0, 1, -1, 0],
  7: [0, -1, -1, 0],
  8: [0, -1, 1, 0],
};

const ONE = 0x10000;

export interface TrackOptions {
  readonly id: number;
  readonly handler?: string;
  /** As in ISO: text that ends in zero. */
  readonly handlerName?: Uint8Array;
  readonly times?: readonly [created: number, modified: number];
  readonly version?: 0 | 1;
  readonly orientation?: number;
  /** The sample entry; one for H.264 where not given. */
  readonly entry?: Uint8Array;
  readonly sampleSizes: readonly number[];
  /** `undefined` for one size of all. */
  readonly oneSize?: number;
  /** Where each chunk lies, and of how many samples all of them are. */
  readonly chunkOffsets: readonly number[];
  readonly samplesPerChunk?: number;
  readonly wide?: boolean;
  /** Whole boxes within `trak`, `minf` and `stbl`. */
  readonly inTrack?: readonly Uint8Array[];
  readonly inTable?: readonly Uint8Array[];
  /** The one data reference; this file where not given. */
  readonly reference?: Uint8Array;
}

/** A decoder's set-up without parameter sets. */
export const AVC: Buffer = Buffer.from([1, 66, 0, 10, 0xff, 0xe0, 0]);

export interface VisualOptions {
  readonly name?: string;
  readonly vendor?: string;
  readonly inner?: readonly Uint8Array[];
  readonly type?: string;
  readonly configType?: string;
  readonly config?: Uint8Array;
}

export function visualEntry(options: VisualOptions = {}): Buffer {
  const name = Buffer.alloc(32);
  if (options.name !== undefined) {
    name[0] = options.name.length;
    name.write(options.name, 1, 'latin1');
  }
  const vendor = Buffer.from((options.vendor ?? '\0\0\0\0').padEnd(4, '\0'), 'latin1');
  return box(
    options.type ?? 'avc1',
    Buffer.alloc(6),
    u16(1, 0, 0),
    vendor,
    u32(0, 0),
    u16(64, 48),
    u32(0x480000, 0x480000, 0),
    u16(1),
    name,
    u16(24, 0xffff),
    box(options.configType ?? 'avcC', options.config ?? AVC),
    ...(options.inner ?? []),
  );
}

/** Two channels of 16 bits, uncompressed. */
export const soundEntry = (inner: readonly Uint8Array[]): Buffer =>
  box('sowt', Buffer.alloc(6), u16(1, 0, 0), u32(0), u16(2, 16, 0, 0), u32(44_100 * 0x10000), ...inner);

function times(version: 0 | 1, [created, modified]: readonly [number, number]): Buffer {
  return version === 1 ? u64(created, modified) : u32(created, modified);
}

export function handlerBox(handler: string, name: Uint8Array = Buffer.from('VideoHandler\0')): Buffer {
  return fullBox('hdlr', 0, 0, u32(0), Buffer.from(handler, 'latin1'), u32(0, 0, 0), name);
}

export function track(options: TrackOptions): Buffer {
  const { id, handler = 'vide', version = 0, orientation = 1, sampleSizes, chunkOffsets } = options;
  const stamp = times(version, options.times ?? [0, 0]);
  const [a, b, c, d] = MATRICES[orientation] as readonly [number, number, number, number];
  const duration = version === 1 ? u64(500) : u32(500);
  const tkhd = fullBox(
    'tkhd',
    version,
    3,
    stamp,
    u32(id, 0),
    duration,
    u32(0, 0),
    u16(0, 0, 0, 0),
    u32(a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 0x40000000, 64 * ONE, 48 * ONE),
  );
  const sizes =
    options.oneSize === undefined
      ? fullBox('stsz', 0, 0, u32(0, sampleSizes.length, ...sampleSizes))
      : fullBox('stsz', 0, 0, u32(options.oneSize, sampleSizes.length));
  const stbl = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), options.entry ?? visualEntry()),
    fullBox('stts', 0, 0, u32(1, sampleSizes.length, 100)),
    fullBox('stsc', 0, 0, u32(1, 1, options.samplesPerChunk ?? 1, 1)),
    sizes,
    options.wide === true
      ? fullBox('co64', 0, 0, u32(chunkOffsets.length), u64(...chunkOffsets))
      : fullBox('stco', 0, 0, u32(chunkOffsets.length, ...chunkOffsets)),
    ...(options.inTable ?? []),
  );
  const minf = box(
    'minf',
    handler === 'vide' ? fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)) : fullBox('nmhd', 0, 0),
    box('dinf', fullBox('dref', 0, 0, u32(1), options.reference ?? fullBox('url ', 0, 1))),
    stbl,
  );
  const mdia = box(
    'mdia',
    fullBox('mdhd', version, 0, stamp, u32(1000), duration, u16(0x55c4, 0)),
    handlerBox(handler, options.handlerName),
    minf,
  );
  return box('trak', tkhd, ...(options.inTrack ?? []), mdia);
}

export function movieHeader(version: 0 | 1 = 0, stamp: readonly [number, number] = [0, 0], preview: Uint8Array = Buffer.alloc(24)): Buffer {
  return fullBox(
    'mvhd',
    version,
    0,
    times(version, stamp),
    u32(1000),
    version === 1 ? u64(500) : u32(500),
    u32(ONE),
    u16(0x0100, 0),
    u32(0, 0),
    u32(ONE, 0, 0, 0, ONE, 0, 0, 0, 0x40000000),
    preview,
    u32(9),
  );
}

export const fileType = (brand = 'isom'): Buffer => box('ftyp', Buffer.from(brand), u32(512), Buffer.from(`${brand}mp41`));

/** QuickTime's text with length and language. */
export function internationalText(type: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return box(`\xa9${type}`, u16(bytes.length, 0x15c7), bytes);
}

const dataBox = (value: Uint8Array, type = 1): Buffer => box('data', u32(type, 0), value);

/** iTunes metadata; `free` where an item is a whole box already. */
export function itunesMeta(
  items: readonly (readonly [type: string, value: Uint8Array | string])[],
  more: readonly Uint8Array[] = [],
): Buffer {
  const hdlr = fullBox('hdlr', 0, 0, u32(0), Buffer.from('mdirappl'), u32(0, 0), Buffer.alloc(1));
  const list = items.map(([type, value]) => box(type, dataBox(Buffer.from(value as Uint8Array))));
  return fullBox('meta', 0, 0, hdlr, box('ilst', ...list, ...more));
}

/** QuickTime metadata with named keys. */
export function keysMeta(
  items: readonly (readonly [key: string, value: Uint8Array | string])[],
  unusedKeys: readonly string[] = [],
): Buffer {
  const entry = (name: string): Buffer => Buffer.concat([u32(8 + Buffer.byteLength(name)), Buffer.from('mdta'), Buffer.from(name)]);
  const names = [...items.map(([key]) => key), ...unusedKeys];
  const keys = fullBox('keys', 0, 0, u32(names.length), ...names.map(entry));
  const list = items.map(([, value], index) => box(u32(index + 1).toString('latin1'), dataBox(Buffer.from(value as Uint8Array))));
  return box('meta', fullBox('hdlr', 0, 0, u32(0), Buffer.from('mdta'), u32(0, 0, 0), Buffer.alloc(1)), keys, box('ilst', ...list));
}

const XMP_UUID = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');
export const xmpUuid = (packet: Uint8Array): Buffer => box('uuid', XMP_UUID, packet);

export interface FilmOptions {
  /** Bytes of the video's samples. */
  readonly samples?: readonly Uint8Array[];
  /** Bytes between the samples that nothing uses. */
  readonly between?: Uint8Array;
  /** Whole boxes within `moov`, after the tracks. */
  readonly inMovie?: readonly Uint8Array[];
  /** Whole boxes before the samples and after the film. */
  readonly before?: readonly Uint8Array[];
  readonly after?: readonly Uint8Array[];
  readonly tail?: Uint8Array;
  readonly times?: readonly [number, number];
  readonly version?: 0 | 1;
  readonly orientation?: number;
  readonly video?: Partial<TrackOptions>;
  /** One more track, with its one sample. */
  readonly other?: Partial<TrackOptions> & { readonly sample: Uint8Array };
  readonly brand?: string;
  readonly movieFirst?: boolean;
  /** Preview, poster and selection of the header. */
  readonly movieTail?: Uint8Array;
}

export const VIDEO_SAMPLES: readonly Buffer[] = [1, 2, 3].map((value) => Buffer.alloc(40 + value, value));

/** A film of three samples, each a chunk; not one that decodes. */
export function film(options: FilmOptions = {}): Buffer {
  const { samples = VIDEO_SAMPLES, version = 0, times: stamp = [0, 0], other } = options;
  const gap = options.between ?? Buffer.alloc(0);
  const content = [...samples.flatMap((sample) => [sample, gap]), ...(other === undefined ? [] : [other.sample])];
  const head = Buffer.concat([fileType(options.brand), ...(options.before ?? [])]);
  const build = (start: number): Buffer => {
    const offsets: number[] = [];
    let at = start + 8;
    for (const sample of samples) {
      offsets.push(at);
      at += sample.length + gap.length;
    }
    const tracks = [
      track({
        id: 1,
        version,
        times: stamp,
        orientation: options.orientation ?? 1,
        sampleSizes: samples.map(({ length }) => length),
        chunkOffsets: offsets,
        ...options.video,
      }),
    ];
    if (other !== undefined)
      tracks.push(
        track({
          id: 2,
          handler: 'meta',
          sampleSizes: [other.sample.length],
          chunkOffsets: [at],
          entry: box('mett', Buffer.alloc(8)),
          ...other,
        }),
      );
    return box('moov', movieHeader(version, stamp, options.movieTail), ...tracks, ...(options.inMovie ?? []));
  };
  const data = box('mdat', ...content);
  const rest = [...(options.after ?? []), options.tail ?? Buffer.alloc(0)];
  if (options.movieFirst !== true) return Buffer.concat([head, data, build(head.length), ...rest]);
  return Buffer.concat([head, build(head.length + build(0).length), data, ...rest]);
}
