import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitPlace, git } from '../../io/git/run.js';

const PLAIN = ['--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--src-prefix=a/', '--dst-prefix=b/'];

/**
 * A patch that `git apply` takes, from one tree to another. Git also writes into it how to get back, which for a picture holds what
 * was taken out of it: that half is left out. Throws `GitError`.
 */
export function forwardPatch(place: GitPlace, from: string, to: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'exifence-patch-'));
  try {
    // Drawings are text to git, which would quote the lines that go: as binary data nothing of them is in it.
    const attributes = join(folder, 'attributes');
    writeFileSync(attributes, '* -diff\n');
    const config = ['-c', `core.attributesFile=${attributes}`];
    return withoutWayBack(git(place, [...config, 'diff', '--binary', '--full-index', ...PLAIN, from, to, '--']));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
    if (isBinary && /^(?:literal|delta) \d+$/.test(line)) hunks++;
    if (isBinary && hunks > 1) continue;
    kept.push(line);
  }
  // An empty line ends each hunk, also the last one.
  return Buffer.from(`${kept.join('\n')}${hunks > 1 ? '\n' : ''}`, 'latin1');
}
