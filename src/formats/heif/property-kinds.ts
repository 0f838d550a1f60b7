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
