/** The engine as a library: judge bytes against a policy, and get them back clean with proof. */
export { MemorySource } from './bytes/memory-source.js';
export { CATEGORIES, type Category } from './core/category.js';
export type { Decision, Finding, RuleOrigin } from './core/decision.js';
export { FormatError, LimitError, UnsupportedError } from './core/error.js';
export type { Inspection, Picture } from './core/format.js';
export type { Judgement, Unreadable, Verdict } from './core/judgement.js';
export { DEFAULT_LIMITS, type Limits } from './core/limits.js';
export type { Action, Part, Region } from './core/part.js';
export type { Receipt } from './core/receipt.js';
export { Sealed } from './core/sealed.js';
export type { Source } from './core/source.js';
export { judge } from './engine/judge.js';
export type { JudgeOptions, ScrubOptions } from './engine/options.js';
export { ProofError } from './engine/prove.js';
export { lookAndScrub, type ScrubbedBytes, scrubBytes } from './engine/scrub.js';
export { loadPolicy } from './policy/load.js';
export { presetPolicy } from './policy/presets.js';
export type { EffectivePolicy, Policy } from './policy/types.js';
