import type { Category } from '../../core/category.js';
import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { opaquePart, type PayloadPlace } from '../reading.js';
import { gapsOf } from './claims.js';
import type { Classified } from './classify.js';
import { COORDINATE_OF_REF, type CoarsenableValue, coarsenableOf } from './coarsen-exif.js';
import { describeValue } from './describe.js';
import { makerNotePart } from './makernote/part.js';
import { isMakerNote, type NoteReading } from './makernote/read-note.js';
import type { Claim, Directory, Entry, Tree } from './model.js';
import { isShown } from './shape.js';
import { TAG } from './tags.js';
import { dataPart } from './thumbnail.js';

/** What each entry became, for the writer. */
export interface ExifParts {
  readonly ofEntry: ReadonlyMap<Entry, Part>;
  readonly ofSlack: ReadonlyMap<Entry, Part>;
  readonly coarsenable: ReadonlyMap<Entry, CoarsenableValue>;
  /** Ranges outside of a maker note that it points to: they stay where they are, or go with it. */
  readonly outlying: ReadonlyMap<Entry, readonly Region[]>;
  /** Bytes that no directory accounts for. */
  readonly gaps: readonly { readonly part: Part; readonly region: Region }[];
}

/** Makes a part of everything that a block holds. */
export class PartsBuilder implements ExifParts {
  readonly ofEntry = new Map<Entry, Part>();
  readonly ofSlack = new Map<Entry, Part>();
  readonly coarsenable = new Map<Entry, CoarsenableValue>();
  readonly gaps: { part: Part; region: Region }[] = [];

  constructor(
    readonly tree: Tree,
    readonly place: PayloadPlace,
    readonly classified: ReadonlyMap<Entry, Classified>,
    readonly shared: ReadonlyMap<Entry, ReadonlySet<Category>>,
    readonly notes: ReadonlyMap<Entry, NoteReading>,
    readonly outlying: ReadonlyMap<Entry, readonly Region[]>,
    readonly claims: readonly Claim[],
  ) {}

  build(): Part[] {
    const parts: Part[] = [];
    for (const directory of this.tree.directories) {
      for (const entry of directory.entries) {
        const part = this.#part(entry, directory);
        if (part === undefined) continue;
        parts.push(part);
        this.ofEntry.set(entry, part);
        if (entry.slack !== undefined) parts.push(this.#slackPart(entry, part));
      }
    }
    for (const region of gapsOf(this.claims, this.tree.bytes)) {
      const located = this.place.locate(region.byteOffset, region.byteLength);
      const part = opaquePart(`${this.place.path}/unreferenced#${this.gaps.length}`, 'Exif', located, 'bytes that no entry accounts for');
      this.gaps.push({ part, region });
      parts.push(part);
    }
    return parts;
  }

  /** `undefined` for pointers and lengths: structure, that goes and stays with what it leads to. */
  #part(entry: Entry, directory: Directory): Part | undefined {
    const { place, tree } = this;
    const { raw, fault } = entry;
    const path = `${place.path}/${entry.path}`;
    if (fault === undefined && (entry.directories !== undefined || entry.lengths === true)) return undefined;
    const classified = this.classified.get(entry) as Classified;
    if (fault === undefined && entry.data !== undefined) {
      return this.#withShared(entry, dataPart(`${place.path}/${this.#dataPath(directory, entry)}`, entry.data, directory, tree, place));
    }
    const region = this.#regionOf(entry);
    const reading = isMakerNote(entry) ? this.notes.get(entry) : undefined;
    if (reading !== undefined) return this.#withShared(entry, makerNotePart({ entry, path, region, tree, place, reading }));
    const { carrier, category, alsoReveals, note, atomic } = classified;
    const value = fault === undefined && atomic !== true ? seal(describeValue(entry)) : undefined;
    const coarsenable =
      fault === undefined ? coarsenableOf(entry.kind, raw.tag, entry.value, this.#hasCoordinate(entry, directory)) : undefined;
    if (coarsenable !== undefined) this.coarsenable.set(entry, coarsenable);
    const part: Part = {
      path,
      carrier,
      category,
      ...(alsoReveals.length > 0 ? { alsoReveals } : {}),
      region,
      required: this.#isRequired(entry, category),
      ...(value === undefined ? {} : { value }),
      ...(note === undefined ? {} : { note }),
      ...(atomic === true ? { atomic } : {}),
      ...(coarsenable === undefined ? {} : { coarsenable: coarsenable.coarsenable }),
    };
    return this.#withShared(entry, part);
  }

  /** What turns the picture or gives it its colours, where it is nothing else at the same time. */
  #isRequired(entry: Entry, category: Category): boolean {
    const { tag } = entry.raw;
    if (category !== 'rendering' || entry.repeated || entry.fault !== undefined || this.shared.has(entry)) return false;
    return tag !== TAG.xResolution && tag !== TAG.yResolution && tag !== TAG.iccProfile && isShown(entry.kind, tag, entry.value);
  }

  #withShared(entry: Entry, part: Part): Part {
    const shared = this.shared.get(entry);
    if (shared === undefined) return part;
    const alsoReveals = [...new Set([...(part.alsoReveals ?? []), ...shared])].filter((category) => category !== part.category);
    return alsoReveals.length === 0 ? part : { ...part, alsoReveals };
  }

  #regionOf(entry: Entry): Region {
    const { raw, fault, slack } = entry;
    if (fault !== undefined) return this.place.locate(raw.byteOffset, 12);
    return this.place.locate(raw.valueOffset, slack?.keptBytes ?? raw.valueBytes);
  }

  #dataPath(directory: Directory, entry: Entry): string {
    return `${directory.path}/${entry.data?.name}${entry.repeated ? `#${entry.raw.byteOffset}` : ''}`;
  }

  #hasCoordinate(entry: Entry, directory: Directory): boolean {
    const tag = entry.kind === 'GPS' ? COORDINATE_OF_REF.get(entry.raw.tag) : undefined;
    const coordinate = tag === undefined ? undefined : directory.first.get(tag);
    if (coordinate === undefined || coordinate.fault !== undefined) return false;
    return coarsenableOf('GPS', coordinate.raw.tag, coordinate.value, false) !== undefined;
  }

  #slackPart(entry: Entry, owner: Part): Part {
    const { byteOffset, byteLength } = entry.slack as { byteOffset: number; byteLength: number };
    const part = opaquePart(`${owner.path}/slack`, 'Exif', this.place.locate(byteOffset, byteLength), 'bytes behind the end of the value');
    this.ofSlack.set(entry, part);
    return part;
  }
}
