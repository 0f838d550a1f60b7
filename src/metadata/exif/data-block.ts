import type { Region } from '../../core/part.js';
import type { DataBlock, Entry } from './model.js';
import { TAG } from './tags.js';
import { numbersOf } from './tiff-value.js';

/** Strips or tiles of one picture that are looked at; more in an Exif block are no picture. */
const MAX_REGIONS = 65_536;

const PAIRS: readonly { offsets: number; lengths: number; name: string }[] = [
  // Exif 3.0 4.6.5.2.12: the thumbnail.
  { offsets: TAG.jpegOffset, lengths: TAG.jpegLength, name: 'ThumbnailImage' },
  { offsets: TAG.stripOffsets, lengths: TAG.stripByteCounts, name: 'StripData' },
  { offsets: TAG.tileOffsets, lengths: TAG.tileByteCounts, name: 'TileData' },
  { offsets: TAG.freeOffsets, lengths: TAG.freeByteCounts, name: 'FreeData' },
];

/** Joins the entries of one directory that tell where data lies; sets `data`, `lengths` and `fault` on them. */
export function pairData(entries: readonly Entry[], bytes: Uint8Array): { entry: Entry; regions: readonly Region[] }[] {
  const found: { entry: Entry; regions: readonly Region[] }[] = [];
  const first = entries[0]?.kind;
  if (first === 'GPS' || first === 'Interop') return found;
  for (const { offsets, lengths, name } of PAIRS) {
    const candidates = entries.filter(({ raw }) => raw.tag === offsets || raw.tag === lengths);
    const at = candidates.find(({ raw, fault }) => raw.tag === offsets && fault === undefined);
    const size = candidates.find(({ raw, fault }) => raw.tag === lengths && fault === undefined);
    for (const entry of candidates) if (entry !== at && entry !== size) entry.fault ??= 'is repeated';
    const regions = at === undefined || size === undefined ? undefined : regionsOf(at, size, bytes.byteLength);
    if (at === undefined || size === undefined || regions === undefined) {
      for (const entry of candidates) entry.fault ??= 'points to no data';
      continue;
    }
    at.data = { name, lengthTag: lengths, ...regions };
    size.lengths = true;
    found.push({ entry: at, regions: regions.regions });
  }
  return found;
}

function regionsOf(at: Entry, size: Entry, totalBytes: number): { regions: Region[]; cut: boolean } | undefined {
  const { count } = at.value;
  if (count !== size.value.count || count < 1 || count > MAX_REGIONS) return undefined;
  const offsets = numbersOf(at.value, MAX_REGIONS) ?? [];
  const lengths = numbersOf(size.value, MAX_REGIONS) ?? [];
  const regions: Region[] = [];
  let cut = false;
  for (const [index, byteOffset] of offsets.entries()) {
    const declared = lengths[index] ?? 0;
    if (!Number.isInteger(byteOffset) || !Number.isInteger(declared) || byteOffset < 0 || declared <= 0 || byteOffset >= totalBytes)
      return undefined;
    const byteLength = Math.min(declared, totalBytes - byteOffset);
    cut ||= byteLength < declared;
    regions.push({ byteOffset, byteLength });
  }
  return { regions, cut };
}

/** The bytes of all regions in order. */
export function dataBytes(block: DataBlock, bytes: Uint8Array): Uint8Array[] {
  return block.regions.map(({ byteOffset, byteLength }) => bytes.subarray(byteOffset, byteOffset + byteLength));
}
