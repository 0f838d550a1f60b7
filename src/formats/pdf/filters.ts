import { inflate } from '../../bytes/inflate.js';
import { FormatError, isReaderError, LimitError } from '../../core/error.js';
import { latin1 } from '../../metadata/text.js';
import { countIn, lookUp, nameIn, type PdfNode } from './node.js';
import { isWhite } from './parser.js';

export interface Filter {
  readonly name: string;
  readonly parameters: PdfNode | undefined;
}

/** 7.4.2, table 93: short forms are for pictures within content, but are read everywhere. */
const SHORT: Readonly<Record<string, string>> = {
  AHx: 'ASCIIHexDecode',
  A85: 'ASCII85Decode',
  Fl: 'FlateDecode',
  LZW: 'LZWDecode',
  RL: 'RunLengthDecode',
  CCF: 'CCITTFaxDecode',
  DCT: 'DCTDecode',
};

/** Names of filters and their parameters, outermost first. `undefined` where they are not said as the standard has it. */
export function filtersOf(dictionary: PdfNode, resolve: (node: PdfNode | undefined) => PdfNode | undefined): Filter[] | undefined {
  const list = (key: string): (PdfNode | undefined)[] => {
    const value = resolve(lookUp(dictionary, key));
    return value === undefined ? [] : value.kind === 'array' ? value.items.map(resolve) : [value];
  };
  const parameters = list('DecodeParms');
  const filters: Filter[] = [];
  for (const [index, node] of list('Filter').entries()) {
    const name = nameIn(node);
    if (name === undefined) return undefined;
    filters.push({ name: SHORT[name] ?? name, parameters: parameters[index] });
  }
  return filters;
}

/** Undoes the filters. `undefined` where one of them is not undone here; throws as `inflate` does. */
export function decode(bytes: Uint8Array, filters: readonly Filter[], maxBytes: number, byteOffset: number): Uint8Array | undefined {
  let now = bytes;
  for (const { name, parameters } of filters) {
    const next = decodeOne(now, name, parameters, maxBytes, byteOffset);
    if (next === undefined) return undefined;
    now = next;
  }
  return now;
}

/** As `decode`, but what cannot be decoded for whatever reason is `undefined`. */
export function tryDecode(bytes: Uint8Array, filters: readonly Filter[], maxBytes: number): Uint8Array | undefined {
  try {
    return decode(bytes, filters, maxBytes, 0);
  } catch (error) {
    if (!isReaderError(error)) throw error;
    return undefined;
  }
}

function decodeOne(
  bytes: Uint8Array,
  name: string,
  parameters: PdfNode | undefined,
  maxBytes: number,
  byteOffset: number,
): Uint8Array | undefined {
  if (name === 'FlateDecode') return unpredicted(inflate(bytes, maxBytes, byteOffset).bytes, parameters, byteOffset);
  if (name === 'ASCIIHexDecode') return fromHexadecimal(bytes);
  return name === 'ASCII85Decode' ? fromAscii85(bytes, maxBytes, byteOffset) : undefined;
}

/** 7.4.4.4: the predictors of PNG, one chosen for each row; that of TIFF is for pictures alone. */
function unpredicted(bytes: Uint8Array, parameters: PdfNode | undefined, byteOffset: number): Uint8Array | undefined {
  const number = (key: string, standard: number): number => countIn(lookUp(parameters, key)) ?? standard;
  const predictor = number('Predictor', 1);
  if (predictor === 1) return bytes;
  if (predictor < 10) return undefined;
  const bits = number('Colors', 1) * number('BitsPerComponent', 8);
  const rowBytes = Math.ceil((bits * number('Columns', 1)) / 8);
  const pixelBytes = Math.max(1, bits >> 3);
  if (rowBytes < 1 || rowBytes > bytes.length) throw new FormatError('pdf-predictor', byteOffset, 'the rows of a stream have no length');
  const rows = Math.floor(bytes.length / (rowBytes + 1));
  const output = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) unfilterRow(bytes, output, row, rowBytes, pixelBytes);
  return output;
}

function unfilterRow(bytes: Uint8Array, output: Uint8Array, row: number, rowBytes: number, pixelBytes: number): void {
  const from = row * (rowBytes + 1);
  const to = row * rowBytes;
  const type = bytes[from];
  for (let index = 0; index < rowBytes; index++) {
    const left = index >= pixelBytes ? (output[to + index - pixelBytes] as number) : 0;
    const up = row > 0 ? (output[to + index - rowBytes] as number) : 0;
    const corner = row > 0 && index >= pixelBytes ? (output[to + index - rowBytes - pixelBytes] as number) : 0;
    const guess = type === 1 ? left : type === 2 ? up : type === 3 ? (left + up) >> 1 : type === 4 ? paeth(left, up, corner) : 0;
    output[to + index] = ((bytes[from + 1 + index] as number) + guess) & 0xff;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function fromHexadecimal(bytes: Uint8Array): Uint8Array | undefined {
  const text = latin1(bytes).replace(/[\0\t\n\f\r ]/g, '');
  const match = /^([0-9a-f]*)>?$/i.exec(text);
  return match === null ? undefined : Buffer.from(`${match[1]}0`.slice(0, Math.ceil((match[1] as string).length / 2) * 2), 'hex');
}

/** 7.4.3: five digits for four bytes, and one letter for four zeros. */
function fromAscii85(bytes: Uint8Array, maxBytes: number, byteOffset: number): Uint8Array | undefined {
  let zeros = 0;
  for (const byte of bytes) if (byte === 0x7a) zeros++;
  const most = zeros * 4 + Math.ceil((bytes.length - zeros) / 5) * 4;
  if (most > maxBytes) throw new LimitError('inflatedBytes', byteOffset, `a stream decodes to more than ${maxBytes} bytes`);
  const output = Buffer.alloc(most + 4);
  let length = 0;
  let [value, digits] = [0, 0];
  for (const byte of bytes) {
    if (byte === 0x7e) break;
    if (byte === 0x7a && digits === 0) length += 4;
    else if (byte >= 0x21 && byte <= 0x75) {
      value = value * 85 + (byte - 0x21);
      if (++digits < 5) continue;
      if (value > 0xffffffff) return undefined;
      output.writeUInt32BE(value, length);
      length += 4;
      [value, digits] = [0, 0];
    } else if (!isWhite(byte)) return undefined;
  }
  if (digits === 1) return undefined;
  if (digits > 1) {
    for (let missing = digits; missing < 5; missing++) value = value * 85 + 84;
    output.writeUInt32BE(Math.min(value, 0xffffffff), length);
    length += digits - 1;
  }
  return output.subarray(0, length);
}
