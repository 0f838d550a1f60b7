import type { Part, Plan, Region } from '../../core/part.js';
import { COORDINATE_OF_REF } from './coarsen-exif.js';
import { dataBytes } from './data-block.js';
import { isMakerNote } from './makernote/read-note.js';
import type { Directory, Entry, Tree } from './model.js';
import type { ExifParts } from './parts.js';
import { isShown } from './shape.js';
import { type IfdKind, TAG } from './tags.js';

/** What a rebuilt directory holds. */
export type OutEntry =
  | { readonly tag: number; readonly content: 'value'; readonly type: number; readonly bytes: Uint8Array }
  /** Bytes that stay where they were, because they hold offsets of their own. */
  | { readonly tag: number; readonly content: 'pinned'; readonly type: number; readonly region: Region }
  | { readonly tag: number; readonly content: 'directories'; readonly directories: readonly OutDirectory[] }
  | { readonly tag: number; readonly content: 'data'; readonly lengthTag: number; readonly pieces: readonly Uint8Array[] };

export interface OutDirectory {
  readonly kind: IfdKind;
  readonly entries: readonly OutEntry[];
}

export interface Selection {
  readonly chain: readonly OutDirectory[];
  /** Ranges of the old block that stay at their offsets. */
  readonly pinned: readonly Region[];
}

/** What a plan leaves of a block; `undefined` where nothing is left that is worth a carrier. */
export function select(tree: Tree, parts: ExifParts, plan: Plan): Selection | undefined {
  return new Selector(parts, plan).select(tree);
}

class Selector {
  readonly #pinned: Region[] = [];
  /** True once something is kept that a person or a viewer would miss. */
  #worthKeeping = false;

  constructor(
    readonly parts: ExifParts,
    readonly plan: Plan,
  ) {}

  select(tree: Tree): Selection | undefined {
    const [first, ...rest] = tree.chain as [Directory, ...Directory[]];
    const chain = [
      this.#directory(first, tree) ?? { kind: first.kind, entries: [] },
      ...rest.map((directory) => this.#directory(directory, tree)).filter((directory) => directory !== undefined),
    ];
    for (const { part, region } of this.parts.gaps) {
      if (!this.#keeps(part)) continue;
      this.#pinned.push(region);
      this.#worthKeeping = true;
    }
    return this.#worthKeeping ? { chain, pinned: this.#pinned } : undefined;
  }

  #directory(directory: Directory, tree: Tree): OutDirectory | undefined {
    const entries: OutEntry[] = [];
    let says = 0;
    for (const entry of directory.entries) {
      const out = this.#entry(entry, tree);
      if (out === undefined || this.#isLoneRef(entry, directory)) continue;
      entries.push(out);
      const category = this.parts.ofEntry.get(entry)?.category;
      if (out.content === 'directories' || (category !== 'rendering' && !isGpsVersion(entry))) says++;
      if (category === undefined || category !== 'rendering' || isShown(entry.kind, entry.raw.tag, entry.value)) {
        this.#worthKeeping ||= out.content !== 'directories' && !isGpsVersion(entry);
      }
    }
    // Width, height and compression of a thumbnail say nothing without it, nor does GPSVersionID without a place.
    const needsContent = directory.kind === 'IFD1' || directory.kind === 'SubIFD' || directory.kind === 'GPS';
    if (entries.length === 0 || (needsContent && says === 0)) return undefined;
    return { kind: directory.kind, entries: entries.sort((a, b) => a.tag - b.tag) };
  }

  #entry(entry: Entry, tree: Tree): OutEntry | undefined {
    const { tag } = entry.raw;
    if (entry.fault !== undefined || entry.lengths === true) return undefined;
    if (entry.directories !== undefined) {
      const directories = entry.directories.map((each) => this.#directory(each, tree)).filter((each) => each !== undefined);
      return directories.length === 0 ? undefined : { tag, content: 'directories', directories };
    }
    const part = this.parts.ofEntry.get(entry);
    if (part === undefined) return undefined;
    const action = this.plan.actionOf(part);
    if (action.kind === 'remove') return undefined;
    if (entry.data !== undefined) return this.#data(entry, part, tree);
    const { type } = entry.raw;
    if (isMakerNote(entry) && !entry.raw.inline) {
      const region = { byteOffset: entry.raw.valueOffset, byteLength: entry.raw.valueBytes };
      this.#pinned.push(region, ...(this.parts.outlying.get(entry) ?? []));
      return { tag, content: 'pinned', type, region };
    }
    const coarsenable = action.kind === 'coarsen' ? this.parts.coarsenable.get(entry) : undefined;
    if (action.kind === 'coarsen' && coarsenable === undefined) return undefined;
    const bytes = action.kind === 'coarsen' ? coarsenable?.coarsen(action.precision) : this.#withoutSlack(entry);
    return bytes === undefined ? undefined : { tag, content: 'value', type, bytes };
  }

  /** A hemisphere goes with its coordinate, whatever else made that go. */
  #isLoneRef(entry: Entry, directory: Directory): boolean {
    const tag = entry.kind === 'GPS' ? COORDINATE_OF_REF.get(entry.raw.tag) : undefined;
    const coordinate = tag === undefined ? undefined : directory.first.get(tag);
    return coordinate !== undefined && this.#isGone(coordinate);
  }

  #isGone(entry: Entry): boolean {
    const part = this.parts.ofEntry.get(entry);
    return entry.fault !== undefined || part === undefined || this.plan.actionOf(part).kind === 'remove';
  }

  #data(entry: Entry, part: Part, tree: Tree): OutEntry | undefined {
    const block = entry.data;
    if (block === undefined) return undefined;
    let pieces = dataBytes(block, tree.bytes);
    if (part.payload !== undefined && this.plan.touches(part)) {
      const rewritten = part.payload.rewrite(this.plan);
      if (rewritten === null) return undefined;
      pieces = [rewritten];
    }
    return { tag: entry.raw.tag, content: 'data', lengthTag: block.lengthTag, pieces };
  }

  #withoutSlack(entry: Entry): Uint8Array {
    const { slack, value } = entry;
    const part = this.parts.ofSlack.get(entry);
    if (slack?.keptBytes === undefined || part === undefined || this.#keeps(part)) return value.bytes;
    return value.bytes.subarray(0, slack.keptBytes);
  }

  #keeps(part: Part): boolean {
    return this.plan.actionOf(part).kind === 'keep';
  }
}

function isGpsVersion(entry: Entry): boolean {
  return entry.kind === 'GPS' && entry.raw.tag === TAG.gpsVersionId;
}
