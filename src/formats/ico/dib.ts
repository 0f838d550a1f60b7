import { MemorySource } from '../../bytes/memory-source.js';
import { FormatError, UnsupportedError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Payload, Plan, Region } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { isZero } from '../../metadata/text.js';
import { headerPart, profileOf } from '../bmp/fields.js';
import { FILE_HEADER_BYTES, type Header, readHeader } from '../bmp/header.js';
import { type Rows, rowsOf, withoutPadding } from '../bmp/padding.js';
import { palettePart, withoutReserved } from '../bmp/palette.js';
import { structurePart } from '../structure-part.js';

/** One image of an icon, taken apart. */
export interface ImageReading {
  readonly parts: readonly Part[];
  readonly payload: Payload;
  readonly width: number;
  readonly height: number;
  /** Encoded pixels, as offsets of the icon. */
  readonly pixels: readonly Region[];
  readonly needsReencoding: boolean;
  decodedPixels(): Iterable<Uint8Array>;
}

const INFO_BYTES = 40;
const HEIGHT_AT = 8;

/** More pixels to a metre than any device has. */
const MOST_PIXELS_PER_METRE = 1_000_000;

/** A part of the image, its offsets those of the image. */
interface Piece extends Region {
  readonly name: 'palette' | 'pixels' | 'mask' | 'tail';
  readonly bytes: Uint8Array;
}

/**
 * A bitmap without a file header: colours, then a mask of one bit a pixel (Microsoft, "Icons"). Its height counts both.
 * Throws a reader's error where it is none.
 */
export function readDib(bytes: Uint8Array, path: string, byteOffset: number, context: ReadContext): ImageReading {
  return new Dib(bytes, path, byteOffset, context).read();
}

class Dib {
  readonly #header: Header;
  /** As the file of a bitmap begins, so that its reader can be asked. */
  readonly #head: Buffer;
  readonly #headBytes: number;

  constructor(
    readonly bytes: Uint8Array,
    readonly path: string,
    readonly byteOffset: number,
    readonly context: ReadContext,
  ) {
    if (bytes.byteLength < INFO_BYTES) throw this.#broken('an image is too short to be one');
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const dibBytes = view.readUInt32LE(0);
    if (dibBytes < INFO_BYTES || dibBytes > 124) throw this.#unsupported('an image that is neither a PNG nor a bitmap');
    const both = view.readInt32LE(HEIGHT_AT);
    if (both % 2 !== 0) throw this.#broken('the height of a bitmap does not count its mask');
    const file = Buffer.concat([Buffer.alloc(FILE_HEADER_BYTES), view]);
    file.writeUInt32LE(file.length, 10);
    file.writeInt32LE(both / 2, FILE_HEADER_BYTES + HEIGHT_AT);
    this.#header = readHeader(new MemorySource(file), context.limits);
    this.#headBytes = dibBytes + this.#header.maskBytes;
    this.#head = file.subarray(0, FILE_HEADER_BYTES + this.#headBytes);
    if (this.#header.isOs2 || this.#header.coding !== 'rows' || profileOf(this.#header, this.#head) !== undefined)
      throw this.#unsupported('a bitmap of a kind that icons do not hold');
  }

  #broken(message: string): FormatError {
    return new FormatError('bad-dib', this.byteOffset, message);
  }

  #unsupported(message: string): UnsupportedError {
    return new UnsupportedError('ico-image', this.byteOffset, message, 'write the icon anew with an image editor');
  }

  read(): ImageReading {
    const pieces = this.#pieces();
    const header = this.#headerPart();
    const parts = [header, ...pieces.map((piece) => this.#partOf(piece))];
    const shown = pieces.filter(({ name }) => name === 'pixels' || name === 'mask');
    const needsReencoding = parts.some(({ path, children }) => children?.some((child) => child.path === `${path}/padding`) === true);
    return {
      parts,
      payload: { rewrite: (plan) => this.#rewrite(header, pieces, parts, plan) },
      width: this.#header.width,
      height: this.#header.height,
      pixels: shown.map((piece) => this.#regionOf(piece)),
      needsReencoding,
      decodedPixels: () => shown.map((piece) => this.#withoutPadding(piece)),
    };
  }

  #regionOf({ byteOffset, byteLength }: Region): Region {
    return { byteOffset: this.byteOffset + byteOffset, byteLength };
  }

  #pieces(): Piece[] {
    const { depth, colorsUsed, height } = this.#header;
    const total = this.bytes.byteLength;
    let at = this.#headBytes;
    const pieces: Piece[] = [];
    const take = (name: Piece['name'], byteLength: number): void => {
      if (byteLength > total - at) throw new FormatError('truncated', this.byteOffset + total, 'an image ends before its last row');
      if (byteLength > 0) pieces.push({ name, byteOffset: at, byteLength, bytes: this.bytes.subarray(at, at + byteLength) });
      at += byteLength;
    };
    take('palette', depth > 8 ? 0 : 4 * (colorsUsed === 0 ? 2 ** depth : Math.min(colorsUsed, 2 ** depth)));
    take('pixels', rowsOf(this.#header).stride * height);
    const maskBytes = this.#maskRows().stride * height;
    // Where the colours have an alpha channel some writers leave the mask out, and decoders do not ask for it.
    take('mask', depth === 32 && total - at < maskBytes ? 0 : maskBytes);
    take('tail', total - at);
    return pieces;
  }

  #maskRows(): Rows {
    return rowsOf({ width: this.#header.width, depth: 1 });
  }

  #headerPart(): Part {
    const shift = this.byteOffset - FILE_HEADER_BYTES;
    const part = headerPart(this.#header, this.#head);
    const children = (part.children ?? []).map((child) => ({
      ...child,
      path: `${this.path}/${child.path}`,
      region: { byteOffset: child.region.byteOffset + shift, byteLength: child.region.byteLength },
    }));
    const path = `${this.path}/header`;
    const own = this.#silentFields().map(({ name, ...region }) =>
      opaquePart(`${path}/${name}`, 'unknown', this.#regionOf(region), 'a field that icons do not use'),
    );
    const all = [...children, ...own];
    const region = { byteOffset: this.byteOffset, byteLength: this.#headBytes };
    return all.length === 0 ? structurePart(path, region) : { ...structurePart(path, region), children: all };
  }

  /** Microsoft, "Icons": of the header only size, extent, planes, depth and size of the image are used. Numbers that make sense stay. */
  #silentFields(): (Region & { name: string })[] {
    const view = Buffer.from(this.bytes.buffer, this.bytes.byteOffset, INFO_BYTES);
    const { depth } = this.#header;
    const fields: (Region & { name: string })[] = [];
    const expect = (name: string, byteOffset: number, most: number): void => {
      if (view.readUInt32LE(byteOffset) > most) fields.push({ name, byteOffset, byteLength: 4 });
    };
    expect('size of the image', 20, 2 * this.bytes.byteLength);
    expect('horizontal resolution', 24, MOST_PIXELS_PER_METRE);
    expect('vertical resolution', 28, MOST_PIXELS_PER_METRE);
    if (depth > 8) expect('colours', 32, 2 ** Math.min(depth, 24));
    expect('important colours', 36, 2 ** Math.min(depth, 24));
    return fields;
  }

  #partOf(piece: Piece): Part {
    const region = this.#regionOf(piece);
    const path = `${this.path}/${piece.name}`;
    if (piece.name === 'palette') {
      const part = palettePart(region, piece.bytes, 4);
      return { ...part, path, ...(part.children === undefined ? {} : { children: part.children.map((child) => this.#named(child)) }) };
    }
    if (piece.name === 'tail')
      return isZero(piece.bytes) ? structurePart(path, region) : opaquePart(path, 'unknown', region, 'bytes after the last row');
    const part: Part = { path, carrier: 'pixels', category: 'rendering', region, required: true };
    if (this.#withoutPadding(piece) === piece.bytes) return part;
    return { ...part, children: [opaquePart(`${path}/padding`, 'unknown', region, 'padding that is not zero')] };
  }

  #named(part: Part): Part {
    return { ...part, path: `${this.path}/${part.path}` };
  }

  /** The rows with zeros where no pixel is; the very same array where that changes nothing. */
  #withoutPadding({ name, bytes }: Piece): Uint8Array {
    if (name === 'pixels') return withoutPadding(bytes, rowsOf(this.#header));
    const rows = this.#maskRows();
    // Nothing shows where the mask is set, so that many writers fill its rows up with ones.
    return isFilledWithOnes(bytes, rows) ? bytes : withoutPadding(bytes, rows);
  }

  #rewrite(header: Part, pieces: readonly Piece[], parts: readonly Part[], plan: Plan): Uint8Array {
    const head = Buffer.from(this.bytes.subarray(0, this.#headBytes));
    for (const child of header.children ?? []) {
      const start = child.region.byteOffset - this.byteOffset;
      if (plan.touches(child)) head.fill(0, start, start + child.region.byteLength);
    }
    const written = pieces.map((piece, index) => {
      const part = parts[index + 1] as Part;
      const { bytes } = piece;
      if (!plan.touches(part)) return bytes;
      if (piece.name === 'tail') return new Uint8Array(0);
      return piece.name === 'palette' ? withoutReserved(bytes) : this.#withoutPadding(piece);
    });
    return Buffer.concat([head, ...written]);
  }
}

/** True where all bits behind the last pixel of every row are set. */
function isFilledWithOnes(bytes: Uint8Array, { stride, wholeBytes, lastMask }: Rows): boolean {
  if (wholeBytes === stride) return false;
  const first = ~lastMask & 0xff;
  for (let row = 0; row < bytes.length; row += stride) {
    for (let at = row + wholeBytes; at < row + stride; at++) {
      const wanted = at === row + wholeBytes ? first : 0xff;
      if (((bytes[at] as number) & wanted) !== wanted) return false;
    }
  }
  return true;
}
