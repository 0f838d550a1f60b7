interface PsdLayer {
  readonly name?: string;
  /** Top, left, bottom, right. */
  readonly rectangle?: readonly [number, number, number, number];
  readonly isHidden?: boolean;
  readonly opacity?: number;
  /** Whole blocks of additional information. */
  readonly blocks?: readonly Uint8Array[];
  /** What pads the name to four bytes. */
  readonly namePadding?: number;
  readonly mask?: Uint8Array;
  /** Bytes behind the rows of its channel. */
  readonly channelTail?: Uint8Array;
  /** Its channel as packed rows, where it is packed. */
  readonly rows?: readonly Uint8Array[];
}

export interface PsdSpec {
  readonly isLarge?: boolean;
  readonly mode?: number;
  readonly channels?: number;
  readonly depth?: number;
  readonly reserved?: Uint8Array;
  readonly colours?: Uint8Array;
  readonly resources?: Uint8Array;
  readonly layers?: readonly PsdLayer[];
  /** The layers lie in a block, as in documents of 16 bits. */
  readonly layersIn?: 'Lr16';
  readonly layerPadding?: Uint8Array;
  readonly overlay?: Uint8Array;
  readonly blocks?: readonly Uint8Array[];
  readonly sectionRest?: Uint8Array;
  readonly compression?: 0 | 1 | 2;
  /** Replaces the merged picture behind its compression. */
  readonly merged?: Uint8Array;
  readonly tail?: Uint8Array;
}

const PSD_SIZE = Object.freeze({ width: 6, height: 2 });

const NOTHING = Buffer.alloc(0);

function number(value: number, byteLength: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes.subarray(8 - byteLength);
}

const sized = (byteLength: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([number(body.length, byteLength), body]);
};

const pad = (bytes: Uint8Array, to: number, fill = 0): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to, fill)]);

/** A block of additional layer information; `lengthBytes` is 8 for some keys of a PSB. */
export function psdBlock(key: string, data: Uint8Array, lengthBytes: 4 | 8 = 4): Buffer {
  return Buffer.concat([Buffer.from(`8BIM${key}`, 'latin1'), number(data.length, lengthBytes), pad(data, 4)]);
}

export const luni = (name: string): Buffer =>
  psdBlock('luni', Buffer.concat([number(name.length, 4), Buffer.from(name, 'utf16le').swap16()]));

/** When a layer was changed, as Photoshop keeps it: a descriptor under `cust`. */
export const shmd = (data: Uint8Array, key = 'cust'): Buffer =>
  psdBlock('shmd', Buffer.concat([number(1, 4), Buffer.from(`8BIM${key}\0\0\0\0`, 'latin1'), sized(4, data)]));

/** A document of 6 by 2 pixels. */
export function buildPsd(spec: PsdSpec = {}): Buffer {
  const { isLarge = false, channels = 3, mode = 3, depth = 8, compression = 1 } = spec;
  const wide = isLarge ? 8 : 4;
  const list = layerList(spec.layers ?? [], wide, spec.layerPadding ?? NOTHING);
  const isInBlock = spec.layersIn !== undefined;
  const section = Buffer.concat([
    isInBlock ? number(0, wide) : sized(wide, list),
    sized(4, spec.overlay ?? NOTHING),
    ...(isInBlock ? [psdBlock('Lr16', list, wide)] : []),
    ...(spec.blocks ?? []),
    spec.sectionRest ?? NOTHING,
  ]);
  const hasSection = spec.layers !== undefined || spec.blocks !== undefined || spec.overlay !== undefined || spec.sectionRest !== undefined;
  return Buffer.concat([
    Buffer.from('8BPS', 'latin1'),
    number(isLarge ? 2 : 1, 2),
    spec.reserved ?? Buffer.alloc(6),
    number(channels, 2),
    number(PSD_SIZE.height, 4),
    number(PSD_SIZE.width, 4),
    number(depth, 2),
    number(mode, 2),
    sized(4, spec.colours ?? NOTHING),
    sized(4, spec.resources ?? NOTHING),
    hasSection ? sized(wide, section) : number(0, wide),
    number(compression, 2),
    spec.merged ?? mergedOf(channels, depth, compression, isLarge),
    spec.tail ?? NOTHING,
  ]);
}

/** PackBits: a run of five, then a literal of one. */
export const PACKED_ROW = Buffer.from([0xfc, 0x44, 0x00, 0x45]);

/** The lengths of rows, then the rows. */
export function packedRows(rows: readonly Uint8Array[], isLarge = false): Buffer {
  return Buffer.concat([...rows.map((row) => number(row.length, isLarge ? 4 : 2)), ...rows]);
}

function mergedOf(channels: number, depth: number, compression: number, isLarge: boolean): Buffer {
  const rows = channels * PSD_SIZE.height;
  if (compression === 0) return Buffer.alloc(rows * Math.ceil((PSD_SIZE.width * depth) / 8), 0x55);
  return packedRows(
    Array.from({ length: rows }, () => PACKED_ROW),
    isLarge,
  );
}

function layerList(layers: readonly PsdLayer[], wide: number, padding: Uint8Array): Buffer {
  const channels = layers.map(({ rectangle: [top, left, bottom, right] = [0, 0, 2, 6], channelTail = NOTHING, rows }) =>
    rows === undefined
      ? Buffer.concat([number(0, 2), Buffer.alloc((bottom - top) * (right - left), 0x66), channelTail])
      : Buffer.concat([number(1, 2), packedRows(rows, wide === 8)]),
  );
  const records = layers.map((layer, index) => record(layer, (channels[index] as Buffer).length, wide));
  return pad(Buffer.concat([number(layers.length, 2), ...records, ...channels, padding]), 4);
}

function record(layer: PsdLayer, channelBytes: number, wide: number): Buffer {
  const { name = '', rectangle = [0, 0, 2, 6], isHidden = false, opacity = 255, blocks = [], namePadding = 0 } = layer;
  const text = Buffer.from(name, 'latin1');
  const extra = Buffer.concat([
    sized(4, layer.mask ?? NOTHING),
    sized(4, NOTHING),
    pad(Buffer.concat([number(text.length, 1), text]), 4, namePadding),
    ...blocks,
  ]);
  return Buffer.concat([
    ...rectangle.map((value) => number(value, 4)),
    number(1, 2),
    number(0, 2),
    number(channelBytes, wide),
    Buffer.from('8BIMnorm', 'latin1'),
    Buffer.from([opacity, 0, isHidden ? 2 : 0, 0]),
    sized(4, extra),
  ]);
}
