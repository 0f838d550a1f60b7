import type { Category } from './category.js';
import type { Action, Part } from './part.js';

/** The policy line that decided: a preset's or a file's. Lines and columns count from 1. */
export interface RuleOrigin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What happens to one part, and by which rule. */
export interface Decision {
  readonly part: Part;
  readonly action: Action;
  /** The category whose rule decided: the strictest among all that the part may reveal. */
  readonly rule: Category;
  readonly origin: RuleOrigin;
}

/** One violation: a part that the policy does not let stay. Never holds the value itself. */
export interface Finding {
  /** `exifence/location`, `exifence/device`, … */
  readonly ruleId: string;
  readonly category: Category;
  readonly carrier: string;
  /** What a person reads; free of private values. */
  readonly message: string;
  /** Path of the part in the file. */
  readonly at: string;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly action: 'remove' | 'coarsen';
  readonly origin: RuleOrigin;
  /** Same file content, same part, same rule: same fingerprint, at every door. Hex, 32 characters; where asked for. */
  readonly fingerprint?: string;
}
