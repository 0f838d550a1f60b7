import { BEYOND, type Beyond, type BeyondAction, DEFAULT_TEMPLATE, MENDING } from '../core/beyond.js';
import { CATEGORIES, type Category } from '../core/category.js';
import type { RuleOrigin } from '../core/decision.js';
import { DOORS, type Door, type Enforcement, type Sniff } from '../core/door.js';
import type { Action } from '../core/part.js';
import type { Layer } from './assemble.js';
import { compileGlobs, type GlobSet } from './glob.js';
import type { PolicyText, Span } from './policy-text.js';
import { DEFAULT_GRID, DEFAULT_TIME_UNIT, gridPrecision, type TimeUnit, timePrecision } from './precision.js';
import type { PolicyDocument } from './schema.js';
import type { Path } from './schema-tree.js';
import type { AllowEntry, BeyondRule, Rule, VaultSettings, WatchBackend, WatchFolder } from './types.js';
import { found } from './validate.js';
import { visualRulesOf } from './visual.js';
import { folderMistake, vaultSettings, watchFolder } from './watch-settings.js';
import type { Tree } from './yaml-tree.js';

/** Patterns that the globs of one file may stand for, braces spelt out: each is tried on each path. */
const MAX_PATTERNS = 1024;

/** What one policy file says by itself, without what it extends. */
export interface CompiledFile {
  readonly extends: readonly { readonly name: string; readonly span: Span }[];
  readonly layers: readonly Layer[];
  readonly folders?: readonly WatchFolder[];
  readonly settleMs?: number;
  readonly sniff?: Sniff;
  readonly vault?: VaultSettings;
  readonly backend?: WatchBackend;
  readonly notify?: boolean;
  readonly allow: readonly AllowEntry[];
}

type Rules = NonNullable<PolicyDocument['rules']>;
type BeyondDocument = NonNullable<PolicyDocument['beyond']>;
type Doors = Readonly<Partial<Record<Door, { readonly enforce?: Enforcement | undefined } | undefined>>>;

/** What a policy, or an override in it, says. */
type Said = Doors & {
  readonly rules?: Rules | undefined;
  readonly beyond?: BeyondDocument | undefined;
  readonly visual?: PolicyDocument['visual'];
};

/** Turns a valid document into layers. What the schema cannot say is checked here; mistakes are noted in `text`. */
export function compileFile(document: PolicyDocument, tree: Tree, text: PolicyText): CompiledFile {
  const context = new Compiler(tree, text);
  const { watch } = document;
  return {
    extends: context.extended(document.extends),
    layers: [context.layer(document, []), ...context.overrides(document.overrides ?? [])],
    ...(watch?.folders === undefined ? {} : { folders: context.folders(watch.folders) }),
    ...(watch?.settle === undefined ? {} : { settleMs: millisecondsOf(watch.settle) }),
    ...(document.git?.sniff === undefined ? {} : { sniff: document.git.sniff }),
    ...(watch?.vault === undefined ? {} : { vault: vaultSettings(watch.vault) }),
    ...(watch?.backend === undefined ? {} : { backend: watch.backend }),
    ...(watch?.notify === undefined ? {} : { notify: watch.notify }),
    allow: context.allow(document.allow ?? []),
  };
}

class Compiler {
  constructor(
    readonly tree: Tree,
    readonly text: PolicyText,
  ) {}

  layer(said: Said, path: Path, paths?: GlobSet): Layer {
    const { rules } = said;
    const named = new Map<Category, Rule>();
    for (const category of CATEGORIES) {
      const rule = rules?.[category];
      if (rule === undefined) continue;
      named.set(category, Object.freeze({ action: actionOf(category, rule), origin: this.#origin([...path, 'rules', category]) }));
    }
    const beyond = new Map<Beyond, BeyondRule>();
    for (const what of BEYOND) {
      const rule = said.beyond?.[what];
      if (rule === undefined) continue;
      beyond.set(what, Object.freeze({ action: beyondAction(what, rule), origin: this.#origin([...path, 'beyond', what]) }));
    }
    const enforce: Partial<Record<Door, Enforcement>> = {};
    for (const door of DOORS) {
      const enforcement = said[door]?.enforce;
      if (enforcement !== undefined) enforce[door] = enforcement;
    }
    const visual = visualRulesOf(said.visual, (key) => this.#origin([...path, 'visual', key]));
    return { ...(paths === undefined ? {} : { paths }), rules: named, beyond, enforce, visual };
  }

  overrides(overrides: NonNullable<PolicyDocument['overrides']>): Layer[] {
    let patterns = 0;
    return overrides.map((override, index) => {
      const path = ['overrides', index];
      const globs = compileGlobs(override.paths);
      patterns += globs.alternatives;
      if (patterns > MAX_PATTERNS) {
        this.text.fail(
          found(this.tree, [...path, 'paths']).span,
          `the globs of this policy stand for more than ${MAX_PATTERNS} patterns`,
          'take * for what differs, instead of spelling it out in braces',
        );
      }
      return this.layer(override, path, globs);
    });
  }

  allow(entries: NonNullable<PolicyDocument['allow']>): AllowEntry[] {
    const lines = new Map<string, number>();
    return entries.map((entry, index) => {
      const sha256 = entry.sha256.toLowerCase();
      const origin = this.#origin(['allow', index, 'sha256']);
      const first = lines.get(sha256);
      if (first !== undefined) {
        this.#report(
          ['allow', index, 'sha256'],
          'this file is on the allow-list twice',
          `it stands in line ${first} already; keep one of them`,
        );
      }
      lines.set(sha256, first ?? origin.line);
      return { sha256, reason: entry.reason, owner: entry.owner, expires: entry.expires, origin };
    });
  }

  folders(folders: NonNullable<NonNullable<PolicyDocument['watch']>['folders']>): WatchFolder[] {
    return folders.map((folder, index) => {
      const mistake = folderMistake(folder);
      if (mistake !== undefined) this.#report(['watch', 'folders', index, mistake.key], mistake.message, mistake.hint);
      return watchFolder(folder);
    });
  }

  extended(names: PolicyDocument['extends']): CompiledFile['extends'] {
    if (names === undefined) return [];
    if (typeof names === 'string') return [{ name: names, span: this.#valueSpan(['extends']) }];
    return names.map((name, index) => ({ name, span: this.#valueSpan(['extends', index]) }));
  }

  #report(path: Path, message: string, hint: string): void {
    this.text.report(this.#valueSpan(path), message, hint);
  }

  #valueSpan(path: Path): Span {
    const { span, value } = found(this.tree, path);
    return value ?? span;
  }

  #origin(path: Path): RuleOrigin {
    return Object.freeze({ file: this.text.file, ...this.text.position(found(this.tree, path).span.start) });
  }
}

function actionOf(category: Category, rule: NonNullable<Rules[Category]>): Action {
  const kind = typeof rule === 'string' ? rule : rule.action;
  if (kind !== 'coarsen') return Object.freeze({ kind });
  const precision = typeof rule === 'object' && 'precision' in rule ? rule.precision : undefined;
  return Object.freeze({
    kind,
    precision:
      category === 'time'
        ? timePrecision((precision as TimeUnit | undefined) ?? DEFAULT_TIME_UNIT)
        : gridPrecision(precision ?? DEFAULT_GRID),
  });
}

function beyondAction(what: Beyond, rule: NonNullable<BeyondDocument[Beyond]>): BeyondAction {
  const word = typeof rule === 'string' ? rule : rule.action;
  if (word !== MENDING[what]) return Object.freeze({ kind: word as 'keep' | 'warn' | 'block' });
  const template = typeof rule === 'object' && 'template' in rule ? rule.template : undefined;
  return Object.freeze({ kind: 'mend', ...(what === 'filename' ? { template: template ?? DEFAULT_TEMPLATE } : {}) });
}

function millisecondsOf(settle: string): number {
  const count = Number.parseInt(settle, 10);
  return settle.endsWith('ms') ? count : count * 1000;
}
