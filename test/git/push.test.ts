import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleHook, type HookBundle, useHooks } from '../support/hook-bundle.js';
import { type GitRun, TestRepository } from '../support/repository.js';

const DIRTY = 'JPEG LEAK(49.1,8.2) picture';
const CLEAN = 'JPEG  picture';

let bundle: HookBundle;
let repo: TestRepository;

beforeAll(async () => {
  bundle = await bundleHook('test/support/fake-hook.ts');
});
afterAll(() => bundle.remove());
beforeEach(() => {
  repo = new TestRepository();
  repo.git(['init', '-q', '--bare', join(repo.parent, 'remote.git')]);
  repo.git(['remote', 'add', 'origin', join(repo.parent, 'remote.git')]);
  repo.stage('readme.txt', 'text\n');
  repo.commitUnchecked('first');
  useHooks(repo, bundle, ['pre-push']);
});
afterEach(() => repo.remove());

const push = (...args: string[]): GitRun => repo.try(['push', '-q', 'origin', ...args]);
const commitImage = (name: string, content: string): string => {
  repo.stage(name, content);
  repo.commitUnchecked(`add ${name}`);
  return repo.git(['rev-parse', 'HEAD']);
};

describe('pre-push', () => {
  it('lets pass what is clean, without a word', () => {
    commitImage('a.jpg', CLEAN);
    const run = push('main');
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  it('stops a new branch and names file, commit and what to do', () => {
    const leaking = commitImage('sub/a b.jpg', DIRTY);
    const run = push('main');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('sub/a b.jpg');
    expect(run.stderr).toContain(leaking.slice(0, 12));
    expect(run.stderr).toContain("scrub -- 'sub/a b.jpg' && git add -- 'sub/a b.jpg' && git commit --amend --no-edit");
    expect(repo.git(['ls-remote', 'origin'])).toBe('');
  });

  it('finds what a later commit has taken out again', () => {
    const leaking = commitImage('a.jpg', DIRTY);
    repo.git(['rm', '-q', 'a.jpg']);
    repo.commitUnchecked('gone');
    const run = push('main');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(leaking.slice(0, 12));
    expect(run.stderr).toContain('git rebase --interactive');
  });

  it('looks only at what the push adds', () => {
    commitImage('a.jpg', DIRTY);
    expect(repo.try(['push', '-q', '--no-verify', 'origin', 'main']).code).toBe(0);
    commitImage('b.jpg', CLEAN);
    expect(push('main').code).toBe(0);
    expect(push('main:another').code).toBe(0);
  });

  it('knows the other side by the push itself where it has no name', () => {
    commitImage('a.jpg', DIRTY);
    const address = join(repo.parent, 'remote.git');
    repo.git(['push', '-q', '--no-verify', address, 'main']);
    repo.git(['update-ref', '-d', 'refs/remotes/origin/main']);
    commitImage('b.txt', 'b');
    expect(repo.try(['push', '-q', address, 'main']).code).toBe(0);
    commitImage('c.jpg', `c ${DIRTY}`);
    expect(repo.try(['push', '-q', address, 'main']).code).toBe(1);
  });

  it('judges the new side of a forced push', () => {
    commitImage('a.jpg', CLEAN);
    expect(push('main').code).toBe(0);
    repo.stage('a.jpg', DIRTY);
    repo.commitUnchecked('again', '--amend');
    expect(push('--force', 'main').code).toBe(1);
  });

  it('judges a forced push over commits that are not known here', () => {
    const other = new TestRepository([], repo.parent, 'other');
    other.stage('x.txt', 'x');
    other.commitUnchecked();
    other.git(['push', '-q', join(repo.parent, 'remote.git'), 'main']);
    commitImage('a.jpg', CLEAN);
    expect(push('--force', 'main').code).toBe(0);
    other.stage('y.txt', 'y');
    other.commitUnchecked();
    other.git(['push', '-q', '--force', join(repo.parent, 'remote.git'), 'main']);
    commitImage('b.jpg', DIRTY);
    expect(push('--force', 'main').code).toBe(1);
  });

  it('lets branches and tags be deleted', () => {
    expect(push('main', 'main:gone').code).toBe(0);
    commitImage('a.jpg', DIRTY);
    const run = push(':gone');
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  it('judges an image whose name says something else', () => {
    commitImage('data.bin', DIRTY);
    commitImage('notes.txt', 'no image, but LEAK(1)');
    const run = push('main');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('data.bin');
    expect(run.stderr).not.toContain('notes.txt');
  });

  it('judges what only a merge brings in, and not twice what it takes over', () => {
    repo.git(['checkout', '-q', '-b', 'side']);
    commitImage('s.jpg', CLEAN);
    repo.git(['checkout', '-q', 'main']);
    commitImage('m.jpg', CLEAN);
    repo.git(['merge', '-q', '--no-commit', 'side']);
    repo.stage('s.jpg', `evil ${DIRTY}`);
    repo.commitUnchecked('evil');
    const run = push('main');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('s.jpg');
    expect(run.stderr).toContain('1 image checked');
  });

  it('judges tags: on a commit, on a tree and on a file', () => {
    expect(push('main').code).toBe(0);
    repo.stage('a.jpg', DIRTY);
    const blob = repo.git(['rev-parse', ':a.jpg']);
    repo.git(['tag', 'file', blob]);
    repo.git(['tag', 'tree', repo.git(['write-tree'])]);
    repo.git(['tag', '-a', '-m', 't', 'commit', repo.git(['commit-tree', '-m', 'c', repo.git(['write-tree'])])]);
    for (const tag of ['file', 'tree', 'commit']) expect(push(tag).code, tag).toBe(1);
  });

  it('finds names that hold line ends or bytes that are no text', () => {
    repo.stage(Buffer.from('a\n.jpg'), DIRTY);
    repo.stage(Buffer.from([0xff, 0x2e, 0x6a, 0x70, 0x67]), `2 ${DIRTY}`);
    repo.commitUnchecked();
    const run = push('main');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('a\\n.jpg');
    expect(run.stderr).toContain('\\xff.jpg');
  });

  it('gives 3 for what cannot be read, and only warns where the policy says so', () => {
    commitImage('a.jpg', 'JPEG BROKEN');
    const head = repo.git(['rev-parse', 'HEAD']);
    const input = `refs/heads/main ${head} refs/heads/main ${'0'.repeat(40)}\n`;
    const args = ['-c', `alias.gate=!node '${bundle.file}' run pre-push origin x`, 'gate'];
    expect(repo.try(args, { input }).code).toBe(3);
    expect(repo.try(args, { input, env: { TEST_ENFORCE: 'warn' } }).code).toBe(0);
    expect(repo.try(args, { input: 'nonsense\n' }).code).toBe(3);
    expect(repo.try(args, { input: '' }).code).toBe(0);
  });

  it('works in a shallow clone', () => {
    commitImage('old.jpg', CLEAN);
    commitImage('b.jpg', CLEAN);
    expect(push('main').code).toBe(0);
    const shallow = new TestRepository([], repo.parent, 'shallow');
    shallow.git(['remote', 'add', 'origin', `file://${join(repo.parent, 'remote.git')}`]);
    shallow.git(['pull', '-q', '--depth=1', 'origin', 'main']);
    useHooks(shallow, bundle, ['pre-push']);
    shallow.stage('c.txt', 'c');
    shallow.commitUnchecked();
    expect(shallow.try(['push', '-q', 'origin', 'main']).code).toBe(0);
    shallow.stage('c.jpg', DIRTY);
    shallow.commitUnchecked();
    expect(shallow.try(['push', '-q', 'origin', 'main']).code).toBe(1);
  });
});
