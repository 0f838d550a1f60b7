import { posix } from 'node:path';
import { displayText } from '../core/display.js';
import type { Sniff } from '../core/door.js';
import { UsageError } from '../core/usage-error.js';
import { assemblePolicy, type Layer } from './assemble.js';
import { type CompiledFile, compileFile } from './compile.js';
import { shownWord } from './nearest.js';
import { PolicyText, type Span } from './policy-text.js';
import { DEFAULT_SETTLE_MS, isPreset, presetLayer } from './presets.js';
import { PolicyError, type PolicyProblem } from './problem.js';
import type { AllowEntry, Policy, VaultSettings, WatchBackend, WatchFolder } from './types.js';
import { validate } from './validate.js';
import { DEFAULT_VAULT_SETTINGS } from './watch-settings.js';
import { readTree } from './yaml-tree.js';

export interface LoadOptions {
  /** Name of the file for messages and origins; safe to show. */
  readonly file: string;
  /** Absolute folder of the file: globs and watch folders are relative to it. */
  readonly rootDirectory?: string;
  /**
   * The text of a file that is extended. `path` is relative to the folder of the first policy file, with `/`, also where
   * an extended file extends another. May throw `UsageError` or an error of the file system. Without it, only presets can be extended.
   */
  readonly readFile?: (path: string) => string;
}

/** Files that extend files that extend files. */
const MAX_EXTENDS_DEPTH = 8;
/** Presets and files put on top of each other; bounds what files that extend each other many times can cost. */
const MAX_STACK = 64;

/**
 * Reads a policy: the layers of all that it extends, over the preset `balanced`, under its own. Pure but for `readFile`.
 * Throws `PolicyError` with every mistake found.
 */
export function loadPolicy(text: string, options: LoadOptions): Policy {
  return new Loader(options).load(text);
}

interface Resolved {
  readonly layers: Layer[];
  readonly allow: Map<string, AllowEntry>;
  folders: readonly WatchFolder[];
  settleMs: number;
  sniff?: Sniff;
  vault: VaultSettings;
  backend?: WatchBackend;
  notify?: boolean;
}

interface Compiled {
  readonly text: PolicyText;
  readonly content: CompiledFile;
}

class Loader {
  readonly #options: LoadOptions;
  readonly #problems: PolicyProblem[] = [];
  readonly #compiled = new Map<string, Compiled | undefined>();
  readonly #resolved: Resolved = {
    layers: [presetLayer('balanced')],
    allow: new Map(),
    folders: [],
    settleMs: DEFAULT_SETTLE_MS,
    vault: DEFAULT_VAULT_SETTINGS,
  };
  #stacked = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  load(text: string): Policy {
    const { file, rootDirectory } = this.#options;
    const first = posix.basename(file);
    this.#compile(first, file, text);
    this.#stack(first, []);
    if (this.#problems.length > 0) throw new PolicyError(this.#problems);
    const { layers, folders, settleMs, vault, backend, notify, sniff, allow } = this.#resolved;
    return assemblePolicy({
      name: file,
      ...(rootDirectory === undefined ? {} : { rootDirectory }),
      layers,
      watch: {
        folders,
        settleMs,
        vault,
        ...(backend === undefined ? {} : { backend }),
        ...(notify === undefined ? {} : { notify }),
      },
      ...(sniff === undefined ? {} : { sniff }),
      allow: [...allow.values()],
    });
  }

  /** `path`: relative to the first file's folder; known to be compiled. `chain`: the files that led here. */
  #stack(path: string, chain: readonly string[]): void {
    const compiled = this.#compiled.get(path);
    if (compiled === undefined) return;
    const { text, content } = compiled;
    const before = text.problemCount;
    for (const { name, span } of content.extends) {
      this.#stacked++;
      if (this.#stacked > MAX_STACK) {
        text.report(span, `more than ${MAX_STACK} policies are put on top of each other`, 'extend fewer files');
        break;
      }
      if (isPreset(name)) this.#resolved.layers.push(presetLayer(name));
      else this.#extend(posix.normalize(posix.join(posix.dirname(path), name)), span, text, [...chain, path]);
    }
    // Files that extend this one a second time find its problems listed already.
    if (text.problemCount > before && before === 0) this.#problems.push(...text.problems());
    this.#resolved.layers.push(...content.layers);
    this.#resolved.folders = content.folders ?? this.#resolved.folders;
    this.#resolved.settleMs = content.settleMs ?? this.#resolved.settleMs;
    if (content.sniff !== undefined) this.#resolved.sniff = content.sniff;
    this.#resolved.vault = content.vault ?? this.#resolved.vault;
    if (content.backend !== undefined) this.#resolved.backend = content.backend;
    if (content.notify !== undefined) this.#resolved.notify = content.notify;
    for (const entry of content.allow) this.#resolved.allow.set(entry.sha256, entry);
  }

  #extend(path: string, span: Span, from: PolicyText, chain: readonly string[]): void {
    if (chain.includes(path)) {
      const circle = [...chain.slice(chain.indexOf(path)), path].map((file) => shownWord(file, 60)).join(' → ');
      from.report(span, 'the policies extend each other in a circle', circle);
      return;
    }
    if (chain.length >= MAX_EXTENDS_DEPTH) {
      from.report(span, `more than ${MAX_EXTENDS_DEPTH} files extend each other in a row`, 'extend the last of them directly');
      return;
    }
    if (!this.#compiled.has(path)) {
      const text = this.#read(path, span, from);
      if (text === undefined) return;
      this.#compile(path, posix.join(posix.dirname(this.#options.file), displayText(path)), text);
    }
    this.#stack(path, chain);
  }

  #read(path: string, span: Span, from: PolicyText): string | undefined {
    const { readFile } = this.#options;
    if (readFile === undefined) {
      from.report(span, 'a file cannot be extended here', 'extend a preset: balanced, strict or location-only');
      return undefined;
    }
    try {
      return readFile(path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
      if (!(error instanceof UsageError) && code === undefined) throw error;
      const why = error instanceof UsageError ? error.userMessage : `it cannot be read (${shownWord(code ?? '')})`;
      from.report(span, `${shownWord(path, 120)} cannot be extended`, why);
      return undefined;
    }
  }

  /** Reads one file; where it has mistakes, they are kept for the end, so that all are listed at once. */
  #compile(path: string, file: string, content: string): void {
    const text = new PolicyText(content, file);
    try {
      const tree = readTree(text);
      const document = validate(tree, text);
      const compiled = document === undefined ? undefined : compileFile(document, tree, text);
      text.throwProblems();
      this.#compiled.set(path, compiled === undefined ? undefined : { text, content: compiled });
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      this.#compiled.set(path, undefined);
      this.#problems.push(...error.problems);
    }
  }
}
