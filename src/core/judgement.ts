import type { Decision, Finding } from './decision.js';
import type { FormatId, Inspection } from './format.js';
import type { Plan } from './part.js';
import type { VisualReport } from './visual.js';

/** Why a file could not be proven clean. */
export interface Unreadable {
  /** Kebab-case, stable: `truncated`, `mislabelled`, `unsupported-heic`, `limit-partCount`, … */
  readonly code: string;
  readonly byteOffset: number;
  /** One sentence, free of private values. */
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
}

export type Verdict =
  /** Nothing in it that the policy does not let stay. */
  | { readonly kind: 'clean' }
  /** Violations that an edit can mend. */
  | { readonly kind: 'violates'; readonly plan: Plan }
  /** Violations, but this exact content is on the allow-list. */
  | { readonly kind: 'allowed'; readonly reason: string; readonly owner: string }
  /** Known or claimed to be an image, but not proven clean. Never touched. */
  | { readonly kind: 'unreadable'; readonly unreadable: Unreadable }
  /** Neither by name nor by content an image. */
  | { readonly kind: 'not-an-image' };

/** What is known of one file before anything is written. */
export interface Judgement {
  /** Name for messages, already safe to show. */
  readonly artifact: string;
  readonly verdict: Verdict;
  readonly format?: FormatId;
  readonly inspection?: Inspection;
  readonly decisions: readonly Decision[];
  readonly findings: readonly Finding[];
  /** What was seen in the picture itself, where that was looked at. */
  readonly visual?: VisualReport;
}
