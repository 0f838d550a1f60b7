import type { BeyondFinding } from './beyond.js';
import { EXIT } from './door.js';
import type { HiddenPicture, ReportPicture } from './hidden-picture.js';
import type { Judgement, Unreadable } from './judgement.js';
import type { Receipt } from './receipt.js';

/** What became of one file at a door. */
export interface FileResult {
  /** The file's name, safe to show. */
  readonly artifact: string;
  /** The name's bytes, for machines: names need not be UTF-8. */
  readonly nameBytes?: Uint8Array;
  readonly status: FileStatus;
  readonly judgement?: Judgement;
  /** Set where the status is `unproven`. */
  readonly unreadable?: Unreadable;
  /** The picture that this file belongs to and was judged with; safe to show. */
  readonly sidecarOf?: string;
  /** What tells of the picture beside its bytes. */
  readonly beyond?: readonly BeyondFinding[];
  /** Pictures in it besides the one that it shows, where they were looked for. */
  readonly hidden?: readonly HiddenPicture[];
  /** The picture that it shows, for a report that sets what was hidden beside it. */
  readonly shown?: ReportPicture;
  readonly receipt?: Receipt;
  /** Where the clean copy was written, if not in place; safe to show. */
  readonly output?: string;
  /** The same as bytes. */
  readonly outputBytes?: Uint8Array;
  /** What is to be said of a policy file, where the result is of one. */
  readonly policyNotes?: readonly PolicyNote[];
  /** What else the user should know: an attribute that could not be kept, a link not followed. */
  readonly notes: readonly string[];
}

/** Something about a policy or an exception that a person should look at. */
export interface PolicyNote {
  /** `exifence/allow-expired`, `exifence/allow-unused`, `exifence/policy-loosened`. */
  readonly ruleId: string;
  /** Safe to show. */
  readonly message: string;
  /** From 1. */
  readonly line?: number;
}

const FILE_STATUSES = ['clean', 'fixed', 'would-fix', 'violates', 'allowed', 'unproven', 'skipped'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

export type Counts = Readonly<Record<FileStatus, number>>;

export function countResults(results: Iterable<Pick<FileResult, 'status'>>): Counts {
  const counts = Object.fromEntries(FILE_STATUSES.map((status) => [status, 0])) as Record<FileStatus, number>;
  for (const { status } of results) counts[status]++;
  return counts;
}

/** Worst first: what was not proven clean weighs more than a violation that is known. */
export function exitCodeOf(counts: Counts): number {
  if (counts.unproven > 0) return EXIT.unproven;
  return counts.violates + counts['would-fix'] > 0 ? EXIT.violations : EXIT.ok;
}
