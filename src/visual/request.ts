import type { ModelId, ModelOverride } from './models/catalogue.js';
import type { Style } from './redact/styles.js';
import type { Box, Detection } from './types.js';

/** What to look for in a picture. Plain data: it goes to another thread. */
export interface LookRequest {
  readonly faces: boolean;
  /** `sensitive` is text that a rule knows, `all` every line. */
  readonly text: false | { readonly what: 'sensitive' | 'all'; readonly custom: readonly string[] };
  readonly codes: boolean;
  /** What could tell where the picture was taken. */
  readonly place: boolean;
  readonly models: Readonly<Partial<Record<ModelId, ModelOverride>>>;
  /** Regions and a background that are to be covered in any case: a look says whether they are. */
  readonly regions: readonly Region[];
  readonly background: BackgroundRequest | undefined;
  /** The colour of fills: red, green, blue, each 0 to 255. */
  readonly colour: readonly [number, number, number];
}

/** A region to redact, of the picture as shown: in pixels, or in percent of its sides. */
export interface Region {
  readonly box: Box;
  readonly unit: 'px' | '%';
  readonly style: Style;
}

/** What to change in a picture. */
export interface RedactRequest extends LookRequest {
  readonly faceStyle: Exclude<Style, 'inpaint'>;
}

export type BackgroundRequest =
  | { readonly kind: 'blur' }
  | { readonly kind: 'fill'; readonly colour: readonly [number, number, number] }
  | { readonly kind: 'picture'; readonly bytes: Uint8Array };

/** Something that could tell where a picture was taken. */
export interface PlaceSignal {
  /** `address`, `coordinates`, `plate`, `sign-text`, `code`, … */
  readonly signal: string;
  readonly box: Box;
}

/** What was seen. Holds no text that was read. */
export interface Seen {
  readonly width: number;
  readonly height: number;
  readonly detections: readonly Omit<Detection, 'value'>[];
  /** Regions that are not filled yet, and whether the background is still to be replaced. */
  readonly undone: { readonly regions: readonly Box[]; readonly background: boolean };
  /** Where `place` was asked for. */
  readonly place?: { readonly found: readonly PlaceSignal[]; readonly notChecked: readonly string[] };
}

/** What was changed. */
export interface Change {
  readonly rule: string;
  readonly style: Style;
  /** As shown, in pixels. */
  readonly box: Box;
}

/** A picture written anew, proven by looking at it again. */
export interface Redacted {
  readonly bytes: Uint8Array;
  readonly seen: Seen;
  readonly changes: readonly Change[];
  /** `background` where all that is no person was replaced. */
  readonly background: BackgroundRequest['kind'] | undefined;
  readonly proof: PictureProof;
}

/** How the written picture was checked. */
interface PictureProof {
  /** How often it was looked at again: more than once where the first look left something. */
  readonly rounds: number;
  readonly scales: readonly number[];
  /** Pixels that changed outside of the boxes (and, for JPEG, outside of the blocks that they touch). 0, or the proof fails. */
  readonly changedOutside: number;
  /** Share of the picture's pixels that could change. */
  readonly touchedShare: number;
}
