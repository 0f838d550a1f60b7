// The Action as the runner starts it, on a real bare remote and a checkout one commit deep.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActionBench, type ActionSetting, bundleAction } from '../support/action.js';
import { buildJpeg, exifSegment } from '../support/jpeg.js';
import { svgText } from '../support/svg.js';
import { buildExif } from '../support/tiff.js';

const photo = (serial: string): Buffer =>
  buildJpeg({ segments: [exifSegment(buildExif({ orientation: 6, serial, gps: { latitude: 48.8583, longitude: 2.2945 } }))] });
const PHOTO = photo('CANARY-SERIAL-4711');
const CLEAN = buildJpeg({ segments: [exifSegment(buildExif({ orientation: 6 }))] });

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

/** Commits, pushes the branch, and checks its head out as a pull request has it. */
function propose(files: Readonly<Record<string, Uint8Array | string>>, branch = 'feature'): string {
  for (const [name, content] of Object.entries(files)) bench.author.stage(name, content);
  bench.author.commitUnchecked('work');
  bench.author.git(['push', '-q', '-f', 'origin', `HEAD:refs/heads/${branch}`]);
  bench.checkout(bench.head());
  return bench.head();
}

describe('a pull request', () => {
  it('passes where nothing leaks, and says how much was looked at', () => {
    const head = propose({ 'a.jpg': CLEAN, 'b.txt': 'b' });
    const { code, outputs, summary } = run(bench.pullRequest(base, head));
    expect([code, outputs.status, outputs['files-scanned'], outputs.violations]).toEqual([0, 'clean', '2', '0']);
    expect(summary).toContain('no image leaks');
  });

  it('fails on an image that leaks, and shows no value anywhere', () => {
    const head = propose({ 'sub/a b.jpg': PHOTO });
    const { code, outputs, summary, log } = run({ ...bench.pullRequest(base, head), inputs: { 'sarif-file': 'out/exifence.sarif' } });
    expect([code, outputs.status, outputs.violations]).toEqual([1, 'violations', '1']);
    expect(log).toMatch(/^::error title=Image leaks,file=sub\/a b\.jpg,line=1::sub\/a b\.jpg: .*location: \d+ in Exif/m);
    expect(summary).toMatch(/<code>sub\/a b\.jpg<\/code>/);
    expect(summary).toMatch(/location +█+ 1/);
    const sarif = readFileSync(outputs['sarif-file'] as string, 'utf8');
    expect(JSON.parse(sarif).runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('exifence/location');
    const report = readFileSync(outputs['report-json'] as string, 'utf8');
    expect(JSON.parse(report).summary.violates).toBe(1);
    for (const text of [log, summary, sarif, report]) expect(text).not.toMatch(/CANARY|48\.858/);
  });

  it('finds what a commit on the way holds, though the head does not', () => {
    propose({ 'a.jpg': PHOTO });
    bench.author.git(['rm', '-q', 'a.jpg']);
    const head = propose({ 'b.txt': 'b' });
    const { code, log } = run(bench.pullRequest(base, head));
    expect(code).toBe(1);
    expect(log).toContain('gone by now');
  });

  it('looks at nothing that the base has, also after the base was merged in', () => {
    bench.author.git(['checkout', '-q', 'main']);
    bench.author.stage('old.jpg', PHOTO);
    bench.author.commitUnchecked('old leak');
    bench.author.git(['push', '-q', 'origin', 'main']);
    const newBase = bench.head();
    bench.author.git(['checkout', '-q', 'feature']);
    bench.author.stage('c.txt', 'c');
    bench.author.commitUnchecked('c');
    bench.author.git(['merge', '-q', '--no-edit', 'main']);
    const head = propose({ 'a.jpg': CLEAN });
    expect(run(bench.pullRequest(newBase, head)).outputs.status).toBe('clean');
    // The payload may be older than the merge.
    expect(run(bench.pullRequest(base, head)).outputs.status).toBe('clean');
  });

  it('takes the policy from its base: who proposes a change cannot loosen it', () => {
    const head = propose({ 'a.jpg': PHOTO, '.privacyrc.yaml': 'version: 1\nrules: { location: keep, device: keep }\n' });
    expect(run(bench.pullRequest(base, head)).code).toBe(1);
    const named = run({ ...bench.pullRequest(base, head), inputs: { policy: '.privacyrc.yaml' } });
    expect([named.code, named.outputs.status]).toEqual([2, 'error']);
    expect(named.log).toContain('neither a file nor');
    expect(run({ ...bench.pullRequest(base, head), inputs: { policy: 'location-only' } }).code).toBe(1);
  });

  it('deepens a checkout of one commit as far as the base', () => {
    for (let at = 0; at < 80; at++) {
      bench.author.stage('count.txt', String(at));
      bench.author.commitUnchecked(String(at));
    }
    bench.author.stage('a.jpg', PHOTO);
    bench.author.commitUnchecked('leak');
    const head = propose({ 'count.txt': 'end' });
    const { code, outputs } = run(bench.pullRequest(base, head));
    expect([code, outputs.violations]).toEqual([1, '1']);
  });

  it('says so where the history cannot be had', () => {
    const head = propose({ 'a.jpg': CLEAN });
    bench.author.git(['remote', 'set-url', 'origin', 'file:///nowhere/at-all.git'], { cwd: bench.workspace });
    const { code, outputs, log } = run(bench.pullRequest(base, head));
    expect([code, outputs.status]).toEqual([2, 'error']);
    expect(log).toContain('fetch-depth: 0');
  });

  it('reports what could not be checked as that', () => {
    const head = propose({ 'a.jpg': CLEAN.subarray(0, 40) });
    const { code, outputs } = run(bench.pullRequest(base, head));
    expect([code, outputs.status, outputs['could-not-check']]).toEqual([3, 'could-not-check', '1']);
    expect(run({ ...bench.pullRequest(base, head), inputs: { 'fail-on': 'violations' } }).code).toBe(0);
  });

  it('warns only, where told so', () => {
    const head = propose({ 'a.jpg': PHOTO });
    const { code, log, outputs } = run({ ...bench.pullRequest(base, head), inputs: { 'fail-on': 'never' } });
    expect([code, outputs.violations]).toEqual([0, '1']);
    expect(log).toMatch(/^::warning /m);
  });

  it('looks below its folder only', () => {
    const head = propose({ 'one/a.jpg': PHOTO, 'two/b.jpg': CLEAN });
    expect(run({ ...bench.pullRequest(base, head), inputs: { 'working-directory': 'two' } }).code).toBe(0);
    expect(run({ ...bench.pullRequest(base, head), inputs: { 'working-directory': 'one' } }).code).toBe(1);
    const outside = run({ ...bench.pullRequest(base, head), inputs: { 'working-directory': '../..' } });
    expect([outside.code, outside.outputs.status]).toEqual([2, 'error']);
  });

  it('shows ten of each level, the last of which counts the rest', () => {
    const names = Array.from({ length: 25 }, (_, at) => `p${at}.jpg`);
    const head = propose(Object.fromEntries(names.map((name, at) => [name, photo(`S${at}`)])));
    const { log, outputs } = run(bench.pullRequest(base, head));
    expect(outputs.violations).toBe('25');
    expect(log.match(/^::error/gm)).toHaveLength(10);
    expect(log).toContain('17 more images');
  });

  it.each([
    ['%0A::set-output name=status::clean.jpg'],
    ['a\n::error::b.jpg'],
    ['##[add-mask]x.jpg'],
    ['<img src=x onerror=alert(1)>.jpg'],
    ['@everyone ![x](http://x) | `y`.jpg'],
    ['\u202egpj.exe.jpg'],
    [Buffer.from([0x61, 0xff, 0xfe, 0x2e, 0x6a, 0x70, 0x67])],
  ])('takes a name for a name: %j', (name) => {
    bench.author.stage(name, PHOTO);
    const head = propose({ 'b.txt': 'b' });
    const { code, log, outputs, summary } = run(bench.pullRequest(base, head));
    expect([code, outputs.status, outputs.violations]).toEqual([1, 'violations', '1']);
    const commands = log.split('\n').filter((line) => line.startsWith('::'));
    expect(commands.map((line) => /^::[\w-]+/.exec(line)?.[0])).toEqual([
      '::stop-commands',
      expect.stringMatching(/^::[0-9a-f]{32}$/),
      '::error',
      '::error',
    ]);
    const table = summary.slice(summary.indexOf('<table>'), summary.indexOf('</table>'));
    expect(table.replace(/<\/?(?:table|tr|th|td|code)(?: align="left")?>/g, '')).not.toMatch(/[<>@`|!]|##/);
  });
});

describe('mode fix', () => {
  const fix = (head: string, env: Record<string, string> = {}): ActionSetting => ({
    ...bench.pullRequest(base, head),
    inputs: { mode: 'fix' },
    env,
  });
  const remoteTip = (): string => bench.author.git(['--git-dir', bench.remote, 'rev-parse', 'feature']);

  it('puts one commit on the branch, with a trailer, and makes no second one', () => {
    const head = propose({ 'a.jpg': PHOTO, 'b.jpg': CLEAN });
    const first = run(fix(head));
    expect([first.code, first.outputs.status, first.outputs.fixed]).toEqual([0, 'fixed', '1']);
    const tip = remoteTip();
    bench.author.git(['fetch', '-q', 'origin', 'feature']);
    expect(bench.author.git(['rev-parse', `${tip}^`])).toBe(head);
    expect(bench.author.git(['log', '-1', '--format=%(trailers:key=Exifence-Fix,valueonly)', tip])).toContain(head);
    expect(bench.author.blob(`${tip}:a.jpg`)).not.toContain('CANARY');
    expect(bench.author.git(['diff', '--name-only', head, tip])).toBe('a.jpg');
    bench.checkout(tip);
    const second = run(fix(tip));
    expect([second.code, second.outputs.fixed]).toEqual([0, '0']);
    expect(remoteTip()).toBe(tip);
    // Who only checks has not said that the commits on the way may keep it.
    expect(run(bench.pullRequest(base, tip)).code).toBe(1);
  });

  it('gives way to a push that came first', () => {
    const head = propose({ 'a.jpg': PHOTO });
    bench.author.stage('c.txt', 'c');
    bench.author.commitUnchecked('racing');
    bench.author.git(['push', '-q', 'origin', 'HEAD:refs/heads/feature']);
    const racing = bench.head();
    const { code, outputs, log } = run(fix(head));
    expect([code, outputs.status]).toEqual([1, 'violations']);
    expect(log).toContain('moved meanwhile');
    expect(remoteTip()).toBe(racing);
  });

  it('never runs in a matrix', () => {
    const head = propose({ 'a.jpg': PHOTO });
    const { code, outputs } = run({ ...fix(head), inputs: { mode: 'fix', 'job-total': '3' } });
    expect([code, outputs.status]).toEqual([2, 'error']);
    expect(remoteTip()).toBe(head);
  });

  it('suggests a patch for the branch of a fork, which holds nothing of what goes', () => {
    const place = 'Secret Lane 7';
    const head = propose({
      'a.jpg': PHOTO,
      'b.svg': svgText({ inside: `<metadata>${place}</metadata>` }),
      'sp ace/c.jpg': photo('CANARY-2'),
    });
    const { code, outputs, log } = run({ ...bench.pullRequest(base, head, { isFork: true }), inputs: { mode: 'fix', policy: 'strict' } });
    expect([code, outputs.status, outputs.fixed]).toEqual([1, 'violations', '3']);
    expect(log).toContain('git apply --index exifence.patch');
    expect(remoteTip()).toBe(head);
    const patch = outputs['patch-path'] as string;
    expect(readFileSync(patch, 'latin1')).not.toContain(place);
    expect(bench.author.git(['apply', '--numstat', patch]).split('\n')).toHaveLength(3);
    bench.author.git(['apply', '--index', patch]);
    expect(bench.author.blob(':a.jpg')).not.toContain('CANARY');
    expect(bench.author.blob(':b.svg')).not.toContain(place);
    expect(bench.author.blob(':sp ace/c.jpg')).not.toContain('CANARY');
  });
});

describe('other events', () => {
  const push = (before: string, after: string, ref = 'refs/heads/feature'): ActionSetting => ({
    event: 'push',
    payload: { before, after, ref, repository: { default_branch: 'main' } },
  });
  const none = '0'.repeat(40);

  it('looks at what a push adds: to a branch, as a new branch, by force', () => {
    const head = propose({ 'a.jpg': PHOTO });
    expect(run(push(base, head)).code).toBe(1);
    expect(run(push(none, head)).outputs['files-scanned']).toBe('1');
    bench.author.git(['reset', '-q', '--hard', base]);
    const clean = propose({ 'b.jpg': CLEAN });
    expect(run(push(head, clean)).code).toBe(0);
    // What was there before a forced push may be gone from the server.
    expect(run(push('1'.repeat(40), clean)).code).toBe(0);
  });

  it('looks at the whole history of the first push', () => {
    const head = propose({ 'a.jpg': PHOTO });
    expect(run({ ...push(none, head, 'refs/heads/main') }).code).toBe(1);
  });

  it('has nothing to look at where a branch is deleted', () => {
    propose({ 'a.jpg': PHOTO });
    const { code, outputs } = run(push(base, none));
    expect([code, outputs['files-scanned']]).toEqual([0, '0']);
  });

  it('guards a merge queue', () => {
    const head = propose({ 'a.jpg': PHOTO });
    expect(run({ event: 'merge_group', payload: { merge_group: { base_sha: base, head_sha: head } } }).code).toBe(1);
  });

  it('looks at all that is checked out when started by hand, and at every commit where asked to', () => {
    propose({ 'a.jpg': PHOTO });
    bench.author.git(['rm', '-q', 'a.jpg']);
    propose({ 'b.jpg': CLEAN });
    const all = run({ event: 'workflow_dispatch', payload: {} });
    expect([all.code, all.outputs['files-scanned']]).toEqual([0, '2']);
    expect(run({ event: 'workflow_dispatch', payload: {}, inputs: { scope: 'history' } }).code).toBe(1);
  });

  it('refuses pull_request_target, and what is no event', () => {
    propose({ 'a.jpg': CLEAN });
    const target = run({ event: 'pull_request_target', payload: {} });
    expect([target.code, target.outputs.status]).toEqual([2, 'error']);
    expect(run({ event: 'pull_request', payload: { pull_request: { number: 'x' } } }).code).toBe(2);
  });

  it.each([
    ['mode', 'destroy'],
    ['scope', 'some'],
    ['fail-on', 'sometimes'],
    ['annotate', 'yes'],
    ['sarif-file', '../x.sarif'],
  ])('checks its inputs first: %s', (name, value) => {
    const head = propose({ 'a.jpg': CLEAN });
    const { code, log } = run({ ...bench.pullRequest(base, head), inputs: { [name]: value } });
    expect(code).toBe(2);
    expect(log).toContain(`input ${name}`);
  });
});

it('is written down as it is: action.yml comes from one source', () => {
  const text = readFileSync(join(import.meta.dirname, '../../action.yml'), 'utf8');
  expect(text).toContain('using: node24');
  expect(text).toContain('main: dist/action.cjs');
  expect(existsSync(join(import.meta.dirname, '../../docs/action.md'))).toBe(true);
});

describe('the rules themselves', () => {
  it('says what a change would loosen, and lets it loosen nothing', () => {
    bench.author.git(['checkout', '-q', 'main']);
    bench.author.stage('.privacyrc.yaml', 'version: 1\nextends: strict\n');
    bench.author.commitUnchecked('policy');
    bench.author.git(['push', '-q', 'origin', 'main']);
    base = bench.head();
    bench.author.git(['checkout', '-q', '-B', 'feature']);
    const sha = 'a'.repeat(64);
    const head = propose({
      'a.jpg': PHOTO,
      '.privacyrc.yaml': 'version: 1\nextends: strict\nrules: { location: keep }\nci: { enforce: warn }\n',
      [`.exifence/allow/${sha}.yaml`]: 'reason: x\nowner: y\nexpires: 2999-01-01\n',
    });
    const { code, summary, log } = run(bench.pullRequest(base, head));
    expect(code).toBe(1);
    expect(log).toContain('location: remove becomes keep');
    expect(log).toContain('ci: enforce block becomes warn');
    expect(log).toContain('adds an exception');
    expect(summary).toContain('becomes keep');
  });

  it('lets pass what its base has an exception for, by content', () => {
    bench.author.git(['checkout', '-q', 'main']);
    const sha = createHash('sha256').update(PHOTO).digest('hex');
    bench.author.stage(`.exifence/allow/${sha}.yaml`, 'reason: the place is the point\nowner: docs\nexpires: 2999-01-01\n');
    bench.author.commitUnchecked('exception');
    bench.author.git(['push', '-q', 'origin', 'main']);
    base = bench.head();
    bench.author.git(['checkout', '-q', '-B', 'feature']);
    const head = propose({ 'any name.jpg': PHOTO });
    expect(run(bench.pullRequest(base, head)).code).toBe(0);
    expect(run(bench.pullRequest(bench.head(`${base}^`), head)).code).toBe(1);
  });
});

describe('the comment', () => {
  /** A forge that keeps the comments of one pull request, and what it was asked. */
  async function forge(
    status = 200,
  ): Promise<{ url: string; comments: { id: number; body: string; user: { type: string } }[]; asked: string[]; close(): void }> {
    const comments: { id: number; body: string; user: { type: string } }[] = [
      { id: 1, body: '<!-- exifence -->\nforged', user: { type: 'User' } },
    ];
    const asked: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push(`${request.method} ${request.url?.split('?')[0]} ${request.headers.authorization}`);
        if (request.method === 'POST') comments.push({ id: comments.length + 1, ...JSON.parse(body), user: { type: 'Bot' } });
        const id = Number(/comments\/(\d+)$/.exec(request.url ?? '')?.[1]);
        if (request.method === 'PATCH') Object.assign(comments.find((comment) => comment.id === id) ?? {}, JSON.parse(body));
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(comments));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, comments, asked, close: () => server.close() };
  }

  const commenting = (head: string, url: string): ActionSetting => ({
    ...bench.pullRequest(base, head),
    inputs: { comment: 'true', token: 'sealed-token' },
    env: { GITHUB_API_URL: url },
  });

  it('is one, kept up to date, and never in the place of another’s', async () => {
    const { url, comments, asked, close } = await forge();
    const leaking = propose({ 'a.jpg': PHOTO });
    const first = await bench.start(bundle.file, commenting(leaking, url));
    expect(first.code).toBe(1);
    await bench.start(bundle.file, commenting(leaking, url));
    expect(comments).toHaveLength(2);
    expect(comments[1]?.body).toContain('images leak');
    expect(comments[0]?.body).toContain('forged');
    bench.author.git(['reset', '-q', '--hard', base]);
    await bench.start(bundle.file, commenting(propose({ 'b.txt': 'b' }), url));
    expect(comments[1]?.body).toContain('no image of this pull request leaks');
    expect(asked.every((line) => line.endsWith('Bearer sealed-token'))).toBe(true);
    expect(first.log + comments[1]?.body).not.toMatch(/sealed-token|CANARY/);
    close();
  });

  it('changes no verdict where it cannot be written', async () => {
    const { url, close } = await forge(403);
    const run = await bench.start(bundle.file, commenting(propose({ 'a.jpg': PHOTO }), url));
    expect([run.code, run.outputs.status]).toEqual([1, 'violations']);
    expect(run.log).toContain('pull-requests: write');
    close();
  });
});
