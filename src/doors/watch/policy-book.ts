import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ALLOW_FOLDER, POLICY_FILE_NAMES } from '../../policy/paths.js';
import { Policies, readPolicyFile, today } from '../../service/policies.js';

/**
 * The policies as of today, for as long as no policy file changes: allow-list entries expire while the daemon runs. A folder's
 * own policy stands above the others. Remembers which files have a say, to tell when one changes.
 */
export class PolicyBook {
  readonly #books = new Map<string | undefined, Policies>();
  readonly #files = new Set<string>();

  constructor(
    private readonly cwd: string,
    private readonly override: string | undefined,
  ) {}

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
      });
      this.#books.set(named, policies);
    }
    return policies;
  }

  /** What the files that have a say look like from outside; another text when one was changed, made or removed. */
  stamp(folders: readonly string[]): string {
    const files = new Set(this.#files);
    for (const folder of folders)
      for (const around of withParents(folder)) for (const name of [...POLICY_FILE_NAMES, ALLOW_FOLDER]) files.add(join(around, name));
    if (this.override !== undefined) files.add(resolve(this.cwd, this.override));
    return [...files].sort().map(lookOf).join('\n');
  }

  #read(file: string): string | undefined {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
    // Those that are not there are not remembered: every folder could have one, and an event tells where one is made.
    this.#files.add(file);
    return readPolicyFile(file);
  }
}

function* withParents(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

function lookOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? '' : `${file}:${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}
