import { type GitPlace, git } from './run.js';

/** Ids of objects that commits bring in and that no other side is known to have; the last commit here does not count. */
export function unsharedObjects(place: GitPlace, commits: readonly string[], options: { readonly hasHead: boolean }): Set<string> {
  if (commits.length === 0) return new Set();
  const input = Buffer.from(`${[...commits, ...(options.hasHead ? ['^HEAD'] : [])].join('\n')}\n`);
  const listed = git(place, ['rev-list', '--objects', '--no-object-names', '--stdin', '--not', '--remotes'], { input });
  return new Set(listed.toString('latin1').split('\n'));
}
