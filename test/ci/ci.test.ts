import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import AjvDraft04 from 'ajv-draft-04';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exifence } from '../support/cli.js';
import { buildJpeg, exifSegment } from '../support/jpeg.js';
import { TestRepository } from '../support/repository.js';
import { buildExif } from '../support/tiff.js';

const PHOTO = buildJpeg({ segments: [exifSegment(buildExif({ serial: 'CANARY', gps: { latitude: 48.8583, longitude: 2.2945 } }))] });
const SARIF_SCHEMA = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

let repo: TestRepository;
beforeEach(() => {
  repo = new TestRepository();
  repo.stage('readme.txt', 'text\n');
  repo.commitUnchecked('first');
});
afterEach(() => repo.remove());

const run = (...args: string[]) => exifence(args, { cwd: repo.top, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } });
const names = [
  'a b.jpg',
  '%0A::error::c.jpg',
  '<img src=x>&".jpg',
  'n\newline.jpg',
  '\u202egpj.jpg',
  Buffer.from([0x78, 0xff, 0x2e, 0x6a, 0x70, 0x67]),
];

/** Names, a violation, a file that is damaged, and one that is clean. */
function leak(): void {
  for (const name of names) repo.stage(name, PHOTO);
  repo.stage('cut.jpg', PHOTO.subarray(0, 60));
  repo.stage('clean.jpg', buildJpeg());
  repo.commitUnchecked('leaks');
}

describe('exifence ci', () => {
  it('judges what the commits bring in by the policy of their base', async () => {
    expect((await run('ci', '--base', 'HEAD')).code).toBe(0);
    repo.stage('a.jpg', PHOTO);
    repo.stage('.privacyrc.yaml', 'version: 1\nrules: { location: keep, device: keep }\n');
    repo.commitUnchecked('leak');
    const { code, stdout } = await run('ci', '--base', 'HEAD~1');
    expect(code).toBe(1);
    expect(stdout).toContain('a.jpg  violates');
    expect(stdout).toContain('location: remove becomes keep');
    expect((await run('ci', '--base', 'nothing')).code).toBe(2);
    expect((await run('ci', '--base=--output=x')).code).toBe(2);
  });

  it('writes the machine’s report to a file and the people’s to the log', async () => {
    leak();
    const { code, stdout } = await run('ci', '--base', 'HEAD~1', '--format', 'gitlab', '--output', 'quality.json');
    expect(code).toBe(3);
    expect(stdout).toContain('a b.jpg  violates');
    const issues = JSON.parse(readFileSync(repo.path('quality.json'), 'utf8')) as { fingerprint: string; location: { path: string } }[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    expect(issues.map(({ location }) => location.path)).toContain('a b.jpg');
  });
});

describe('what a change does to the rules', () => {
  const said = async (before: string, after: string): Promise<string> => {
    for (const text of [before, after]) {
      repo.stage('.privacyrc.yaml', `version: 1\n${text}\n`);
      repo.commitUnchecked('rules');
    }
    const { code, stdout } = await run('ci', '--base', 'HEAD~1');
    expect(code).toBe(0);
    return stdout;
  };
  const override = (glob: string, rule: string): string => `overrides:\n  - paths: ["${glob}"]\n    rules: { ${rule} }`;

  it.each([
    ['for files that are yet to come', '', override('press/**', 'location: keep'), 'location: remove becomes keep'],
    ['by leaving out what was stricter', override('{a,b}/[cd]?.*', 'time: remove'), '', 'time: remove becomes keep'],
    ['in what hooks look into', 'git: { sniff: content }', '', 'git.sniff: content becomes names'],
    ['in what pictures may show', 'visual: { faces: block }', 'visual: { faces: warn }', 'visual.faces: block becomes warn'],
  ])('is said, also %s', async (_, before, after, message) => {
    expect(await said(before, after)).toContain(message);
    expect(await said(after, before)).not.toContain(message);
  });
});

describe('exifence ci where something is missing', () => {
  it('does not call clean what a shallow clone lacks', async () => {
    const base = repo.git(['rev-parse', 'HEAD']);
    repo.stage('a.jpg', PHOTO);
    repo.commitUnchecked('leak');
    repo.git(['rm', '-q', 'a.jpg']);
    repo.commitUnchecked('gone');
    repo.git(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    const clone = join(repo.parent, 'clone');
    repo.git(['clone', '-q', '--depth=1', `file://${repo.top}`, clone]);
    repo.git(['fetch', '-q', '--depth=1', 'origin', base], { cwd: clone });
    const { code, stderr } = await exifence(['ci', '--base', base], { cwd: clone });
    expect([code, stderr]).toEqual([3, expect.stringContaining('cut off')]);
    repo.git(['fetch', '-q', '--unshallow'], { cwd: clone });
    expect((await exifence(['ci', '--base', base], { cwd: clone })).code).toBe(1);
  });

  it.each(['', '0'.repeat(40)])('says what an empty variable means: "%s"', async (base) => {
    const { code, stderr } = await run('ci', '--base', base);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--base origin/main')]);
  });

  it('says where a report cannot be written', async () => {
    const { code, stderr } = await run('ci', '--base', 'HEAD', '--format', 'sarif', '--output', 'no/such/folder/x.sarif');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--output')]);
  });

  it('works in a bare repository', async () => {
    repo.stage('a.jpg', PHOTO);
    repo.commitUnchecked('leak');
    const bare = join(repo.parent, 'bare.git');
    repo.git(['clone', '-q', '--bare', repo.top, bare]);
    expect((await exifence(['ci', '--base', 'HEAD~1'], { cwd: bare })).code).toBe(1);
  });

  it('does not let an old graft hide commits', async () => {
    const base = repo.git(['rev-parse', 'HEAD']);
    repo.stage('a.jpg', PHOTO);
    repo.commitUnchecked('leak');
    repo.git(['rm', '-q', 'a.jpg']);
    repo.commitUnchecked('gone');
    mkdirSync(repo.path('.git/info'), { recursive: true });
    writeFileSync(repo.path('.git/info/grafts'), `${repo.git(['rev-parse', 'HEAD'])}\n`);
    expect((await run('scan', '--history')).code).toBe(1);
    expect((await run('ci', '--base', base)).code).toBe(1);
  });
});

describe('reports', () => {
  it('hold no links and no placeholders of SARIF', async () => {
    repo.stage('[a](https:x){0}.jpg', PHOTO);
    const { stdout } = await run('scan', '.', '--format', 'sarif');
    expect(JSON.parse(stdout).runs[0].results[0].message.text).toContain(String.raw`\[a\](https:x){{0}}.jpg: `);
  });

  it('are valid SARIF 2.1.0, without values, with fingerprints that stay', async () => {
    leak();
    const { stdout, code } = await run('scan', '.', '--format', 'sarif');
    expect(code).toBe(3);
    const log = JSON.parse(stdout);
    // ajv knows no formats by itself; the schema's patterns and types are what is held against.
    const validate = new AjvDraft04.default({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
      JSON.parse(readFileSync(SARIF_SCHEMA, 'utf8')),
    );
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    const results = log.runs[0].results as {
      ruleId: string;
      partialFingerprints: Record<string, string>;
      locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
    }[];
    expect(results.filter(({ ruleId }) => ruleId === 'exifence/location')).toHaveLength(names.length);
    for (const { locations } of results) expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[A-Za-z0-9._~%/-]+$/);
    const prints = (text: string): string[] =>
      JSON.parse(text).runs[0].results.map((result: (typeof results)[number]) => result.partialFingerprints['exifenceFinding/v1']);
    expect(prints((await run('scan', '.', '--format', 'sarif')).stdout)).toEqual(prints(stdout));
    expect(stdout).not.toContain('CANARY');
  });

  it('are JUnit that is XML, whatever files are called', async () => {
    leak();
    const { stdout } = await run('scan', '.', '--format', 'junit');
    const { SaxesParser } = await import('saxes');
    const seen: string[] = [];
    const parser = new SaxesParser();
    parser.on('opentag', ({ name }) => seen.push(name));
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(stdout).close();
    expect(seen.filter((name) => name === 'failure')).toHaveLength(names.length);
    expect(seen.filter((name) => name === 'error')).toHaveLength(1);
    expect(seen.filter((name) => name === 'testcase')).toHaveLength(names.length + 2);
  });

  it('are workflow commands that no name can forge', async () => {
    leak();
    const { stdout } = await run('scan', '.', '--format', 'github');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(names.length);
    for (const line of lines)
      expect(line).toMatch(
        /^::(?:error|warning) (?:file=[^:,]+,line=1,)?title=exifence%3A?[^:]*::|^::(?:error|warning) (?:file=[^:,]+,line=1,)?title=exifence\/[a-z-]+::/,
      );
    expect(lines.some((line) => line.includes('file=%250A%3A%3Aerror%3A%3Ac.jpg'))).toBe(true);
  });

  it.each(['json', 'sarif', 'junit', 'github', 'gitlab'])('give the same exit code: %s', async (format) => {
    repo.stage('a.jpg', PHOTO);
    expect((await run('scan', 'a.jpg', '--format', format)).code).toBe(1);
    expect((await run('scan', 'readme.txt', '--format', format)).code).toBe(0);
  });
});
