// The hook is killed at every call that writes or starts git, and what it leaves is looked at: before the next run nothing is torn,
// after it all is as it was or done.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHook, type HookBundle } from '../support/hook-bundle.js';
import { TestRepository } from '../support/repository.js';

const KILLER = fileURLToPath(new URL('../support/kill-at.cjs', import.meta.url));
const NAMES = ['a.jpg', 'sub/b.jpg'];
const old = (name: string): string => `JPEG LEAK(49.1,8.2) picture of ${name}`;
const clean = (name: string): string => `JPEG  picture of ${name}`;

interface Scene {
  readonly name: string;
  readonly args: readonly string[];
  /** The user's index has the leaking images before the commit. */
  readonly isStaged: boolean;
}

const SCENES: readonly Scene[] = [
  { name: 'git commit', args: [], isStaged: true },
  { name: 'git commit -a', args: ['-a'], isStaged: false },
  { name: 'git commit PATH', args: NAMES, isStaged: false },
];

let bundle: HookBundle;
beforeAll(async () => {
  bundle = await bundleHook('test/support/fake-hook.ts');
});
afterAll(() => bundle.remove());

function arranged({ isStaged }: Scene): TestRepository {
  const repo = new TestRepository();
  for (const name of NAMES) repo.stage(name, `JPEG first ${name}`);
  repo.stage('notes.txt', 'staged\n');
  repo.commitUnchecked();
  for (const name of NAMES) if (isStaged) repo.stage(name, old(name));
  for (const name of NAMES) if (!isStaged) repo.write(name, old(name));
  repo.write('untracked.jpg', old('untracked'));
  for (const name of ['pre-commit', 'post-commit'])
    repo.hook(name, `#!/bin/sh\nexec '${process.execPath}' -r '${KILLER}' '${bundle.file}' run ${name}\n`);
  return repo;
}

const commit = (repo: TestRepository, { args }: Scene, env: Record<string, string> = {}) =>
  repo.try(['commit', '-qm', 'm', ...(args[0] === '-a' ? args : args.length > 0 ? ['--', ...args] : [])], {
    env: { TEST_ENFORCE: 'fix', ...env },
  });

type State = 'first' | 'old' | 'clean' | 'torn';
const stateOf = (name: string, content: string): State =>
  content === old(name) ? 'old' : content === clean(name) ? 'clean' : content === `JPEG first ${name}` ? 'first' : 'torn';

function states(repo: TestRepository): { index: State[]; files: State[]; head: State[] } {
  return {
    index: NAMES.map((name) => stateOf(name, repo.blob(`:${name}`))),
    files: NAMES.map((name) => stateOf(name, repo.read(name))),
    head: NAMES.map((name) => stateOf(name, repo.blob(`HEAD:${name}`))),
  };
}

function leftovers(repo: TestRepository): string[] {
  const names = readdirSync(repo.top, { recursive: true, encoding: 'latin1' });
  return names.filter((name) => name.endsWith('.lock') || /\.exifence-|tmp_obj|pending\.json/.test(name));
}

const same = (all: readonly State[]): boolean => new Set(all).size === 1;

describe.each(SCENES.map((scene) => [scene.name, scene] as const))('%s, killed at every call that writes', (_, scene) => {
  it('leaves nothing torn, and the next run leaves it as it was or done', () => {
    const counting = arranged(scene);
    const log = join(counting.parent, 'calls');
    writeFileSync(log, '');
    expect(commit(counting, scene, { KILL_LOG: log }).code).toBe(0);
    const calls = readFileSync(log, 'utf8').split('\n').filter(Boolean).length;
    counting.remove();
    expect(calls).toBeGreaterThan(30);
    const seen = new Set<string>();
    let halfDone = 0;
    for (let at = 1; at <= calls; at++) {
      const repo = arranged(scene);
      commit(repo, scene, { KILL_AT: String(at) });
      const killed = states(repo);
      expect({ at, ...killed }).toMatchObject({ at, index: killed.index.filter((state) => state !== 'torn') });
      expect([at, same(killed.index), same(killed.head)]).toEqual([at, true, true]);
      expect([at, ...killed.files]).not.toContain('torn');
      expect([at, repo.read('untracked.jpg')]).toEqual([at, old('untracked')]);
      if (!same(killed.files) || (killed.index[0] === 'clean' && killed.files[0] === 'old')) halfDone++;
      // The next run, of whatever kind.
      expect([at, repo.try(['hook', 'run', 'post-commit'], { env: { TEST_ENFORCE: 'fix' } }).code]).toEqual([at, 0]);
      const after = states(repo);
      expect([at, same(after.index), same(after.files), same(after.head)]).toEqual([at, true, true, true]);
      if (scene.isStaged) expect([at, after.files[0]]).toEqual([at, after.index[0]]);
      expect([at, leftovers(repo)]).toEqual([at, []]);
      seen.add(`${after.head[0]} ${after.index[0]} ${after.files[0]}`);
      if (after.head[0] === 'first') expect([at, commit(repo, scene).code]).toEqual([at, 0]);
      expect([at, states(repo)]).toEqual([at, { index: ['clean', 'clean'], files: ['clean', 'clean'], head: ['clean', 'clean'] }]);
      expect([at, repo.status()]).toEqual([at, '?? untracked.jpg']);
      expect([at, existsSync(join(repo.top, '.git/exifence'))]).toEqual([at, false]);
      repo.remove();
      rmSync(repo.parent, { recursive: true, force: true });
    }
    console.log(
      `${scene.name}: killed at ${calls} calls; ${halfDone} times half done and finished by the next run; ends: ${[...seen].join(', ')}`,
    );
    // The suite has met what it is for.
    expect(seen.size).toBeGreaterThanOrEqual(2);
    expect(halfDone).toBeGreaterThan(0);
  });
});
