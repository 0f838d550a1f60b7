import type { Category } from '../../core/category.js';

/** A vendor's notice may hold the vendor's address; measurements may name their operator and instrument. */
export type TextKind = 'name' | 'notice' | 'measurements';

/** What is known of one tag: the element types it may have, and what it can reveal. */
export interface TagInfo {
  /** Signatures of the element types that its definition allows. */
  readonly types: readonly string[];
  readonly category: Category;
  /** Colours change without it: what it holds too much is cut off, the tag itself stays. */
  readonly needed?: true;
  /** Free text, looked through for what names a user or a device. */
  readonly text?: TextKind;
  /** Most bytes of an element that is what it says. */
  readonly maxBytes?: number;
}

const TABLE = new Map<string, TagInfo>();

function define(signatures: string, types: readonly string[], more: Partial<TagInfo> = {}): void {
  for (const signature of signatures.split(' ')) TABLE.set(signature.padEnd(4), { types, category: 'rendering', ...more });
}

/** Longer than any profile's names and notices in 40 languages. */
const TEXT_BYTES = 16 * 1024;
const TEXT: Partial<TagInfo> = { text: 'name', maxBytes: TEXT_BYTES };
const NEEDED: Partial<TagInfo> = { needed: true };

// ICC.1:2022 9.2, and ICC.1:2001-04 6.4 for what version 2 has and version 4 has not.
define('A2B0 A2B1 A2B2 A2B3', ['mft1', 'mft2', 'mAB '], NEEDED);
define('B2A0 B2A1 B2A2 B2A3', ['mft1', 'mft2', 'mBA '], NEEDED);
define('gamt pre0 pre1 pre2', ['mft1', 'mft2', 'mAB ', 'mBA '], NEEDED);
define('D2B0 D2B1 D2B2 D2B3 B2D0 B2D1 B2D2 B2D3', ['mpet'], NEEDED);
define('rTRC gTRC bTRC kTRC', ['curv', 'para'], NEEDED);
define('rXYZ gXYZ bXYZ wtpt bkpt', ['XYZ '], NEEDED);
define('lumi', ['XYZ ']);
define('chad', ['sf32'], NEEDED);
define('chrm', ['chrm']);
define('cicp', ['cicp'], { needed: true, maxBytes: 12 });
define('desc dmnd dmdd vued', ['desc', 'mluc', 'text'], TEXT);
define('cprt', ['text', 'mluc', 'desc'], { text: 'notice', maxBytes: TEXT_BYTES });
define('meas', ['meas'], { maxBytes: 36 });
define('view', ['view'], { maxBytes: 36 });
define('tech ciis rig0 rig2', ['sig '], { maxBytes: 12 });
define('ncl2', ['ncl2'], NEEDED);
define('ncol', ['ncol'], NEEDED);
define('clro', ['clro'], NEEDED);
define('clrt clot', ['clrt'], NEEDED);
define('pseq', ['pseq'], TEXT);
define('psid', ['psid'], TEXT);
define('resp', ['rcs2']);
define('bfd', ['bfd ']);
define('ps2s ps2i psd0 psd1 psd2 psd3', ['data']);
define('crdi', ['crdi']);
define('scrd', ['desc', 'mluc', 'text'], TEXT);
define('scrn', ['scrn']);
define('calt', ['dtim'], { category: 'time', maxBytes: 20 });
// 9.2.14, and where X-Rite's tools put the same: which measurements the profile was made from, or all of them as
// CGATS text. Press profiles are shipped with it; that of one person's device may say whose.
define('targ DevD CIED', ['text'], { text: 'measurements' });

// Apple: localised name, gamma ramps, native display gamut, display curves.
define('dscm', ['mluc'], TEXT);
define('vcgt', ['vcgt'], NEEDED);
define('vcgp', ['vcgp', 'para'], { maxBytes: 256 });
define('ndin', ['ndin'], { maxBytes: 256 });
define('aarg aagg aabg', ['vcgp', 'para', 'curv'], { maxBytes: 4096 });
// Apple: maker, model and serial number of one display.
define('mmod', ['mmod'], { category: 'device' });
// 9.2.35: a dictionary in which calibration tools record the display's EDID, serial number and host.
define('meta', ['dict'], { category: 'device' });
// X-Rite: the same, compressed.
define('CxF', ['ZXML', 'text', 'data'], { category: 'device' });
// Argyll: from absolute to relative colorimetry.
define('arts', ['sf32'], { maxBytes: 44 });
// Adobe: the ink settings of its press profiles.
define('AS00', ['data'], { maxBytes: 4096 });

/** `undefined` for a private tag that is not well known. */
export function tagInfo(signature: string): TagInfo | undefined {
  return TABLE.get(signature);
}
