// Situations of git, each played through with real git and the hooks, and each held against what lies in the commit, the index and
// the folder afterwards. The judge is a stand-in that knows images by their text: what is tested is git.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRIES } from '../git/situations/entries.js';
import { HISTORY } from '../git/situations/history.js';
import { REPOSITORIES } from '../git/situations/repositories.js';
import type { Situation } from '../git/situations/situation.js';
import { STAGING } from '../git/situations/staging.js';
import { bundleHook, type HookBundle, useHooks } from '../support/hook-bundle.js';
import { TestRepository } from '../support/repository.js';

const TABLES = { staging: STAGING, entries: ENTRIES, history: HISTORY, repositories: REPOSITORIES } as const;
const all = Object.values(TABLES).flat();
const LEAST = 60;

let bundle: HookBundle;
beforeAll(async () => {
  bundle = await bundleHook('test/support/fake-hook.ts');
});
afterAll(() => bundle.remove());

function blobOf(repo: TestRepository, spec: string): string | undefined {
  const run = repo.try(['cat-file', 'blob', spec]);
  return run.code === 0 ? run.stdout.toString('latin1') : undefined;
}

function fileOf(repo: TestRepository, path: string): string | undefined {
  const file = join(repo.top, path);
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'latin1') : undefined;
}

function latin1(content: string | undefined): string | undefined {
  return content === undefined ? undefined : Buffer.from(content).toString('latin1');
}

function play(situation: Situation): void {
  const repo = new TestRepository(situation.init);
  try {
    situation.arrange(repo);
    useHooks(repo, bundle);
    const env = { TEST_ENFORCE: situation.enforce ?? 'fix', ...situation.env };
    const run = situation.act === undefined ? repo.try(['commit', '-qm', 'm'], { env }) : situation.act(repo, env);
    const { code, committed = {}, index = {}, workTree = {}, status, says } = situation.expect;
    expect({ code: run.code === 0 ? 0 : 1, stderr: run.stderr }).toMatchObject({ code });
    if (says !== undefined) expect(run.stderr).toMatch(says);
    for (const [path, content] of Object.entries(committed)) expect([path, blobOf(repo, `HEAD:${path}`)]).toEqual([path, latin1(content)]);
    for (const [path, content] of Object.entries(index)) expect([path, blobOf(repo, `:${path}`)]).toEqual([path, latin1(content)]);
    for (const [path, content] of Object.entries(workTree)) expect([path, fileOf(repo, path)]).toEqual([path, latin1(content)]);
    if (situation.init?.includes('--bare')) return;
    expect(repo.git(['-c', 'core.quotePath=false', 'status', '--porcelain'])).toBe(status ?? '');
    expect(repo.git(['stash', 'list'])).toBe('');
    if (situation.expect.noteStays === true) {
      expect(existsSync(join(repo.top, '.git/exifence/pending.json'))).toBe(true);
      repo.git(['reset', '-q', '--hard']);
      expect(repo.try(['hook', 'run', 'pre-commit'], { env }).code).toBe(0);
    }
    nothingLeft(repo);
    expect(repo.try(['fsck', '--no-dangling']).code).toBe(0);
  } finally {
    repo.remove();
  }
}

/** No file of ours, and no lock, in the folder or the git folder. */
function nothingLeft(repo: TestRepository): void {
  const gitDir = repo.git(['rev-parse', '--absolute-git-dir']);
  const names = readdirSync(gitDir, { recursive: true, encoding: 'latin1' });
  expect(names.filter((name) => name.endsWith('.lock') || /\.exifence-|tmp_obj|pending\.json$/.test(name))).toEqual([]);
  expect(existsSync(join(gitDir, 'exifence', 'pending.json'))).toBe(false);
  expect(readdirSync(repo.top, { recursive: true, encoding: 'latin1' }).filter((name) => name.includes('.exifence-'))).toEqual([]);
}

describe.each(Object.entries(TABLES))('%s', (_, situations) => {
  it.each(situations.map((situation) => [situation.name, situation] as const))('%s', (_name, situation) => play(situation));
});

describe('the table', () => {
  it(`has at least ${LEAST} situations, each of a name of its own`, () => {
    console.log(`${all.length} situations of git`);
    expect(all.length).toBeGreaterThanOrEqual(LEAST);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, expect: expected } of all)
      expect([
        name,
        Object.keys({ ...expected.committed, ...expected.index, ...expected.workTree }).length > 0 || expected.says !== undefined,
      ]).toEqual([name, true]);
  });
});
