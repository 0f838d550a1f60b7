import { VisualError } from '../types.js';

/** One table of quantisation steps, in zigzag order, with the bytes that its segment had. */
interface QuantisationTable {
  readonly id: number;
  readonly steps: Uint16Array;
}

interface JpegComponent {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  readonly table: number;
}

export interface JpegScan {
  /** Indexes of the frame's components, with their tables for this scan. */
  readonly components: readonly { readonly index: number; readonly dc: Uint8Array | undefined; readonly ac: Uint8Array | undefined }[];
  readonly spectralStart: number;
  readonly spectralEnd: number;
  readonly highBit: number;
  readonly lowBit: number;
  readonly restartInterval: number;
  /** Where the coded data begin. */
  readonly dataStart: number;
}

/** What it takes to decode a JPEG into coefficients, and to write it again. */
export interface JpegFile {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly components: readonly JpegComponent[];
  readonly quantisation: readonly QuantisationTable[];
  readonly scans: readonly JpegScan[];
  /** Segments that say how colours are to be read: JFIF, ICC profile, Adobe; whole, with their markers. */
  readonly colour: readonly Uint8Array[];
  /** Adobe's transform: 0 means that the components are red, green and blue. */
  readonly adobeTransform: number | undefined;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DHT = 0xc4;
const DRI = 0xdd;
const MAX_SCANS = 256;

/** Takes a JPEG apart (T.81 annex B). Throws `VisualError` (`unsupported-jpeg`, `broken-jpeg`). */
export function readJpeg(bytes: Uint8Array): JpegFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xff00 + SOI) throw broken();
  const quantisation = new Map<number, QuantisationTable>();
  const huffman = new Map<number, Uint8Array>();
  const colour: Uint8Array[] = [];
  const scans: JpegScan[] = [];
  let frame: { width: number; height: number; progressive: boolean; components: JpegComponent[] } | undefined;
  let adobeTransform: number | undefined;
  let restartInterval = 0;
  let at = 2;
  for (;;) {
    if (at + 4 > bytes.length) break;
    if (bytes[at] !== 0xff) throw broken();
    const marker = bytes[at + 1] as number;
    // T.81 B.1.1.2: any number of 0xFF fill bytes may precede a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI) break;
    if (marker === SOI || (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) {
      at += 2;
      continue;
    }
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) throw broken();
    const body = bytes.subarray(at + 4, end);
    if (marker === DQT) readQuantisation(body, quantisation);
    else if (marker === DHT) readHuffman(body, huffman);
    else if (marker === DRI) restartInterval = view.getUint16(at + 4);
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      if (frame !== undefined || marker > 0xc2) throw unsupported('it is coded in a rare way (lossless, hierarchical or arithmetic)');
      frame = { ...readFrame(body), progressive: marker === 0xc2 };
    } else if (marker === SOS) {
      if (frame === undefined || scans.length >= MAX_SCANS) throw broken();
      scans.push({ ...readScan(body, frame.components, huffman), restartInterval, dataStart: end });
      at = afterScan(bytes, end);
      continue;
    } else if (isColour(marker, body)) {
      colour.push(bytes.subarray(at, end));
      if (marker === 0xee) adobeTransform = body[11];
    }
    at = end;
  }
  if (frame === undefined || scans.length === 0) throw broken();
  return { ...frame, quantisation: [...quantisation.values()], scans, colour, adobeTransform };
}

function readQuantisation(body: Uint8Array, tables: Map<number, QuantisationTable>): void {
  for (let at = 0; at < body.length; ) {
    const head = body[at++] as number;
    const wide = head >> 4 === 1;
    const size = wide ? 128 : 64;
    if (head >> 4 > 1 || (head & 15) > 3 || at + size > body.length) throw broken();
    const steps = new Uint16Array(64);
    for (let index = 0; index < 64; index++)
      steps[index] = wide ? ((body[at + index * 2] as number) << 8) | (body[at + index * 2 + 1] as number) : (body[at + index] as number);
    if (steps.some((step) => step === 0)) throw broken();
    // A table that changes between scans would need each component to remember its own.
    if (tables.has(head & 15) && !tables.get(head & 15)?.steps.every((step, index) => step === steps[index]))
      throw unsupported('its quantisation changes between scans');
    tables.set(head & 15, { id: head & 15, steps });
    at += size;
  }
}

function readHuffman(body: Uint8Array, tables: Map<number, Uint8Array>): void {
  for (let at = 0; at < body.length; ) {
    const head = body[at++] as number;
    if (at + 16 > body.length) throw broken();
    let count = 0;
    for (let index = 0; index < 16; index++) count += body[at + index] as number;
    if (count > 256 || at + 16 + count > body.length) throw broken();
    tables.set(head, body.slice(at, at + 16 + count));
    at += 16 + count;
  }
}

function readFrame(body: Uint8Array): { width: number; height: number; components: JpegComponent[] } {
  const count = body[5] ?? 0;
  if (body[0] !== 8) throw unsupported('it has more than 8 bits for each sample');
  if (body.length < 6 + count * 3) throw broken();
  if (count !== 1 && count !== 3) throw unsupported('it is neither grey nor of three colours (CMYK, perhaps)');
  const height = ((body[1] as number) << 8) | (body[2] as number);
  const width = ((body[3] as number) << 8) | (body[4] as number);
  if (width === 0 || height === 0) throw unsupported('it says its height behind its pixels');
  const components = Array.from({ length: count }, (_, index) => {
    const at = 6 + index * 3;
    const sampling = body[at + 1] as number;
    return { id: body[at] as number, horizontal: sampling >> 4, vertical: sampling & 15, table: body[at + 2] as number };
  });
  if (components.some(({ horizontal, vertical }) => horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)) throw broken();
  return { width, height, components };
}

function readScan(
  body: Uint8Array,
  components: readonly JpegComponent[],
  huffman: ReadonlyMap<number, Uint8Array>,
): Omit<JpegScan, 'restartInterval' | 'dataStart'> {
  const count = body[0] ?? 0;
  if (count < 1 || count > components.length || body.length < 4 + count * 2) throw broken();
  const used = Array.from({ length: count }, (_, nth) => {
    const index = components.findIndex(({ id }) => id === body[1 + nth * 2]);
    if (index < 0) throw broken();
    const tables = body[2 + nth * 2] as number;
    return { index, dc: huffman.get(tables >> 4), ac: huffman.get(0x10 | (tables & 15)) };
  });
  const [spectralStart, spectralEnd, bits] = body.subarray(1 + count * 2) as unknown as [number, number, number];
  if (spectralEnd > 63 || spectralStart > spectralEnd) throw broken();
  return { components: used, spectralStart, spectralEnd, highBit: bits >> 4, lowBit: bits & 15 };
}

/** The next marker behind coded data that is neither a stuffed byte nor a restart. */
function afterScan(bytes: Uint8Array, from: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = buffer.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] as number;
    if (next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7)) continue;
    return at;
  }
  return bytes.length;
}

function isColour(marker: number, body: Uint8Array): boolean {
  const text = Buffer.from(body.subarray(0, 12)).toString('latin1');
  if (marker === 0xe0) return text.startsWith('JFIF\0') && body.length >= 14 && body[12] === 0 && body[13] === 0 && body.length === 14;
  if (marker === 0xe2) return text.startsWith('ICC_PROFILE\0');
  return marker === 0xee && text.startsWith('Adobe') && body.length === 12;
}

export function broken(): VisualError {
  return new VisualError('broken-jpeg', 'its coded pixels make no sense', 'open it in an editor and save it again');
}

function unsupported(why: string): VisualError {
  return new VisualError('unsupported-jpeg', `pixels of this JPEG cannot be changed: ${why}`, 'save it as a usual JPEG, or as PNG, first');
}
