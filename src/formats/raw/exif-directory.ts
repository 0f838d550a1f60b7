import { MemorySource } from '../../bytes/memory-source.js';
import type { ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import type { IfdKind } from '../../metadata/exif/tags.js';
import { readDirectories } from '../tiff/directories.js';
import { LeafReader } from '../tiff/leaf.js';

/** The entries of a TIFF structure that lies at `byteOffset` of a file. Throws as the reader of TIFF does. */
export function exifDirectory(bytes: Uint8Array, kind: IfdKind, path: string, byteOffset: number, context: ReadContext): Part[] {
  const source = new MemorySource(bytes);
  const { shape, all } = readDirectories(source, context.limits, kind);
  const reader = new LeafReader(source, shape, context, 'raw');
  const parts: Part[] = [];
  for (const directory of all) {
    for (const entry of directory.entries) {
      if (entry.directories.length > 0) continue;
      const region = entry.inline
        ? { byteOffset: entry.byteOffset, byteLength: shape.entryBytes }
        : { byteOffset: entry.valueOffset, byteLength: entry.valueBytes };
      parts.push(moved(reader.read(directory, entry, region, undefined).part, path, byteOffset));
    }
  }
  return parts;
}

function moved(part: Part, path: string, by: number): Part {
  const { children, payload: _, region, ...rest } = part;
  return {
    ...rest,
    path: `${path}/${part.path}`,
    region: { byteOffset: region.byteOffset + by, byteLength: region.byteLength },
    ...(children === undefined ? {} : { children: children.map((child) => moved(child, path, by)) }),
  };
}
