// The Action as local-action runs it: its sources with the runner's toolkit replaced, on real git with a real bare remote.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActionBench, type ActionSetting } from '../support/action.js';
import { buildJpeg, com, exifSegment } from '../support/jpeg.js';
import { buildExif } from '../support/tiff.js';

const root = join(import.meta.dirname, '../..');
const home = join(import.meta.dirname, 'local-action');
const modules = join(home, 'node_modules');
// What npm says of this project to those it starts is not for another one.
const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--silent'], { cwd: home, env: { ...plain, NODE_ENV: 'development' } });
const have = npm.status === 0 && existsSync(join(modules, '@github/local-action'));

const photo = (serial: string): Buffer =>
  buildJpeg({ segments: [exifSegment(buildExif({ orientation: 6, serial, gps: { latitude: 48.8583, longitude: 2.2945 } }))] });

interface LocalRun {
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly code: number | null;
}

describe.skipIf(!have)(`the Action under local-action${have ? '' : ' (SKIPPED: local-action could not be installed)'}`, () => {
  let bench: ActionBench;
  let base: string;
  let runs = 0;

  beforeAll(() => {
    expect(existsSync(join(modules, '.bin/tsx'))).toBe(true);
  });
  beforeEach(() => {
    bench = new ActionBench();
    bench.author.stage('readme.txt', 'text\n');
    bench.author.commitUnchecked('first');
    bench.author.git(['push', '-q', 'origin', 'main']);
    base = bench.head();
    bench.author.git(['checkout', '-q', '-b', 'feature']);
  });
  afterEach(() => bench.remove());

  function run({ event, payload, inputs = {}, env = {} }: ActionSetting): LocalRun {
    const temp = join(bench.author.parent, `local-${runs++}`);
    mkdirSync(temp);
    const files = { event: join(temp, 'event.json'), summary: join(temp, 'summary.md'), env: join(temp, '.env') };
    writeFileSync(files.event, JSON.stringify(payload));
    writeFileSync(files.summary, '');
    const settings = {
      GITHUB_WORKSPACE: bench.workspace,
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: files.event,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_REPOSITORY: 'o/r',
      RUNNER_TEMP: temp,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...env,
    };
    writeFileSync(
      files.env,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
        .join(''),
    );
    const local = spawnSync(
      process.execPath,
      [
        join(modules, 'tsx/dist/cli.mjs'),
        join(modules, '@github/local-action/src/index.ts'),
        'run',
        root,
        'src/doors/action/run.ts',
        files.env,
      ],
      {
        cwd: root,
        env: { ...plain, NODE_PACKAGE_MANAGER: 'npm', TARGET_ACTION_PATH: root, GIT_CONFIG_GLOBAL: '/dev/null' },
        maxBuffer: 2 ** 28,
      },
    );
    const log = `${local.stdout}${local.stderr}`;
    const outputs = Object.fromEntries(
      [...log.matchAll(/^::set-output name=([\w-]+)::(.*)$/gm)].map(([, name, value]) => [name as string, value as string]),
    );
    expect(log, log).toContain('Running Action');
    return { log, outputs, code: local.status };
  }

  function propose(files: Readonly<Record<string, Uint8Array | string>>): string {
    for (const [name, content] of Object.entries(files)) bench.author.stage(name, content);
    bench.author.commitUnchecked('work');
    bench.author.git(['push', '-q', '-f', 'origin', 'HEAD:refs/heads/feature']);
    bench.checkout(bench.head());
    return bench.head();
  }

  it('guards each event, in a clone one commit deep', () => {
    const head = propose({ 'a.jpg': photo('CANARY') });
    const settings: ActionSetting[] = [
      bench.pullRequest(base, head),
      { event: 'push', payload: { before: base, after: head, ref: 'refs/heads/feature', repository: { default_branch: 'main' } } },
      { event: 'merge_group', payload: { merge_group: { base_sha: base, head_sha: head } } },
      { event: 'workflow_dispatch', payload: {} },
    ];
    for (const setting of settings) {
      const { outputs, log, code } = run(setting);
      expect([setting.event, code, outputs.status, outputs.violations]).toEqual([setting.event, 1, 'violations', '1']);
      expect(log).not.toContain('CANARY');
    }
    expect(run(bench.pullRequest(head, head)).outputs.status).toBe('clean');
  });

  it('suggests to a fork, fixes its own branch, and gives way to a push that came first', () => {
    const head = propose({ 'a.jpg': photo('CANARY') });
    const fork = run({ ...bench.pullRequest(base, head, { isFork: true }), inputs: { mode: 'fix' } });
    expect([fork.outputs.status, fork.outputs.fixed]).toEqual(['violations', '1']);
    expect(readFileSync(fork.outputs['patch-path'] as string, 'latin1')).toContain('GIT binary patch');
    const fixed = run({ ...bench.pullRequest(base, head), inputs: { mode: 'fix' } });
    expect([fixed.code, fixed.outputs.status]).toEqual([0, 'fixed']);
    const tip = bench.author.git(['--git-dir', bench.remote, 'rev-parse', 'feature']);
    expect(tip).not.toBe(head);
    // The branch has moved: what was looked at is no longer its head.
    const late = run({ ...bench.pullRequest(base, head), inputs: { mode: 'fix' } });
    expect(late.outputs.status).toBe('violations');
    expect(bench.author.git(['--git-dir', bench.remote, 'rev-parse', 'feature'])).toBe(tip);
  });

  it('looks at 5,000 changed files', () => {
    const parts: Buffer[] = [
      Buffer.from('commit refs/heads/feature\ncommitter C <c@example.org> 0 +0000\ndata 4\nmany\n'),
      Buffer.from(`from ${base}\n`),
    ];
    for (let at = 0; at < 5000; at++) {
      const bytes =
        at % 100 === 0
          ? photo(`S${at}`)
          : buildJpeg({ segments: [exifSegment(buildExif({ orientation: (at % 8) + 1 })), com(`picture ${at}`)] });
      parts.push(Buffer.from(`M 100644 inline d${at % 50}/p${at}.jpg\ndata ${bytes.length}\n`), bytes, Buffer.from('\n'));
    }
    bench.author.git(['fast-import', '--quiet', '--force'], { input: Buffer.concat(parts) });
    bench.author.git(['push', '-q', '-f', 'origin', 'feature']);
    bench.checkout(bench.head('feature'));
    const { outputs } = run(bench.pullRequest(base, bench.head('feature')));
    expect([outputs['files-scanned'], outputs.violations]).toEqual(['5000', '50']);
  });
});
