import { isoBox, largeIsoBox } from './jumbf.js';

/** A real picture of 16 by 8 pixels in two tiles, with the lengths of its tile-parts (TLM) and of its packets (PLT). */
export const J2K_CODESTREAM = Buffer.from(
  [
    'ff4fff510029000000000010000000080000000000000000000000080000000800000000000000000001070101ff52000c00',
    '000001000104040001ff5c00074040484850ff55000e005000000000310100000031ff90000a0000000000310001ff580005',
    '00110bff93df8070128c834974bfacf7badb82cdaeefa1f50380037fdd514203a7ff90000a0001000000310001ff58000500',
    '110bff93df8070128c834974bfacf7badb82cdaeefa1f50380037fdd514203a7ffd9',
  ].join(''),
  'hex',
);

/** Where the parts of the codestream lie. */
const TLM_AT = 68;
const TLM_LENGTHS_AT: readonly number[] = [TLM_AT + 7, TLM_AT + 12];
const FIRST_SOT_AT = J2K_CODESTREAM.indexOf(Buffer.from('ff90', 'hex'));
const SOT_BYTES = 12;
const PSOT_AT = 6;

/** A marker and its length, then the data. */
export function segment(marker: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(marker);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** A COM segment; 1 says that it is text. */
export const j2kComment = (text: string | Uint8Array, registration = 1): Buffer =>
  segment(0xff64, Buffer.concat([Buffer.from([0, registration]), Buffer.from(text)]));

export interface J2kOptions {
  /** Whole segments at the end of the main header, and in the header of the first tile-part. */
  readonly main?: readonly Uint8Array[];
  readonly tilePart?: readonly Uint8Array[];
  /** The last tile-part says that it goes on to the end. */
  readonly openEnd?: boolean;
  /** Bytes behind the EOC marker. */
  readonly tail?: Uint8Array;
}

export function buildJ2k({ main = [], tilePart = [], openEnd = false, tail = Buffer.alloc(0) }: J2kOptions = {}): Buffer {
  const bytes = Buffer.from(J2K_CODESTREAM);
  const first = bytes.readUInt32BE(FIRST_SOT_AT + PSOT_AT);
  const inserted = Buffer.concat(tilePart);
  bytes.writeUInt32BE(first + inserted.length, FIRST_SOT_AT + PSOT_AT);
  bytes.writeUInt32BE(first + inserted.length, TLM_LENGTHS_AT[0] as number);
  if (openEnd) bytes.writeUInt32BE(0, FIRST_SOT_AT + first + PSOT_AT);
  const packets = FIRST_SOT_AT + SOT_BYTES;
  return Buffer.concat([
    bytes.subarray(0, FIRST_SOT_AT),
    ...main,
    bytes.subarray(FIRST_SOT_AT, packets),
    inserted,
    bytes.subarray(packets),
    tail,
  ]);
}

export const jp2Uuid = (id: string, ...content: readonly Uint8Array[]): Buffer => isoBox('uuid', Buffer.from(id, 'hex'), ...content);
export const XMP_ID = 'be7acfcb97a942e89c71999491e3afac';
export const EXIF_ID = Buffer.from('JpgTiffExif->JP2').toString('hex');
export const IPTC_ID = '33c7a4d2b81d4723a0baf1a3e097ad38';
export const GEOJP2_ID = 'b14bf8bd083d4b43a5ae8cd7d5a6ce03';
export const PHOTOSHOP_ID = '2c4c0100850440b9a03e562148d6dfeb';

export interface Jp2Options {
  readonly brand?: string;
  /** Whole boxes in jp2h behind the image header; a colour specification for grey where absent. */
  readonly header?: readonly Uint8Array[];
  /** Whole boxes in front of the codestream, and behind it. */
  readonly before?: readonly Uint8Array[];
  readonly after?: readonly Uint8Array[];
  readonly codestream?: Uint8Array;
  /** How the size of the codestream's box is written. */
  readonly size?: 'short' | 'long' | 'to-end';
  readonly rights?: boolean;
  readonly trailer?: Uint8Array;
}

const GREY = Buffer.from([1, 0, 0, 0, 0, 0, 17]);

export const imageHeader = (rights = false): Buffer =>
  isoBox('ihdr', Buffer.from([0, 0, 0, 8, 0, 0, 0, 16, 0, 1, 7, 7, 0, rights ? 1 : 0]));

/** A file in boxes (ISO/IEC 15444-1 I). */
export function buildJp2(options: Jp2Options = {}): Buffer {
  const { brand = 'jp2 ', header = [isoBox('colr', GREY)], before = [], after = [], codestream = buildJ2k(), size = 'short' } = options;
  return Buffer.concat([
    isoBox('jP  ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
    isoBox('ftyp', Buffer.from(`${brand}\0\0\0\0jp2 `, 'latin1')),
    isoBox('jp2h', imageHeader(options.rights), ...header),
    ...before,
    codestreamBox(codestream, size),
    ...after,
    options.trailer ?? Buffer.alloc(0),
  ]);
}

function codestreamBox(codestream: Uint8Array, size: 'short' | 'long' | 'to-end'): Buffer {
  if (size === 'long') return largeIsoBox('jp2c', codestream);
  const box = isoBox('jp2c', codestream);
  if (size === 'to-end') box.writeUInt32BE(0);
  return box;
}
