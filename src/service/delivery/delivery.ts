import type { BigIntStats } from 'node:fs';
import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import type { FileIdentity } from '../../io/identity.js';
import type { RewriteOptions } from '../../io/replace-file.js';
import type { Journal } from '../journal/journal.js';
import type { FileEvent } from '../receipts/entry.js';

/** Judges a file; where the policy is to be carried out, says how. */
export type LookAt = (source: Source, stat: BigIntStats) => Look<Judgement, Receipt> | Promise<Look<Judgement, Receipt>>;

/** What became of one file. */
export interface Delivered {
  readonly outcome: Judgement;
  /** The file under the watched name now. */
  readonly identity: FileIdentity;
  readonly notes: readonly string[];
  /** Set where something was written; absent where the file was left as it is. */
  readonly done?: Done;
  /** A person has brought this content back: it stays. */
  readonly undone?: true;
  /** It was taken care of before, and there is nothing to tell. */
  readonly known?: true;
}

export interface Done {
  /** When it was; now if left out. The receipt that was promised says so, too. */
  readonly at?: Date;
  readonly event: FileEvent;
  readonly before: { readonly sha256: string; readonly sizeBytes: number };
  readonly after?: { readonly sha256: string; readonly sizeBytes: number };
  /** Absent where the file was clean as it came. */
  readonly receipt?: Receipt;
  /** Where the new content lies, if that is not the watched name. */
  readonly output?: Buffer;
  readonly vaultId?: string;
}

export interface DeliveryOptions {
  readonly journal?: Journal;
  readonly rewriteOptions?: RewriteOptions;
  /** Why extended attributes and access lists must not go along with a clean copy; `undefined` where they may. */
  readonly attributesStay?: (path: Buffer) => Promise<string | undefined>;
}

/** How a watched folder brings a settled file to its end. Throws `IoError`, and what the look throws: the file is then as it was. */
export interface Delivery {
  /** Takes files that need no scrubbing, too, so that no program may be writing them. */
  readonly takesAll?: boolean;
  deliver(path: Buffer, look: LookAt): Promise<Delivered>;
}
