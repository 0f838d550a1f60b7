// Real git-lfs. Without it nothing here can be tried, which is said.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleHook, type HookBundle, useHooks } from '../support/hook-bundle.js';
import { TestRepository } from '../support/repository.js';

const DIRTY = 'JPEG LEAK(49.1,8.2) picture';
const CLEAN = 'JPEG  picture';
const FIX = { TEST_ENFORCE: 'fix' };
const isInstalled = spawnSync('git', ['lfs', 'version']).status === 0;
if (!isInstalled) console.warn('SKIPPED: git-lfs is not installed');

let bundle: HookBundle;
let repo: TestRepository;
beforeAll(async () => {
  bundle = await bundleHook('test/support/fake-hook.ts');
});
afterAll(() => bundle.remove());

describe.skipIf(!isInstalled)('Git LFS', () => {
  beforeEach(() => {
    repo = new TestRepository();
    repo.git(['lfs', 'install', '--local', '--skip-repo']);
    repo.stage('.gitattributes', '*.jpg filter=lfs diff=lfs merge=lfs -text\n');
    repo.commitUnchecked();
    useHooks(repo, bundle, ['pre-commit', 'post-commit']);
  });
  afterEach(() => repo.remove());

  const stored = (spec: string): string => repo.try(['lfs', 'smudge'], { input: repo.blob(spec) }).stdout.toString('latin1');

  it('blocks what a pointer stands for', () => {
    repo.stage('a.jpg', DIRTY);
    expect(repo.blob(':a.jpg')).toContain('oid sha256:');
    const run = repo.try(['commit', '-qm', 'm']);
    expect([run.code, /hook run pre-commit --fix/.test(run.stderr)]).toEqual([1, true]);
  });

  it.each([
    ['the index', []],
    ['a path', ['a.jpg']],
  ])('cleans it, through Git LFS again: commit of %s', (_, paths) => {
    repo.stage('a.jpg', 'JPEG first');
    repo.commitUnchecked();
    repo.stage('a.jpg', DIRTY);
    expect(repo.try(['commit', '-qm', 'm', ...paths], { env: FIX }).code).toBe(0);
    expect(repo.blob('HEAD:a.jpg')).toContain('oid sha256:');
    expect(stored('HEAD:a.jpg')).toBe(CLEAN);
    expect(repo.read('a.jpg')).toBe(CLEAN);
    expect(repo.status()).toBe('');
  });

  it('leaves unstaged work as it is', () => {
    repo.stage('a.jpg', DIRTY);
    repo.write('a.jpg', `${DIRTY} edited`);
    expect(repo.try(['commit', '-qm', 'm'], { env: FIX }).code).toBe(0);
    expect([stored('HEAD:a.jpg'), repo.read('a.jpg')]).toEqual([CLEAN, `${DIRTY} edited`]);
  });

  it('flags an image that should be a pointer, and makes it one where it may fix', () => {
    for (const content of [CLEAN, DIRTY]) {
      repo.write('a.jpg', content);
      const oid = repo.git(['hash-object', '-w', '--no-filters', 'a.jpg']);
      repo.git(['update-index', '--add', '--cacheinfo', `100644,${oid},a.jpg`]);
      const blocked = repo.try(['commit', '-qm', 'm']);
      expect([blocked.code, /not a pointer/.test(blocked.stderr)]).toEqual([1, true]);
    }
    expect(repo.try(['commit', '-qm', 'm'], { env: FIX }).code).toBe(0);
    expect(repo.blob('HEAD:a.jpg')).toContain('oid sha256:');
    expect([stored('HEAD:a.jpg'), repo.read('a.jpg'), repo.status()]).toEqual([CLEAN, CLEAN, '']);
  });

  it('gives 3 where the object is not here', () => {
    repo.stage('a.jpg', DIRTY);
    rmSync(join(repo.top, '.git/lfs/objects'), { recursive: true });
    const run = repo.try(['hook', 'run', 'pre-commit'], { env: FIX });
    expect([run.code, /git lfs pull/.test(run.stderr)]).toEqual([3, true]);
  });

  it('looks where lfs.storage says', () => {
    repo.git(['config', 'lfs.storage', '../store']);
    repo.stage('a.jpg', DIRTY);
    expect(repo.try(['commit', '-qm', 'm'], { env: FIX }).code).toBe(0);
    expect(stored('HEAD:a.jpg')).toBe(CLEAN);
  });
});
