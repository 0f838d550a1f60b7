import { isoBox } from './jumbf.js';

/** Builds AVIF files for tests, box by box. Independent of the code under test. */

/** A real AV1 picture of 16 by 16 pixels and its configuration. */
const AV1_PICTURE = Buffer.from('12000a08380cffdb404341a4321719426304c0003400001075864fdac22a8edd30150c6b16', 'hex');
const AV1_CONFIGURATION = Buffer.from('81200200', 'hex');

export const uint = (value: number, byteLength: number): Buffer => {
  const bytes = Buffer.alloc(byteLength);
  if (byteLength === 8) bytes.writeBigUInt64BE(BigInt(value));
  else bytes.writeUIntBE(value, 0, byteLength);
  return bytes;
};

export const fullBox = (type: string, version: number, flags: number, ...content: readonly Uint8Array[]): Buffer =>
  isoBox(type, uint(version, 1), uint(flags, 3), ...content);

export interface HeifItem {
  readonly id: number;
  readonly type: string;
  readonly data: Uint8Array;
  readonly name?: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly uri?: string;
  readonly hidden?: boolean;
  /** In `idat` instead of `mdat`. */
  readonly inIdat?: boolean;
  /** In as many pieces, of which each but the first follows the next item. */
  readonly extents?: number;
  /** Indices of properties, from 1. */
  readonly properties?: readonly number[];
}

export interface HeifOptions {
  readonly items?: readonly HeifItem[];
  readonly references?: readonly { type: string; from: number; to: readonly number[] }[];
  /** Behind `ispe`, `pixi` and `av1C`, which are 1 to 3. Those whose use is not `none` belong to the picture. */
  readonly properties?: readonly Uint8Array[];
  readonly metaBoxes?: readonly Uint8Array[];
  readonly boxesBefore?: readonly Uint8Array[];
  readonly boxesAfter?: readonly Uint8Array[];
  /** Bytes of `mdat` in front of all items. */
  readonly mediaLead?: Uint8Array;
  readonly mediaTail?: Uint8Array;
  readonly trailer?: Uint8Array;
  readonly ilocVersion?: 0 | 1 | 2;
  readonly handler?: string;
  readonly groups?: readonly Uint8Array[];
  readonly longMediaSize?: boolean;
  readonly brand?: string;
  /** Name of the picture's item. */
  readonly pictureName?: string;
}

/** An Exif item's content: nothing in front of the block. */
export const exifItem = (block: Uint8Array, id = 2): HeifItem => ({ id, type: 'Exif', data: Buffer.concat([uint(0, 4), block]) });

export const xmpItem = (packet: Uint8Array, id = 3, contentEncoding = ''): HeifItem => ({
  id,
  type: 'mime',
  data: packet,
  contentType: 'application/rdf+xml',
  contentEncoding,
});

/** A picture that decoders take, with what else is wanted. */
export function buildHeif(options: HeifOptions = {}): Buffer {
  const { ilocVersion = 1, references = [], properties = [], brand = 'avif' } = options;
  const own = [1, 2, 3, ...properties.map((_, index) => index + 4)];
  const picture: HeifItem = {
    id: 1,
    type: 'av01',
    data: AV1_PICTURE,
    properties: own,
    ...(options.pictureName === undefined ? {} : { name: options.pictureName }),
  };
  const items = [picture, ...(options.items ?? [])];
  const ftyp = isoBox('ftyp', Buffer.from(brand), uint(0, 4), Buffer.from('mif1avifmiaf'));
  const lead = [ftyp, ...(options.boxesBefore ?? [])];
  const build = (mediaAt: number): { meta: Buffer; media: Buffer } => {
    const idat: Buffer[] = [];
    const media: Buffer[] = [Buffer.from(options.mediaLead ?? [])];
    const length = (pieces: readonly Buffer[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0);
    const extents = new Map<number, [number, number][]>();
    const later: { item: HeifItem; data: Uint8Array }[] = [];
    const put = (item: HeifItem, data: Uint8Array): void => {
      const target = item.inIdat === true ? idat : media;
      const at = length(target) + (item.inIdat === true ? 0 : mediaAt);
      extents.set(item.id, [...(extents.get(item.id) ?? []), [at, data.length]]);
      target.push(Buffer.from(data));
    };
    for (const item of items) {
      const size = Math.ceil(item.data.length / (item.extents ?? 1));
      put(item, item.data.subarray(0, size));
      for (let start = size; start < item.data.length; start += size) later.push({ item, data: item.data.subarray(start, start + size) });
    }
    for (const { item, data } of later) put(item, data);
    media.push(Buffer.from(options.mediaTail ?? []));
    return { meta: metaOf(items, extents, idat), media: Buffer.concat(media) };
  };
  const metaOf = (all: readonly HeifItem[], extents: ReadonlyMap<number, [number, number][]>, idat: readonly Buffer[]): Buffer =>
    fullBox(
      'meta',
      0,
      0,
      fullBox('hdlr', 0, 0, uint(0, 4), Buffer.from('pict'), Buffer.alloc(12), Buffer.from(`${options.handler ?? ''}\0`)),
      fullBox('pitm', 0, 0, uint(1, 2)),
      fullBox(
        'iloc',
        ilocVersion,
        0,
        Buffer.from([0x44, 0]),
        uint(all.length, ilocVersion === 2 ? 4 : 2),
        ...all.map((item) => {
          const pieces = extents.get(item.id) ?? [];
          return Buffer.concat([
            uint(item.id, ilocVersion === 2 ? 4 : 2),
            ilocVersion === 0 ? Buffer.alloc(0) : uint(item.inIdat === true ? 1 : 0, 2),
            uint(0, 2),
            uint(pieces.length, 2),
            ...pieces.map(([at, size]) => Buffer.concat([uint(at, 4), uint(size, 4)])),
          ]);
        }),
      ),
      fullBox('iinf', 0, 0, uint(all.length, 2), ...all.map(infe)),
      ...(references.length === 0
        ? []
        : [
            fullBox(
              'iref',
              0,
              0,
              ...references.map(({ type, from, to }) => isoBox(type, uint(from, 2), uint(to.length, 2), ...to.map((id) => uint(id, 2)))),
            ),
          ]),
      isoBox(
        'iprp',
        isoBox(
          'ipco',
          fullBox('ispe', 0, 0, uint(16, 4), uint(16, 4)),
          fullBox('pixi', 0, 0, Buffer.from([3, 8, 8, 8])),
          isoBox('av1C', AV1_CONFIGURATION),
          ...properties,
        ),
        fullBox(
          'ipma',
          0,
          0,
          uint(all.filter((item) => item.properties !== undefined).length, 4),
          ...all.flatMap(({ id, properties: uses }) => (uses === undefined ? [] : [uint(id, 2), Buffer.from([uses.length, ...uses])])),
        ),
      ),
      ...(idat.length === 0 ? [] : [isoBox('idat', ...idat)]),
      ...(options.groups === undefined ? [] : [isoBox('grpl', ...options.groups)]),
      ...(options.metaBoxes ?? []),
    );
  const headBytes = options.longMediaSize === true ? 16 : 8;
  const first = build(0);
  const mediaAt = lead.reduce((sum, box) => sum + box.length, 0) + first.meta.length + headBytes;
  const { meta, media } = build(mediaAt);
  const mdat =
    options.longMediaSize === true
      ? Buffer.concat([uint(1, 4), Buffer.from('mdat'), uint(media.length + 16, 8), media])
      : isoBox('mdat', media);
  return Buffer.concat([...lead, meta, mdat, ...(options.boxesAfter ?? []), Buffer.from(options.trailer ?? [])]);
}

function infe({ id, type, name = '', contentType, contentEncoding = '', uri, hidden }: HeifItem): Buffer {
  return fullBox(
    'infe',
    2,
    hidden === true ? 1 : 0,
    uint(id, 2),
    uint(0, 2),
    Buffer.from(type),
    Buffer.from(`${name}\0`),
    contentType === undefined ? Buffer.alloc(0) : Buffer.from(`${contentType}\0${contentEncoding === '' ? '' : `${contentEncoding}\0`}`),
    uri === undefined ? Buffer.alloc(0) : Buffer.from(`${uri}\0`),
  );
}

/** A second picture, the same as the first. */
export const pictureItem = (id: number, more: Partial<HeifItem> = {}): HeifItem => ({
  id,
  type: 'av01',
  data: AV1_PICTURE,
  properties: [1, 2, 3],
  ...more,
});
