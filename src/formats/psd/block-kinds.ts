import type { Category } from '../../core/category.js';
import { REVEALS_ANYTHING } from '../../metadata/reading.js';

/** What a block of additional layer information is for. */
export interface BlockKind {
  readonly note: string;
  readonly category: Category;
  readonly alsoReveals?: readonly Category[];
  /** The layers are drawn with what it holds: it does not go without them. */
  readonly isContent?: true;
}

/** What layers are drawn, masked, blended, filled, adjusted, written and nested with (Adobe Photoshop File Formats, "Additional Layer Information"). */
const NEEDED: ReadonlySet<string> = new Set(
  (
    'SoCo|GdFl|PtFl|brit|levl|curv|expA|vibA|hue |hue2|blnc|blwh|phfl|mixr|clrL|nvrt|post|thrs|selc|grdm|CgEd|lrFX|' +
    'lfx2|lfxs|lmfx|plFx|FXid|FEid|Lr16|Lr32|Layr|Mt16|Mt32|Mtrn|Alph|FMsk|LMsk|Patt|Pat2|Pat3|lyid|' +
    'clbl|infx|knko|lspf|lclr|fxrp|lnsr|lsct|lsdk|lyvr|iOpa|brst|tsly|tmgm|lmgm|vmgm|vmsk|vsms|vogk|vstk|vscg|vowv|' +
    'sn2P|abdd|artb|artd|ffxi|pths|anFX|PlLd|plLd|SoLd|SoLE|PxSc|PxSD|SxDS|samp|OCIO|cmls'
  ).split('|'),
);

const KINDS: Readonly<Record<string, BlockKind>> = {
  luni: { note: 'the name of the layer', category: 'text' },
  shmd: { note: 'when the layer was last changed', category: 'time' },
  cinf: { note: 'the program that joined the layers', category: 'software' },
  Anno: { note: 'notes that were written on the picture', category: 'text', alsoReveals: ['person', 'time'] },
  'CAI ': { note: 'content credentials', category: 'provenance', alsoReveals: REVEALS_ANYTHING },
  GenI: { note: 'what a generator was asked for', category: 'ai-prompt', alsoReveals: ['text', 'software'] },
};

const LINKED: BlockKind = {
  note: 'files that the layers show, whole and with all that they tell',
  category: 'hidden',
  alsoReveals: REVEALS_ANYTHING,
  isContent: true,
};

const TEXT: BlockKind = { note: 'a text that can still be read as one', category: 'text', isContent: true };

/** Text layers, and what they are set with. */
const TEXT_KEYS: ReadonlySet<string> = new Set(['TySh', 'tySh', 'Txt2']);

/** Files within the document, and paths of files beside it. */
const LINKED_KEYS: ReadonlySet<string> = new Set(['lnkD', 'lnk2', 'lnk3', 'lnkE']);

/** Needed blocks that are always as long: another thing lies under their key where they are not. */
const BYTES_OF: Readonly<Record<string, readonly number[]>> = {
  lyid: [4],
  clbl: [4],
  infx: [4],
  knko: [4],
  lspf: [4],
  lclr: [8],
  fxrp: [16],
  lnsr: [4],
  lsct: [4, 12, 16],
  lsdk: [4, 12, 16],
  lyvr: [4],
  iOpa: [4],
  tsly: [4],
  tmgm: [4],
  lmgm: [4],
  vmgm: [4],
  sn2P: [4],
  nvrt: [0],
};

/** `undefined` for what layers are drawn with. What nobody knows goes. */
export function blockKind(key: string, byteLength: number): BlockKind | undefined {
  const lengths = BYTES_OF[key];
  if (NEEDED.has(key) && (lengths === undefined || lengths.includes(byteLength))) return undefined;
  if (LINKED_KEYS.has(key)) return LINKED;
  if (TEXT_KEYS.has(key)) return TEXT;
  return KINDS[key] ?? { note: 'layer information of an unknown kind', category: 'hidden', alsoReveals: REVEALS_ANYTHING };
}
