import type { Category } from './category.js';
import type { RuleOrigin } from './decision.js';

/** What tells of a picture without lying in its bytes. Policies speak of it in these words, under `beyond`. */
export const BEYOND = ['sidecar', 'filename', 'xattr'] as const;

export type Beyond = (typeof BEYOND)[number];

/** The word for mending each: a sidecar is written anew, a name changed, an attribute taken away. */
export const MENDING = Object.freeze({ sidecar: 'fix', filename: 'rename', xattr: 'remove' } as const) satisfies Record<Beyond, string>;

/** One line each for help texts and the JSON Schema. */
export const BEYOND_HELP: Readonly<Record<Beyond, string>> = Object.freeze({
  sidecar: 'files that belong to a picture: XMP sidecars, edits, exports of albums, the video of a live photo, folder databases',
  filename: 'what the name of a file tells: dates, places, people, devices',
  xattr: 'what the file system keeps beside the bytes: where a file was downloaded from, Finder comments and tags, NTFS streams',
});

/** `keep` does not look, `warn` reports and lets pass, `block` reports and refuses, `mend` does what `MENDING` says. */
export type BeyondKind = 'keep' | 'warn' | 'block' | 'mend';

export interface BeyondAction {
  readonly kind: BeyondKind;
  /** How a file is named anew; for `filename` only, and only where it is mended. */
  readonly template?: string;
}

/** Names that tell nothing but tell files apart. */
export const DEFAULT_TEMPLATE = '{hash8}.{ext}';

/** Something beside the bytes that the policy does not let stay. Never holds a value, nor a piece of a name. */
export interface BeyondFinding {
  /** `exifence/sidecar`, `exifence/filename`, `exifence/xattr`. */
  readonly ruleId: string;
  readonly beyond: Beyond;
  /** The category whose rule it breaks. */
  readonly category: Category;
  /** What a person reads. */
  readonly message: string;
  /** `sidecar/aae`, `filename/date`, `xattr/user.xdg.origin.url`. */
  readonly at: string;
  /** What the policy says: `warn` lets it pass. */
  readonly action: Exclude<BeyondKind, 'keep'>;
  /** True where it is gone now. */
  readonly mended: boolean;
  /** The line of the category's rule. */
  readonly origin: RuleOrigin;
}
