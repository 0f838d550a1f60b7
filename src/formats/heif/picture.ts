import { FormatError } from '../../core/error.js';
import type { Box } from '../../metadata/box.js';
import type { MetaBox } from './meta-box.js';
import { propertiesOf } from './properties.js';

/** The size that the primary item's `ispe` declares. Throws `FormatError` where there is none. */
export function sizeOf(meta: MetaBox): { width: number; height: number } {
  const ispe = primaryProperties(meta).find(({ type }) => type === 'ispe');
  if (ispe === undefined || ispe.end - ispe.content < 12)
    throw new FormatError('no-size', meta.file.byteOffset, 'the primary item has no size');
  const view = new DataView(meta.bytes.buffer, meta.bytes.byteOffset + ispe.content);
  return { width: view.getUint32(4), height: view.getUint32(8) };
}

/** 1 to 8 as Exif numbers them: by the quarter turns, anti-clockwise, and by the number with a mirror. */
const TURNED = [1, 8, 3, 6] as const;
const MIRRORED = [2, 5, 4, 7] as const;

/**
 * How the picture is turned when shown: by `irot` and `imir` of the primary item alone. ISO/IEC 23008-12 A.2.1 has readers
 * ignore the Orientation of an Exif item.
 */
export function orientationOf(meta: MetaBox): number {
  const properties = primaryProperties(meta);
  const field = (type: string): number | undefined => {
    const box = properties.find((property) => property.type === type);
    return box === undefined || box.content >= box.end ? undefined : (meta.bytes[box.content] as number);
  };
  const turns = (field('irot') ?? 0) & 3;
  const mirror = field('imir');
  if (mirror === undefined) return TURNED[turns] as number;
  // 6.5.12: axis 0 is vertical, axis 1 horizontal: the latter is the former and half a turn.
  return MIRRORED[(turns + (mirror & 1) * 2) & 3] as number;
}

function primaryProperties(meta: MetaBox): readonly Box[] {
  return meta.properties === undefined ? [] : propertiesOf(meta.properties, meta.primary);
}
