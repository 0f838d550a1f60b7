import type { Part, Region } from '../../core/part.js';
import { type PayloadPlace, REVEALS_ANYTHING } from '../reading.js';
import type { DataBlock, Directory, Tree } from './model.js';
import { numbersOf } from './tiff-value.js';

const COMPRESSION = 0x0103;
const DIMENSIONS = [0x0100, 0x0101] as const;
const BITS_PER_SAMPLE = 0x0102;

/**
 * The part of a thumbnail or of strips. A JPEG that this version reads has its parts as children and can be written anew,
 * so that a policy that keeps previews still cleans them; anything else may hold anything.
 */
export function dataPart(path: string, block: DataBlock, directory: Directory, tree: Tree, place: PayloadPlace): Part {
  const first = block.regions[0] as Region;
  const end = Math.max(...block.regions.map(({ byteOffset, byteLength }) => byteOffset + byteLength));
  const start = Math.min(...block.regions.map(({ byteOffset }) => byteOffset));
  const region = place.locate(start, end - start);
  const common = { path, carrier: 'thumbnail' as const, category: 'preview' as const, region, required: false };
  if (block.regions.length === 1 && !block.cut && block.name !== 'FreeData') {
    const bytes = tree.bytes.subarray(first.byteOffset, first.byteOffset + first.byteLength);
    const embedded = place.context.readEmbedded(bytes, path, region.byteOffset);
    if (embedded !== undefined) {
      // Where the block was joined or unpacked, offsets within it are none of the file: its parts lie somewhere in the region.
      const inPlace = region.byteLength === first.byteLength;
      const children = inPlace ? embedded.parts : embedded.parts.map((part) => within(part, region));
      return { ...common, note: `${embedded.format} thumbnail`, children, payload: embedded.payload };
    }
  }
  if (isWholeBitmap(block, directory)) return { ...common, note: 'uncompressed thumbnail', atomic: true };
  const note = block.cut ? 'thumbnail that ends before its declared end' : 'thumbnail that could not be read';
  return { ...common, alsoReveals: REVEALS_ANYTHING, note, atomic: true };
}

function within(part: Part, region: Region): Part {
  return { ...part, region, ...(part.children === undefined ? {} : { children: part.children.map((child) => within(child, region)) }) };
}

/** TIFF 6.0 section 3: uncompressed lines, exactly as many bytes as the picture has. */
function isWholeBitmap(block: DataBlock, directory: Directory): boolean {
  if ((block.name !== 'StripData' && block.name !== 'TileData') || block.cut) return false;
  const numbers = (tag: number) => {
    const entry = directory.first.get(tag);
    return entry === undefined || entry.fault !== undefined ? undefined : numbersOf(entry.value, 8);
  };
  const [width, height] = DIMENSIONS.map((tag) => numbers(tag)?.[0]);
  const bits = numbers(BITS_PER_SAMPLE)?.reduce((sum, each) => sum + each, 0);
  if (numbers(COMPRESSION)?.[0] !== 1 || width === undefined || height === undefined || bits === undefined) return false;
  const byteLength = block.regions.reduce((sum, region) => sum + region.byteLength, 0);
  return byteLength === Math.ceil((width * bits) / 8) * height;
}
