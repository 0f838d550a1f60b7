import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import type { Source } from '../../core/source.js';
import { type Classified, classify } from '../../metadata/exif/classify.js';
import { COORDINATE_OF_REF, type CoarsenableValue, coarsenableOf } from '../../metadata/exif/coarsen-exif.js';
import { describeValue } from '../../metadata/exif/describe.js';
import type { Entry } from '../../metadata/exif/model.js';
import { isShown } from '../../metadata/exif/shape.js';
import { exifTag, TAG } from '../../metadata/exif/tags.js';
import { textEnd } from '../../metadata/exif/tiff-value.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { readIptc } from '../../metadata/iptc/read-iptc.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { readPhotoshop } from '../../metadata/photoshop/read-photoshop.js';
import { locateFrom, opaquePart, type PayloadReading, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { isZero } from '../../metadata/text.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { readExifBlock } from '../exif-block.js';
import type { Shape, TiffDirectory, TiffEntry } from './directories.js';
import { AS_SHOT_PROFILE, CURRENT_PROFILE, developsDng } from './dng.js';
import type { TiffKind } from './kind.js';
import { NEEDED, type Page } from './pages.js';
import { previewOf } from './previews.js';

export interface Leaf {
  readonly part: Part;
  readonly coarsen?: CoarsenableValue;
  readonly iccProfile?: Uint8Array;
}

const JUMBF = 0xcd41;
const JPEG_TABLES = 0x015b;
/** Panasonic: the camera's JPEG, with most of its metadata. */
const RW2_JPEG = 0x002e;
const NUMBERS: ReadonlySet<number> = new Set([1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 16, 17, 18]);
/** A maker note is not taken apart here, and may hold a place. */
const NOTE: Classified = {
  ...{ carrier: 'MakerNote', category: 'device', note: 'maker note', atomic: true },
  alsoReveals: REVEALS_ANYTHING.filter((category) => category !== 'device'),
};
const isNoteOf = ({ raw, kind, fault }: Entry): boolean =>
  raw.tag === TAG.makerNote && kind !== 'GPS' && kind !== 'Interop' && fault === undefined;
/** Numbers in a tag that tells how pixels are coded; JPEG tables are bytes of their own kind. */
const isNeeded = ({ tag, type, repeated, fault }: TiffEntry, isJpeg: boolean): boolean =>
  NEEDED.has(tag) && !repeated && fault === undefined && (tag === JPEG_TABLES ? isJpeg : NUMBERS.has(type));

/** The tags of a JPEG beside the picture go with it. */
const isOfThumbnail = ({ tag }: TiffEntry, { thumbnail }: Page): boolean =>
  thumbnail.length > 0 && (tag === TAG.jpegOffset || tag === TAG.jpegLength);

export class LeafReader {
  constructor(
    readonly source: Source,
    readonly shape: Shape,
    readonly context: ReadContext,
    readonly kind: TiffKind,
  ) {}

  /** `region`: the bytes that are the entry's own; `page`: where the directory holds a picture. */
  read(directory: TiffDirectory, raw: TiffEntry, region: Region, page: Page | undefined): Leaf {
    const info = exifTag(directory.kind, raw.tag);
    const path = `${directory.path}/${info.name}${raw.repeated ? `#${raw.byteOffset}` : ''}`;
    const needed: Leaf = { part: { path, carrier: 'structure', category: 'rendering', region, required: true } };
    if (page !== undefined && isNeeded(raw, page.isJpeg || this.kind !== 'tiff') && !isOfThumbnail(raw, page)) return needed;
    if (raw.valueBytes > this.context.limits.payloadBytes) {
      return { part: opaquePart(path, 'Exif', region, 'a value too long to be read') };
    }
    const bytes = this.source.read(raw.valueOffset, raw.valueBytes);
    const isMain = directory.kind !== 'GPS' && directory.kind !== 'Interop';
    if (isMain && this.kind === 'dng' && directory.kind !== 'ExifIFD' && developsDng(raw, bytes)) return needed;
    if (isMain && !raw.inline && !raw.repeated && raw.fault === undefined) {
      if (this.shape.isRaw && raw.tag === RW2_JPEG) return { part: previewOf(this.source, region, path, this.context) };
      const embedded = this.#embedded(raw, path, bytes, region);
      if (embedded !== undefined) return embedded;
    }
    return this.#plain(directory, raw, path, bytes, region);
  }

  #embedded(raw: TiffEntry, path: string, bytes: Uint8Array, region: Region): Leaf | undefined {
    const place = { path, locate: locateFrom(raw.valueOffset), context: this.context };
    const wrap = (carrier: Part['carrier'], { parts, payload }: PayloadReading, required = false): Part => ({
      ...{ path, carrier, category: 'rendering', region, required, children: parts, payload },
    });
    switch (raw.tag) {
      case TAG.xmp:
        return { part: wrap('XMP', readXmp(bytes, place)) };
      case TAG.iptc:
        return { part: wrap('IPTC-IIM', readIptc(bytes, place)) };
      case TAG.photoshop:
        return { part: wrap('Photoshop', readPhotoshop(bytes, place, { exif: readExifBlock, xmp: readXmp })) };
      case JUMBF:
        return { part: wrap('JUMBF', readJumbf(bytes, place)) };
      case AS_SHOT_PROFILE:
      case CURRENT_PROFILE:
        return this.kind === 'dng' && readIcc(bytes, place).valid ? { part: wrap('ICC', readIcc(bytes, place), true) } : undefined;
      case TAG.iccProfile: {
        const icc = readIcc(bytes, place);
        return icc.valid
          ? { part: wrap('ICC', icc, true), iccProfile: bytes }
          : { part: opaquePart(path, 'ICC', region, 'a colour profile that no decoder can apply') };
      }
      default:
        return undefined;
    }
  }

  #plain(directory: TiffDirectory, raw: TiffEntry, path: string, bytes: Uint8Array, region: Region): Leaf {
    const entry = this.#asEntry(directory, raw, path, bytes);
    const { carrier, category, alsoReveals, note, atomic } = isNoteOf(entry) ? NOTE : classify(entry);
    const coarsen =
      raw.fault === undefined ? coarsenableOf(entry.kind, raw.tag, entry.value, this.#hasCoordinate(directory, raw)) : undefined;
    const isMain = directory.kind !== 'GPS' && directory.kind !== 'Interop';
    const kept = raw.fault === undefined ? textEnd(raw.tag, entry.value, isMain) : bytes.byteLength;
    // Which of two entries with one tag is read differs from reader to reader: the second goes before the first can.
    const reveals = isZero(bytes.subarray(kept)) && !raw.repeated ? alsoReveals : REVEALS_ANYTHING.filter((each) => each !== category);
    const required = category === 'rendering' && reveals.length === 0 && isShown(entry.kind, raw.tag, entry.value);
    const part: Part = {
      ...{ path, carrier, category, region, required },
      ...(reveals.length > 0 ? { alsoReveals: reveals } : {}),
      ...(raw.fault === undefined && atomic !== true ? { value: seal(describeValue(entry)) } : {}),
      ...(note === undefined ? {} : { note }),
      ...(coarsen === undefined ? {} : { coarsenable: coarsen.coarsenable }),
    };
    return { part, ...(coarsen === undefined ? {} : { coarsen }) };
  }

  #asEntry({ kind }: TiffDirectory, raw: TiffEntry, path: string, bytes: Uint8Array): Entry {
    const { littleEndian } = this.shape;
    const { fault: why, ...rest } = raw;
    const fault = why === undefined ? {} : { fault: why === 'unknown-type' ? 'has a type that no standard names' : 'points past the end' };
    const value = { type: raw.type, count: raw.count, bytes, littleEndian };
    return { raw: rest, info: exifTag(kind, raw.tag), kind, path, value, repeated: raw.repeated, ...fault };
  }

  /** A hemisphere is as coarse as the coordinate it belongs to. */
  #hasCoordinate(directory: TiffDirectory, raw: TiffEntry): boolean {
    const tag = directory.kind === 'GPS' ? COORDINATE_OF_REF.get(raw.tag) : undefined;
    const of = tag === undefined ? undefined : directory.first.get(tag);
    if (of === undefined || of.fault !== undefined) return false;
    const entry = this.#asEntry(directory, of, '', this.source.read(of.valueOffset, Math.min(of.valueBytes, 256)));
    return coarsenableOf('GPS', of.tag, entry.value, false) !== undefined;
  }
}
