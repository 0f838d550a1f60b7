import type { Category } from '../../core/category.js';
import { CROP_NOTE } from './crop.js';

/** What is known of a property: what it can reveal, and how many bytes it has at most, its head among them. */
interface PropertyKind {
  readonly category: Category;
  readonly maxBytes: number;
  readonly note?: string;
}

const KINDS = new Map<string, PropertyKind>();

function define(types: string, maxBytes: number, category: Category = 'rendering', note?: string): void {
  for (const type of types.split(' ')) KINDS.set(type, { category, maxBytes, ...(note === undefined ? {} : { note }) });
}

/** Configuration records hold parameter sets; those of real encoders are far shorter. */
const CONFIGURATION_BYTES = 64 * 1024;

// ISO/IEC 23008-12 6.5: what decoders need.
define('ispe', 20);
define('pasp', 16);
define('pixi', 12 + 1 + 255);
define('irot imir', 9);
define('clap', 40, 'rendering', CROP_NOTE);
define('lsel', 10);
define('rloc', 20);
define('iscl', 20);
define('tols', 14);
define('oinf', CONFIGURATION_BYTES);
define('hvcC lhvC avcC vvcC evcC av1C j2kH jpgC jpgD uncC cmpd vvnC cloc cpat splz disi sbpm', CONFIGURATION_BYTES);
define('auxC', 256);
define('a1op a1lx', 32);
define('ccst', 16);
define('clli', 12);
define('mdcv', 32);
define('amve', 16);
define('cclv', 64);
define('ndwt', 16);
define('reve', 64);
define('nclx cicp', 19);
define('subs', CONFIGURATION_BYTES);
define('ster prdi elng', 64);
define('tmap', 1024);
// What a camera or a person wrote.
define('cmin', 64, 'camera');
define('cmex', 128, 'location');
define('crtt mdft', 20, 'time');
define('itai', 64, 'time');
define('aebr wbbr fobr afbr dobr', 32, 'camera');
define('pano', 64, 'camera');
define('udes', CONFIGURATION_BYTES, 'text');
define('altt', CONFIGURATION_BYTES, 'text');

/** `undefined` for a property that no standard names. `colr` is read apart. */
export function propertyKind(type: string): PropertyKind | undefined {
  return KINDS.get(type);
}

/** Bytes of the fields of a property whose length its own content tells, without its head; endless for all others. */
export function fieldBytes(type: string, content: Uint8Array): number {
  const byte = (at: number): number => content[at] ?? 0;
  switch (type) {
    case 'pixi':
      // ISO/IEC 23008-12 6.5.6: version and flags, the number of channels, their bits.
      // A later edition adds fields of no fixed length, which a flag announces.
      return byte(3) === 0 ? 5 + byte(4) : Number.POSITIVE_INFINITY;
    case 'a1op':
      return 1;
    case 'a1lx':
      // AV1 Image File Format 2.3.2.3: three sizes of 16 or 32 bits.
      return 1 + ((byte(0) & 1) === 1 ? 12 : 6);
    case 'av1C':
      return configurationBytes(content);
    case 'cclv':
      // ISO/IEC 14496-12 12.1.9: flags, then the numbers that they announce.
      return 1 + ((byte(0) & 0x20) !== 0 ? 24 : 0) + [0x10, 0x08, 0x04].filter((flag) => (byte(0) & flag) !== 0).length * 4;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** AV1 Codec ISO Media File Format Binding 2.3.3: four bytes, then units in front of the first picture. */
const CONFIGURATION_HEAD_BYTES = 4;
const SEQUENCE_HEADER = 1;
const METADATA = 5;

/** AV1 6.7.1: content light level and mastering display; other kinds of metadata may hold anything. */
const LIGHT: ReadonlySet<number> = new Set([1, 2]);

/** Where the units that decoders need end. */
function configurationBytes(content: Uint8Array): number {
  let at = CONFIGURATION_HEAD_BYTES;
  while (at < content.byteLength) {
    const head = content[at] as number;
    const type = (head >> 3) & 15;
    let start = at + ((head & 4) === 0 ? 1 : 2);
    // AV1 5.3.2: without a size the unit goes on to the end.
    if ((head & 2) === 0) return type === SEQUENCE_HEADER ? content.byteLength : at;
    let [size, shift, more] = [0, 0, true];
    while (more && shift < 35) {
      const byte = content[start++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      more = byte >= 0x80;
      shift += 7;
    }
    const isNeeded = type === SEQUENCE_HEADER || (type === METADATA && LIGHT.has(content[start] ?? 0));
    if (!isNeeded || start + size > content.byteLength) return at;
    at = start + size;
  }
  return at;
}
