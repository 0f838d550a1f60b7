import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import type { ExtensionBlock } from './blocks.js';

/** GIF89a 23: flags, delay and transparent colour. */
const DATA_BYTES = 4;

/** Introducer, label and size stand before the flags. */
const FLAGS_OFFSET = 3;

/** GIF89a 23: disposal, user input and transparency; the upper three bits are reserved. */
const FLAGS = 0x1f;

/** Delay, disposal and transparency of the next image. What else it holds is a part of its own. */
export function graphicControlParts(source: Source, block: ExtensionBlock, path: string): Part[] {
  const { byteOffset, endOffset, subBlocks } = block;
  const region = { byteOffset, byteLength: endOffset - byteOffset };
  const [first] = subBlocks;
  if (first?.dataBytes !== DATA_BYTES) return [opaquePart(path, 'unknown', region, 'a graphic control of the wrong size')];
  const neededBytes = FLAGS_OFFSET + DATA_BYTES;
  const head = { path, carrier: 'structure', category: 'rendering', required: true } as const;
  const reserved = reservedFlags(source, block, path);
  const children = reserved === undefined ? {} : { children: [reserved] };
  if (subBlocks.length === 1) return [{ ...head, region, ...children }];
  const rest = { byteOffset: byteOffset + neededBytes, byteLength: region.byteLength - neededBytes };
  return [
    { ...head, region: { byteOffset, byteLength: neededBytes }, ...children },
    opaquePart(`${path}/more`, 'unknown', rest, 'more in a graphic control than it is for'),
  ];
}

function reservedFlags(source: Source, { byteOffset }: ExtensionBlock, path: string): Part | undefined {
  const at = byteOffset + FLAGS_OFFSET;
  if (((source.read(at, 1)[0] as number) & ~FLAGS) === 0) return undefined;
  return opaquePart(`${path}/reserved`, 'unknown', { byteOffset: at, byteLength: 1 }, 'reserved bits that are not zero');
}

/** The flags byte without what is reserved. */
export function clearedFlags(flags: number): number {
  return flags & FLAGS;
}
