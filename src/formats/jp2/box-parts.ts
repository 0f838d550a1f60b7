import type { Carrier } from '../../core/carrier.js';
import { LimitError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Payload, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { locateFrom, opaquePart, type PayloadPlace, type PayloadReading, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { isBlank } from '../boxes/blank.js';
import { type BoxCounter, boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { commentPart } from '../comment.js';
import { structurePart } from '../structure-part.js';
import { contentBytes, isSound, isStructure, isSuperbox, knownBrands, pointsIntoFile } from './boxes.js';
import { GEOJP2, uuidNote, uuidReader } from './uuid.js';

const NOTHING = new Uint8Array(0);

/** I.5.3.3: method, precedence and approximation stand in front of a profile. */
const COLOUR_HEAD_BYTES = 3;
const RESTRICTED_ICC = 2;
const ANY_ICC = 3;

/** Enumerated colour spaces (I.5.3.3). */
const ENUMERATED = 1;
/** 15444-1:2019 I.5.3.3: code points of ITU-T H.273. */
const PARAMETERIZED = 5;
const PARAMETERIZED_BYTES = 10;
const SRGB = 16;
const GREY = 17;

/** Makes parts of all boxes but those that hold a codestream. */
export class BoxReader {
  iccProfile: Uint8Array | undefined;
  orientation: number | undefined;
  /** A box says where something lies in the file: nothing may move then. */
  hasOffsets = false;
  /** By the image header, which stands in front of what depends on it. */
  #components = 3;
  /** Colour specifications in the header. */
  #colours = 0;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
    readonly counter: BoxCounter,
    /** Data lies in a box of its own and is found by its offset. */
    readonly hasFragments: boolean,
  ) {}

  partOf(box: FileBox, depth = 0): Part {
    const region = boxRegion(box);
    const { type, path } = box;
    if (pointsIntoFile(type)) this.hasOffsets = true;
    if (pointsIntoFile(type) || (this.hasFragments && (type === 'mdat' || type === 'dtbl'))) return structurePart(path, region);
    if (region.byteLength > this.context.limits.payloadBytes) {
      if (isStructure(type) || isSuperbox(type))
        throw new LimitError('payloadBytes', box.byteOffset, `a box of ${region.byteLength} bytes`);
      return opaquePart(path, 'unknown', region, 'a box too long to be read');
    }
    if (isSuperbox(type)) return this.#superbox(box, depth);
    switch (type) {
      case 'colr':
        return this.#colour(box);
      case 'ftyp':
        return this.#fileType(box);
      case 'uuid':
        return this.#uuid(box);
      case 'xml ':
        return this.#wrapper(box, 'XMP', readXmp(this.#content(box), this.#place(box)));
      case 'jumb':
        return this.#jumbf(box);
      case 'lbl ':
        return commentPart(path, region, this.#content(box));
      case 'asoc':
        return this.#association(box, depth);
      case 'free':
        return isBlank(this.source, box.dataOffset, box.endOffset)
          ? { ...structurePart(path, region), required: false }
          : opaquePart(path, 'unknown', region, 'free space that holds something');
      case 'nlst':
        return { ...structurePart(path, region), required: false };
      case 'uinf':
        return opaquePart(path, 'unknown', region, 'where to read about private boxes');
      case 'jp2i':
        return {
          ...opaquePart(path, 'unknown', region, 'intellectual property rights'),
          category: 'copyright',
          alsoReveals: REVEALS_ANYTHING,
        };
      case 'chck':
        return { ...opaquePart(path, 'unknown', region, 'a digital signature'), category: 'provenance' };
    }
    return isStructure(type) ? this.#structure(box) : opaquePart(path, 'unknown', region, 'a box of an unknown kind');
  }

  #content(box: FileBox): Buffer {
    return Buffer.from(this.source.read(box.dataOffset, box.endOffset - box.dataOffset));
  }

  #place({ path, dataOffset }: FileBox): PayloadPlace {
    return { path, locate: locateFrom(dataOffset), context: this.context };
  }

  /** A box of metadata; `lead` stays in front of what is written anew. */
  #wrapper(box: FileBox, carrier: Carrier, { parts, payload }: PayloadReading, lead: Uint8Array = NOTHING, required = false): Part {
    const rewrite: Payload['rewrite'] = (plan) => {
      const bytes = payload.rewrite(plan);
      return bytes === null ? null : boxBytes(box.type, lead, bytes);
    };
    return {
      path: box.path,
      carrier,
      category: 'rendering',
      region: boxRegion(box),
      required,
      children: parts,
      payload: { rewrite },
    };
  }

  #uuid(box: FileBox): Part {
    const region = boxRegion(box);
    if (box.uuid === GEOJP2)
      return { ...opaquePart(box.path, 'application', region, 'GeoJP2: where the picture lies on a map'), category: 'location' };
    const read = uuidReader(box.uuid);
    if (read === undefined) return opaquePart(box.path, 'application', region, uuidNote(box.uuid));
    const reading = read(this.#content(box), this.#place(box));
    if (reading.carrier === 'Exif') this.orientation ??= reading.orientation;
    return this.#wrapper(box, reading.carrier, reading, Buffer.from(box.uuid as string, 'hex'));
  }

  /** The box itself is the superbox. */
  #jumbf(box: FileBox): Part {
    const region = boxRegion(box);
    const place = { ...this.#place(box), locate: locateFrom(box.byteOffset) };
    const { parts, payload } = readJumbf(this.source.read(region.byteOffset, region.byteLength), place);
    return { path: box.path, carrier: 'JUMBF', category: 'rendering', region, required: false, children: parts, payload };
  }

  #colour(box: FileBox): Part {
    const content = this.#content(box);
    const method = content[0];
    // 15444-2 M.11.7.3: a colour space of a vendor's own, or none that is known, may be any bytes, and decoders pass over it.
    if (method !== RESTRICTED_ICC && method !== ANY_ICC)
      return method === ENUMERATED || (method === PARAMETERIZED && content.length === PARAMETERIZED_BYTES)
        ? this.#structure(box)
        : this.#noSpace(box);
    const data = content.subarray(COLOUR_HEAD_BYTES);
    const reading = readIcc(data, { ...this.#place(box), locate: locateFrom(box.dataOffset + COLOUR_HEAD_BYTES) });
    if (!reading.valid) return this.#noProfile(box);
    this.iccProfile ??= data;
    return this.#wrapper(box, 'ICC', reading, content.subarray(0, COLOUR_HEAD_BYTES), true);
  }

  #noSpace(box: FileBox): Part {
    if (this.#colours > 1) return opaquePart(box.path, 'unknown', boxRegion(box), 'a colour space that no decoder knows');
    return this.#noProfile(box);
  }

  /** I.5.3.3: a header without a colour specification is none, so that what decoders take in its place is written there. */
  #noProfile(box: FileBox): Part {
    const place = { byteOffset: box.dataOffset, byteLength: box.endOffset - box.dataOffset };
    const space = Buffer.from([ENUMERATED, 0, 0, 0, 0, 0, this.#components < 3 ? GREY : SRGB]);
    return {
      ...structurePart(box.path, boxRegion(box)),
      children: [opaquePart(`${box.path}/profile`, 'ICC', place, 'data in the place of a colour profile')],
      payload: { rewrite: () => boxBytes(box.type, space) },
    };
  }

  /** I.5.2: brand and minor version, then all that the file conforms to; names that nobody knows may be words. */
  #fileType(box: FileBox): Part {
    const part = structurePart(box.path, boxRegion(box));
    const content = this.#content(box);
    const known = knownBrands(content);
    if (known.equals(content)) return part;
    const list = { byteOffset: box.dataOffset, byteLength: content.length };
    return {
      ...part,
      children: [opaquePart(`${box.path}/brands`, 'unknown', list, 'versions and brands that nobody knows')],
      payload: { rewrite: () => boxBytes(box.type, known) },
    };
  }

  /** A box that is needed; what stands behind what it declares is not. */
  #structure(box: FileBox): Part {
    const part = structurePart(box.path, boxRegion(box));
    const content = this.#content(box);
    if (box.type === 'ihdr' && content.length >= 10) this.#components = content.readUInt16BE(8);
    if (!isSound(box.type, content)) return opaquePart(box.path, 'unknown', part.region, 'not what its type stands for');
    const length = contentBytes(box.type, content);
    if (length === undefined || length === content.length) return part;
    const excess = { byteOffset: box.dataOffset + length, byteLength: content.length - length };
    return {
      ...part,
      children: [opaquePart(`${box.path}/excess`, 'unknown', excess, 'bytes behind what the box declares')],
      payload: { rewrite: () => boxBytes(box.type, content.subarray(0, length)) },
    };
  }

  /** 15444-2 M.11.11: what is said of a piece of the file. It goes whole where any of it has to go. */
  #association(box: FileBox, depth: number): Part {
    const part = this.#superbox(box, depth);
    const { payload: _, ...whole } = part;
    return part.children === undefined ? part : { ...whole, required: false, atomic: true };
  }

  #superbox(box: FileBox, depth: number): Part {
    const region = boxRegion(box);
    if (depth >= this.context.limits.nestingDepth) return opaquePart(box.path, 'unknown', region, 'boxes nested too deeply');
    const { source } = this;
    const { boxes, endOffset } = walkBoxes(source, box.dataOffset, box.endOffset, `${box.path}/`, this.counter, 'stop');
    if (box.type === 'jp2h') this.#colours = boxes.filter(({ type }) => type === 'colr').length;
    const children = boxes.map((inner) => this.partOf(inner, depth + 1));
    if (endOffset < box.endOffset) {
      const stray = { byteOffset: endOffset, byteLength: box.endOffset - endOffset };
      children.push(opaquePart(`${box.path}/stray`, 'unknown', stray, 'bytes that are no box'));
    }
    const rewrite = (plan: Plan): Uint8Array => boxBytes(box.type, ...children.map((child) => bytesAfter(source, child, plan)));
    return { ...structurePart(box.path, region), children, payload: { rewrite } };
  }
}

/** What a plan leaves of a part. */
function bytesAfter(source: Source, part: Part, plan: Plan): Uint8Array {
  if (plan.actionOf(part).kind === 'remove') return NOTHING;
  if (part.payload !== undefined && plan.touches(part)) return part.payload.rewrite(plan) ?? NOTHING;
  return source.read(part.region.byteOffset, part.region.byteLength);
}

function boxBytes(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}
