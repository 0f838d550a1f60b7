import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { treeWith } from '../../io/git/commit.js';
import { type GitPlace, git, oneLine } from '../../io/git/run.js';
import { isFile, treeEntries } from '../../io/git/staged.js';

/** A tag may stand for a tag, and that for another: no honest chain is longer. */
const MOST_TAGS = 32;

/**
 * Refs that lead to a file or a folder, by themselves or by way of tags: has them lead to what is clean. git filter-repo looks at commits.
 * Says whether there was one. Throws `GitError`.
 */
export function mendRefs(place: GitPlace, clean: string): boolean {
  const listed = git(place, ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']).toString('latin1').split('\n');
  let isChanged = false;
  for (const line of listed.filter(Boolean)) {
    const [oid = '', type = '', ...name] = line.split(' ');
    const mended = mendObject(place, clean, oid, type, 0);
    if (mended === undefined) continue;
    const ref = Buffer.from(name.join(' '), 'latin1').toString();
    git(place, ['update-ref', '--no-deref', '-m', 'exifence history fix', ref, mended, oid]);
    isChanged = true;
  }
  return isChanged;
}

/** The id of the clean object; `undefined` where it holds nothing that leaks, or is a commit. */
function mendObject(place: GitPlace, clean: string, oid: string, type: string, depth: number): string | undefined {
  switch (type) {
    case 'blob':
      return cleanBlob(place, clean, oid);
    case 'tree': {
      const changes = treeEntries(place, oid, () => true)
        .filter(isFile)
        .flatMap((entry) => {
          const mended = cleanBlob(place, clean, entry.oid);
          return mended === undefined ? [] : [{ ...entry, oid: mended }];
        });
      return changes.length === 0 ? undefined : treeWith(place, oid, changes);
    }
    case 'tag':
      return depth < MOST_TAGS ? mendTag(place, clean, oid, depth) : undefined;
    default:
      return undefined;
  }
}

/** git-mktag(1): `object`, `type`, `tag`, `tagger`, an empty line, the message. A signature would not hold any more. */
function mendTag(place: GitPlace, clean: string, oid: string, depth: number): string | undefined {
  const text = git(place, ['cat-file', 'tag', oid]).toString('latin1');
  const [, target, type] = /^object ([0-9a-f]{40,64})\ntype ([a-z]+)\n/.exec(text) ?? [];
  if (target === undefined || type === undefined) return undefined;
  const mended = mendObject(place, clean, target, type, depth + 1);
  if (mended === undefined) return undefined;
  const unsigned = text.replace(/^-----BEGIN [A-Z ]*(?:SIGNATURE|MESSAGE)-----\n[\s\S]*$/m, '');
  return store(place, 'tag', Buffer.from(unsigned.replace(target, mended), 'latin1'));
}

function cleanBlob(place: GitPlace, clean: string, oid: string): string | undefined {
  const file = join(clean, oid);
  return existsSync(file) ? store(place, 'blob', readFileSync(file)) : undefined;
}

function store(place: GitPlace, type: 'blob' | 'tag', bytes: Uint8Array): string {
  return oneLine(git(place, ['hash-object', '-w', '-t', type, '--stdin'], { input: bytes })).toString();
}
