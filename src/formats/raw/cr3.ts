import { isReaderError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { locateFrom, opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { BoxCounter, type FileBox, walkBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { isAllZero } from '../tiff/tiling.js';
import { exifDirectory } from './exif-directory.js';
import { RawParts } from './raw-parts.js';

const CANON = '85c0b687820f11e08111f4ce462b6a48';
const XMP = 'be7acfcb97a942e89c71999491e3afac';
const PREVIEW = 'eaf42b5e1c984b88b9fbb7dc406e4d16';

/** Boxes that hold boxes. */
const NESTS: ReadonlySet<string> = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'dinf']);
/** Boxes that say where and how, and nothing else: ISO/IEC 14496-12, and Canon's CNCV, CCTP, CTBO, CCDT. */
const PLAIN: ReadonlySet<string> = new Set([
  ...['ftyp', 'vmhd', 'nmhd', 'dref', 'stsd', 'stts', 'stsc', 'stsz', 'stz2', 'stco', 'co64', 'hdlr', 'CNCV', 'CCTP', 'CTBO', 'CCDT'],
]);
/** Boxes that begin with when they were made and changed. */
const TIMED: ReadonlySet<string> = new Set(['mvhd', 'tkhd', 'mdhd']);
/** Each a TIFF structure of one directory. */
const DIRECTORIES: Readonly<Record<string, 'IFD0' | 'ExifIFD' | 'GPS'>> = { CMT1: 'IFD0', CMT2: 'ExifIFD', CMT4: 'GPS' };

/** Version, flags, width, height, length and the like in front of a JPEG. */
const PICTURE_HEAD_BYTES = 16;
/** In front of the boxes of the preview. */
const PREVIEW_HEAD_BYTES = 8;

export function isCr3(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(4, 12)).toString('latin1') === 'ftypcrx ';
}

/** Canon CR3. Throws `FormatError` where its boxes do not lie within each other. */
export function readCr3(source: Source, context: ReadContext): Inspection {
  return new Cr3Reader(source, context).read();
}

class Cr3Reader {
  readonly #parts: RawParts;
  readonly #counter: BoxCounter;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
  ) {
    this.#parts = new RawParts(source, context);
    this.#counter = new BoxCounter(context.limits);
  }

  read(): Inspection {
    this.#boxes(0, this.source.byteLength, '', 0);
    return this.#parts.inspection([]);
  }

  #boxes(start: number, end: number, prefix: string, depth: number): void {
    const { boxes } = walkBoxes(this.source, start, end, prefix, this.#counter);
    for (const box of boxes) this.#box(box, depth);
  }

  #box(box: FileBox, depth: number): void {
    const { type, uuid, path, byteOffset, dataOffset, endOffset } = box;
    this.#structure(byteOffset, dataOffset, `${path}/head`);
    if (uuid === PREVIEW) {
      const start = Math.min(dataOffset + PREVIEW_HEAD_BYTES, endOffset);
      this.#structure(dataOffset, start, `${path}/version`);
      this.#boxes(start, endOffset, `${path}/`, depth + 1);
    } else if ((NESTS.has(type) || uuid === CANON) && depth < this.context.limits.nestingDepth) {
      this.#boxes(dataOffset, endOffset, `${path}/`, depth + 1);
    } else if (PLAIN.has(type)) this.#structure(dataOffset, endOffset, path);
    else if (TIMED.has(type)) this.#times(box);
    else if (type === 'THMB' || type === 'PRVW') this.#picture(box);
    else if (endOffset > dataOffset) this.#parts.put(this.#content(box));
  }

  #picture({ path, dataOffset, endOffset }: FileBox): void {
    const start = Math.min(dataOffset + PICTURE_HEAD_BYTES, endOffset);
    this.#structure(dataOffset, start, `${path}/size`);
    this.#parts.picture({ byteOffset: start, byteLength: endOffset - start }, path);
  }

  #content({ type, uuid, path, dataOffset, endOffset }: FileBox): Part {
    const region = { byteOffset: dataOffset, byteLength: endOffset - dataOffset };
    const kind = DIRECTORIES[type];
    const opaque = (note: string): Part => opaquePart(path, 'application', region, note);
    if (type === 'mdat') return opaque('raw data, pictures and a track of metadata, not taken apart');
    if (type === 'CMT3') {
      const alsoReveals = REVEALS_ANYTHING.filter((category) => category !== 'device');
      return {
        path,
        carrier: 'MakerNote',
        category: 'device',
        alsoReveals,
        region,
        required: false,
        note: 'Canon maker note',
        atomic: true,
      };
    }
    if (region.byteLength > this.context.limits.payloadBytes) return opaque('a box too long to be read');
    if (uuid === XMP) {
      const place = { path, locate: locateFrom(dataOffset), context: this.context };
      const { parts, payload } = readXmp(this.source.read(dataOffset, region.byteLength), place);
      return { path, carrier: 'XMP', category: 'rendering', region, required: false, children: parts, payload };
    }
    if (kind === undefined) {
      const isEmpty = type === 'free' && isAllZero(this.source, region);
      return isEmpty ? structurePart(path, region) : opaque('a box that no reader knows');
    }
    try {
      const children = exifDirectory(this.source.read(dataOffset, region.byteLength), kind, path, dataOffset, this.context);
      return { path, carrier: 'Exif', category: 'rendering', region, required: false, children };
    } catch (error) {
      if (!isReaderError(error)) throw error;
      return opaque('a directory that cannot be read');
    }
  }

  /** Version and flags, then two times of 32 or, in version 1, 64 bits (ISO/IEC 14496-12 8.2.2). */
  #times({ path, dataOffset, endOffset }: FileBox): void {
    const isLong = endOffset > dataOffset && this.source.read(dataOffset, 1)[0] === 1;
    const from = Math.min(dataOffset + 4, endOffset);
    const to = Math.min(from + (isLong ? 16 : 8), endOffset);
    this.#structure(dataOffset, from, `${path}/version`);
    const isSet = this.source.read(from, to - from).some((byte) => byte !== 0);
    const region = { byteOffset: from, byteLength: to - from };
    if (isSet) this.#parts.put({ path: `${path}/times`, carrier: 'application', category: 'time', region, required: false });
    else this.#structure(from, to, `${path}/times`);
    this.#structure(to, endOffset, `${path}/rest`);
  }

  #structure(from: number, to: number, path: string): void {
    this.#parts.add({ byteOffset: from, byteLength: to - from }, path);
  }
}
