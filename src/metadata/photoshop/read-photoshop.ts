import type { Carrier } from '../../core/carrier.js';
import type { Part } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { readIcc } from '../icc/read-icc.js';
import { readIptc } from '../iptc/read-iptc.js';
import { opaquePart, type PayloadPlace, type PayloadReading } from '../reading.js';
import { asBuffer, isZero, latin1, shownText } from '../text.js';
import { toldInText } from '../told-in-text.js';
import { isPath, RESOURCE, type ResourceInfo, resourceInfo } from './resources.js';
import { ADOBE_TYPE, type Entry, isDigest, isIptc, md5, partsOf, rewriteResources } from './rewrite.js';
import { thumbnailPart } from './thumbnail.js';
import { type ResourceBlock, walkResources } from './walk.js';

type PayloadReader = (bytes: Uint8Array, place: PayloadPlace) => PayloadReading;

/** Readers of what other standards define and Photoshop stores a copy of. One that is missing makes its resource opaque. */
export interface NestedReaders {
  readonly exif?: PayloadReader;
  readonly xmp?: PayloadReader;
  /** By number: what of a resource's data the container needs to look the same, all or some of it; `undefined` for nothing. */
  readonly needed?: ReadonlyMap<number, (data: Uint8Array) => Uint8Array | undefined>;
}

/**
 * Reads a list of Photoshop image resources (an APP13 segment's content after its header, or several joined; TIFF 34377).
 * One part for each resource, one for a name it carries, one for bytes that are no resource. Never throws.
 */
export function readPhotoshop(bytes: Uint8Array, place: PayloadPlace, nested: NestedReaders): PayloadReading {
  const list = new ResourceList(bytes, place, nested);
  const entries = list.read();
  return { parts: entries.flatMap(partsOf), payload: { rewrite: (plan) => rewriteResources(bytes, entries, plan) } };
}

const DIGEST_BYTES = 16;
/** What Photoshop writes where there is no IPTC block. */
const DIGEST_OF_NOTHING = md5(new Uint8Array());

/** What a nested payload costs of the limit on entries, however small it is: a list of nothing but tiny ones is no list of ours. */
const NESTED_COST = 64;

class ResourceList {
  readonly #seen = new Map<string, number>();
  #iptcDigest: Buffer | undefined;
  /** Parts that nested payloads may still make: the limit is on all of them together. */
  #partsLeft: number;

  constructor(
    readonly bytes: Uint8Array,
    readonly place: PayloadPlace,
    readonly nested: NestedReaders,
  ) {
    this.#partsLeft = place.context.limits.entryCount;
  }

  read(): Entry[] {
    const items = walkResources(this.bytes, this.place.context.limits.entryCount);
    const iptc = items.find((item) => item.kind === 'resource' && isIptc(item)) as ResourceBlock | undefined;
    if (iptc !== undefined && items.some((item) => item.kind === 'resource' && isDigest(item))) this.#iptcDigest = md5(this.#dataOf(iptc));
    const entries: Entry[] = [];
    for (const item of items) {
      if (item.kind === 'resource') entries.push(this.#entryOf(item));
      else if (!isZero(this.bytes.subarray(item.start, item.end))) entries.push({ item, part: this.#stray(item.start, item.end) });
    }
    return entries;
  }

  #stray(start: number, end: number): Part {
    return opaquePart(`${this.place.path}/stray#0`, 'Photoshop', this.place.locate(start, end - start), 'bytes that are no image resource');
  }

  #dataOf({ data }: ResourceBlock): Uint8Array {
    return this.bytes.subarray(data.start, data.end);
  }

  #entryOf(block: ResourceBlock): Entry {
    const info = block.type === ADOBE_TYPE ? resourceInfo(block.id) : undefined;
    const path = this.#pathOf(block, info);
    const { name, end } = block;
    return {
      item: block,
      part: this.#partOf(block, path, info),
      ...(name.end > name.start ? { name: this.#namePart(block, path) } : {}),
      // A pad byte is zero; what is not may be part of a message, one byte to a resource.
      ...(end > block.data.end && this.bytes[block.data.end] !== 0 ? { padding: this.#paddingPart(block, path) } : {}),
    };
  }

  #pathOf(block: ResourceBlock, info: ResourceInfo | undefined): string {
    const number = `0x${block.id.toString(16).toUpperCase().padStart(4, '0')}`;
    const name = block.type === ADOBE_TYPE ? (info === undefined ? number : `${number} ${info.name}`) : `${block.type} ${number}`;
    const count = this.#seen.get(name) ?? 0;
    this.#seen.set(name, count + 1);
    return `${this.place.path}/${name}#${count}`;
  }

  #namePart(block: ResourceBlock, path: string): Part {
    const { start, end } = block.name;
    return {
      path: `${path} name`,
      carrier: 'Photoshop',
      category: block.type === ADOBE_TYPE && isPath(block.id) ? 'text' : 'hidden',
      alsoReveals: ['text'],
      region: this.place.locate(start, end - start),
      required: false,
      value: seal(latin1(this.bytes.subarray(start, end))),
    };
  }

  #paddingPart(block: ResourceBlock, path: string): Part {
    const region = this.place.locate(block.data.end, 1);
    return { path: `${path} padding`, carrier: 'Photoshop', category: 'hidden', region, required: false, note: 'padding that is not zero' };
  }

  #partOf(block: ResourceBlock, path: string, info: ResourceInfo | undefined): Part {
    const region = this.place.locate(block.start, block.end - block.start);
    const leaf: Part = { path, carrier: 'Photoshop', category: 'hidden', region, required: false };
    if (info === undefined) return opaquePart(path, 'Photoshop', region, 'unknown image resource');
    const data = this.#dataOf(block);
    const place: PayloadPlace = { ...this.place, path, locate: (start, length) => this.place.locate(block.data.start + start, length) };
    switch (block.id) {
      case RESOURCE.thumbnail:
      case RESOURCE.thumbnailBgr:
        this.#partsLeft -= NESTED_COST;
        return thumbnailPart(data, place, region, this.#partsLeft > 0);
      case RESOURCE.iptc:
        return this.#wrapper(leaf, 'IPTC-IIM', data, place, readIptc);
      case RESOURCE.exif:
      case RESOURCE.exifExtra:
        return this.#wrapper(leaf, 'Exif', data, place, this.nested.exif);
      case RESOURCE.xmp:
        return this.#wrapper(leaf, 'XMP', data, place, this.nested.xmp);
      case RESOURCE.icc:
        return this.#wrapper(leaf, 'ICC', data, place, readIcc);
      case RESOURCE.iptcDigest:
        return this.#digestPart(leaf, data);
    }
    const needed = this.nested.needed?.get(block.id)?.(data);
    if (needed !== undefined) return this.#neededPart(leaf, info, data, needed);
    if (info.isSound?.(data) === false) return { ...leaf, note: 'not what its number stands for' };
    const told = info.hasNames === true ? toldInText(latin1(data).replaceAll('\0', ''), info.category) : [];
    const alsoReveals = [...(info.alsoReveals ?? []), ...told];
    return {
      ...leaf,
      category: info.category,
      ...(alsoReveals.length === 0 ? {} : { alsoReveals }),
      ...(info.text === true ? { value: seal(shownText(data)) } : {}),
    };
  }

  #neededPart(leaf: Part, { category, alsoReveals }: ResourceInfo, data: Uint8Array, needed: Uint8Array): Part {
    const kept: Part = { ...leaf, category: 'rendering' };
    if (asBuffer(needed).equals(data)) return kept;
    const more = alsoReveals === undefined ? {} : { alsoReveals };
    const child: Part = { ...leaf, path: `${leaf.path}/more`, category, ...more, note: 'more than the picture needs' };
    return { ...kept, children: [child], payload: { rewrite: (plan) => (plan.actionOf(child).kind === 'keep' ? data : needed) } };
  }

  #wrapper(leaf: Part, carrier: Carrier, data: Uint8Array, place: PayloadPlace, read: PayloadReader | undefined): Part {
    if (data.length === 0) return { ...leaf, carrier, category: 'rendering', note: 'empty' };
    if (read === undefined) return opaquePart(leaf.path, carrier, leaf.region, 'not read here');
    if (this.#partsLeft <= 0) return opaquePart(leaf.path, carrier, leaf.region, 'one of too many nested payloads');
    const { context } = place;
    const limits = { ...context.limits, entryCount: Math.min(this.#partsLeft, context.limits.entryCount) };
    const { parts, payload } = read(data, { ...place, context: { ...context, limits } });
    this.#partsLeft -= parts.length + NESTED_COST;
    return { ...leaf, carrier, category: 'rendering', children: parts, payload };
  }

  /**
   * 0x0425 is the MD5 of the IPTC block when the XMP was last made from it. Of a block that is here it says nothing
   * new; of one that is gone it lets a guess at a caption or a name be proven.
   */
  #digestPart(leaf: Part, data: Uint8Array): Part {
    const saysNothing = isZero(data)
      ? data.length <= DIGEST_BYTES
      : DIGEST_OF_NOTHING.equals(data) || this.#iptcDigest?.equals(data) === true;
    return saysNothing ? { ...leaf, category: 'rendering' } : { ...leaf, note: 'digest of an IPTC block that is not here' };
  }
}
