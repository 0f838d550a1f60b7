import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { displayPath } from '../core/display.js';
import type { FileResult } from '../core/result.js';
import { UsageError } from '../core/usage-error.js';
import type { loadAllowFile as LoadAllowFile } from '../policy/allow-file.js';
import { ALLOW_FOLDER, allowedBy, allowFileName, POLICY_FILE_NAMES } from '../policy/paths.js';
import type { AllowEntry, EffectivePolicy, Policy } from '../policy/types.js';

/** No honest policy is longer; checked before the file is read. */
export const POLICY_FILE_BYTES = 256 * 1024;

/** What applies to one file. */
export interface Applied {
  readonly policy: Policy;
  readonly effective: EffectivePolicy;
  /** The allow-list's entry in force for a content hash. */
  readonly allowed?: (sha256: string) => AllowEntry | undefined;
}

export interface PoliciesOptions {
  /** `--policy`: a file or a preset that applies to every file. */
  readonly override?: string;
  readonly cwd: string;
  /** Today, UTC, `YYYY-MM-DD`. */
  readonly today: string;
  /** The text of the policy file at an absolute path, `undefined` where there is none. The disk, unless a door knows better: then that is final. */
  readonly readFile?: (file: string) => string | undefined;
  /** The names of the files in a folder, none where there is no such folder; goes with `readFile`. */
  readonly listFolder?: (folder: string) => readonly string[];
}

/** Exceptions, one to a file, that hold for the folder around them. */
interface AllowFolder {
  readonly folder: string;
  /** The hashes that files are named by. */
  readonly names: ReadonlySet<string>;
  readonly used: Set<string>;
  readonly entries: Map<string, AllowEntry>;
}

/** An exception that should be looked at again. */
export interface StaleEntry {
  readonly kind: 'expired' | 'unused';
  readonly origin: AllowEntry['origin'];
  /** Safe to show. */
  readonly message: string;
}

/** Today in UTC, `YYYY-MM-DD`: what expiry dates are held against. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Finds the policy of each file: the one named, else the nearest upwards from the file, else `balanced`. */
export class Policies {
  readonly #byDirectory = new Map<string, Policy | undefined>();
  readonly #byFile = new Map<string, Policy>();
  readonly #used = new Map<Policy, Set<string>>();
  /** Exceptions by the folder that they lie in, and those that were asked for. */
  readonly #allowFolders = new Map<string, AllowFolder | undefined>();
  #fallback: Policy | undefined;
  #override: Policy | undefined;
  #loadAllowFile: typeof LoadAllowFile | undefined;

  constructor(readonly options: PoliciesOptions) {}

  /** `path` may be relative to the working directory. Throws `PolicyError` or `UsageError`. */
  async forFile(path: Uint8Array | string): Promise<Applied> {
    const absolute = resolve(this.options.cwd, typeof path === 'string' ? path : Buffer.from(path).toString());
    const policy = (await this.#named()) ?? (await this.#nearest(dirname(absolute))) ?? (await this.#builtIn());
    this.#used.set(policy, this.#used.get(policy) ?? new Set());
    const folders = this.#foldersAbove(dirname(absolute));
    // Only who has exceptions waits for what reads them.
    if (folders.length > 0) this.#loadAllowFile ??= (await import('../policy/allow-file.js')).loadAllowFile;
    return {
      policy,
      effective: policy.effectiveFor(relativeTo(policy.rootDirectory, absolute)),
      ...this.#allowing(policy, this.#foldersAbove(dirname(absolute))),
    };
  }

  /** The policy for a folder as a whole: what a door without a file of its own goes by. */
  async forFolder(path: string): Promise<Policy> {
    return (await this.forFile(resolve(this.options.cwd, path, 'any'))).policy;
  }

  /** Exceptions that are expired, or that no file seen had use for. */
  async staleEntries(): Promise<StaleEntry[]> {
    const { checkAllow } = await import('../policy/allow.js');
    const stale: StaleEntry[] = [];
    const look = (entries: readonly AllowEntry[], used: ReadonlySet<string>): void => {
      const { expired, unused } = checkAllow(entries, used, this.options.today);
      const told = (kind: StaleEntry['kind'], { origin, sha256 }: AllowEntry, why: string): void => {
        stale.push({ kind, origin, message: `${origin.file}:${origin.line}: the allow-list entry ${sha256.slice(0, 12)}… ${why}` });
      };
      for (const entry of expired) told('expired', entry, `expired on ${entry.expires}`);
      for (const entry of unused) told('unused', entry, 'was not used by any file checked');
    };
    for (const [policy, used] of this.#used) look(policy.allow, used);
    for (const folder of this.#allowFolders.values()) {
      if (folder === undefined) continue;
      look(
        [...folder.names].flatMap((sha256) => this.#exception(folder, sha256) ?? []),
        folder.used,
      );
    }
    return stale;
  }

  #allowing(policy: Policy, folders: readonly AllowFolder[]): { allowed?: Applied['allowed'] } {
    if (policy.allow.length === 0 && folders.length === 0) return {};
    return {
      allowed: (sha256) => {
        const listed = policy.allow.find((candidate) => candidate.sha256 === sha256);
        if (listed !== undefined) this.#used.get(policy)?.add(sha256);
        if (listed !== undefined && listed.expires >= this.options.today) return listed;
        for (const folder of folders) {
          const entry = this.#exception(folder, sha256);
          if (entry === undefined) continue;
          folder.used.add(sha256);
          if (entry.expires >= this.options.today) return entry;
        }
        return undefined;
      },
    };
  }

  /** The folders of exceptions that hold for files in a folder: its own, and those of the folders around it. */
  #foldersAbove(directory: string): AllowFolder[] {
    const folders: AllowFolder[] = [];
    for (let folder = directory; ; folder = dirname(folder)) {
      if (!this.#allowFolders.has(folder)) this.#allowFolders.set(folder, this.#openAllowFolder(folder));
      const found = this.#allowFolders.get(folder);
      if (found !== undefined) folders.push(found);
      if (dirname(folder) === folder) return folders;
    }
  }

  #openAllowFolder(directory: string): AllowFolder | undefined {
    const folder = resolve(directory, ALLOW_FOLDER);
    const listed = this.options.listFolder === undefined ? listFolder(folder) : this.options.listFolder(folder);
    const names = new Set(listed.flatMap((name) => allowedBy(name) ?? []));
    return names.size === 0 ? undefined : { folder, names, used: new Set(), entries: new Map() };
  }

  #exception(folder: AllowFolder, sha256: string): AllowEntry | undefined {
    if (!folder.names.has(sha256)) return undefined;
    const known = folder.entries.get(sha256);
    if (known !== undefined) return known;
    const file = resolve(folder.folder, allowFileName(sha256));
    const shown = relative(this.options.cwd, file);
    const load = this.#loadAllowFile;
    if (load === undefined) return undefined;
    const entry = load(this.#readOrFail(file), displayPath(shown.startsWith('..') ? file : shown), sha256);
    folder.entries.set(sha256, entry);
    return entry;
  }

  async #named(): Promise<Policy | undefined> {
    const { override, cwd } = this.options;
    if (override === undefined) return undefined;
    if (this.#override !== undefined) return this.#override;
    const { isPreset, presetPolicy, PRESET_NAMES } = await import('../policy/presets.js');
    if (isPreset(override)) this.#override = presetPolicy(override);
    else if (this.#read(resolve(cwd, override)) !== undefined) this.#override = await this.#load(resolve(cwd, override));
    else throw new UsageError(`--policy: ${displayPath(override)} is neither a file nor one of ${PRESET_NAMES.join(', ')}`);
    return this.#override;
  }

  async #nearest(directory: string): Promise<Policy | undefined> {
    if (this.#byDirectory.has(directory)) return this.#byDirectory.get(directory);
    const here = POLICY_FILE_NAMES.map((name) => resolve(directory, name)).find((file) => this.#read(file) !== undefined);
    const parent = dirname(directory);
    const found = here !== undefined ? await this.#load(here) : parent === directory ? undefined : await this.#nearest(parent);
    this.#byDirectory.set(directory, found);
    return found;
  }

  async #builtIn(): Promise<Policy> {
    this.#fallback ??= (await import('../policy/presets.js')).presetPolicy('balanced');
    return this.#fallback;
  }

  async #load(file: string): Promise<Policy> {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const { loadPolicy } = await import('../policy/load.js');
    const shown = relative(this.options.cwd, file);
    const policy = await loadPolicy(this.#readOrFail(file), {
      file: displayPath(shown.startsWith('..') || shown === '' ? file : shown),
      rootDirectory: dirname(file),
      readFile: (other: string) => this.#readOrFail(resolve(dirname(file), other)),
    });
    this.#byFile.set(file, policy);
    return policy;
  }

  #read(file: string): string | undefined {
    return this.options.readFile === undefined ? (existsSync(file) ? readPolicyFile(file) : undefined) : this.options.readFile(file);
  }

  #readOrFail(file: string): string {
    const text = this.#read(file);
    if (text === undefined) throw new UsageError(`there is no policy file ${displayPath(file)}`);
    return text;
  }
}

/** An exception that should be looked at, as a result of its file. */
export function staleResult({ kind, origin, message }: StaleEntry): FileResult {
  const policyNotes = [{ ruleId: `exifence/allow-${kind}`, message, line: origin.line }];
  return { artifact: origin.file, status: 'skipped', policyNotes, notes: [message] };
}

/** The names of the plain files in a folder; none where it is not there. What lies behind a link counts for nothing, as it does for git. */
export function listFolder(folder: string): string[] {
  try {
    if ([dirname(folder), folder].some((path) => lstatSync(path).isSymbolicLink())) return [];
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new UsageError(`the exceptions in ${displayPath(folder)} cannot be read (${code})`);
  }
}

/** The text of a policy file. Throws `UsageError` where it is no plain file of sane size. */
export function readPolicyFile(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) throw new UsageError(`there is no policy file ${displayPath(file)}`);
  if (stats.size > POLICY_FILE_BYTES)
    throw new UsageError(`the policy file ${displayPath(file)} is larger than ${POLICY_FILE_BYTES} bytes`);
  return readFileSync(file, 'utf8');
}

function relativeTo(root: string | undefined, absolute: string): string | undefined {
  if (root === undefined) return undefined;
  const path = relative(root, absolute);
  return path.startsWith('..') ? undefined : path.split(sep).join('/');
}
