// What a change, or the machine it is looked at on, may do to the Action.
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActionBench, type ActionSetting, bundleAction } from '../support/action.js';
import { exifence } from '../support/cli.js';
import { buildJpeg, exifSegment } from '../support/jpeg.js';
import { rdfMetadata, svgText } from '../support/svg.js';
import { buildExif } from '../support/tiff.js';

const PHOTO = buildJpeg({ segments: [exifSegment(buildExif({ serial: 'CANARY', gps: { latitude: 48.8583, longitude: 2.2945 } }))] });
const isRoot = process.getuid?.() === 0;

let bundle: Awaited<ReturnType<typeof bundleAction>>;
let bench: ActionBench;
let base: string;

beforeAll(async () => {
  bundle = await bundleAction();
});
afterAll(() => bundle.remove());
beforeEach(() => {
  bench = new ActionBench();
  bench.author.stage('readme.txt', 'text\n');
  bench.author.commitUnchecked('first');
  bench.author.git(['push', '-q', 'origin', 'main']);
  base = bench.head();
  bench.author.git(['checkout', '-q', '-b', 'feature']);
});
afterEach(() => bench.remove());

const run = (setting: ActionSetting) => bench.run(bundle.file, setting);

function propose(files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [name, content] of Object.entries(files)) bench.author.stage(name, content);
  bench.author.commitUnchecked('work');
  bench.author.git(['push', '-q', '-f', 'origin', 'HEAD:refs/heads/feature']);
  bench.checkout(bench.head());
  return bench.head();
}

function link(target: string, name: string): void {
  symlinkSync(target, bench.author.path(name));
  bench.author.git(['add', name]);
}

describe('where it looks', () => {
  it('looks at all of a workspace that is reached by a link', () => {
    const head = propose({ 'a.jpg': PHOTO, 'sub/b.jpg': PHOTO.subarray(0, PHOTO.length - 2) });
    renameSync(bench.workspace, `${bench.workspace}-real`);
    symlinkSync(`${bench.workspace}-real`, bench.workspace);
    const { code, outputs } = run(bench.pullRequest(base, head));
    expect([code, outputs['files-scanned']]).toEqual([3, '2']);
    expect(run({ ...bench.pullRequest(base, head), inputs: { 'working-directory': 'sub' } }).outputs['files-scanned']).toBe('1');
  });

  it('follows no link of the change to another folder', () => {
    link('real', 'photos');
    const head = propose({ 'real/a.jpg': PHOTO });
    const { code, outputs, log } = run({ ...bench.pullRequest(base, head), inputs: { 'working-directory': 'photos' } });
    expect([code, outputs.status]).toEqual([2, 'error']);
    expect(log).toContain('leads through a symbolic link');
  });

  it('does not take a folder that was mistyped for a clean one, but one that the change deletes', () => {
    const first = propose({ 'photos/a.txt': 'a' });
    bench.author.git(['rm', '-q', '-r', 'photos']);
    const head = propose({ 'b.jpg': PHOTO });
    const inputs = (folder: string) => ({ ...bench.pullRequest(first, head), inputs: { 'working-directory': folder } });
    expect([run(inputs('photos')).code, run(inputs('photo')).code]).toEqual([0, 2]);
    expect(run(inputs('photo')).log).toContain('neither the change nor its base has a folder');
  });

  it.skipIf(!isRoot)(`works where the workspace is another user's, as in a container${isRoot ? '' : ' (SKIPPED: needs root)'}`, () => {
    const head = propose({ 'a.jpg': PHOTO });
    chownSync(bench.workspace, 12_345, 12_345);
    chownSync(join(bench.workspace, '.git'), 12_345, 12_345);
    expect(run(bench.pullRequest(base, head)).outputs.violations).toBe('1');
  });
});

describe('what it writes', () => {
  it('writes no report through a link of the change', () => {
    const victim = join(bench.author.parent, 'victim');
    writeFileSync(victim, 'as it was');
    mkdirSync(join(bench.author.parent, 'outside'));
    link(victim, 'x.sarif');
    link(join(bench.author.parent, 'outside'), 'out');
    const head = propose({ 'a.jpg': PHOTO });
    for (const file of ['x.sarif', 'out/x.sarif', 'out/new/x.sarif']) {
      const { code, log } = run({ ...bench.pullRequest(base, head), inputs: { 'sarif-file': file } });
      expect([code, log.includes('leads through a symbolic link')]).toEqual([2, true]);
    }
    expect(readFileSync(victim, 'utf8')).toBe('as it was');
    expect(readdirSync(join(bench.author.parent, 'outside'))).toEqual([]);
  });

  it.each(['*.svg diff', '*.svg diff=html', '* text diff'])('puts nothing that goes into a patch, whatever attributes say: %s', (line) => {
    const drawing = svgText({ inside: rdfMetadata('<dc:creator>CANARY</dc:creator>') });
    const head = propose({ 'd.svg': drawing, '.gitattributes': `${line}\n` });
    const { outputs } = run({ ...bench.pullRequest(base, head, { isFork: true }), inputs: { mode: 'suggest', policy: 'strict' } });
    const patch = outputs['patch-path'] as string;
    expect(readFileSync(patch, 'latin1')).toMatch(/^GIT binary patch$/m);
    expect(readFileSync(patch, 'latin1')).not.toContain('CANARY');
    bench.author.git(['apply', '--index', patch]);
    expect(bench.author.blob(':d.svg')).not.toContain('CANARY');
  });

  it('gives findings the fingerprints that every other door gives them', async () => {
    const head = propose({ 'a.jpg': PHOTO });
    const { outputs } = run({ ...bench.pullRequest(base, head), inputs: { 'sarif-file': 'x.sarif' } });
    const prints = (text: string): unknown[] =>
      JSON.parse(text).runs[0].results.map((result: { partialFingerprints: object }) => result.partialFingerprints);
    const own = prints(readFileSync(outputs['sarif-file'] as string, 'utf8'));
    expect(own.length).toBeGreaterThan(0);
    for (const args of [
      ['scan', 'a.jpg'],
      ['ci', '--base', base],
      ['scan', '--history'],
    ])
      expect(prints((await exifence([...args, '--format', 'sarif'], { cwd: bench.author.top })).stdout)).toEqual(own);
  });

  it('sets every output whatever happens, and no count where none is known', () => {
    const head = propose({ 'a.jpg': PHOTO });
    const done = run(bench.pullRequest(base, head));
    const failed = run({ ...bench.pullRequest(base, head), inputs: { policy: 'nope.yaml' } });
    expect(Object.keys(failed.outputs).sort()).toEqual(Object.keys(done.outputs).sort());
    expect([failed.outputs.status, failed.outputs.violations]).toEqual(['error', '']);
  });

  it('gives its verdict where summary and temporary folder cannot be written', () => {
    const head = propose({ 'a.jpg': PHOTO });
    const { code, outputs } = run({
      ...bench.pullRequest(base, head),
      env: { GITHUB_STEP_SUMMARY: '/nowhere/x', RUNNER_TEMP: '/nowhere' },
    });
    expect([code, outputs.status, existsSync(outputs['report-json'] as string)]).toEqual([1, 'violations', true]);
  });

  it('does not call clean what is only let pass', () => {
    const head = propose({ 'a.jpg': PHOTO });
    const { code, outputs, summary } = run({ ...bench.pullRequest(base, head), inputs: { 'fail-on': 'never' } });
    expect([code, outputs.status, outputs.violations]).toEqual([0, 'violations', '1']);
    expect(summary).not.toContain('no image leaks');
  });

  it('writes a patch where a protected branch refuses its push', () => {
    const head = propose({ 'a.jpg': PHOTO });
    const hook = join(bench.remote, 'hooks/pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho protected >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const { code, outputs, summary } = run({ ...bench.pullRequest(base, head), inputs: { mode: 'fix' } });
    expect([code, outputs.status, existsSync(outputs['patch-path'] as string)]).toEqual([1, 'violations', true]);
    expect(summary).toContain('The push was refused');
    expect(bench.author.git(['--git-dir', bench.remote, 'rev-parse', 'feature'])).toBe(head);
  });
});
