import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileResult } from '../../src/core/result.js';
import { FolderIndex } from '../../src/service/beyond/folder-index.js';
import { PictureJobs } from '../../src/service/beyond/picture-job.js';
import type { JobMode } from '../../src/service/file-job.js';
import { Policies } from '../../src/service/policies.js';
import { temporaryFolder } from '../support/cli.js';
import { jpegWith } from '../support/exif.js';
import { buildExif } from '../support/tiff.js';

const PLACE = '48,51.5030N';
const CITY = 'Canaryville';

/** A packet with a place, a rating and nothing else. */
function sidecarXmp(properties = `exif:GPSLatitude="${PLACE}" photoshop:City="${CITY}" xmp:Rating="3"`): string {
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ${properties}/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
}

const CLEAN = jpegWith(null);

let folder: ReturnType<typeof temporaryFolder>;
let at: (name: string) => string;
beforeEach(() => {
  folder = temporaryFolder();
  at = (name) => join(folder.path, name);
});
afterEach(() => folder.remove());

function put(name: string, content: string | Uint8Array = 'anything'): void {
  writeFileSync(at(name), content);
}

async function run(name: string, mode: JobMode, policy?: string): Promise<FileResult[]> {
  const policies = new Policies({ cwd: folder.path, today: '2026-01-01', ...(policy === undefined ? {} : { override: policy }) });
  return new PictureJobs(policies).run(Buffer.from(at(name)), mode);
}

const judged: JobMode = { kind: 'judge', fingerprints: false };
const statuses = (results: readonly FileResult[]): string[] =>
  results.map(({ artifact, status }) => `${artifact.split('/').at(-1)} ${status}`);

describe('a sidecar', () => {
  it.each([
    ['IMG_1.jpg', 'IMG_1.xmp', 'xmp'],
    ['IMG_1.JPG', 'IMG_1.JPG.xmp', 'xmp'],
    ['IMG_1.cr2', 'IMG_1_01.CR2.xmp', 'xmp'],
    ['IMG_1.HEIC', 'IMG_1.aae', 'aae'],
    ['IMG_1.HEIC', 'IMG_O1.AAE', 'aae'],
    ['IMG_1.HEIC', 'IMG_1.MOV', 'live-video'],
    ['IMG_1.jpg', 'IMG_1.mp4', 'live-video'],
    ['MVI_1.avi', 'MVI_1.THM', 'thm'],
    ['IMG_1.jpg', 'IMG_1.jpg.json', 'takeout'],
    ['IMG_1.jpg', 'IMG_1.json', 'takeout'],
    ['IMG_1.jpg', 'IMG_1.jpg.supplemental-metadata.json', 'takeout'],
    ['IMG_1.jpg', 'IMG_1.jpg.supplemental-me.json', 'takeout'],
    ['IMG_1(2).jpg', 'IMG_1.jpg(2).json', 'takeout'],
    ['IMG_1(2).jpg', 'IMG_1.jpg.supplemental-metadata(2).json', 'takeout'],
    [`${'long-name-'.repeat(6)}.jpg`, `${'long-name-'.repeat(6).slice(0, 46)}.json`, 'takeout'],
    ['IMG_1.jpg', '._IMG_1.jpg', 'appledouble'],
    ['IMG_1.jpg', 'IMG_1.jpg:Zone.Identifier', 'zone'],
    ['DJI_1.mp4', 'DJI_1.SRT', 'subtitles'],
    ['DJI_1.mp4', 'DJI_1.lrv', 'small-video'],
    ['IMG_1.dng', 'IMG_1.dng.pp3', 'edits'],
    ['IMG_1.dng', 'IMG_1.dng.dop', 'edits'],
    ['IMG_1.dng', 'IMG_1.on1', 'edits'],
  ])('of %s is %s', (picture, name, kind) => {
    put(picture);
    put(name);
    const index = new FolderIndex();
    expect(index.sidecarsOf(Buffer.from(at(picture))).map((found) => [found.path.toString(), found.kind.id])).toEqual([[at(name), kind]]);
    expect(index.roleOf(Buffer.from(at(name)))).toMatchObject({ kind: 'sidecar', owner: Buffer.from(at(picture)) });
  });

  it.each(['package.json', 'IMG_12.jpg', 'other.xmp.txt', 'IMG_1.jpeg.bak', 'xIMG_1.jpg', '.xmp', '._'])(
    'of IMG_1.jpg is not %s',
    (name) => {
      put('IMG_1.jpg');
      put(name);
      expect(new FolderIndex().sidecarsOf(Buffer.from(at('IMG_1.jpg')))).toEqual([]);
    },
  );

  it('belongs to the JPEG of a pair, and no raw file is judged with its JPEG', () => {
    put('P1.JPG');
    put('P1.NEF');
    put('P1.xmp');
    const index = new FolderIndex();
    expect(index.sidecarsOf(Buffer.from(at('P1.JPG'))).map(({ kind }) => kind.id)).toEqual(['xmp']);
    expect(index.sidecarsOf(Buffer.from(at('P1.NEF')))).toEqual([]);
  });

  it('has a name of any bytes', () => {
    const name = (ending: string): Buffer => Buffer.concat([Buffer.from(`${folder.path}/caf`), Buffer.from([0xe9]), Buffer.from(ending)]);
    writeFileSync(name('.jpg'), '');
    writeFileSync(name('.jpg.xmp'), '');
    expect(new FolderIndex().sidecarsOf(name('.jpg')).map(({ path }) => path)).toEqual([name('.jpg.xmp')]);
  });
});

describe('a clean picture', () => {
  it('is not clean while its XMP tells the place, and is once that is written anew', async () => {
    put('a.jpg', CLEAN);
    put('a.xmp', sidecarXmp());
    expect(statuses(await run('a.jpg', judged))).toEqual(['a.jpg violates', 'a.xmp violates']);
    const [picture, xmp] = (await run('a.jpg', { kind: 'in-place' })) as [FileResult, FileResult];
    expect([picture.status, xmp.status]).toEqual(['clean', 'fixed']);
    expect(readFileSync(at('a.xmp'), 'utf8')).toMatch(/Rating/);
    expect(readFileSync(at('a.xmp'), 'utf8')).not.toMatch(/Canaryville|48,51|GPS/);
    expect(readFileSync(at('a.jpg')).equals(CLEAN)).toBe(true);
    expect(statuses(await run('a.jpg', judged))).toEqual(['a.jpg clean', 'a.xmp clean']);
    expect(JSON.stringify([picture, xmp])).not.toContain(CITY);
  });

  it('leaves an XMP that keeps nothing as a packet that says nothing', async () => {
    put('a.jpg', CLEAN);
    put('a.xmp', sidecarXmp());
    expect(statuses(await run('a.jpg', { kind: 'in-place' }, 'strict'))).toEqual(['a.jpg clean', 'a.xmp fixed']);
    expect(readFileSync(at('a.xmp'), 'utf8')).not.toMatch(/Rating|Canaryville|GPS/);
    expect(readFileSync(at('a.xmp'), 'utf8')).toMatch(/^<x:xmpmeta[^>]*><rdf:RDF[^>]*\/><\/x:xmpmeta>\n$/);
    const before = statSync(at('a.xmp')).ino;
    expect(statuses(await run('a.jpg', { kind: 'in-place' }, 'strict'))).toEqual(['a.jpg clean', 'a.xmp clean']);
    expect(statSync(at('a.xmp')).ino).toBe(before);
  });

  it('has its XMP coarsened as its Exif would be', async () => {
    put('p.yaml', 'version: 1\nrules: { location: { action: coarsen, precision: 1deg } }\n');
    put('a.jpg', CLEAN);
    put('a.xmp', sidecarXmp(`exif:GPSLatitude="${PLACE}"`));
    expect(statuses(await run('a.jpg', { kind: 'in-place' }, at('p.yaml')))).toEqual(['a.jpg clean', 'a.xmp fixed']);
    expect(readFileSync(at('a.xmp'), 'utf8')).toMatch(/GPSLatitude="\d+,\d+(?:\.\d+)?N"/);
    expect(readFileSync(at('a.xmp'), 'utf8')).not.toContain(PLACE);
  });

  it.each(['a.jpg.json', 'a.aae', 'a.gpx', 'a.pp3'])('with %s is reported and that file is left alone', async (name) => {
    put('a.jpg', CLEAN);
    put(name, `{"geoData":{"latitude":48.85}} ${CITY}`);
    for (const mode of [judged, { kind: 'in-place' } as const]) {
      const [picture, beside] = (await run('a.jpg', mode, 'strict')) as [FileResult, FileResult];
      expect([picture.status, beside.status]).toEqual(['violates', 'violates']);
      expect(picture.beyond?.[0]).toMatchObject({ ruleId: 'exifence/sidecar', mended: false });
      expect(JSON.stringify([picture, beside])).not.toContain('48.85');
    }
    expect(readFileSync(at(name), 'utf8')).toContain(CITY);
  });

  it('passes with JSON of its stem that is no export', async () => {
    put('sprite.jpg', CLEAN);
    put('sprite.json', '{"frames":{"walk":{"x":0}},"geo":1}');
    expect(statuses(await run('sprite.jpg', judged, 'strict'))).toEqual(['sprite.jpg clean', 'sprite.json skipped']);
    put('sprite.json', '{"title":"sprite.jpg","photoTakenTime":{"timestamp":"1704164645"}}');
    expect(statuses(await run('sprite.jpg', judged, 'strict'))).toEqual(['sprite.jpg violates', 'sprite.json violates']);
  });

  it('passes with a file that can tell only what the policy keeps', async () => {
    put('a.jpg', CLEAN);
    put('a.aae');
    expect(statuses(await run('a.jpg', judged, 'location-only'))).toEqual(['a.jpg clean', 'a.aae skipped']);
  });

  it.each([
    ['warn', ['a.jpg clean', 'a.xmp allowed', 'a.jpg.json allowed']],
    ['block', ['a.jpg violates', 'a.xmp violates', 'a.jpg.json violates']],
    ['keep', ['a.jpg clean']],
  ])('has its sidecars judged by the word %s', async (word, expected) => {
    put('p.yaml', `version: 1\nbeyond: { sidecar: ${word} }\n`);
    put('a.jpg', CLEAN);
    put('a.xmp', sidecarXmp());
    put('a.jpg.json');
    expect(statuses(await run('a.jpg', { kind: 'in-place' }, at('p.yaml'))).sort()).toEqual([...expected].sort());
    expect(readFileSync(at('a.xmp'), 'utf8')).toContain(CITY);
  });

  it('is copied with its clean XMP and without what cannot be cleaned', async () => {
    put('a.jpg', jpegWith(buildExif({ orientation: 1, serial: 'CANARY' })));
    put('a.jpg.xmp', sidecarXmp());
    put('a.jpg.json', CITY);
    mkdirSync(at('out'));
    const results = await run('a.jpg', { kind: 'copy', target: Buffer.from(at('out/a.jpg')) });
    expect(statuses(results)).toEqual(['a.jpg fixed', 'a.jpg.json skipped', 'a.jpg.xmp fixed']);
    expect(readdirSync(at('out')).sort()).toEqual(['a.jpg', 'a.jpg.xmp']);
    expect(readFileSync(at('out/a.jpg.xmp'), 'utf8')).not.toContain(CITY);
    expect(readFileSync(at('a.jpg.xmp'), 'utf8')).toContain(CITY);
  });

  it('is not clean while its sidecar is no XMP, is broken or lies behind a link', async () => {
    put('a.jpg', CLEAN);
    put('a.xmp', `<x:xmpmeta ${CITY}`);
    expect(statuses(await run('a.jpg', { kind: 'in-place' }))).toEqual(['a.jpg violates', 'a.xmp unproven']);
    expect(existsSync(at('a.xmp'))).toBe(true);
  });
});

describe('a folder', () => {
  it('has its own files judged, beside pictures only', async () => {
    put('Thumbs.db', 'thumbnails');
    expect(statuses(await run('Thumbs.db', judged))).toEqual(['Thumbs.db skipped']);
    put('a.jpg', CLEAN);
    expect(statuses(await run('Thumbs.db', judged))).toEqual(['Thumbs.db violates']);
    expect(statuses(await run('Thumbs.db', judged, 'location-only'))).toEqual(['Thumbs.db skipped']);
  });

  it('has files told by their bytes where these show a picture', async () => {
    put('._a.jpg', Buffer.from('0005160700020000', 'hex'));
    expect(statuses(await run('._a.jpg', judged))).toEqual(['._a.jpg violates']);
    put('c.aae', jpegWith(buildExif({ orientation: 1, serial: 'CANARY' })));
    put('c.jpg', CLEAN);
    expect(statuses(await run('c.jpg', judged))).toEqual(['c.jpg violates', 'c.aae violates']);
    expect(statuses(await run('c.jpg', judged, 'location-only'))).toEqual(['c.jpg clean', 'c.aae clean']);
    put('._b.jpg', CLEAN);
    expect(statuses(await run('._b.jpg', judged))).toEqual(['._b.jpg clean']);
  });
});
