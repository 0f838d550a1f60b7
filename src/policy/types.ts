import type { Beyond, BeyondAction } from '../core/beyond.js';
import type { Category } from '../core/category.js';
import type { RuleOrigin } from '../core/decision.js';
import type { Door, Enforcement, Sniff } from '../core/door.js';
import type { Action } from '../core/part.js';
import type { VisualRules } from '../core/visual.js';

export interface Rule {
  readonly action: Action;
  readonly origin: RuleOrigin;
}

export type Rules = Readonly<Record<Category, Rule>>;

/** What is done about what lies beyond the bytes of a picture. */
export interface BeyondRule {
  readonly action: BeyondAction;
  readonly origin: RuleOrigin;
}

export type BeyondRules = Readonly<Record<Beyond, BeyondRule>>;

export type Enforcements = Readonly<Record<Door, Enforcement>>;

/** The policy as it applies to one path: overrides resolved. */
export interface EffectivePolicy {
  readonly rules: Rules;
  readonly beyond: BeyondRules;
  readonly enforce: Enforcements;
  /** What is said about the picture itself; absent where nothing is. */
  readonly visual?: VisualRules;
  /** SHA-256 of the canonical form of `rules`, `beyond` and `visual`; two paths with the same rules share it. */
  readonly sha256: string;
}

/** One accepted exception: this exact content may stay as it is. */
export interface AllowEntry {
  /** SHA-256 of the file's bytes, lower-case hex. */
  readonly sha256: string;
  readonly reason: string;
  readonly owner: string;
  /** ISO 8601 date; the entry holds through this day, UTC. */
  readonly expires: string;
  readonly origin: RuleOrigin;
}

export type WatchBackend = 'auto' | 'chokidar' | 'native';

type WatchMode = 'in-place' | 'outbox' | 'quarantine';

/** When a picture that came may be seen. */
export type Hold =
  | { readonly kind: 'time'; readonly holdMs: number }
  | { readonly kind: 'away'; readonly distanceM: number; readonly atMostMs: number };

export interface WatchFolder {
  /** As written in the policy; `~` and relative paths are resolved against the policy file's folder by the door. */
  readonly path: string;
  readonly recursive: boolean;
  readonly mode: WatchMode;
  /** Where clean copies go; as written, resolved like `path`. Set where the mode is `outbox`, and where one is named for what is released. */
  readonly outbox?: string;
  readonly hold?: Hold;
  /** Ask again and again instead of being told. */
  readonly polling?: boolean;
  /** Whether originals of this folder are kept; as the policy's vault where absent. */
  readonly vault?: boolean;
  /** A preset or a policy file for this folder alone; as written, resolved like `path`. */
  readonly policy?: string;
}

/** Where the originals go that the daemon replaces. */
export interface VaultSettings {
  readonly on: boolean;
  readonly keepMs: number;
  readonly sizeBytes: number;
  readonly encrypt: boolean;
}

export interface WatchSettings {
  readonly folders: readonly WatchFolder[];
  readonly settleMs: number;
  readonly vault: VaultSettings;
  /** What tells of changes; `auto` if left out. */
  readonly backend?: WatchBackend;
  /** Tell on the desktop what was removed. */
  readonly notify?: boolean;
}

/** What holds for some paths only. A later override wins over an earlier one. */
export interface PolicyOverride {
  readonly paths: readonly string[];
  readonly rules: Readonly<Partial<Rules>>;
  readonly beyond: Readonly<Partial<BeyondRules>>;
  readonly enforce: Readonly<Partial<Enforcements>>;
  readonly visual?: VisualRules;
}

/** A parsed, validated, frozen policy. */
export interface Policy {
  readonly version: 1;
  /** The file it came from, or the preset's name; for messages. */
  readonly name: string;
  /** Absolute folder that override globs and watch folders are relative to; undefined for a preset. */
  readonly rootDirectory?: string;
  /** SHA-256 of the canonical form of all that decides: rules, enforcement, overrides, allow-list. */
  readonly sha256: string;
  readonly watch: WatchSettings;
  readonly git: { readonly sniff: Sniff };
  readonly overrides: readonly PolicyOverride[];
  readonly allow: readonly AllowEntry[];
  /** `path` is relative to `rootDirectory`, with `/`; undefined where the file lies outside of it. */
  effectiveFor(path: string | undefined): EffectivePolicy;
}
