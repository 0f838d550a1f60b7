import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { displayPath } from '../core/display.js';
import { UsageError } from '../core/usage-error.js';
import { POLICY_FILE_NAMES } from '../policy/paths.js';
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
  #fallback: Policy | undefined;
  #override: Policy | undefined;

  constructor(readonly options: PoliciesOptions) {}

  /** `path` may be relative to the working directory. Throws `PolicyError` or `UsageError`. */
  async forFile(path: Uint8Array | string): Promise<Applied> {
    const absolute = resolve(this.options.cwd, typeof path === 'string' ? path : Buffer.from(path).toString());
    const policy = (await this.#named()) ?? (await this.#nearest(dirname(absolute))) ?? (await this.#builtIn());
    this.#used.set(policy, this.#used.get(policy) ?? new Set());
    return { policy, effective: policy.effectiveFor(relativeTo(policy.rootDirectory, absolute)), ...this.#allowing(policy) };
  }

  /** The policy for a folder as a whole: what a door without a file of its own goes by. */
  async forFolder(path: string): Promise<Policy> {
    return (await this.forFile(resolve(this.options.cwd, path, 'any'))).policy;
  }

  /** Allow-list entries that are expired, or that no file seen had use for. */
  async staleEntries(): Promise<string[]> {
    const { checkAllow } = await import('../policy/allow.js');
    return [...this.#used].flatMap(([policy, used]) => {
      const { expired, unused } = checkAllow(policy, used, this.options.today);
      const line = (entry: AllowEntry, why: string): string =>
        `${entry.origin.file}:${entry.origin.line}: the allow-list entry ${entry.sha256.slice(0, 12)}… ${why}`;
      return [
        ...expired.map((entry) => line(entry, `expired on ${entry.expires}`)),
        ...unused.map((entry) => line(entry, 'was not used by any file checked')),
      ];
    });
  }

  #allowing(policy: Policy): { allowed?: Applied['allowed'] } {
    if (policy.allow.length === 0) return {};
    return {
      allowed: (sha256) => {
        const entry = policy.allow.find((candidate) => candidate.sha256 === sha256);
        if (entry === undefined) return undefined;
        this.#used.get(policy)?.add(sha256);
        return entry.expires !== undefined && entry.expires < this.options.today ? undefined : entry;
      },
    };
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
