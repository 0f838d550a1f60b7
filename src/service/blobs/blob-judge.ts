import type { Door, Enforcement, Sniff } from '../../core/door.js';
import type { FileResult } from '../../core/result.js';
import type { Repository } from '../../io/git/repository.js';
import type { StaleEntry } from '../policies.js';

/** One blob as the policy of its path sees it. */
export interface JudgedBlob {
  /** `clean`, `allowed`, `skipped` (no image), `violates` or `unproven`. */
  readonly result: FileResult;
  readonly enforce: Enforcement;
  /** Writes it clean, in memory and proven. Set where the result is `violates`. */
  readonly fix?: () => Promise<FixedBlob>;
}

export interface FixedBlob {
  /** `fixed`, or `unproven` where no clean version could be proven. */
  readonly result: FileResult;
  /** Set where the result is `fixed`. */
  readonly bytes?: Uint8Array;
}

export interface BlobJudge {
  judge(path: Buffer, bytes: Uint8Array): Promise<JudgedBlob>;
  /** How the door treats a path whose content cannot be had. */
  enforcementFor(path: Buffer): Promise<Enforcement>;
  /** True where a blob's first bytes show an image of any known kind. */
  looksLikeImage(head: Uint8Array): boolean;
  /** What the policy of the repository's top folder says of files that are not called images. */
  sniff(): Promise<Sniff>;
  /** Exceptions that are expired, or that nothing judged had use for. */
  staleEntries?(): Promise<readonly StaleEntry[]>;
}

/** Where policy files are read from within the work tree: the index, or a commit's tree. */
export interface PolicyView {
  /** A commit or tree; the index where there is none. */
  readonly treeish?: string;
  /** Whose enforcement holds; the hooks' if left out. */
  readonly door?: Door;
  /** Policy files of the work tree that `treeish` does not have count for nothing: who asks must not bring the answer along. */
  readonly isFixed?: boolean;
  /** A policy file or a preset that counts for every path, instead of the nearest file. */
  readonly policy?: string;
  /** Findings carry fingerprints, for reports that tell old ones from new ones. */
  readonly fingerprints?: boolean;
}

export type OpenBlobJudge = (repository: Repository, view: PolicyView) => Promise<BlobJudge>;
