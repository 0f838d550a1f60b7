import type { Category } from '../../core/category.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import type { Box } from '../../metadata/box.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { locateFrom, opaquePart } from '../../metadata/reading.js';
import { isZero, shownText } from '../../metadata/text.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { shownType } from '../boxes/walk.js';
import { codecProperty } from './codec-property.js';
import { CROP_NOTE, cropsAway } from './crop.js';
import { excessOf } from './excess.js';
import { boxOf } from './full-box.js';
import { isPlainGroup } from './groups.js';
import type { Item } from './items.js';
import type { MetaBox } from './meta-box.js';
import { fieldBytes, propertyKind } from './property-kinds.js';

/** C2PA 2.1 A.5: the extended type of the box that holds a manifest store. */
const C2PA_UUID = 'd8fec3d61b0e483c92975828877ec481';

/** Names that encoders give to every item of a kind. */
const PLAIN_NAMES = new Set([
  '',
  'Color',
  'Alpha',
  'Exif',
  'XMP',
  'Gain Map',
  'GMap',
  'Image',
  'Thumbnail',
  'Derived Image',
  'Master Image',
]);

/** Names of the handler that encoders write. */
const PLAIN_HANDLERS = /^(?:|libavif|PictureHandler|Picture Handler|pict|HEIF|heif|libheif)$/;

/** ISO/IEC 14496-12 8.7.1: `dref` with one `url ` that says that the data lie in this file. Items that lie elsewhere are refused. */
const DATA_INFORMATION = Buffer.from('0000001c6472656600000000000000010000000c75726c2000000001', 'hex');

function isPlainDataInformation(bytes: Uint8Array, dinf: Box): boolean {
  return Buffer.compare(bytes.subarray(dinf.content, dinf.end), DATA_INFORMATION) === 0;
}

/** ISO/IEC 14496-12 12.1.5: the kind, three numbers of 16 bits, a flag. */
const NCLX_BYTES = 11;

/** What the meta box says besides where the picture is. */
export interface MetaParts {
  readonly parts: readonly Part[];
  readonly names: ReadonlyMap<Item, Part>;
  readonly properties: ReadonlyMap<Box, Part>;
  /** Boxes of the meta box, or groups, that go as a whole. */
  readonly boxes: ReadonlyMap<Box, Part>;
  readonly handler?: Part;
}

export function metaParts(meta: MetaBox, context: ReadContext): MetaParts {
  return new MetaReader(meta, context).read();
}

class MetaReader {
  readonly #parts: Part[] = [];
  readonly #names = new Map<Item, Part>();
  readonly #properties = new Map<Box, Part>();
  readonly #boxes = new Map<Box, Part>();
  readonly #ordinals = new Map<string, number>();
  #handler: Part | undefined;

  constructor(
    readonly meta: MetaBox,
    readonly context: ReadContext,
  ) {}

  read(): MetaParts {
    const { meta } = this;
    for (const box of meta.children) this.#child(box);
    for (const item of meta.items) this.#name(item);
    for (const box of meta.properties?.boxes ?? []) this.#property(box);
    for (const group of meta.groups)
      if (!isPlainGroup(group)) this.#goesWhole(group.box, 'meta/grpl', 'a group of items of an unknown kind');
    for (const { path, start, end, note } of excessOf(meta)) this.#parts.push(opaquePart(path, 'unknown', this.#region(start, end), note));
    return {
      parts: this.#parts,
      names: this.#names,
      properties: this.#properties,
      boxes: this.#boxes,
      ...(this.#handler === undefined ? {} : { handler: this.#handler }),
    };
  }

  #region(start: number, end: number): Region {
    return { byteOffset: this.meta.file.byteOffset + start, byteLength: end - start };
  }

  #path(parent: string, name: string): string {
    const key = `${parent}/${name}`;
    const ordinal = this.#ordinals.get(key) ?? 0;
    this.#ordinals.set(key, ordinal + 1);
    return `${key}#${ordinal}`;
  }

  #goesWhole(box: Box, parent: string, note: string): void {
    const part = opaquePart(this.#path(parent, shownType(box.type)), 'unknown', this.#region(box.start, box.end), note);
    this.#boxes.set(box, part);
    this.#parts.push(part);
  }

  #child(box: Box): void {
    const { bytes } = this.meta;
    switch (box.type) {
      case 'pitm':
      case 'iinf':
      case 'iloc':
      case 'iref':
      case 'iprp':
      case 'grpl':
      case 'idat':
        return;
      case 'dinf':
        if (!isPlainDataInformation(bytes, box)) this.#goesWhole(box, 'meta', 'more than where data of the same file lies');
        return;
      case 'hdlr':
        this.#readHandler(box);
        return;
      case 'free':
      case 'skip':
        if (!isZero(bytes.subarray(box.content, box.end))) this.#goesWhole(box, 'meta', 'free space that holds something');
        return;
      case 'uuid':
        this.#uuid(box);
        return;
      default:
        this.#goesWhole(box, 'meta', 'a box of an unknown kind');
    }
  }

  #uuid(box: Box): void {
    const { bytes } = this.meta;
    const uuid = Buffer.from(bytes.subarray(box.content, box.content + 16)).toString('hex');
    if (uuid !== C2PA_UUID) {
      this.#goesWhole(box, 'meta', 'a box of an unknown kind');
      return;
    }
    const path = this.#path('meta', 'uuid');
    const start = box.content + 16;
    const { context } = this;
    const reading = readJumbf(bytes.subarray(start, box.end), { path, locate: locateFrom(this.meta.file.byteOffset + start), context });
    const part: Part = {
      path,
      carrier: 'JUMBF',
      category: 'provenance',
      region: this.#region(box.start, box.end),
      required: false,
      atomic: true,
      children: reading.parts,
    };
    this.#boxes.set(box, part);
    this.#parts.push(part);
  }

  /** 8.4.3.2: version and flags, four bytes, the type, twelve bytes, the name. */
  #readHandler(box: Box): void {
    const start = box.content + 24;
    if (start >= box.end) return;
    const name = this.meta.bytes.subarray(start, box.end);
    const text = shownText(name.subarray(0, Math.max(0, name.indexOf(0) < 0 ? name.length : name.indexOf(0))));
    const behind = name.indexOf(0) < 0 ? new Uint8Array(0) : name.subarray(name.indexOf(0));
    if (PLAIN_HANDLERS.test(text) && isZero(behind)) return;
    const region = this.#region(start, box.end);
    const path = 'meta/hdlr/name';
    this.#handler = isZero(behind)
      ? { path, carrier: 'text', category: 'software', alsoReveals: ['text', 'hidden'], region, required: false, value: seal(text) }
      : opaquePart(path, 'text', region, 'bytes behind the name of the handler');
    this.#parts.push(this.#handler);
  }

  #name(item: Item): void {
    const text = shownText(item.name);
    if (PLAIN_NAMES.has(text) && !item.excess) return;
    const path = `meta/iinf/item-${item.id}/name`;
    const region = this.#region(item.infe.start, item.infe.end);
    const part: Part = item.excess
      ? opaquePart(path, 'text', region, 'bytes behind the end of an item entry')
      : { path, carrier: 'text', category: 'text', alsoReveals: toldInText(text, 'text'), region, required: false, value: seal(text) };
    this.#names.set(item, part);
    this.#parts.push(part);
  }

  #property(box: Box): void {
    const { bytes } = this.meta;
    const path = this.#path('meta/iprp', shownType(box.type));
    const region = this.#region(box.start, box.end);
    const part = box.type === 'colr' ? this.#colour(box, path, region) : this.#other(box, path, region, bytes);
    if (part === undefined) return;
    this.#properties.set(box, part);
    this.#parts.push(part);
  }

  #other(box: Box, path: string, region: Region, bytes: Uint8Array): Part | undefined {
    const kind = propertyKind(box.type);
    if (kind === undefined) {
      if ((box.type === 'free' || box.type === 'skip') && isZero(bytes.subarray(box.content, box.end))) return undefined;
      return opaquePart(path, 'unknown', region, 'a property of an unknown kind');
    }
    const { category, note } = kind;
    const maxBytes = Math.min(kind.maxBytes, fieldBytes(box.type, bytes.subarray(box.content, box.end)) + box.content - box.start);
    if (category !== 'rendering') return tellingPart(path, region, category, bytes.subarray(box.content, box.end), maxBytes);
    // Decoders need it, and what it hides cannot go without coding the picture anew: an edit that should take it away refuses.
    if (box.type === 'clap' && cropsAway(this.meta, box))
      return { path, carrier: 'structure', category: 'hidden', region, required: false, note: CROP_NOTE };
    const codec = codecProperty(this.meta, box, path, this.context);
    if (codec !== undefined && box.end - box.start <= maxBytes) return codec;
    if (box.type === 'auxC' && !this.#isOfAuxiliary(box))
      return opaquePart(path, 'unknown', region, 'the kind of an auxiliary picture, of none');
    const structure: Part = {
      path,
      carrier: 'structure',
      category: 'rendering',
      region,
      required: true,
      ...(note === undefined ? {} : { note }),
    };
    if (box.end - box.start <= maxBytes) return note === undefined ? undefined : structure;
    return this.#cut(box, path, box.start + maxBytes, structure);
  }

  /** A property with bytes behind its last field, which go. */
  #cut(box: Box, path: string, start: number, structure: Part): Part {
    const { bytes } = this.meta;
    const rest = opaquePart(`${path}/rest`, 'unknown', this.#region(start, box.end), 'bytes behind the last field of a property');
    const rewrite = (): Uint8Array => boxOf(box.type, bytes.subarray(box.content, start));
    return { ...structure, required: false, children: [rest], payload: { rewrite } };
  }

  #isOfAuxiliary(box: Box): boolean {
    const users = this.meta.properties?.usersOf.get(box) ?? [];
    return this.meta.references.some(({ type, from }) => type === 'auxl' && users.includes(from));
  }

  /** 12.1.5: `prof` and `rICC` hold a profile. */
  #colour(box: Box, path: string, region: Region): Part | undefined {
    const { bytes } = this.meta;
    const kind = Buffer.from(bytes.subarray(box.content, box.content + 4)).toString('latin1');
    if (kind === 'nclx') {
      const end = box.content + NCLX_BYTES;
      if (box.end <= end) return undefined;
      return this.#cut(box, path, end, { path, carrier: 'structure', category: 'rendering', region, required: true });
    }
    if (kind !== 'prof' && kind !== 'rICC') return opaquePart(path, 'unknown', region, 'colour information of an unknown kind');
    const start = box.content + 4;
    const place = { path, locate: locateFrom(region.byteOffset + start - box.start), context: this.context };
    const { valid, parts, payload } = readIcc(bytes.subarray(start, box.end), place);
    if (!valid) return opaquePart(path, 'ICC', region, 'data in the place of a colour profile');
    return {
      path,
      carrier: 'ICC',
      category: 'rendering',
      region,
      required: false,
      children: parts,
      payload: {
        rewrite: (plan) => {
          const profile = payload.rewrite(plan);
          return profile === null ? null : boxOf('colr', bytes.subarray(box.content, start), profile);
        },
      },
    };
  }
}

/** A property that a person or a camera wrote: version and flags, then texts or numbers. */
function tellingPart(path: string, region: Region, category: Category, content: Uint8Array, maxBytes: number): Part {
  if (region.byteLength > maxBytes) return opaquePart(path, 'text', region, 'a property that is longer than its standard has it');
  const text = Buffer.from(content.subarray(4)).toString('utf8');
  const alsoReveals = category === 'text' ? toldInText(text, category) : [];
  const value = seal(shownText(content.subarray(4)));
  return { path, carrier: 'text', category, ...(alsoReveals.length === 0 ? {} : { alsoReveals }), region, required: false, value };
}
