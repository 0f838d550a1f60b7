import type { AllowEntry } from './types.js';

export interface AllowCheck {
  /** No longer in force: the content they name is judged like any other. */
  readonly expired: readonly AllowEntry[];
  /** In force, but no file that was seen needed them. */
  readonly unused: readonly AllowEntry[];
}

/** An entry holds through its last day. `today` is `YYYY-MM-DD`, UTC. */
export function isExpired(entry: AllowEntry, today: string): boolean {
  return entry.expires < today;
}

/** Entries that should be looked at again. `usedSha256s`: contents that the allow-list was asked for, lower-case hex. */
export function checkAllow(entries: readonly AllowEntry[], usedSha256s: ReadonlySet<string>, today: string): AllowCheck {
  const expired = entries.filter((entry) => isExpired(entry, today));
  const unused = entries.filter((entry) => !isExpired(entry, today) && !usedSha256s.has(entry.sha256));
  return { expired, unused };
}
