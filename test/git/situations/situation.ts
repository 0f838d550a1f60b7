import type { GitRun, TestRepository } from '../../support/repository.js';

/** An image that leaks, by its text: the judge of these tests cuts `LEAK(…)` out. */
export const dirty = (name: string): string => `JPEG LEAK(49.1,8.2) picture of ${name}`;
export const clean = (name: string): string => `JPEG  picture of ${name}`;

/** Content by path; `undefined` where there is to be nothing. */
type Contents = Readonly<Record<string, string | undefined>>;

export interface Situation {
  readonly name: string;
  /** `git init` gets these. */
  readonly init?: readonly string[];
  /** Brings the repository to where the commit begins; no hook is in place yet. */
  readonly arrange: (repo: TestRepository) => void;
  /** The command under test; a plain commit if left out. */
  readonly act?: (repo: TestRepository, env: Readonly<Record<string, string>>) => GitRun;
  /** What the policy enforces; `fix` if left out. */
  readonly enforce?: 'fix' | 'block' | 'warn';
  readonly env?: Readonly<Record<string, string>>;
  readonly expect: {
    /** 0 where git made the commit. */
    readonly code: 0 | 1;
    /** The last commit's blobs. */
    readonly committed?: Contents;
    readonly index?: Contents;
    /** The files in the folder: what was not staged is among them. */
    readonly workTree?: Contents;
    /** `git status --porcelain`, if it is not to be empty. */
    readonly status?: string;
    readonly says?: RegExp;
    /** The note for the step after the commit stays where git does not come so far; the next run takes it away. */
    readonly noteStays?: boolean;
  };
}

/** Commits what is arranged past the hook. */
export function committed(repo: TestRepository, contents: Readonly<Record<string, string>>, message = 'base'): void {
  for (const [path, content] of Object.entries(contents)) repo.stage(path, content);
  repo.commitUnchecked(message);
}
