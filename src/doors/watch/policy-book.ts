import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ALLOW_FOLDER, POLICY_FILE_NAMES } from '../../policy/paths.js';
import { listFolder, Policies, readPolicyFile, today } from '../../service/policies.js';

/** Folders without a policy of their own that are remembered. In one that is not, a new policy counts from the next day or start on. */
const MOST_ABSENT = 200_000;

/**
 * The policies as of today, for as long as no policy file changes: allow-list entries expire while the daemon runs. A folder's
 * own policy stands above the others. Remembers what each file that has a say looked like when it was read, to tell when one changes.
 */
export class PolicyBook {
  readonly #books = new Map<string | undefined, Policies>();
  /** Files and folders that have a say, and what they looked like; empty where they were not there. */
  readonly #looks = new Map<string, string>();
  /** What was looked for, and was not there. */
  readonly #absent = new Set<string>();

  constructor(
    private readonly cwd: string,
    private readonly override: string | undefined,
  ) {
    if (override !== undefined) this.#remember(resolve(cwd, override));
  }

  /** `own`: the policy that the watched folder names. */
  for(own?: string): Policies {
    const named = own ?? this.override;
    const date = today();
    let policies = this.#books.get(named);
    if (policies?.options.today !== date) {
      policies = new Policies({
        cwd: this.cwd,
        today: date,
        ...(named === undefined ? {} : { override: named }),
        readFile: (file) => this.#read(file),
        listFolder: (folder) => this.#list(folder),
      });
      this.#books.set(named, policies);
    }
    return policies;
  }

  /** These folders are watched: a policy that is made in them or around them counts at once. */
  watchAround(folders: readonly string[]): void {
    for (const folder of folders)
      for (const around of withParents(folder)) for (const name of [...POLICY_FILE_NAMES, ALLOW_FOLDER]) this.#remember(join(around, name));
  }

  /** A file came into sight that may have a say where there was none. */
  onSeen(path: string): void {
    const folder = dirname(path);
    if (!(POLICY_FILE_NAMES as readonly string[]).includes(basename(path)) && !folder.endsWith(ALLOW_FOLDER)) return;
    for (const place of [path, folder]) if (this.#absent.has(place)) this.#looks.set(place, '');
  }

  /** What has changed since it was read; empty where nothing has. The same text twice means that it is at rest. */
  changes(): string {
    const changed: string[] = [];
    for (const [place, look] of this.#looks) {
      const now = lookOf(place);
      if (now !== look) changed.push(`${place}:${now}`);
    }
    return changed.join('\n');
  }

  #read(file: string): string | undefined {
    return this.#isThere(file) ? readPolicyFile(file) : undefined;
  }

  #list(folder: string): readonly string[] {
    return this.#isThere(folder) ? listFolder(folder) : [];
  }

  #isThere(place: string): boolean {
    if (statSync(place, { throwIfNoEntry: false }) === undefined) {
      if (this.#absent.size < MOST_ABSENT) this.#absent.add(place);
      return false;
    }
    this.#remember(place);
    return true;
  }

  #remember(place: string): void {
    if (!this.#looks.has(place)) this.#looks.set(place, lookOf(place));
  }
}

function* withParents(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

function lookOf(place: string): string {
  const stat = statSync(place, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? '' : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}
