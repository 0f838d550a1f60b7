import type { Limits } from '../core/limits.js';
import type { AllowEntry, EffectivePolicy } from '../policy/types.js';

/** How one file is judged. */
export interface JudgeOptions {
  /** The file's name for messages and receipts, already safe to show. */
  readonly artifact: string;
  /** The last part of the file's path: what its extension claims is held against its bytes. */
  readonly name?: Uint8Array | string;
  readonly policy: EffectivePolicy;
  readonly limits?: Limits;
  /** The allow-list's entry in force for a content hash. Asked only where something is wrong. */
  readonly allowed?: (sha256: string) => AllowEntry | undefined;
  /** Give each finding its fingerprint; costs one pass over the file. */
  readonly fingerprints?: boolean;
}

/** What a receipt needs besides. */
export interface ScrubOptions extends JudgeOptions {
  /** Now, as ISO 8601 in UTC. */
  readonly now: () => string;
  /** Name and version of this tool. */
  readonly tool: string;
}
