import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleHook, type HookBundle, useHooks } from '../support/hook-bundle.js';
import { type GitRun, TestRepository } from '../support/repository.js';

const DIRTY = 'JPEG LEAK(49.1,8.2) picture';
const CLEAN = 'JPEG  picture';
const FIX = { TEST_ENFORCE: 'fix' };

let bundle: HookBundle;
let repo: TestRepository;

beforeAll(async () => {
  bundle = await bundleHook('test/support/fake-hook.ts');
});
afterAll(() => bundle.remove());
beforeEach(() => {
  repo = new TestRepository();
  repo.stage('readme.txt', 'text\n');
  repo.commitUnchecked('first');
  useHooks(repo, bundle);
});
afterEach(() => repo.remove());

const commit = (env: Record<string, string>, ...args: string[]): GitRun => repo.try(['commit', '-q', '-m', 'm', ...args], { env });
const head = (): string => repo.git(['rev-parse', 'HEAD']);
/** A PATH with git, the shell and Node, and nothing else: no git-lfs. */
function gitOnly(): string {
  const folder = join(repo.parent, 'bin');
  mkdirSync(folder);
  for (const name of ['git', 'sh', 'cat', 'false']) {
    const found = (process.env.PATH ?? '').split(':').find((directory) => existsSync(join(directory, name)));
    symlinkSync(join(found as string, name), join(folder, name));
  }
  return folder;
}
/** Index, work tree and last commit agree on everything that is tracked. */
const expectAllClean = (): void => expect(repo.status()).toBe('');

describe('pre-commit that blocks', () => {
  it('stops the commit and says what, where, why and the one command that fixes it', () => {
    repo.stage("it's/a photo.jpg", DIRTY);
    const before = head();
    const run = commit({});
    expect(run.code).toBe(1);
    expect(head()).toBe(before);
    expect(run.stderr).toContain("it's/a photo.jpg");
    expect(run.stderr).toContain('location');
    expect(run.stderr).toContain('test:7');
    expect(run.stderr.match(/hook run pre-commit --fix/g)).toHaveLength(1);
    expect(repo.blob(":it's/a photo.jpg")).toBe(DIRTY);
    expect(repo.read("it's/a photo.jpg")).toBe(DIRTY);
  });

  it('is mended by the command that it names', () => {
    repo.stage('a.jpg', DIRTY);
    expect(commit({}).code).toBe(1);
    const fixed = repo.try(['-c', 'alias.fix=!f() { node "$BUNDLE" run pre-commit --fix; }; f', 'fix'], { env: { BUNDLE: bundle.file } });
    expect(fixed.code).toBe(0);
    expect(commit({}).code).toBe(0);
    expect(repo.blob('HEAD:a.jpg')).toBe(CLEAN);
    expectAllClean();
  });

  it('names a command on the file itself where the index of the commit does not last', () => {
    repo.stage('sub/a.jpg', 'JPEG old');
    repo.commitUnchecked();
    repo.write('sub/a.jpg', DIRTY);
    const run = repo.try(['commit', '-qam', 'm'], { cwd: join(repo.top, 'sub') });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('scrub -- a.jpg');
  });

  it('gives 3, the reason and the byte for what cannot be read, and fixes nothing then', () => {
    repo.stage('a.jpg', DIRTY);
    repo.stage('b.jpg', 'JPEG BROKEN');
    const run = repo.try(['hook', 'run', 'pre-commit'], { env: FIX });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('truncated at byte 42');
    expect(repo.blob(':a.jpg')).toBe(DIRTY);
    expect(repo.read('a.jpg')).toBe(DIRTY);
  });

  it('changes nothing where one clean version cannot be proven', () => {
    repo.stage('a.jpg', DIRTY);
    repo.stage('b.jpg', `STUCK ${DIRTY}`);
    expect(repo.try(['hook', 'run', 'pre-commit'], { env: FIX }).code).toBe(3);
    expect(repo.blob(':a.jpg')).toBe(DIRTY);
    expect(repo.read('a.jpg')).toBe(DIRTY);
  });

  it('only warns where the policy says so', () => {
    repo.stage('a.jpg', DIRTY);
    repo.stage('b.jpg', 'JPEG BROKEN');
    const run = commit({ TEST_ENFORCE: 'warn' });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('a.jpg');
    expect(run.stderr).toContain('b.jpg');
    expect(repo.blob('HEAD:a.jpg')).toBe(DIRTY);
  });

  it('passes what is clean, no image or not staged, without a word', () => {
    repo.stage('a.jpg', CLEAN);
    repo.stage('notes.txt', DIRTY);
    repo.write('b.jpg', DIRTY);
    const run = commit({});
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  it('judges what is staged, not what lies in the folder', () => {
    repo.stage('a.jpg', DIRTY);
    repo.write('a.jpg', CLEAN);
    expect(commit({}).code).toBe(1);
    repo.stage('a.jpg', CLEAN);
    repo.write('a.jpg', DIRTY);
    expect(commit({}).code).toBe(0);
    expect(repo.read('a.jpg')).toBe(DIRTY);
  });
});

describe('pre-commit that fixes', () => {
  it('cleans index, commit and work tree', () => {
    repo.stage('a.jpg', DIRTY);
    const run = commit(FIX);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('fixed');
    expect(repo.blob('HEAD:a.jpg')).toBe(CLEAN);
    expect(repo.read('a.jpg')).toBe(CLEAN);
    // No stat data is left stale: plumbing, which does not refresh it, agrees.
    expect(repo.git(['diff-files', '--name-only'])).toBe('');
    expectAllClean();
  });

  it('leaves unstaged work as it is, of the same file and of others', () => {
    repo.stage('b.txt', 'one\n');
    repo.stage('a.jpg', DIRTY);
    repo.write('a.jpg', `${DIRTY} and unstaged work`);
    repo.write('readme.txt', 'unstaged\n');
    repo.write('untracked.jpg', DIRTY);
    const run = commit(FIX);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('left as it is');
    expect(repo.blob('HEAD:a.jpg')).toBe(CLEAN);
    expect(repo.read('a.jpg')).toBe(`${DIRTY} and unstaged work`);
    expect(repo.read('readme.txt')).toBe('unstaged\n');
    expect(repo.read('untracked.jpg')).toBe(DIRTY);
    expect(repo.blob('HEAD:readme.txt')).toBe('text\n');
    expect(repo.git(['stash', 'list'])).toBe('');
  });

  it('keeps the executable bit, in the index and on the disk', () => {
    repo.stage('a.jpg', DIRTY, 0o755);
    expect(commit(FIX).code).toBe(0);
    expect(repo.git(['ls-tree', 'HEAD', 'a.jpg'])).toMatch(/^100755 /);
    expect(lstatSync(repo.path('a.jpg')).mode & 0o111).not.toBe(0);
    expectAllClean();
  });

  it('works on the first commit', () => {
    const fresh = new TestRepository();
    useHooks(fresh, bundle);
    fresh.stage('a.jpg', DIRTY);
    expect(fresh.try(['commit', '-qm', 'm'], { env: FIX }).code).toBe(0);
    expect(fresh.blob('HEAD:a.jpg')).toBe(CLEAN);
    expect(fresh.status()).toBe('');
    fresh.remove();
  });

  it('works where ids are SHA-256', () => {
    const fresh = new TestRepository(['--object-format=sha256']);
    useHooks(fresh, bundle);
    fresh.stage('a.jpg', DIRTY);
    expect(fresh.try(['commit', '-qm', 'm'], { env: FIX }).code).toBe(0);
    expect(fresh.blob('HEAD:a.jpg')).toBe(CLEAN);
    expect(fresh.status()).toBe('');
    fresh.remove();
  });

  describe('with git commit PATH', () => {
    beforeEach(() => {
      repo.stage('a.jpg', 'JPEG old');
      repo.stage('b.jpg', 'JPEG old b');
      repo.commitUnchecked();
    });

    it('cleans the index of the commit and the one that stays', () => {
      repo.write('a.jpg', DIRTY);
      repo.write('readme.txt', 'unstaged\n');
      expect(commit(FIX, 'a.jpg').code).toBe(0);
      expect(repo.blob('HEAD:a.jpg')).toBe(CLEAN);
      expect(repo.blob(':a.jpg')).toBe(CLEAN);
      expect(repo.read('a.jpg')).toBe(CLEAN);
      expect(repo.read('readme.txt')).toBe('unstaged\n');
      expect(repo.status()).toBe(' M readme.txt');
      expect(existsSync(join(repo.top, '.git/exifence/pending.json'))).toBe(false);
    });

    it('does so without the step after the commit', () => {
      rmSync(join(repo.top, '.git/hooks/post-commit'));
      repo.write('a.jpg', DIRTY);
      expect(commit(FIX, 'a.jpg').code).toBe(0);
      expectAllClean();
      expect(repo.blob(':a.jpg')).toBe(CLEAN);
    });

    it('does not leak in the next commit', () => {
      repo.write('a.jpg', DIRTY);
      expect(commit(FIX, 'a.jpg').code).toBe(0);
      repo.stage('c.txt', 'c\n');
      expect(commit({}).code).toBe(0);
      expect(repo.git(['log', '--format=%s', `-S${'LEAK('}`])).toBe('');
    });

    it('leaves what else is staged staged, and not committed', () => {
      repo.stage('b.jpg', `b ${DIRTY}`);
      repo.write('a.jpg', DIRTY);
      expect(commit(FIX, '--only', 'a.jpg').code).toBe(0);
      expect(repo.blob('HEAD:b.jpg')).toBe('JPEG old b');
      expect(repo.blob(':b.jpg')).toBe(`b ${DIRTY}`);
      expect(repo.blob(':a.jpg')).toBe(CLEAN);
      expect(commit(FIX).code).toBe(0);
      expect(repo.blob('HEAD:b.jpg')).toBe(`b ${CLEAN}`);
      expectAllClean();
    });

    it('leaves the index as it was where the commit fails later', () => {
      repo.hook('commit-msg', '#!/bin/sh\nexit 1\n');
      repo.write('a.jpg', DIRTY);
      expect(commit(FIX, 'a.jpg').code).toBe(1);
      expect(repo.blob(':a.jpg')).toBe('JPEG old');
      expect(repo.read('a.jpg')).toBe(CLEAN);
      rmSync(join(repo.top, '.git/hooks/commit-msg'));
      expect(commit(FIX, 'a.jpg').code).toBe(0);
      expectAllClean();
    });

    it('repairs an index of another name after the commit', () => {
      const env = { ...FIX, GIT_INDEX_FILE: join(repo.top, '.git/other-index') };
      repo.git(['read-tree', 'HEAD'], { env });
      repo.write('a.jpg', DIRTY);
      const run = commit(env, 'a.jpg');
      expect(run.code).toBe(0);
      expect(repo.blob('HEAD:a.jpg')).toBe(CLEAN);
      expect(repo.git(['ls-files', '-s', 'a.jpg'], { env })).toContain(repo.git(['rev-parse', 'HEAD:a.jpg']));
      expect(run.stderr).toContain('index too');
    });
  });

  it('works with git commit -a, from a folder below', () => {
    repo.stage('sub/a.jpg', 'JPEG old');
    repo.commitUnchecked();
    repo.write('sub/a.jpg', DIRTY);
    expect(repo.try(['commit', '-qam', 'm'], { env: FIX, cwd: join(repo.top, 'sub') }).code).toBe(0);
    expect(repo.blob('HEAD:sub/a.jpg')).toBe(CLEAN);
    expect(repo.read('sub/a.jpg')).toBe(CLEAN);
    expectAllClean();
  });

  it('works with git commit --include', () => {
    repo.stage('a.jpg', 'JPEG old');
    repo.commitUnchecked();
    repo.stage('b.jpg', `b ${DIRTY}`);
    repo.write('a.jpg', DIRTY);
    expect(commit(FIX, '--include', 'a.jpg').code).toBe(0);
    expect([repo.blob('HEAD:a.jpg'), repo.blob('HEAD:b.jpg')]).toEqual([CLEAN, `b ${CLEAN}`]);
    expectAllClean();
  });

  it('works with --amend', () => {
    repo.stage('a.jpg', 'JPEG old');
    repo.commitUnchecked();
    repo.stage('a.jpg', DIRTY);
    expect(commit(FIX, '--amend').code).toBe(0);
    expect(repo.blob('HEAD:a.jpg')).toBe(CLEAN);
    expect(repo.git(['rev-list', '--count', 'HEAD'])).toBe('2');
    expectAllClean();
  });

  it('works from a folder below and by hand', () => {
    repo.stage('sub/deep/a.jpg', DIRTY);
    const run = repo.try(['-c', 'alias.fix=!cd sub && node "$BUNDLE" run pre-commit --fix', 'fix'], { env: { BUNDLE: bundle.file } });
    expect([run.code, repo.blob(':sub/deep/a.jpg'), repo.read('sub/deep/a.jpg')]).toEqual([0, CLEAN, CLEAN]);
  });

  it('judges a renamed and a copied file under its new name', () => {
    repo.stage('a.bin', DIRTY);
    repo.commitUnchecked();
    repo.git(['mv', 'a.bin', 'a.jpg']);
    expect(commit(FIX).code).toBe(0);
    expect(repo.blob('HEAD:a.jpg')).toBe(CLEAN);
    expectAllClean();
  });

  it('refuses to make an empty commit of a change in metadata only, and leaves all clean', () => {
    repo.stage('a.jpg', CLEAN);
    repo.commitUnchecked();
    const before = head();
    repo.stage('a.jpg', DIRTY);
    const run = commit(FIX);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('nothing is left to commit');
    expect(head()).toBe(before);
    expectAllClean();
    expect(commit(FIX, '--allow-empty').code).toBe(0);
  });

  it('changes nothing while another git holds the index', () => {
    repo.stage('a.jpg', DIRTY);
    writeFileSync(join(repo.top, '.git/index.lock'), '');
    const run = repo.try(['hook', 'run', 'pre-commit'], { env: FIX });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('index.lock');
    expect(repo.blob(':a.jpg')).toBe(DIRTY);
    expect(repo.read('a.jpg')).toBe(DIRTY);
  });

  it('works in a linked work tree, with an index and a state of its own', () => {
    const other = join(repo.parent, 'other');
    repo.git(['worktree', 'add', '-q', '-b', 'side', other]);
    writeFileSync(join(other, 'a.jpg'), DIRTY);
    repo.git(['add', 'a.jpg'], { cwd: other });
    expect(repo.try(['commit', '-qm', 'm'], { cwd: other, env: FIX }).code).toBe(0);
    writeFileSync(join(other, 'a.jpg'), `2 ${DIRTY}`);
    expect(repo.try(['commit', '-qm', 'm', 'a.jpg'], { cwd: other, env: FIX }).code).toBe(0);
    expect(repo.blob('side:a.jpg')).toBe(`2 ${CLEAN}`);
    expect(readFileSync(join(other, 'a.jpg'), 'latin1')).toBe(`2 ${CLEAN}`);
    expect(repo.git(['status', '--porcelain'], { cwd: other })).toBe('');
    expectAllClean();
  });

  it('keeps the marks of a sparse checkout', () => {
    repo.stage('out/a.jpg', DIRTY);
    repo.git(['update-index', '--skip-worktree', 'out/a.jpg']);
    rmSync(join(repo.top, 'out'), { recursive: true });
    expect(commit(FIX).code).toBe(0);
    expect(repo.blob('HEAD:out/a.jpg')).toBe(CLEAN);
    expect(repo.git(['ls-files', '-t', 'out'])).toBe('S out/a.jpg');
    expectAllClean();
  });

  it('cleans a file that a filter stands before through the filter', () => {
    repo.git(['config', 'filter.swap.clean', 'tr xy yx']);
    repo.git(['config', 'filter.swap.smudge', 'tr xy yx']);
    repo.write('.gitattributes', '*.jpg filter=swap\n');
    repo.git(['add', '.gitattributes']);
    repo.write('a.jpg', `xy ${DIRTY}`);
    repo.git(['add', 'a.jpg']);
    const run = commit(FIX);
    expect(run.code).toBe(0);
    expect(repo.blob('HEAD:a.jpg')).toBe(`yx ${CLEAN}`);
    expect(repo.read('a.jpg')).toBe(`xy ${CLEAN.replaceAll(/[xy]/g, (letter) => (letter === 'x' ? 'y' : 'x'))}`);
    expectAllClean();
  });

  it('does not write through a folder that is a symlink', () => {
    repo.stage('real/a.jpg', DIRTY);
    rmSync(join(repo.top, 'real'), { recursive: true });
    mkdirSync(join(repo.parent, 'elsewhere'));
    writeFileSync(join(repo.parent, 'elsewhere/a.jpg'), DIRTY);
    symlinkSync('../elsewhere', join(repo.top, 'real'));
    expect(commit(FIX).code).toBe(0);
    expect(repo.blob('HEAD:real/a.jpg')).toBe(CLEAN);
    expect(readFileSync(join(repo.parent, 'elsewhere/a.jpg'), 'latin1')).toBe(DIRTY);
  });
});

describe('entries that are no file of this repository', () => {
  it('does not follow a symlink, staged or in the way', () => {
    writeFileSync(join(repo.parent, 'outside.jpg'), DIRTY);
    symlinkSync('../outside.jpg', join(repo.top, 'LEAK(x).jpg'));
    repo.git(['add', 'LEAK(x).jpg']);
    repo.stage('b.jpg', DIRTY);
    rmSync(join(repo.top, 'b.jpg'));
    symlinkSync('../outside.jpg', join(repo.top, 'b.jpg'));
    expect(commit(FIX).code).toBe(0);
    expect(readlinkSync(join(repo.top, 'LEAK(x).jpg'))).toBe('../outside.jpg');
    expect(readlinkSync(join(repo.top, 'b.jpg'))).toBe('../outside.jpg');
    expect(readFileSync(join(repo.parent, 'outside.jpg'), 'latin1')).toBe(DIRTY);
    expect(repo.blob('HEAD:b.jpg')).toBe(CLEAN);
  });

  it('judges a file that takes the place of a symlink', () => {
    symlinkSync('readme.txt', join(repo.top, 'a.jpg'));
    repo.git(['add', 'a.jpg']);
    repo.commitUnchecked();
    rmSync(join(repo.top, 'a.jpg'));
    repo.stage('a.jpg', DIRTY);
    expect(commit({}).code).toBe(1);
  });

  it('leaves submodules and announced files alone', () => {
    repo.git(['update-index', '--add', '--cacheinfo', `160000,${head()},module.jpg`]);
    repo.write('later.jpg', DIRTY);
    repo.git(['add', '--intent-to-add', 'later.jpg']);
    const run = commit({});
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(repo.git(['ls-tree', 'HEAD', 'module.jpg'])).toMatch(/^160000 /);
  });

  it('passes deletions', () => {
    repo.stage('a.jpg', DIRTY);
    repo.commitUnchecked();
    repo.git(['rm', '-q', 'a.jpg']);
    expect(commit({}).code).toBe(0);
  });

  it('judges what a Git LFS pointer stands for, and says so where Git LFS cannot store it clean', async () => {
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(DIRTY).digest('hex');
    const folder = join(repo.top, '.git/lfs/objects', sha256.slice(0, 2), sha256.slice(2, 4));
    repo.stage('a.jpg', `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${DIRTY.length}\n`);
    const missing = commit(FIX);
    expect([missing.code, /git lfs pull/.test(missing.stderr)]).toEqual([1, true]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, sha256), DIRTY);
    expect(commit({}).stderr).toContain('hook run pre-commit --fix');
    // A `git lfs` that fails, as where it is not installed.
    const run = commit({ ...FIX, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'alias.lfs', GIT_CONFIG_VALUE_0: '!false', PATH: gitOnly() });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('git-lfs is installed');
    expect(run.stderr).toContain('scrub -- a.jpg && git add -- a.jpg');
  });
});

describe('names', () => {
  const NAMES: Record<string, Buffer> = {
    newline: Buffer.from('new\nline.jpg'),
    'leading dash': Buffer.from('-rf.jpg'),
    quotes: Buffer.from(`"a' b$(touch x)\`.JPG`),
    pathspec: Buffer.from(':(glob)*.jpeg'),
    glob: Buffer.from('[a]*?.png'),
    'not UTF-8': Buffer.from([0x66, 0xff, 0xfe, 0x2e, 0x6a, 0x70, 0x67]),
    terminal: Buffer.from('\x1b[2Jx.webp'),
    'text direction': Buffer.from('a\u202egpj.png'),
    tab: Buffer.from('a\tb.jpg'),
  };

  it.each(Object.keys(NAMES))('blocks and fixes: %s', (kind) => {
    const name = NAMES[kind] as Buffer;
    repo.stage(name, DIRTY);
    const blocked = commit({});
    expect(blocked.code).toBe(1);
    expect(blocked.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
    expect(commit(FIX).code).toBe(0);
    const tree = repo.try(['ls-tree', '-z', 'HEAD']).stdout.toString('latin1').split('\0');
    const oid = tree.find((entry) => entry.endsWith(`\t${name.toString('latin1')}`))?.slice(12, 52);
    expect(repo.blob(oid as string)).toBe(CLEAN);
    expect(repo.read(name)).toBe(CLEAN);
    expectAllClean();
  });
});

describe('merges', () => {
  beforeEach(() => {
    repo.git(['checkout', '-q', '-b', 'side']);
    repo.stage('theirs.jpg', DIRTY);
    repo.commitUnchecked('theirs');
    repo.git(['checkout', '-q', 'main']);
    repo.stage('ours.txt', 'o\n');
    repo.commitUnchecked('ours');
  });

  it('blocks what a parent has that was never shared, and git commit then finishes clean', () => {
    const run = repo.try(['merge', '-q', '-m', 'm', 'side'], { env: FIX });
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('theirs.jpg');
    expect(commit(FIX).code).toBe(0);
    expect(repo.blob('HEAD:theirs.jpg')).toBe(CLEAN);
    expect(repo.git(['rev-list', '--count', '--merges', 'HEAD'])).toBe('1');
    expectAllClean();
  });

  it('passes what is the same in a parent that others have', () => {
    repo.git(['update-ref', 'refs/remotes/origin/side', 'side']);
    const run = repo.try(['merge', '-q', '-m', 'm', 'side']);
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  it('passes it also where the merge is finished by git commit', () => {
    repo.git(['update-ref', 'refs/remotes/origin/side', 'side']);
    repo.git(['merge', '-q', '--no-commit', 'side']);
    expect(commit({}).code).toBe(0);
    expect(repo.git(['rev-list', '--count', '--merges', 'HEAD'])).toBe('1');
  });

  it('judges and fixes what the merge itself brings in', () => {
    repo.git(['merge', '-q', '--no-commit', 'side']);
    repo.stage('theirs.jpg', `evil ${DIRTY}`);
    expect(commit({}).code).toBe(1);
    expect(commit(FIX).code).toBe(0);
    expect(repo.blob('HEAD:theirs.jpg')).toBe(`evil ${CLEAN}`);
    expectAllClean();
  });

  it('blocks before a merge commit, as git takes no changes there; git commit then finishes it clean', () => {
    // A merge driver that adds metadata: the result is in neither parent.
    repo.stage('both.jpg', 'JPEG base');
    repo.stage('.gitattributes', 'both.jpg merge=join\n');
    repo.commitUnchecked('base');
    repo.git(['config', 'merge.join.driver', "printf 'JPEG LEAK(1) joined' > %A"]);
    repo.git(['checkout', '-q', '-b', 'left']);
    repo.stage('both.jpg', 'JPEG left');
    repo.commitUnchecked('left');
    repo.git(['checkout', '-q', 'main']);
    repo.stage('both.jpg', 'JPEG right');
    repo.commitUnchecked('right');
    const run = repo.try(['merge', '-q', '-m', 'm', 'left'], { env: FIX });
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('    git commit');
    expect(repo.git(['rev-list', '--count', '--merges', 'HEAD'])).toBe('0');
    expect(commit(FIX).code).toBe(0);
    expect(repo.blob('HEAD:both.jpg')).toBe('JPEG  joined');
    expect(repo.git(['rev-list', '--count', '--merges', 'HEAD'])).toBe('1');
    expectAllClean();
  });
});

describe('the environment', () => {
  it('uses the index, repository and work tree that it is given', () => {
    const env = { ...FIX, GIT_DIR: '.git', GIT_WORK_TREE: '.', GIT_INDEX_FILE: '.git/other' };
    repo.git(['read-tree', 'HEAD'], { env });
    repo.write('a.jpg', DIRTY);
    repo.git(['add', 'a.jpg'], { env });
    const run = repo.try(['commit', '-qm', 'm'], { env });
    expect(run.code).toBe(0);
    expect(repo.blob('HEAD:a.jpg')).toBe(CLEAN);
    expect(repo.git(['ls-files', 'a.jpg'])).toBe('');
  });

  it('reads the real objects, whatever replace refs show', () => {
    repo.stage('a.jpg', DIRTY);
    repo.write('clean', CLEAN);
    repo.git(['replace', repo.git(['rev-parse', ':a.jpg']), repo.git(['hash-object', '-w', 'clean'])]);
    expect(commit({}).code).toBe(1);
  });

  it('is not led astray by settings of diff and pathspecs', () => {
    for (const [key, value] of [
      ['diff.renames', 'copies'],
      ['diff.noprefix', 'true'],
      ['diff.relative', 'true'],
      ['core.quotePath', 'true'],
      ['color.ui', 'always'],
    ] as const) {
      repo.git(['config', key, value]);
    }
    repo.stage('sub/a.jpg', DIRTY);
    repo.stage('readme2.txt', 'text\n');
    mkdirSync(join(repo.top, 'deep'));
    const run = repo.try(['commit', '-qm', 'm'], { cwd: join(repo.top, 'deep'), env: { ...FIX, GIT_GLOB_PATHSPECS: '1' } });
    expect(run.code).toBe(0);
    expect(repo.blob('HEAD:sub/a.jpg')).toBe(CLEAN);
  });

  it('says so where a blob is missing', () => {
    repo.stage('a.jpg', DIRTY);
    const oid = repo.git(['rev-parse', ':a.jpg']);
    const file = join(repo.top, '.git/objects', oid.slice(0, 2), oid.slice(2));
    chmodSync(file, 0o644);
    rmSync(file);
    const run = repo.try(['hook', 'run', 'pre-commit']);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('blob-missing');
  });
});
