import type { Region } from '../../core/part.js';
import type { Ifd, IfdEntry } from './ifd.js';
import type { ExifTag, IfdKind } from './tags.js';
import type { TiffValue } from './tiff-value.js';

/** Data outside of the directories, given by one entry with offsets and one with lengths. */
export interface DataBlock {
  /** `ThumbnailImage`, `StripData`, `TileData`, `FreeData`. */
  readonly name: string;
  readonly lengthTag: number;
  readonly regions: readonly Region[];
  /** True where the lengths go past the end of the block. */
  readonly cut: boolean;
}

/** Bytes within a value or its field that the value does not use, and that are not zero. */
export interface Slack {
  readonly byteOffset: number;
  readonly byteLength: number;
  /** Bytes of the value in front of it, where it lies in the value itself. */
  readonly keptBytes?: number;
}

export interface Entry {
  readonly raw: IfdEntry;
  readonly info: ExifTag;
  readonly kind: IfdKind;
  /** Unique within the block: `IFD0/Make`, `IFD0/Make#2`. */
  readonly path: string;
  readonly value: TiffValue;
  readonly slack?: Slack;
  /** True where the same directory has this tag already. */
  readonly repeated: boolean;
  /** Why it cannot be read; the entry is then no more than its twelve bytes. */
  fault?: string;
  /** Directories that it points to. */
  directories?: Directory[];
  /** Data that it points to; the entry with the lengths has role `lengths`. */
  data?: DataBlock;
  lengths?: boolean;
}

export interface Directory {
  readonly kind: IfdKind;
  readonly path: string;
  readonly ifd: Ifd;
  readonly entries: Entry[];
  /** The first entry of each tag, readable or not. */
  readonly first: Map<number, Entry>;
}

/** Bytes that are accounted for. Those without an entry are structure: the header and the directories. */
export interface Claim {
  readonly start: number;
  readonly end: number;
  readonly entry?: Entry;
}

export interface Tree {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** IFD0, IFD1, … */
  readonly chain: readonly Directory[];
  /** Every directory, in the order in which they were met. */
  readonly directories: readonly Directory[];
  readonly claims: readonly Claim[];
}
