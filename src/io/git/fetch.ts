import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GitError, type GitPlace, git, oneLine, tryGit } from './run.js';

/** Where missing commits are had from. */
export interface Remote {
  /** A remote's name or its address. */
  readonly name: string;
  /** Refs that hold what is looked for: servers may refuse to hand out a commit by its id alone. */
  readonly refs: readonly string[];
}

/** Commits whose history since they parted is wanted. */
export interface Ends {
  readonly heads: readonly string[];
  readonly bases: readonly string[];
}

/** How far a shallow clone is deepened, step by step, before all of it is fetched. */
const DEPTHS = [64, 512, 4096] as const;

/**
 * Fetches what is missing of the history between the ends: the commits themselves, and in a shallow clone as much as it takes
 * until they are seen to part. Says whether all of it is there now; bases that cannot be had are left out by the caller.
 */
export function completeRange(place: GitPlace, { heads, bases }: Ends, remote: Remote): boolean {
  const missing = [...heads, ...bases].filter((oid) => !hasCommit(place, oid));
  if (missing.length > 0) fetchCommits(place, remote, missing);
  if (!heads.every((oid) => hasCommit(place, oid))) return false;
  const here = bases.filter((oid) => hasCommit(place, oid));
  for (const depth of DEPTHS) {
    if (isWhole(place, { heads, bases: here })) return true;
    if (!tryFetch(place, [`--deepen=${depth}`, remote.name, ...heads, ...here]) && !tryFetch(place, [`--deepen=${depth}`, remote.name]))
      break;
  }
  if (!isWhole(place, { heads, bases: here })) tryFetch(place, ['--unshallow', remote.name]);
  return isWhole(place, { heads, bases: here });
}

export function hasCommit(place: GitPlace, oid: string): boolean {
  return tryGit(place, ['cat-file', '-e', `${oid}^{commit}`]) !== undefined;
}

/** Fetches a ref under its own name below `refs/exifence/`, so that no branch or tag of the user's moves. */
export function fetchRef(place: GitPlace, remote: string, ref: string): string | undefined {
  const depth = isShallow(place) ? ['--depth=1'] : [];
  const target = `refs/exifence/${ref.replace(/^refs\//, '')}`;
  if (!tryFetch(place, [...depth, remote, `+${ref}:${target}`])) return undefined;
  return oneLine(git(place, ['rev-parse', '--verify', `${target}^{commit}`])).toString();
}

function fetchCommits(place: GitPlace, remote: Remote, oids: readonly string[]): void {
  const depth = isShallow(place) ? [`--depth=${DEPTHS[0]}`] : [];
  if (tryFetch(place, [...depth, remote.name, ...oids])) return;
  for (const oid of oids) tryFetch(place, [...depth, remote.name, oid]);
  for (const ref of remote.refs) tryFetch(place, [...depth, remote.name, ref]);
}

/** A server that says no, or cannot be reached, is no error here: what is missing then is told by who needs it. */
function tryFetch(place: GitPlace, args: readonly string[]): boolean {
  const quiet = { ...place, env: { ...place.env, GIT_TERMINAL_PROMPT: '0' } };
  try {
    git(quiet, ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--no-auto-maintenance', ...args]);
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

function isShallow(place: GitPlace): boolean {
  return oneLine(git(place, ['rev-parse', '--is-shallow-repository'])).toString() === 'true';
}

/** True where no commit of the range has parents that were cut off, and head and base are seen to part. Throws `GitError`. */
export function isWhole(place: GitPlace, { heads, bases }: Ends): boolean {
  if (!isShallow(place)) return true;
  const cut = shallowCommits(place);
  const reached = (from: readonly string[], without: readonly string[]): string[] =>
    git(place, ['rev-list', '--stdin'], { input: Buffer.from(`${[...from, ...without.map((oid) => `^${oid}`)].join('\n')}\n`) })
      .toString('latin1')
      .split('\n')
      .filter(Boolean);
  if (reached(heads, bases).some((oid) => cut.has(oid))) return false;
  // Without a common ancestor, commits behind the base's cut would count as new.
  if (bases.length === 0 || !reached(bases, []).some((oid) => cut.has(oid))) return true;
  return heads.every((head) => bases.every((base) => tryGit(place, ['merge-base', head, base]) !== undefined));
}

function shallowCommits(place: GitPlace): Set<string> {
  const file = resolve(place.cwd, oneLine(git(place, ['rev-parse', '--git-path', 'shallow'])).toString());
  return new Set(existsSync(file) ? readFileSync(file, 'latin1').split('\n').filter(Boolean) : []);
}
