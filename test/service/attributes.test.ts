import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileResult } from '../../src/core/result.js';
import { changeAttributes, readAttributes } from '../../src/io/extended-attributes.js';
import { presetPolicy } from '../../src/policy/presets.js';
import { attributeFindings } from '../../src/service/beyond/attribute-job.js';
import { PictureJobs } from '../../src/service/beyond/picture-job.js';
import type { JobMode } from '../../src/service/file-job.js';
import { Policies } from '../../src/service/policies.js';
import { temporaryFolder } from '../support/cli.js';
import { jpegWith } from '../support/exif.js';
import { buildExif } from '../support/tiff.js';

const URL = 'https://canary.example/album?user=CANARY';
const balanced = presetPolicy('balanced').effectiveFor(undefined);
const strict = presetPolicy('strict').effectiveFor(undefined);

const found = (name: string, value = 'CANARY', policy = balanced) => attributeFindings([{ name, value: Buffer.from(value) }], policy);

describe('an attribute', () => {
  it.each([
    ['com.apple.metadata:kMDItemWhereFroms', 'person'],
    ['user.com.apple.metadata:kMDItemWhereFroms', 'person'],
    ['user.xdg.origin.url', 'person'],
    ['user.xdg.referrer.url', 'person'],
    ['user.xdg.creator', 'person'],
    ['user.dublincore.coverage', 'location'],
    ['com.apple.ResourceFork', 'hidden'],
    ['com.apple.assetsd.customLocation', 'location'],
    ['user.something-of-mine', 'hidden'],
  ])('%s goes where %s goes', (name, category) => {
    const [only] = found(name);
    expect(only?.finding).toMatchObject({ ruleId: 'exifence/xattr', category, action: 'mend' });
    expect(only?.change).toEqual({ name, value: null });
    expect(JSON.stringify(only?.finding)).not.toMatch(/CANARY|something-of-mine/);
  });

  it.each([
    ['com.apple.metadata:kMDItemDownloadedDate', 'time'],
    ['com.apple.lastuseddate#PS', 'time'],
    ['com.apple.metadata:kMDItemFinderComment', 'text'],
    ['com.apple.metadata:_kMDItemUserTags', 'text'],
    ['com.apple.metadata:kMDItemIsScreenCapture', 'software'],
    ['user.xdg.comment', 'text'],
    ['user.dublincore.title', 'text'],
    ['user.dublincore.date', 'time'],
    ['user.DOSATTRIB', 'time'],
  ])('%s goes where %s goes, and not before', (name, category) => {
    const locationOnly = presetPolicy('location-only').effectiveFor(undefined);
    expect(found(name, 'x', locationOnly)).toEqual([]);
    expect(found(name, 'x', strict)[0]?.finding.category).toBe(category);
  });

  it.each(['user.mime_type', 'com.apple.macl', 'com.apple.TextEncoding', 'user.xdg.robots.index'])('%s stays', (name) => {
    expect(found(name, 'x', strict)).toEqual([]);
  });

  it('that guards its user stays as a mark, without what it tells besides', () => {
    const zone = `[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=${URL}\r\nHostUrl=${URL}\r\n`;
    const change = found('user.Zone.Identifier', zone)[0]?.change;
    expect(change?.value?.toString()).toBe('[ZoneTransfer]\r\nZoneId=3\r\n');
    expect(found('user.Zone.Identifier', String(change?.value))).toEqual([]);
    const quarantine = found('com.apple.quarantine', '0083;65939c5d;Safari;3F2504E0-4F89-11D3-9A0C-0305E82C3301')[0]?.change;
    expect(quarantine?.value?.toString()).toBe('0083;00000000;;');
    expect(found('com.apple.quarantine', String(quarantine?.value))).toEqual([]);
    expect(found('com.apple.quarantine', URL)[0]?.change.value).toBeNull();
  });
});

let folder: ReturnType<typeof temporaryFolder>;
let at: (name: string) => string;
beforeEach(() => {
  folder = temporaryFolder();
  at = (name) => join(folder.path, name);
});
afterEach(() => folder.remove());

async function run(path: string | Buffer, mode: JobMode, policy = 'balanced'): Promise<FileResult> {
  const jobs = new PictureJobs(new Policies({ cwd: folder.path, today: '2026-01-01', override: policy }));
  return (await jobs.run(Buffer.from(path), mode))[0] as FileResult;
}

const set = (path: string | Buffer, name: string, value = URL): Promise<void> =>
  changeAttributes(Buffer.from(path), [{ name, value: Buffer.from(value) }]);
const names = async (path: string | Buffer): Promise<string[]> => (await readAttributes(Buffer.from(path))).map(({ name }) => name).sort();

const supported = await (async () => {
  if (process.platform !== 'linux') return false;
  const trial = temporaryFolder();
  try {
    writeFileSync(join(trial.path, 'x'), '');
    execFileSync('setfattr', ['-n', 'user.trial', '-v', '1', join(trial.path, 'x')], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED: this file system holds no extended attributes, or setfattr is missing');
    return false;
  } finally {
    trial.remove();
  }
})();

describe.skipIf(!supported)('a picture with attributes', () => {
  const CLEAN = jpegWith(null);
  const judging: JobMode = { kind: 'judge', fingerprints: false };

  it('that is clean inside is a violation, and is mended without a change to its bytes or inode', async () => {
    writeFileSync(at('a.jpg'), CLEAN);
    linkSync(at('a.jpg'), at('b.jpg'));
    await set(at('a.jpg'), 'user.xdg.origin.url');
    await set(at('a.jpg'), 'user.mime_type', 'image/jpeg');
    const { ino, mtimeMs } = statSync(at('a.jpg'));
    expect((await run(at('a.jpg'), judging)).status).toBe('violates');
    expect((await run(at('a.jpg'), { kind: 'dry-run', fingerprints: false })).status).toBe('would-fix');
    const fixed = await run(at('a.jpg'), { kind: 'in-place' });
    expect(fixed.status).toBe('fixed');
    expect(fixed.beyond).toMatchObject([{ at: 'xattr/xdg.origin.url', mended: true }]);
    expect(JSON.stringify(fixed)).not.toContain('canary.example');
    expect(await names(at('a.jpg'))).toEqual(['user.mime_type']);
    expect(statSync(at('b.jpg'))).toMatchObject({ ino, mtimeMs });
    expect(readFileSync(at('a.jpg')).equals(CLEAN)).toBe(true);
    expect((await run(at('a.jpg'), { kind: 'in-place' })).status).toBe('clean');
  });

  it('that leaks inside too loses both; what may stay is still there', async () => {
    writeFileSync(at('a.jpg'), jpegWith(buildExif({ orientation: 6, serial: 'CANARY' })));
    await set(at('a.jpg'), 'user.xdg.referrer.url');
    await set(at('a.jpg'), 'user.xdg.comment', 'fine');
    await set(at('a.jpg'), 'user.Zone.Identifier', `[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=${URL}\r\n`);
    expect((await run(at('a.jpg'), { kind: 'in-place' })).status).toBe('fixed');
    expect(await names(at('a.jpg'))).toEqual(['user.Zone.Identifier', 'user.xdg.comment']);
    expect(execFileSync('getfattr', ['-d', '--absolute-names', at('a.jpg')]).toString()).not.toContain('canary');
    expect((await run(at('a.jpg'), judging)).status).toBe('clean');
  });

  it('has a copy without any', async () => {
    mkdirSync(at('out'));
    writeFileSync(at('a.jpg'), CLEAN);
    await set(at('a.jpg'), 'user.xdg.origin.url');
    await run(at('a.jpg'), { kind: 'copy', target: Buffer.from(at('out/a.jpg')) });
    expect(readdirSync(at('out'))).toEqual(['a.jpg']);
    expect(await names(at('out/a.jpg'))).toEqual([]);
    expect(await names(at('a.jpg'))).toEqual(['user.xdg.origin.url']);
  });

  it.each([
    ['keep', 'clean', 0],
    ['warn', 'clean', 1],
    ['block', 'violates', 1],
  ])('is treated by the word %s', async (word, status, count) => {
    writeFileSync(at('p.yaml'), `version: 1\nbeyond: { xattr: ${word} }\n`);
    writeFileSync(at('a.jpg'), CLEAN);
    await set(at('a.jpg'), 'user.xdg.origin.url');
    const result = await run(at('a.jpg'), { kind: 'in-place' }, at('p.yaml'));
    expect([result.status, result.beyond?.length ?? 0]).toEqual([status, count]);
    expect(await names(at('a.jpg'))).toEqual(['user.xdg.origin.url']);
  });

  it('may have a name of any bytes, and so may the attribute', async () => {
    const path = Buffer.concat([Buffer.from(`${folder.path}/caf`), Buffer.from([0xe9]), Buffer.from('.jpg')]);
    writeFileSync(path, CLEAN);
    await set(path, 'user.\xff\xfe=\\');
    await set(path, 'user.b', '');
    expect(await names(path)).toEqual(['user.b', 'user.\xff\xfe=\\'].sort());
    expect((await run(path, judging)).status).toBe('violates');
    expect((await run(path, { kind: 'in-place' })).status).toBe('fixed');
    expect(await names(path)).toEqual([]);
  });

  it('has its sidecars looked at as well', async () => {
    writeFileSync(at('a.jpg'), CLEAN);
    writeFileSync(
      at('a.xmp'),
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>',
    );
    await set(at('a.xmp'), 'user.xdg.origin.url');
    expect((await run(at('a.jpg'), judging)).status).toBe('violates');
    await run(at('a.jpg'), { kind: 'in-place' });
    expect(await names(at('a.xmp'))).toEqual([]);
    expect((await run(at('a.jpg'), judging)).status).toBe('clean');
  });

  it('that cannot be looked at is not clean', async () => {
    await expect(readAttributes(Buffer.from(at('missing.jpg')))).rejects.toMatchObject({ code: 'attributes-not-looked-at' });
  });
});
