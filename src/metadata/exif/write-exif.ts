import type { Plan, Region } from '../../core/part.js';
import { TYPE, typeBytes } from './ifd.js';
import type { Tree } from './model.js';
import type { ExifParts } from './parts.js';
import { type OutDirectory, type OutEntry, type Selection, select } from './select.js';

const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
const INLINE_BYTES = 4;

/**
 * The block with every entry handled as the plan says: sorted directories, values behind them, no gap but those around a maker
 * note that stays at its offset. `null` when nothing is left that a person or a viewer would miss.
 */
export function writeExif(tree: Tree, parts: ExifParts, plan: Plan): Uint8Array | null {
  const selection = select(tree, parts, plan);
  return selection === undefined ? null : layOut(selection, tree.littleEndian, tree.bytes);
}

function layOut(selection: Selection, littleEndian: boolean, old: Uint8Array): Uint8Array {
  const layout = new Layout(selection.pinned, littleEndian);
  layout.place(selection.chain);
  return layout.bytes(old);
}

/** Gives every piece its place first, between what is pinned, and writes them then. */
class Layout {
  readonly #pinned: readonly Region[];
  readonly #writes: { at: number; bytes: Uint8Array }[] = [];
  #position = HEADER_BYTES;
  #nextPin = 0;
  #end = HEADER_BYTES;

  constructor(
    pinned: readonly Region[],
    readonly littleEndian: boolean,
  ) {
    this.#pinned = [...pinned].sort((a, b) => a.byteOffset - b.byteOffset);
    for (const { byteOffset, byteLength } of pinned) this.#end = Math.max(this.#end, byteOffset + byteLength);
  }

  place(chain: readonly OutDirectory[]): void {
    const tables = chain.map((directory) => ({ directory, at: this.#allocate(tableBytes(directory)) }));
    const header = new Uint8Array(HEADER_BYTES);
    header.set(this.littleEndian ? [0x49, 0x49] : [0x4d, 0x4d]);
    const view = new DataView(header.buffer);
    view.setUint16(2, 42, this.littleEndian);
    view.setUint32(4, tables[0]?.at ?? 0, this.littleEndian);
    this.#writes.push({ at: 0, bytes: header });
    for (const [index, { directory, at }] of tables.entries()) this.#fill(directory, at, tables[index + 1]?.at ?? 0);
  }

  /** TIFF 6.0 section 2: values and directories begin on a word boundary. */
  #allocate(byteLength: number): number {
    let at = this.#position + (this.#position % 2);
    for (let pin = this.#pinned[this.#nextPin]; pin !== undefined; pin = this.#pinned[this.#nextPin]) {
      if (at + byteLength <= pin.byteOffset) break;
      at = Math.max(at, pin.byteOffset + pin.byteLength);
      at += at % 2;
      this.#nextPin++;
    }
    this.#position = at + byteLength;
    this.#end = Math.max(this.#end, this.#position);
    return at;
  }

  #put(bytes: Uint8Array): number {
    const at = this.#allocate(bytes.byteLength);
    this.#writes.push({ at, bytes });
    return at;
  }

  #fill(directory: OutDirectory, at: number, next: number): void {
    const table = new Uint8Array(tableBytes(directory));
    const view = new DataView(table.buffer);
    const rows = directory.entries.flatMap((entry) => this.#rows(entry)).sort((a, b) => a.tag - b.tag);
    view.setUint16(0, rows.length, this.littleEndian);
    for (const [index, row] of rows.entries()) {
      const start = 2 + index * ENTRY_BYTES;
      view.setUint16(start, row.tag, this.littleEndian);
      view.setUint16(start + 2, row.type, this.littleEndian);
      view.setUint32(start + 4, row.count, this.littleEndian);
      if (row.offset === undefined) table.set(row.bytes, start + 8);
      else view.setUint32(start + 8, row.offset, this.littleEndian);
    }
    view.setUint32(table.byteLength - 4, next, this.littleEndian);
    this.#writes.push({ at, bytes: table });
  }

  #rows(entry: OutEntry): Row[] {
    const { tag } = entry;
    switch (entry.content) {
      case 'pinned': {
        const { byteOffset, byteLength } = entry.region;
        return [{ tag, type: entry.type, count: byteLength / (typeBytes(entry.type) ?? 1), bytes: NONE, offset: byteOffset }];
      }
      case 'directories': {
        const tables = entry.directories.map((directory) => ({ directory, at: this.#allocate(tableBytes(directory)) }));
        for (const { directory, at } of tables) this.#fill(directory, at, 0);
        return [
          this.#longs(
            tag,
            tables.map(({ at }) => at),
          ),
        ];
      }
      case 'data': {
        const offsets = entry.pieces.map((piece) => this.#put(piece));
        const lengths = entry.pieces.map((piece) => piece.byteLength);
        return [this.#longs(tag, offsets), this.#longs(entry.lengthTag, lengths)];
      }
      default:
        return [this.#row(tag, entry.type, entry.bytes)];
    }
  }

  #longs(tag: number, values: readonly number[]): Row {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    for (const [index, value] of values.entries()) view.setUint32(index * 4, value, this.littleEndian);
    return this.#row(tag, TYPE.long, bytes);
  }

  #row(tag: number, type: number, bytes: Uint8Array): Row {
    const count = bytes.byteLength / (typeBytes(type) ?? 1);
    return bytes.byteLength <= INLINE_BYTES ? { tag, type, count, bytes } : { tag, type, count, bytes: NONE, offset: this.#put(bytes) };
  }

  /** Everything in its place; what is pinned comes from the old block. */
  bytes(old: Uint8Array): Uint8Array {
    const out = new Uint8Array(this.#end);
    for (const { byteOffset, byteLength } of this.#pinned) out.set(old.subarray(byteOffset, byteOffset + byteLength), byteOffset);
    for (const { at, bytes } of this.#writes) out.set(bytes, at);
    return out;
  }
}

interface Row {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Where the value lies, unless it fits into the entry. */
  readonly offset?: number;
}

const NONE = new Uint8Array(0);

function tableBytes(directory: OutDirectory): number {
  const rows = directory.entries.reduce((count, entry) => count + (entry.content === 'data' ? 2 : 1), 0);
  return 2 + rows * ENTRY_BYTES + 4;
}
