import type { Sealed } from './sealed.js';

/** Files of one run that the same value joins: whoever has them knows that they come from one device, program or person. */
export interface Link {
  /** Stable, for machines: `body-serial`, `document-id`. */
  readonly kind: string;
  /** What a person calls it: `body serial number`. */
  readonly what: string;
  /** Safe to show, in the order in which they were looked at; two or more. */
  readonly files: readonly string[];
  /** How many values join just these files: a document has several ids. */
  readonly count: number;
  /** Set where the user asked to see them. */
  readonly values?: readonly Sealed[];
}

/** All that joins the files of one run. */
export interface Links {
  readonly links: readonly Link[];
  /** True where there were more values than are held in memory: there may be more links. */
  readonly incomplete: boolean;
}
