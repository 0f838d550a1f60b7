import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';

/** ISO/IEC 18181-2 9.2: the brand, the version 0, and the brand again as the one that is compatible. */
const FILE_TYPE = Buffer.from('jxl \0\0\0\0jxl ', 'latin1');

/** 9.4: one level. */
const LEVEL_BYTES = 1;

/** A longer index is of more frames than any animation has. */
const INDEX_BYTES = 1 << 20;

/** LEB128 of at most 63 bits. */
const MAX_VARINT_BYTES = 9;

/** A box of the container that says nothing but what decoders need: one of each kind, exactly as long as its standard has it. */
export function plainBox(source: Source, box: FileBox): Part {
  const region = boxRegion(box);
  const bytes = box.endOffset - box.dataOffset;
  const isRepeated = !box.path.endsWith('#0');
  if (isRepeated) return opaquePart(box.path, 'unknown', region, 'a second box of its kind, which no decoder looks at');
  if (box.type === 'ftyp') return fileType(source, box, bytes);
  const isPlain = box.type === 'jxll' ? bytes === LEVEL_BYTES : bytes <= INDEX_BYTES && isIndex(source.read(box.dataOffset, bytes));
  return isPlain ? structurePart(box.path, region) : opaquePart(box.path, 'unknown', region, 'more than its standard has in such a box');
}

/** Boxes are cut, but this one is needed: it becomes what every encoder writes. */
function fileType(source: Source, box: FileBox, bytes: number): Part {
  const part = structurePart(box.path, boxRegion(box));
  if (bytes === FILE_TYPE.byteLength && FILE_TYPE.equals(source.read(box.dataOffset, bytes))) return part;
  const region = { byteOffset: box.dataOffset, byteLength: bytes };
  const brands = opaquePart(`${box.path}/brands`, 'structure', region, 'brands that are not those of the format');
  const head = Buffer.from('\0\0\0\x14ftyp', 'latin1');
  return { ...part, required: false, children: [brands], payload: { rewrite: () => Buffer.concat([head, FILE_TYPE]) } };
}

/** 9.6: a count, two numbers of 32 bits for the length of a tick, then three numbers for each frame. */
function isIndex(bytes: Uint8Array): boolean {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let count = 0; count < MAX_VARINT_BYTES && at < bytes.byteLength; count++) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * 2 ** (7 * count);
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  const count = number();
  at += 8;
  for (let index = 0; index < count && at < bytes.byteLength; index++) for (let field = 0; field < 3; field++) number();
  return !Number.isNaN(count) && at === bytes.byteLength;
}
