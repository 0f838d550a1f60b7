import type { Category } from '../../core/category.js';
import type { Part } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { opaquePart } from '../../metadata/reading.js';
import { isZero, latin1 } from '../../metadata/text.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { type BoxPlace, contentOf, field, group, type Piece } from './piece.js';
import { alsoTold, wordsIn } from './value.js';

/** Version and flags, two types of four characters, three fields that are reserved in ISO/IEC 14496-12 8.4.3. */
const HEAD_BYTES = 24;
const TYPE_OFFSET = 8;
const RESERVED_OFFSET = 12;

/** Names that say no more than the type of the handler does. */
const PLAIN_NAME = /^(?:video|sound|audio|data|media|metadata|meta|url)? ?(?:media )?handler$/i;

/** Makers of the component that reads a track, as programs of all kinds write them. */
const PLAIN_MAKER = /^(?:\0{4}|appl|FFMP)$/;

/** The type of a `hdlr` box: `vide`, `soun`, `meta`, … `undefined` where it is too short for one. */
export function handlerTypeOf({ source }: BoxPlace, box: FileBox): string | undefined {
  if (box.endOffset - box.dataOffset < RESERVED_OFFSET) return undefined;
  return latin1(source.read(box.dataOffset + TYPE_OFFSET, 4));
}

/** A `hdlr` box: what its fields are for stays, the name of the handler and of its maker are decided. */
export function handlerBox(place: BoxPlace, box: FileBox): Piece {
  const part = structurePart(box.path, boxRegion(box));
  const content = contentOf(place, box);
  if (content === undefined || content.byteLength < RESERVED_OFFSET) return group(part, []);
  const at = (start: number, end: number): Part['region'] => ({ byteOffset: box.dataOffset + start, byteLength: end - start });
  const pieces: Piece[] = [];
  const reserved = content.subarray(RESERVED_OFFSET, HEAD_BYTES);
  if (!isZero(reserved)) {
    const maker = latin1(reserved.subarray(0, 4));
    // QuickTime: flags and a mask follow the maker, small numbers.
    const isUsual = PLAIN_MAKER.test(maker) && isSmall(reserved, 4) && isSmall(reserved, 8);
    const region = at(RESERVED_OFFSET, Math.min(HEAD_BYTES, content.byteLength));
    if (!isUsual) pieces.push(field(opaquePart(`${box.path}/reserved`, 'unknown', region, 'reserved bytes that are not zero')));
  }
  const name = content.subarray(HEAD_BYTES);
  if (name.byteLength > 0 && !isZero(name)) pieces.push(...namePiece(`${box.path}/name`, name, at(HEAD_BYTES, content.byteLength)));
  return group(part, pieces);
}

function isSmall(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 0;
}

/** ISO ends the name with a zero byte, QuickTime begins it with its length. */
function namePiece(path: string, bytes: Uint8Array, region: Part['region']): Piece[] {
  const counted = bytes[0] as number;
  const isCounted = counted < 32 && counted + 1 <= bytes.byteLength && bytes.subarray(1, 1 + counted).every((byte) => byte >= 32);
  const nul = bytes.indexOf(0);
  const text = isCounted ? bytes.subarray(1, 1 + counted) : bytes.subarray(0, nul < 0 ? bytes.byteLength : nul);
  const rest = bytes.subarray(isCounted ? 1 + counted : text.byteLength);
  if (!isZero(rest)) return [field(opaquePart(path, 'text', region, 'name of a handler with more behind it'))];
  const name = wordsIn(text);
  if (PLAIN_NAME.test(name)) return [];
  return [field(namePart(path, name, region))];
}

/** Names of handlers, of compressors, of reels: what programs write of themselves, where people may write anything. */
export function namePart(path: string, name: string, region: Part['region']): Part {
  const told: Category[] = alsoTold(name, 'software');
  if (/[\\/]\w/.test(name) && !told.includes('person')) told.push('person');
  return {
    path,
    carrier: 'text',
    category: 'software',
    ...(told.length === 0 ? {} : { alsoReveals: told }),
    region,
    required: false,
    value: seal(name),
  };
}
