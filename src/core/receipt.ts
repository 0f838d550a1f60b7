import type { VisualReceipt } from './visual.js';

/** What was done to one file. Holds digests and counts, never values. */
export interface Receipt {
  readonly schema: 'exifence/receipt@1';
  readonly artifact: string;
  readonly format: string;
  readonly before: Digest;
  readonly after: Digest;
  /** SHA-256 over the encoded pixel data, the same before and after (over decoded pixels where `reencoded`). */
  readonly pixels: { readonly sha256: string; readonly reencoded: boolean };
  readonly policySha256: string;
  readonly tool: string;
  readonly decisions: readonly ReceiptDecision[];
  /** Set where pixels were changed by what the policy says of the picture itself. */
  readonly visual?: VisualReceipt;
  /** ISO 8601, UTC. */
  readonly at: string;
}

interface Digest {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface ReceiptDecision {
  readonly at: string;
  readonly category: string;
  readonly action: 'remove' | 'coarsen';
}
