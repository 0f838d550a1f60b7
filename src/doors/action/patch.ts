import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GitError, type GitPlace, git, oneLine } from '../../io/git/run.js';

const PLAIN = ['--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--src-prefix=a/', '--dst-prefix=b/'];

/**
 * A patch that `git apply` takes, from one tree to another. Git also writes into it how to get back, which for a picture holds what
 * was taken out of it: that half is left out. Throws `GitError`.
 */
export function forwardPatch(place: GitPlace, from: string, to: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'exifence-patch-'));
  try {
    const apart = placeWithoutAttributes(place, folder, from.length);
    return withoutWayBack(git(apart, ['diff', '--binary', '--full-index', ...PLAIN, from, to, '--']));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The same objects in a repository of no files. Drawings are text to git, which quotes the lines that go: as binary data nothing of them
 * is in a patch. What the change itself says of that in its .gitattributes must not count.
 */
function placeWithoutAttributes(place: GitPlace, folder: string, digits: number): GitPlace {
  const objects = resolve(place.cwd, oneLine(git(place, ['rev-parse', '--git-path', 'objects'])).toString());
  const { GIT_DIR: _dir, GIT_WORK_TREE: _top, GIT_INDEX_FILE: _index, GIT_COMMON_DIR: _common, ...env } = place.env;
  git({ cwd: folder, env }, ['init', '--quiet', '--bare', '--template=', `--object-format=${digits === 64 ? 'sha256' : 'sha1'}`, folder]);
  mkdirSync(join(folder, 'info'), { recursive: true });
  writeFileSync(join(folder, 'info', 'attributes'), '* -diff\n');
  return { cwd: folder, env: { ...env, GIT_DIR: folder, GIT_OBJECT_DIRECTORY: objects } };
}

/** git-diff's binary form: `GIT binary patch`, a hunk of lines up to an empty one, and a second one for the way back. */
function withoutWayBack(patch: Buffer): Buffer {
  const kept: string[] = [];
  let hunks = 0;
  let isBinary = false;
  for (const line of patch.toString('latin1').split('\n')) {
    if (!isBinary && line === 'GIT binary patch') {
      isBinary = true;
      hunks = 0;
    } else if (isBinary && line.startsWith('diff --git ')) isBinary = false;
    if (!isBinary && line.startsWith('@@'))
      throw new GitError('diff', undefined, 'a patch would quote what was taken out; none was written');
    if (isBinary && /^(?:literal|delta) \d+$/.test(line)) hunks++;
    if (isBinary && hunks > 1) continue;
    kept.push(line);
  }
  // An empty line ends each hunk, also the last one.
  return Buffer.from(`${kept.join('\n')}${hunks > 1 ? '\n' : ''}`, 'latin1');
}
