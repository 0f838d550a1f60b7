import { applyEdits, concatBytes } from '../../bytes/apply-edits.js';
import { MemorySource } from '../../bytes/memory-source.js';
import { UnsupportedError } from '../../core/error.js';
import type { Edit, Part, Plan, Region } from '../../core/part.js';
import type { Box } from '../../metadata/box.js';
import { CROP_NOTE } from './crop.js';
import { primaryEnd, RESERVED_PATH, writeHandler } from './excess.js';
import { boxOf } from './full-box.js';
import { writeGroups } from './groups.js';
import { writeItems } from './items.js';
import { type Location, writeLocations } from './locations.js';
import type { MetaBox } from './meta-box.js';
import { writeProperties } from './properties.js';
import type { HeifInspection } from './read-heif.js';
import { writeReferences } from './references.js';

/** Where the bytes of an item that was written anew lie. */
export interface NewPlace {
  readonly regions: readonly Region[];
}

export interface MetaChanges {
  readonly gone: ReadonlySet<number>;
  readonly placed: ReadonlyMap<number, NewPlace>;
  /** Edits within `idat`, by their offsets in the file. */
  readonly idat: readonly Edit[];
}

/** A box cannot be shorter than its head. */
const LEAST_BOX_BYTES = 8;

/**
 * The meta box without what goes, at its old length: free space makes up for what it lost, so that no offset in the file
 * changes. Throws `UnsupportedError` where it would grow.
 */
export function writeMetaBox(inspection: HeifInspection, plan: Plan, changes: MetaChanges): Uint8Array {
  const { meta } = inspection;
  // idat moves within the box; where iloc says so by an offset in the file, that follows in the second round.
  const first = new MetaWriter(inspection, plan, changes, 0).write();
  const moved = meta.idat === undefined || first.idatOffset === undefined ? 0 : first.idatOffset - meta.idat.byteOffset;
  return moved === 0 ? first.bytes : new MetaWriter(inspection, plan, changes, moved).write().bytes;
}

class MetaWriter {
  readonly #meta: MetaBox;
  readonly #length: number;
  /** A location of no item leads to bytes that nobody shows. */
  readonly #ids: ReadonlySet<number>;

  constructor(
    readonly inspection: HeifInspection,
    readonly plan: Plan,
    readonly changes: MetaChanges,
    readonly idatShift: number,
  ) {
    this.#meta = inspection.meta;
    this.#length = this.#meta.bytes.byteLength;
    this.#ids = new Set(this.#meta.items.map(({ id }) => id));
  }

  write(): { bytes: Uint8Array; idatOffset: number | undefined } {
    const { bytes, headBytes, children, file } = this.#meta;
    const written = children.flatMap((box) => {
      const content = this.#child(box);
      return content === undefined ? [] : [{ box, content }];
    });
    const spare = this.#length - headBytes - written.reduce((sum, { content }) => sum + content.byteLength, 0);
    if (spare < 0) throw new UnsupportedError('meta-box-too-small', file.byteOffset, 'the meta box would have to grow');
    if (spare > 0 && spare < LEAST_BOX_BYTES) {
      // Too little for a box of its own: zeros behind the name of the handler, where every reader stops at the NUL.
      const handler = written.find(({ box }) => box.type === 'hdlr');
      if (handler === undefined) throw new UnsupportedError('meta-box-too-small', file.byteOffset, 'the meta box has no handler');
      handler.content = boxOf('hdlr', handler.content.subarray(8), Buffer.alloc(spare));
    }
    const padding = spare >= LEAST_BOX_BYTES ? [boxOf('free', Buffer.alloc(spare - LEAST_BOX_BYTES))] : [];
    let idatOffset: number | undefined;
    let at = file.byteOffset + headBytes;
    for (const { box, content } of written) {
      if (box.type === 'idat') idatOffset = at + LEAST_BOX_BYTES;
      at += content.byteLength;
    }
    return { bytes: Buffer.concat([bytes.subarray(0, headBytes), ...written.map(({ content }) => content), ...padding]), idatOffset };
  }

  readonly #isLeft = (id: number): boolean => !this.changes.gone.has(id);

  #removes(part: Part | undefined): boolean {
    return part !== undefined && this.plan.actionOf(part).kind === 'remove';
  }

  #removesReserved(): boolean {
    return this.inspection.metaParts.parts.some((part) => part.path.startsWith(RESERVED_PATH) && this.#removes(part));
  }

  /** `undefined` where a child goes. */
  #child(box: Box): Uint8Array | undefined {
    const { bytes, items, references, properties, groups, iloc, locations } = this.#meta;
    const { metaParts } = this.inspection;
    switch (box.type) {
      case 'free':
      case 'skip':
        return undefined;
      case 'hdlr':
        return boxOf('hdlr', writeHandler(this.#meta, box, !this.#removes(metaParts.handler), !this.#removesReserved()));
      case 'pitm':
        return boxOf('pitm', bytes.subarray(box.content, Math.min(box.end, primaryEnd(this.#meta, box))));
      case 'iinf':
        return writeItems(
          bytes,
          box,
          items.filter(({ id }) => this.#isLeft(id)),
          (item) => !this.#removes(metaParts.names.get(item)),
        );
      case 'iref':
        return writeReferences(bytes, box, references, this.#isLeft);
      case 'iprp':
        return properties === undefined
          ? raw(bytes, box)
          : writeProperties(bytes, properties, (each) => this.#property(each), this.#isLeft);
      case 'grpl':
        return writeGroups(
          bytes,
          groups.filter((group) => !this.#removes(metaParts.boxes.get(group.box))),
          this.#isLeft,
        );
      case 'iloc':
        return iloc === undefined || locations === undefined
          ? raw(bytes, box)
          : writeLocations(
              bytes,
              box,
              locations.sizes,
              locations.locations.filter(({ id }) => this.#isLeft(id) && this.#ids.has(id)).map((location) => this.#location(location)),
            );
      case 'idat':
        return this.#idat(box);
      default:
        return this.#removes(metaParts.boxes.get(box)) ? undefined : raw(bytes, box);
    }
  }

  /** Nothing of a property stays that only items had that go. */
  #property(box: Box): Uint8Array | undefined {
    const { bytes, properties } = this.#meta;
    const part = this.inspection.metaParts.properties.get(box);
    const users = properties?.usersOf.get(box) ?? [];
    if (users.length > 0 && !users.some(this.#isLeft)) return undefined;
    if (this.#removes(part)) {
      if (box.type !== 'clap' || part?.category !== 'hidden') return undefined;
      const byteOffset = this.#meta.file.byteOffset + box.start;
      throw new UnsupportedError(
        'cropped-for-show',
        byteOffset,
        CROP_NOTE,
        'crop the picture in an image editor and save it anew, or let the policy keep hidden data',
      );
    }
    if (part?.payload !== undefined && this.plan.touches(part)) return part.payload.rewrite(this.plan) ?? undefined;
    return raw(bytes, box);
  }

  #location(location: Location): Location {
    const place = this.changes.placed.get(location.id);
    const { idat, locations } = this.#meta;
    if (place === undefined) {
      const regions = this.#meta.regions.get(location.id) ?? [];
      const first = regions[0];
      const isAbsolute = location.method === 0 && first !== undefined && isIn(idat, first);
      if (!isAbsolute || this.idatShift === 0) return location;
      return this.#withOffsets(
        location,
        regions.map((region) => ({ ...region, byteOffset: region.byteOffset + this.idatShift })),
        0,
      );
    }
    const first = place.regions[0];
    if (first === undefined || !isIn(idat, first)) return this.#withOffsets(location, place.regions, 0);
    if (location.method === 1 && idat !== undefined)
      return this.#withOffsets(
        location,
        place.regions.map((region) => ({ ...region, byteOffset: region.byteOffset - idat.byteOffset })),
        1,
      );
    if (locations?.sizes.version !== 0 && idat !== undefined)
      return this.#withOffsets(
        location,
        place.regions.map((region) => ({ ...region, byteOffset: region.byteOffset - idat.byteOffset })),
        1,
      );
    return this.#withOffsets(
      location,
      place.regions.map((region) => ({ ...region, byteOffset: region.byteOffset + this.idatShift })),
      0,
    );
  }

  /** The extents where these ranges lie; the base takes up what the offsets have no room for. */
  #withOffsets(location: Location, regions: readonly Region[], method: number): Location {
    const sizes = this.#meta.locations?.sizes;
    if (sizes === undefined) return location;
    if (sizes.length === 0)
      throw new UnsupportedError(
        'item-location-too-narrow',
        this.#meta.file.byteOffset,
        'the box iloc has no room for the length of an item',
      );
    const base = sizes.offset === 0 ? (regions[0]?.byteOffset ?? 0) : 0;
    if (sizes.offset === 0 && regions.length > 1)
      throw new UnsupportedError(
        'item-location-too-narrow',
        this.#meta.file.byteOffset,
        'the box iloc has no room for the offsets of an item',
      );
    const extents = regions.map(({ byteOffset, byteLength }) => ({ index: 0, offset: byteOffset - base, length: byteLength }));
    return { id: location.id, method, dataReference: 0, base, extents };
  }

  #idat(box: Box): Uint8Array | undefined {
    const { bytes, file, idat } = this.#meta;
    const users = this.inspection.places.filter(
      ({ item, regions }) => this.#isLeft(item.id) && regions.some((region) => isIn(idat, region)),
    );
    const kept = this.inspection.places.some(
      ({ item, regions }) =>
        this.#isLeft(item.id) && regions.length === 0 && (this.#meta.regions.get(item.id) ?? []).some((region) => isIn(idat, region)),
    );
    const start = file.byteOffset + box.content;
    const edits = [...this.changes.idat]
      .map((edit) => ({ ...edit, byteOffset: edit.byteOffset - start }))
      .sort((a, b) => a.byteOffset - b.byteOffset);
    const content = concatBytes(applyEdits(new MemorySource(bytes.subarray(box.content, box.end)), edits));
    if (users.length === 0 && !kept && content.every((byte) => byte === 0)) return undefined;
    return boxOf('idat', content);
  }
}

function isIn(ground: Region | undefined, region: Region): boolean {
  return ground !== undefined && region.byteOffset >= ground.byteOffset && region.byteOffset < ground.byteOffset + ground.byteLength;
}

const raw = (bytes: Uint8Array, box: Box): Uint8Array => bytes.subarray(box.start, box.end);
