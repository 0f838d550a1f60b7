import type { Source } from '../../core/source.js';
import type { FileBox } from '../boxes/walk.js';

/** How much of a table is held at a time. */
const BLOCK_BYTES = 1 << 16;

/** The tables that say where a track's samples lie (ISO/IEC 14496-12 8.7). Each may be missing in a fragmented file. */
export interface SampleTables {
  readonly stsc?: FileBox;
  /** `stsz` or `stz2`. */
  readonly sizes?: FileBox;
  /** `stco` or `co64`. */
  readonly offsets?: FileBox;
}

export interface SampleOptions {
  /** Whether the samples of a sample description (from 1 on) lie in this file at all. */
  readonly isInFile: (descriptionIndex: number) => boolean;
  /**
   * Bytes of so many samples of a description, where all have one size in the table and that may not be what is stored: QuickTime
   * counts a sample of sound as one byte.
   */
  readonly soundBytes?: (count: number, descriptionIndex: number) => number;
}

/** Numbers of one width, read in blocks. */
class Column {
  #block: Buffer = Buffer.alloc(0);
  #blockAt = 0;

  constructor(
    readonly source: Source,
    readonly byteOffset: number,
    readonly count: number,
    /** Bytes of an entry; half a byte for sizes of 4 bits. */
    readonly entryBytes: number,
  ) {}

  at(index: number, within = 0, width = this.entryBytes): number {
    if (width === 0.5) {
      const pair = this.#bytes(index >> 1, 1)[0] as number;
      return (index & 1) === 0 ? pair >> 4 : pair & 0x0f;
    }
    const bytes = this.#bytes(index * this.entryBytes + within, width);
    return width === 8 ? bytes.readUInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4) : bytes.readUIntBE(0, width);
  }

  #bytes(at: number, byteLength: number): Buffer {
    const from = at - this.#blockAt;
    if (from >= 0 && from + byteLength <= this.#block.length) return this.#block.subarray(from, from + byteLength);
    const rest = Math.ceil(this.count * this.entryBytes) - at;
    const bytes = this.source.read(this.byteOffset + at, Math.max(byteLength, Math.min(BLOCK_BYTES, rest)));
    this.#block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#blockAt = at;
    return this.#block.subarray(0, byteLength);
  }
}

/** Entries of a table that are there: what is declared, or what the box holds. */
function column(source: Source, box: FileBox | undefined, entryBytes: number, headBytes = 8): Column | undefined {
  if (box === undefined || box.endOffset - box.dataOffset < headBytes) return undefined;
  const declared = Buffer.from(source.read(box.dataOffset + headBytes - 4, 4)).readUInt32BE(0);
  const room = Math.floor((box.endOffset - box.dataOffset - headBytes) / entryBytes);
  return new Column(source, box.dataOffset + headBytes, Math.min(declared, room), entryBytes);
}

interface Sizes {
  readonly count: number;
  /** Set where all samples have one size. */
  readonly one?: number;
  readonly each?: Column;
}

function sizesOf(source: Source, box: FileBox | undefined): Sizes {
  if (box === undefined || box.endOffset - box.dataOffset < 12) return { count: 0 };
  const head = Buffer.from(source.read(box.dataOffset, 12));
  const count = head.readUInt32BE(8);
  if (box.type === 'stsz') {
    const one = head.readUInt32BE(4);
    if (one !== 0) return { count, one };
    const each = column(source, box, 4, 12);
    return each === undefined ? { count: 0 } : { count: each.count, each };
  }
  // 8.7.3.3: sizes of 4, 8 or 16 bits.
  const bits = head[7] as number;
  const each = [4, 8, 16].includes(bits) ? column(source, box, bits / 8, 12) : undefined;
  return each === undefined ? { count: 0 } : { count: each.count, each };
}

/** How many samples the tables declare. */
export function sampleCountOf(source: Source, tables: SampleTables): number {
  return sizesOf(source, tables.sizes).count;
}

/**
 * Where each chunk's samples lie, chunk by chunk; a chunk's samples follow each other without a gap (8.7.4). The ranges may leave the
 * file where the tables lie. Reads the tables in bounded pieces; linear in their length.
 */
export function* chunkRanges(source: Source, tables: SampleTables, options: SampleOptions): Generator<[start: number, end: number]> {
  const offsets = column(source, tables.offsets, tables.offsets?.type === 'co64' ? 8 : 4);
  const runs = column(source, tables.stsc, 12);
  const sizes = sizesOf(source, tables.sizes);
  if (offsets === undefined || runs === undefined || runs.count === 0) return;
  const bytesOf = (first: number, count: number, description: number): number => {
    if (sizes.one !== undefined) return Math.max(count * sizes.one, options.soundBytes?.(count, description) ?? 0);
    let bytes = 0;
    for (let index = first; index < first + count; index++) bytes += sizes.each?.at(index) ?? 0;
    return bytes;
  };
  let [run, sample] = [0, 0];
  for (let chunk = 0; chunk < offsets.count && sample < sizes.count; chunk++) {
    // 8.7.4.3: a run goes on until the first chunk of the next.
    while (run + 1 < runs.count && runs.at(run + 1, 0, 4) <= chunk + 1) run++;
    const count = Math.min(runs.at(run, 4, 4), sizes.count - sample);
    const start = offsets.at(chunk);
    const description = runs.at(run, 8, 4);
    const bytes = bytesOf(sample, count, description);
    sample += count;
    if (options.isInFile(description)) yield [start, start + bytes];
  }
}
