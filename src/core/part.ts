import type { Carrier } from './carrier.js';
import type { Category } from './category.js';
import type { Precision } from './precision.js';
import type { Sealed } from './sealed.js';

export interface Region {
  readonly byteOffset: number;
  readonly byteLength: number;
}

/**
 * One piece of a file. The top-level parts of a file tile it: no gap, no overlap, from byte 0 to the end.
 * Children name what lies inside a part; their regions lie within their parent's (for what was compressed or
 * encoded, a child's region is that of the encoded bytes around it).
 */
export interface Part {
  /** Unique in the file, readable, `/` between levels: `APP1#0/Exif/IFD0/Make`. Holds no private value. */
  readonly path: string;
  readonly carrier: Carrier;
  /**
   * What it can reveal. Parts that reveal nothing of their own are `rendering`: `structure`, `pixels`, and every wrapper
   * whose children are decided one by one (an Exif block). A wrapper with another category (a thumbnail: `preview`) goes
   * as a whole, children and all, where the policy removes that category.
   */
  readonly category: Category;
  /** More that it may reveal, where it cannot be taken apart (a maker note, a trailer). The strictest rule wins. */
  readonly alsoReveals?: readonly Category[];
  readonly region: Region;
  /** The picture needs it to look the same: never removed, whatever the policy says. */
  readonly required: boolean;
  readonly value?: Sealed;
  /** What a person should know of it: `Samsung trailer`, `JPEG thumbnail 160x120`. Holds no private value. */
  readonly note?: string;
  readonly children?: readonly Part[];
  /** Its children can only go together: they explain it and are not decided one by one. */
  readonly atomic?: boolean;
  readonly coarsenable?: Coarsenable;
  /** Writes this part's content anew without what a plan removes. Set where children are decided one by one. */
  readonly payload?: Payload;
}

/** A value that can be made less precise in place. */
export interface Coarsenable {
  readonly kind: Precision['kind'];
  /** True where the value is no finer than `precision` already, so that scrubbing twice is scrubbing once. */
  isCoarse(precision: Precision): boolean;
}

export type Action = { readonly kind: 'keep' } | { readonly kind: 'remove' } | { readonly kind: 'coarsen'; readonly precision: Precision };

/** What happens to each part that a policy decides on. */
export interface Plan {
  /** The action of a part, by its path. A path that the plan does not know is kept. */
  actionOf(part: Part): Action;
  /** True when the part or anything below it is not kept. */
  touches(part: Part): boolean;
}

/** Content that can be written anew. */
export interface Payload {
  /**
   * The content with every child handled as the plan says; `null` when nothing worth a carrier is left.
   * Deterministic; never longer than needed; leaves no byte of what was removed.
   */
  rewrite(plan: Plan): Uint8Array | null;
}

/** Replaces a range of the source. Edits are sorted and do not overlap. */
export interface Edit {
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly bytes: Uint8Array;
}
