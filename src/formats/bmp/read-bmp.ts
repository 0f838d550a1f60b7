import { readPieces } from '../../bytes/apply-edits.js';
import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { locateFrom, opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import { headerPart, type Profile, profileOf } from './fields.js';
import { FILE_HEADER_BYTES, type Header, readHeader, truncated } from './header.js';
import { rowPieces, rowsOf, usedBytes, withoutPadding } from './padding.js';
import { palettePart } from './palette.js';
import { walkRle } from './rle.js';

export interface BmpInspection extends Inspection {
  readonly header: Header;
  readonly pixels: Region;
  /** Offsets of single bytes in an RLE stream that only fill it up and are not zero. */
  readonly fillers: readonly number[];
  readonly profile?: Profile;
}

const CORE_BYTES = 12;

/** Zeros that some writers put behind the pixels; they tell nothing. */
const END_ZEROS = 4;

/** Microsoft "Bitmap Storage" (versions 3 to 5) and OS/2 Presentation Manager bitmaps. */
export function readBmp(source: Source, context: ReadContext): BmpInspection {
  const header = readHeader(source, context.limits);
  return new Reader(source, context, header).read();
}

class Reader {
  readonly #parts: Part[] = [];
  #at = 0;
  #gaps = 0;
  #fillers: readonly number[] = [];
  #iccProfile: Uint8Array | undefined;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
    readonly header: Header,
  ) {}

  read(): BmpInspection {
    const { source, header } = this;
    const headBytes = FILE_HEADER_BYTES + header.dibBytes + header.maskBytes;
    const head = Buffer.from(source.read(0, headBytes));
    this.#push(headerPart(header, head));
    this.#palette();
    const pixelsEnd = this.#pixelsEnd();
    const pixels = { byteOffset: header.pixelOffset, byteLength: pixelsEnd - header.pixelOffset };
    const profile = profileOf(header, head);
    if (profile !== undefined) this.#requirePlace(profile, pixels);
    if (profile !== undefined && profile.byteOffset < pixels.byteOffset) this.#profile(profile);
    this.#gapTo(pixels.byteOffset);
    const pixelPart = this.#pixelPart(pixels);
    this.#push(pixelPart);
    if (profile !== undefined && profile.byteOffset >= pixelsEnd) {
      this.#gapTo(profile.byteOffset);
      this.#profile(profile);
    }
    this.#tail();
    return {
      format: 'bmp',
      mediaType: 'image/bmp',
      parts: this.#parts,
      picture: {
        width: header.width,
        height: header.height,
        orientation: 1,
        frameCount: 1,
        pixels: header.coding === 'jpeg' || header.coding === 'png' ? innerPixels(pixelPart) : [pixels],
        ...(pixelPart.children?.some(({ path }) => path === 'pixels/padding') === true ? { needsReencoding: true } : {}),
        ...(this.#iccProfile === undefined ? {} : { iccProfile: this.#iccProfile }),
      },
      header,
      pixels,
      fillers: this.#fillers,
      ...(profile === undefined ? {} : { profile }),
    };
  }

  #push(part: Part): void {
    this.#parts.push(part);
    this.#at = part.region.byteOffset + part.region.byteLength;
  }

  #palette(): void {
    const { dibBytes, depth, colorsUsed, pixelOffset } = this.header;
    if (depth === 0 || depth > 8) return;
    const entryBytes = dibBytes === CORE_BYTES ? 3 : 4;
    const count = colorsUsed === 0 ? 2 ** depth : Math.min(colorsUsed, 2 ** depth);
    // Some writers leave entries out: what is there up to the pixels are they.
    const byteLength = Math.min(count * entryBytes, Math.floor((pixelOffset - this.#at) / entryBytes) * entryBytes);
    if (byteLength === 0) return;
    const region = { byteOffset: this.#at, byteLength };
    this.#push(palettePart(region, this.source.read(region.byteOffset, byteLength), entryBytes));
  }

  #pixelsEnd(): number {
    const { source, header } = this;
    const { coding, pixelOffset, imageBytes, height } = header;
    if (coding === 'rle4' || coding === 'rle8' || coding === 'rle24') {
      const { endOffset, fillers } = walkRle(source, header, this.context.limits);
      this.#fillers = fillers;
      return endOffset;
    }
    if (coding === 'rows') {
      const rows = rowsOf(header);
      const needed = pixelOffset + rows.stride * (height - 1) + usedBytes(rows);
      if (needed > source.byteLength) throw truncated(source.byteLength, 'the file ends before its last row');
      return Math.min(pixelOffset + rows.stride * height, source.byteLength);
    }
    const end = imageBytes === 0 ? source.byteLength : pixelOffset + imageBytes;
    if (end > source.byteLength || end === pixelOffset) throw truncated(source.byteLength, 'the file ends before its picture');
    return end;
  }

  #pixelPart(region: Region): Part {
    const { source, context, header } = this;
    const part: Part = { path: 'pixels', carrier: 'pixels', category: 'rendering', region, required: true };
    if (header.coding === 'jpeg' || header.coding === 'png') {
      if (region.byteLength > context.limits.payloadBytes)
        throw new UnsupportedError('bmp-embedded', region.byteOffset, 'the picture within the bitmap is too large to be read');
      const inner = context.readEmbedded(source.read(region.byteOffset, region.byteLength), 'pixels', region.byteOffset);
      if (inner?.format !== header.coding)
        throw new UnsupportedError(
          'bmp-embedded',
          region.byteOffset,
          `the ${header.coding.toUpperCase()} within the bitmap cannot be read`,
        );
      return { ...part, carrier: 'image', children: inner.parts, payload: inner.payload };
    }
    if (!this.#hasPadding(region)) return part;
    return { ...part, children: [opaquePart('pixels/padding', 'unknown', region, 'padding that is not zero')] };
  }

  #hasPadding({ byteOffset, byteLength }: Region): boolean {
    if (this.header.coding !== 'rows') return this.#fillers.length > 0;
    const rows = rowsOf(this.header);
    if (usedBytes(rows) === rows.stride && rows.lastMask === 0) return false;
    for (const { bytes } of rowPieces(this.source, rows, byteOffset, byteLength)) if (withoutPadding(bytes, rows) !== bytes) return true;
    return false;
  }

  #requirePlace({ byteOffset, byteLength }: Profile, pixels: Region): void {
    const end = byteOffset + byteLength;
    if (end > this.source.byteLength) throw truncated(this.source.byteLength, 'the file ends before its colour profile');
    if (byteOffset < this.#at || (byteOffset < pixels.byteOffset + pixels.byteLength && end > pixels.byteOffset))
      throw new FormatError('bad-offset', byteOffset, 'the colour profile lies on what the picture needs');
  }

  #profile(profile: Profile): void {
    this.#gapTo(profile.byteOffset);
    const { kind, ...region } = profile;
    if (kind === 'linked') {
      const note = 'the path of a colour profile on a disk';
      this.#push({
        path: 'profile',
        carrier: 'text',
        category: 'software',
        alsoReveals: REVEALS_ANYTHING,
        region,
        required: false,
        note,
      });
      return;
    }
    if (region.byteLength > this.context.limits.payloadBytes)
      throw new UnsupportedError('bmp-profile', region.byteOffset, 'the colour profile is too large to be read');
    const data = this.source.read(region.byteOffset, region.byteLength);
    const { valid, parts, payload } = readIcc(data, { path: 'profile', locate: locateFrom(region.byteOffset), context: this.context });
    if (!valid) {
      this.#push(opaquePart('profile', 'ICC', region, 'data in the place of a colour profile'));
      return;
    }
    this.#iccProfile = data;
    this.#push({ path: 'profile', carrier: 'ICC', category: 'rendering', region, required: true, children: parts, payload });
  }

  /** What lies up to here belongs to nothing; zeros tell nothing. */
  #gapTo(end: number): void {
    const region = { byteOffset: this.#at, byteLength: end - this.#at };
    if (region.byteLength === 0) return;
    const path = `gap#${this.#gaps++}`;
    const zero = isZero(this.source, region);
    this.#push(zero ? structurePart(path, region) : opaquePart(path, 'unknown', region, 'bytes that belong to nothing'));
  }

  #tail(): void {
    const byteLength = this.source.byteLength - this.#at;
    const region = { byteOffset: this.#at, byteLength };
    const isEnd = byteLength > 0 && byteLength <= END_ZEROS && isZero(this.source, region);
    const trailer = isEnd ? structurePart('end', region) : trailerPart(this.source, this.#at, this.context);
    if (trailer !== undefined) this.#push(trailer);
  }
}

function isZero(source: Source, { byteOffset, byteLength }: Region): boolean {
  for (const piece of readPieces(source, byteOffset, byteOffset + byteLength)) if (piece.some((byte) => byte !== 0)) return false;
  return true;
}

/** The encoded pixels of the picture within. */
function innerPixels({ children }: Part): Region[] {
  return (children ?? []).filter(({ carrier }) => carrier === 'pixels').map(({ region }) => region);
}
