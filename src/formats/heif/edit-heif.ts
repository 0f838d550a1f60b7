import { UnsupportedError } from '../../core/error.js';
import type { Edit, Plan, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { blank, freeBox } from '../boxes/blank.js';
import type { FileBox } from '../boxes/walk.js';
import { boxOf } from './full-box.js';
import type { ItemPlace } from './item-places.js';
import type { HeifInspection } from './read-heif.js';
import { type NewPlace, writeMetaBox } from './write-meta.js';

const NOTHING = new Uint8Array(0);

const BOX_HEAD_BYTES = 8;

/**
 * What a plan does to a picture file. Every byte that stays keeps its offset: what goes becomes zeros or free space of the same
 * length, and the meta box is written anew at its old length. Only what lies at the very end is cut off.
 */
export function editHeif(source: Source, inspection: HeifInspection, plan: Plan): Edit[] {
  return new HeifEditor(source, inspection, plan).edits();
}

class HeifEditor {
  readonly #edits: Edit[] = [];
  readonly #gone = new Set<number>();
  readonly #placed = new Map<number, NewPlace>();
  /** What replaces bytes of `idat`, which go along with the meta box. */
  readonly #idat: Edit[] = [];
  readonly #appended: Uint8Array[] = [];
  #appendedBytes = 0;
  #endOffset: number;

  constructor(
    readonly source: Source,
    readonly inspection: HeifInspection,
    readonly plan: Plan,
  ) {
    this.#endOffset = source.byteLength;
  }

  edits(): Edit[] {
    const { meta, places, parts } = this.inspection;
    const boxes = new Map(this.inspection.boxes.map((box) => [box.path, box]));
    this.#cutTail();
    this.#edits.push(...this.inspection.brands.edits(this.plan));
    for (const place of places) this.#editItem(place);
    for (const part of parts) {
      if (part.region.byteOffset >= this.#endOffset || this.plan.actionOf(part).kind !== 'remove') continue;
      const box = boxes.get(part.path);
      if (part.path.includes('/unreferenced@')) this.#put(part.region, NOTHING);
      else if (box !== undefined) this.#edits.push(...freed(box));
    }
    this.#editMovie();
    this.#unreferencedInIdat();
    const metaPart = parts.find(({ path }) => path === meta.file.path);
    const isTouched = (metaPart !== undefined && this.plan.touches(metaPart)) || this.#gone.size + this.#placed.size > 0;
    if (isTouched || (this.#endOffset < this.source.byteLength && this.#hasOrphans())) {
      const bytes = writeMetaBox(this.inspection, this.plan, { gone: this.#gone, placed: this.#placed, idat: this.#idat });
      this.#edits.push({ byteOffset: meta.file.byteOffset, byteLength: meta.bytes.byteLength, bytes });
    }
    if (this.#endOffset < this.source.byteLength || this.#appended.length > 0) {
      const byteLength = this.source.byteLength - this.#endOffset;
      this.#edits.push({ byteOffset: this.#endOffset, byteLength, bytes: Buffer.concat(this.#appended) });
    }
    return this.#edits.sort((a, b) => a.byteOffset - b.byteOffset);
  }

  /** All keep the length of the movie box, but content that outgrew its place: a box that goes behind all else. */
  #editMovie(): void {
    const { movie, samples } = this.inspection;
    if (movie === undefined) return;
    for (const edit of movie.edits(this.plan)) {
      if (edit.byteLength === 0 && edit.byteOffset === this.source.byteLength) this.#append(edit.bytes);
      else this.#edits.push(edit);
    }
    const gone = new Set(movie.gone(this.plan));
    for (const { track, region } of samples) if (gone.has(track)) this.#put(region, NOTHING);
  }

  /** Puts bytes at the end of what is left of the file, and says where. A last box without a size of its own would take them in. */
  #append(bytes: Uint8Array): number {
    const last = this.inspection.boxes.findLast(({ byteOffset }) => byteOffset < this.#endOffset);
    if (last?.sizeForm === 'to-end')
      throw new UnsupportedError('no-room', last.byteOffset, 'nothing can follow a last box that goes on to the end of the file');
    return this.#appendRaw(bytes);
  }

  #appendRaw(bytes: Uint8Array): number {
    const start = this.#endOffset + this.#appendedBytes;
    this.#appended.push(bytes);
    this.#appendedBytes += bytes.byteLength;
    return start;
  }

  /** Locations of no item: what they lead to may lie in what is cut off. */
  #hasOrphans(): boolean {
    const { items, locations } = this.inspection.meta;
    const ids = new Set(items.map(({ id }) => id));
    return (locations?.locations ?? []).some(({ id }) => !ids.has(id));
  }

  /** What goes at the end of the file takes its bytes along. */
  #cutTail(): void {
    const { parts } = this.inspection;
    for (let index = parts.length - 1; index > 0; index--) {
      const part = parts[index] as (typeof parts)[number];
      if (this.plan.actionOf(part).kind !== 'remove' || part.path.includes('/')) break;
      if (part.path.startsWith('item-')) break;
      this.#endOffset = part.region.byteOffset;
    }
  }

  #editItem({ item, part, regions }: ItemPlace): void {
    if (this.plan.actionOf(part).kind === 'remove') {
      this.#remove(item.id, regions);
      return;
    }
    if (part.payload === undefined || !this.plan.touches(part)) return;
    const bytes = part.payload.rewrite(this.plan);
    if (bytes === null) this.#remove(item.id, regions);
    else this.#place(item.id, regions, bytes);
  }

  #remove(id: number, regions: readonly Region[]): void {
    this.#gone.add(id);
    for (const region of regions) this.#put(region, NOTHING);
  }

  /** Where the item lay, as far as that holds it; else at the end of the file, in media data of its own. */
  #place(id: number, regions: readonly Region[], bytes: Uint8Array): void {
    const room = regions.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (bytes.byteLength > room) {
      for (const region of regions) this.#put(region, NOTHING);
      // In media data that goes on to the end of the file, no box of its own is needed.
      const last = this.inspection.boxes.findLast(({ byteOffset }) => byteOffset < this.#endOffset);
      const isWithin = last?.type === 'mdat' && last.sizeForm === 'to-end';
      const start = isWithin ? this.#appendRaw(bytes) : this.#append(boxOf('mdat', bytes)) + BOX_HEAD_BYTES;
      this.#placed.set(id, { regions: [{ byteOffset: start, byteLength: bytes.byteLength }] });
      return;
    }
    const used: Region[] = [];
    let position = 0;
    for (const region of regions) {
      const piece = bytes.subarray(position, position + region.byteLength);
      this.#put(region, piece);
      if (piece.byteLength > 0) used.push({ byteOffset: region.byteOffset, byteLength: piece.byteLength });
      position += piece.byteLength;
    }
    this.#placed.set(id, { regions: used });
  }

  /** Bytes in place of a range, zeros behind them. */
  #put({ byteOffset, byteLength }: Region, bytes: Uint8Array): void {
    const edits = [
      ...(bytes.byteLength === 0 ? [] : [{ byteOffset, byteLength: bytes.byteLength, bytes }]),
      ...blank(byteOffset + bytes.byteLength, byteLength - bytes.byteLength),
    ];
    (this.#isInIdat(byteOffset) ? this.#idat : this.#edits).push(...edits);
  }

  #isInIdat(byteOffset: number): boolean {
    const { idat } = this.inspection.meta;
    return idat !== undefined && byteOffset >= idat.byteOffset && byteOffset < idat.byteOffset + idat.byteLength;
  }

  #unreferencedInIdat(): void {
    const { meta, parts } = this.inspection;
    const children = parts.find(({ path }) => path === meta.file.path)?.children ?? [];
    for (const part of children)
      if (part.path.includes('/idat/unreferenced@') && this.plan.actionOf(part).kind === 'remove') this.#put(part.region, NOTHING);
  }
}

/** A box as free space. Where its size goes up to the end of the file, it has to go on doing so. */
function freed(box: FileBox): Edit[] {
  return freeBox(box.byteOffset, box.endOffset - box.byteOffset, box.sizeForm === 'long' ? 16 : 8);
}
