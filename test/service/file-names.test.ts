import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileResult } from '../../src/core/result.js';
import { nameTells } from '../../src/engine/name-tells.js';
import { realFileOps } from '../../src/io/file-ops.js';
import { renameSet } from '../../src/io/rename-set.js';
import { presetPolicy } from '../../src/policy/presets.js';
import { nameFindings, namesBy } from '../../src/service/beyond/file-names.js';
import { PictureJobs } from '../../src/service/beyond/picture-job.js';
import type { JobMode } from '../../src/service/file-job.js';
import { Policies } from '../../src/service/policies.js';
import { load } from '../policy/helpers.js';
import { temporaryFolder } from '../support/cli.js';
import { jpegWith } from '../support/exif.js';

const tells = (name: string, known = {}): string[] => nameTells(Buffer.from(name), known).map(({ id, category }) => `${category} ${id}`);

describe('a name', () => {
  it.each([
    ['IMG_20240102_030405.jpg', ['time date']],
    ['PXL_20240102_030405678.MP.jpg', ['time date']],
    ['VID_20240102_030405.mp4', ['time date']],
    ['MVIMG_20240102_030405.jpg', ['time date']],
    ['20240102_030405.jpg', ['time date']],
    ['Screenshot 2024-01-02 at 03.04.05.png', ['time date']],
    ['Screen Shot 2024-01-02 at 3.04.05 PM.png', ['time date']],
    ['Screenshot_20240102-030405_com.whatsapp.android.jpg', ['time date', 'software app']],
    ['Screenshot_2024-01-02-03-04-05-678_com.android.chrome.jpg', ['time date', 'software app']],
    ['WhatsApp Image 2024-01-02 at 03.04.05.jpeg', ['time date', 'software app']],
    ['IMG-20240102-WA0001.jpg', ['time date', 'software app']],
    ['signal-2024-01-02-030405.jpeg', ['time date', 'software app']],
    ['FB_IMG_1704164645123.jpg', ['time epoch', 'software app']],
    ['mmexport1704164645123.jpg', ['time epoch', 'software app']],
    ['DJI_20240102030405_0001_D.JPG', ['time date']],
    ['DJI_0123.JPG', ['device counter']],
    ['DSC_0123.NEF', ['device counter']],
    ['_DSC0123.ARW', ['device counter']],
    ['DSCF0123.RAF', ['device counter']],
    ['IMG_0123.HEIC', ['device counter']],
    ['IMG_E0123.HEIC', ['device counter']],
    ['P1010123.RW2', ['device counter']],
    ['GX010123.MP4', ['device counter']],
    ['02.01.2024 Party.jpg', ['time date']],
    ['2024-01 Lisbon.jpg', ['time date']],
    ['48.8584,2.2945.jpg', ['location coordinates']],
    ['N48.8584 E2.2945.jpg', ['location coordinates']],
    ['at -33.8568_151.2153.png', ['location coordinates']],
    ['john.doe@example.com.png', ['person email']],
    ['+49 170 1234567.jpg', ['person phone']],
    ['12345678_3234567890123456_9234567890_n.jpg', ['person account']],
    ['3F2504E0-4F89-11D3-9A0C-0305E82C3301.jpg', ['device uuid']],
    ["John's iPhone.jpg", ['person owner']],
    ['iPhone de Marie.jpg', ['person owner']],
  ])('%s tells %j', (name, expected) => {
    expect(tells(name).slice(0, expected.length)).toEqual(expected);
  });

  it.each([
    'photo.jpg',
    'logo.png',
    'hero-1920x1080.webp',
    'icon-512.png',
    'screenshot.png',
    'a1b2c3d4.jpg',
    'v2.10.3.png',
    'DSC.jpg',
    'IMG.jpg',
    'sunset-3.jpg',
    'L1.jpg',
    'card 4-12.jpg',
    'ISO-8601-2024.png',
    '1234.png',
    'R2D2.png',
  ])('%s tells nothing', (name) => {
    expect(tells(name)).toEqual([]);
  });

  it('tells who uses this machine, as a word of its own', () => {
    const known = { user: 'jdoe', host: 'janes-box' };
    expect(tells('jdoe-desk.png', known)).toContain('person user');
    expect(tells('from_JANES-BOX.png', known)).toContain('device host');
    expect(tells('xjdoex.png', known)).toEqual([]);
    expect(tells('root.png', { user: 'root' })).toEqual([]);
  });

  it('may be of any bytes and is looked at once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
        expect(Array.isArray(nameTells(bytes))).toBe(true);
      }),
      { numRuns: 200 },
    );
    expect(nameTells(Buffer.concat([Buffer.from([0xff]), Buffer.from('20240102_030405.jpg')]))).toHaveLength(1);
  });

  it('is held against the rules by category', () => {
    const strict = presetPolicy('strict').effectiveFor(undefined);
    const [finding] = nameFindings(Buffer.from('IMG_20240102_030405.jpg'), strict, {});
    expect(finding).toMatchObject({ ruleId: 'exifence/filename', category: 'time', action: 'warn', at: 'filename/date' });
    expect(finding?.message).not.toMatch(/\d/);
    expect(nameFindings(Buffer.from('IMG_20240102_030405.jpg'), presetPolicy('balanced').effectiveFor(undefined), {})).toEqual([]);
    const coarse = load('version: 1\nrules: { time: { action: coarsen, precision: day } }\n').effectiveFor(undefined);
    expect(nameFindings(Buffer.from('2024-01-02.jpg'), coarse, {})).toEqual([]);
    expect(nameFindings(Buffer.from('2024-01-02 03.04.05.jpg'), coarse, {})).toHaveLength(1);
  });

  it('by a template has no more of the date than the rule for time lets stay', () => {
    const fields = { sha256: 'abcdef0123'.padEnd(64, '0'), extension: '.JPG', day: { year: '2024', month: '01', day: '02' } };
    const first = (rule: string): string => {
      const policy = load(`version: 1\nrules: { time: ${rule} }\n`).effectiveFor(undefined);
      return (namesBy('{year}-{month}-{day} {hash8}.{ext}', fields, policy).next().value as { name: string }).name;
    };
    expect(first('keep')).toBe('2024-01-02 abcdef01.jpg');
    expect(first('{ action: coarsen, precision: month }')).toBe('2024-01-00 abcdef01.jpg');
    expect(first('{ action: coarsen, precision: year }')).toBe('2024-00-00 abcdef01.jpg');
    expect(first('remove')).toBe('0000-00-00 abcdef01.jpg');
  });
});

const CLEAN = jpegWith(null);
const NAME = 'IMG_20240102_030405.JPG';

let folder: ReturnType<typeof temporaryFolder>;
let at: (name: string) => string;
beforeEach(() => {
  folder = temporaryFolder();
  at = (name) => join(folder.path, name);
});
afterEach(() => folder.remove());

async function run(names: readonly (string | Buffer)[], mode: JobMode, template: string, extra = ''): Promise<FileResult[]> {
  const file = at('p.yaml');
  writeFileSync(file, `version: 1\nextends: strict\nbeyond: { filename: { action: rename, template: "${template}" }${extra} }\n`);
  const jobs = new PictureJobs(new Policies({ cwd: folder.path, today: '2026-01-01', override: file }));
  const results: FileResult[] = [];
  for (const name of names) {
    const forOne = mode.kind === 'copy' ? { ...mode, target: Buffer.from(join(mode.target.toString(), String(name))) } : mode;
    results.push(...(await jobs.run(typeof name === 'string' ? Buffer.from(at(name)) : name, forOne)));
  }
  return results;
}

const pictures = (): string[] =>
  readdirSync(folder.path)
    .filter((name) => name !== 'p.yaml')
    .sort();

describe('a picture', () => {
  it('is renamed with all that belongs to it, bytes and inode kept', async () => {
    for (const name of [NAME, 'IMG_20240102_030405.NEF']) writeFileSync(at(name), CLEAN);
    for (const name of [`${NAME}.xmp`, 'IMG_20240102_030405.aae', 'IMG_20240102_030405.MOV']) writeFileSync(at(name), 'x');
    const { ino } = statSync(at(NAME));
    const [result] = (await run([NAME], { kind: 'in-place' }, '{hash8}.{ext}', ', sidecar: keep')) as [FileResult];
    expect(result.status).toBe('fixed');
    expect(result.beyond?.[0]).toMatchObject({ beyond: 'filename', mended: true });
    const stem = String(pictures()[0]).slice(0, 8);
    expect(stem).toMatch(/^[0-9a-f]{8}$/);
    expect(pictures()).toEqual([`${stem}.MOV`, `${stem}.NEF`, `${stem}.aae`, `${stem}.jpg`, `${stem}.jpg.xmp`].sort());
    expect(statSync(at(`${stem}.jpg`)).ino).toBe(ino);
    expect(readFileSync(at(`${stem}.jpg`)).equals(CLEAN)).toBe(true);
  });

  it('never takes a name that is taken, by whatever', async () => {
    writeFileSync(at('pic-1.jpg'), 'mine');
    mkdirSync(at('pic-2.jpg'));
    writeFileSync(at('pic-3.xmp'), 'mine too');
    writeFileSync(at(NAME), CLEAN);
    writeFileSync(at('IMG_20240102_030405.xmp'), 'x');
    await run([NAME], { kind: 'in-place' }, 'pic-{n}.{ext}', ', sidecar: keep');
    expect(pictures()).toEqual(['pic-1.jpg', 'pic-2.jpg', 'pic-3.xmp', 'pic-4.jpg', 'pic-4.xmp']);
    expect(readFileSync(at('pic-1.jpg'), 'utf8')).toBe('mine');
    expect(readFileSync(at('pic-3.xmp'), 'utf8')).toBe('mine too');
  });

  it('of the same content gets a number, and one whose partner took it along is found again', async () => {
    const names = ['2024-01-02 a.jpg', '2024-01-02 b.jpg', '2024-01-02 c.jpeg', '2024-01-02 c.jpg'];
    for (const name of names) writeFileSync(at(name), CLEAN);
    const results = await run(names, { kind: 'in-place' }, 'x.{ext}');
    expect(results.map(({ status }) => status)).toEqual(['fixed', 'fixed', 'fixed', 'clean']);
    expect(pictures()).toEqual(['x-2.jpg', 'x-3.jpeg', 'x-3.jpg', 'x.jpg']);
    expect((await run(pictures(), { kind: 'in-place' }, 'x.{ext}')).map(({ status }) => status)).toEqual([
      'clean',
      'clean',
      'clean',
      'clean',
    ]);
  });

  it('has a name of any bytes', async () => {
    const path = Buffer.concat([Buffer.from(`${folder.path}/2024-01-02 caf`), Buffer.from([0xe9]), Buffer.from('.jpg')]);
    writeFileSync(path, CLEAN);
    await run([path], { kind: 'in-place' }, 'x.{ext}');
    expect(pictures()).toEqual(['x.jpg']);
  });

  it('is only reported where nothing may be written', async () => {
    writeFileSync(at(NAME), CLEAN);
    expect((await run([NAME], { kind: 'judge', fingerprints: false }, 'x.{ext}'))[0]?.status).toBe('violates');
    expect((await run([NAME], { kind: 'dry-run', fingerprints: false }, 'x.{ext}'))[0]?.status).toBe('would-fix');
    expect(pictures()).toEqual([NAME]);
  });

  it('is copied under its new name, again and again', async () => {
    writeFileSync(at(NAME), CLEAN);
    writeFileSync(at('2024-01-02 b.jpg'), Buffer.concat([CLEAN, Buffer.from('more')]));
    writeFileSync(
      at(`${NAME}.xmp`),
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>',
    );
    for (let time = 0; time < 2; time++) {
      const results = await run([NAME, '2024-01-02 b.jpg'], { kind: 'copy', target: Buffer.from(at('out')) }, '{hash8}.{ext}');
      expect(results.map(({ status }) => status)).toEqual(['fixed', 'clean', 'fixed']);
      const copies = readdirSync(at('out')).sort();
      expect(copies).toHaveLength(2);
      expect(copies[1]).toBe(`${copies[0]}.xmp`);
    }
    expect(existsSync(at(NAME))).toBe(true);
  });
});

describe('files that are renamed together', () => {
  it('keep their names, all of them, where one cannot be had', async () => {
    for (const name of ['a', 'b', 'taken']) writeFileSync(at(name), name);
    const pair = (from: string, to: string) => ({ from: Buffer.from(at(from)), to: Buffer.from(at(to)) });
    await expect(renameSet([pair('a', 'c'), pair('b', 'taken')])).rejects.toMatchObject({ code: 'exists' });
    expect(pictures()).toEqual(['a', 'b', 'taken']);
    const linkless = {
      ...realFileOps,
      link: () => {
        throw Object.assign(new Error('no links here'), { code: 'EPERM' });
      },
    };
    await expect(renameSet([pair('a', 'c'), pair('b', 'taken')], linkless)).rejects.toMatchObject({ code: 'exists' });
    expect(pictures()).toEqual(['a', 'b', 'taken']);
    await renameSet([pair('a', 'c')], linkless);
    expect(pictures()).toEqual(['b', 'c', 'taken']);
  });

  it.each(['link', 'unlink'] as const)('are as they were where the disk fails at any %s', async (call) => {
    for (let failing = 0; failing < 3; failing++) {
      for (const name of ['a', 'b', 'c']) writeFileSync(at(name), name);
      let calls = 0;
      const faulty = {
        ...realFileOps,
        [call]: (...args: [Buffer, Buffer]) => {
          if (calls++ === failing) throw Object.assign(new Error('the disk fails'), { code: 'EIO' });
          (realFileOps[call] as (...args: Buffer[]) => void)(...args);
        },
      };
      const set = ['a', 'b', 'c'].map((name) => ({ from: Buffer.from(at(name)), to: Buffer.from(at(`new-${name}`)) }));
      await expect(renameSet(set, faulty)).rejects.toMatchObject({ code: 'disk-failed' });
      expect(pictures()).toEqual(['a', 'b', 'c']);
      for (const name of ['a', 'b', 'c']) expect(readFileSync(at(name), 'utf8')).toBe(name);
    }
  });
});
