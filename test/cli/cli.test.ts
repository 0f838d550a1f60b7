import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exifence, temporaryFolder } from '../support/cli.js';
import { jpegWith } from '../support/exif.js';
import { buildExif } from '../support/tiff.js';

const SERIAL = 'CANARY-SERIAL-4711';
const ARTIST = 'Canary Artist';
const LATITUDE = 48.8584;

const leaking = (): Buffer =>
  jpegWith(buildExif({ orientation: 6, make: 'Maker', artist: ARTIST, serial: SERIAL, gps: { latitude: LATITUDE, longitude: 2.2945 } }));

let folder: ReturnType<typeof temporaryFolder>;
let at: (name: string) => string;

beforeEach(() => {
  folder = temporaryFolder();
  at = (name) => join(folder.path, name);
});
afterEach(() => folder.remove());

describe('scan', () => {
  it('reports what leaks, with the policy line, and no private value', async () => {
    writeFileSync(at('photo.jpg'), leaking());
    const { code, stdout } = await exifence(['scan', at('photo.jpg')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/location\s+\d+ found in Exif/);
    expect(stdout).toMatch(/device\s+\d+ found in Exif/);
    expect(stdout).toMatch(/balanced\.yaml:\d+/);
    expect(stdout).not.toContain(SERIAL);
    expect(stdout).not.toContain('48.85');
  });

  it('exits 0 on a clean picture and on a folder without any', async () => {
    writeFileSync(at('clean.jpg'), jpegWith(null));
    writeFileSync(at('notes.txt'), 'no picture');
    const { code, stdout } = await exifence(['scan', folder.path]);
    expect(stdout).toMatch(/1 image checked, 1 clean/);
    expect(code).toBe(0);
  });

  it('tells a machine the same, values sealed, with a fingerprint for each finding', async () => {
    writeFileSync(at('photo.jpg'), leaking());
    const { code, stdout } = await exifence(['scan', '--format', 'json', at('photo.jpg')]);
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    expect(report.summary.violates).toBe(1);
    expect(report.files[0].findings.length).toBeGreaterThan(2);
    for (const finding of report.files[0].findings) expect(finding.fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(stdout).not.toContain(SERIAL);
  });

  it('takes names that are not UTF-8 from standard input', async () => {
    const name = Buffer.concat([Buffer.from(`${folder.path}/caf`), Buffer.from([0xe9]), Buffer.from('.jpg')]);
    writeFileSync(name, leaking());
    const { code, stdout } = await exifence(['scan', '--stdin0'], { stdin: Buffer.concat([name, Buffer.from([0])]) });
    expect(code).toBe(1);
    expect(stdout).toContain('caf\\xe9.jpg');
  });

  it.each(['-dash.jpg', 'new\nline.jpg', `quo'te".jpg`, '*?[a].jpg', '@args.jpg', '%0A::set-output.jpg', 'touch x |.jpg'])(
    'works on the name %j',
    async (name) => {
      writeFileSync(at(name), leaking());
      const { code, stdout } = await exifence(['scan', folder.path]);
      expect(code).toBe(1);
      expect(stdout.split('\n').filter((line) => line.includes('✗'))).toHaveLength(1);
    },
  );

  it('refuses a FIFO and a link that are named, without waiting', async () => {
    execFileSync('mkfifo', [at('pipe.jpg')]);
    writeFileSync(at('photo.jpg'), leaking());
    symlinkSync(at('photo.jpg'), at('link.jpg'));
    const { code, stdout } = await exifence(['scan', at('pipe.jpg'), at('link.jpg')]);
    expect(code).toBe(3);
    expect(stdout).toContain('special-file');
    expect(stdout).toContain('symlink');
  });

  it('says that it found no such file', async () => {
    const { code, stdout } = await exifence(['scan', at('missing.jpg')]);
    expect(code).toBe(3);
    expect(stdout).toContain('not-found');
  });
});

describe('scrub', () => {
  it('cleans in place, keeps orientation and copyright, and then leaves the file alone', async () => {
    writeFileSync(at('photo.jpg'), leaking());
    expect((await exifence(['scrub', at('photo.jpg')])).code).toBe(0);
    const cleaned = readFileSync(at('photo.jpg'));
    expect(cleaned.includes(SERIAL)).toBe(false);
    expect(cleaned.includes(ARTIST)).toBe(true);
    const explained = JSON.parse((await exifence(['explain', '--format', 'json', '--reveal', at('photo.jpg')])).stdout);
    expect(JSON.stringify(explained)).toMatch(/Orientation/);
    utimesSync(at('photo.jpg'), 1_000_000_000, 1_000_000_000);
    const before = statSync(at('photo.jpg'), { bigint: true });
    const again = await exifence(['scrub', at('photo.jpg')]);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('1 clean');
    const after = statSync(at('photo.jpg'), { bigint: true });
    expect([after.ino, after.mtimeNs, after.size]).toEqual([before.ino, before.mtimeNs, before.size]);
    expect((await exifence(['scan', folder.path])).code).toBe(0);
  });

  it('leaves the original with --out and writes the clean copy in the same place below', async () => {
    mkdirSync(at('in/deep'), { recursive: true });
    writeFileSync(at('in/deep/photo.jpg'), leaking());
    writeFileSync(at('in/clean.jpg'), jpegWith(null));
    const { code } = await exifence(['scrub', 'in', '--out', 'out'], { cwd: folder.path });
    expect(code).toBe(0);
    expect(readFileSync(at('in/deep/photo.jpg'))).toEqual(leaking());
    expect(readFileSync(at('out/deep/photo.jpg')).includes(SERIAL)).toBe(false);
    expect(readFileSync(at('out/clean.jpg'))).toEqual(jpegWith(null));
    expect((await exifence(['scrub', 'in', '--out', 'out'], { cwd: folder.path })).code).toBe(0);
  });

  it('never overwrites another file with --out', async () => {
    mkdirSync(at('out'));
    writeFileSync(at('photo.jpg'), leaking());
    writeFileSync(at('out/photo.jpg'), 'precious');
    const { code, stdout } = await exifence(['scrub', at('photo.jpg'), '--out', at('out')]);
    expect(code).toBe(3);
    expect(stdout).toContain('exists');
    expect(readFileSync(at('out/photo.jpg'), 'utf8')).toBe('precious');
  });

  it('writes nothing on --dry-run', async () => {
    writeFileSync(at('photo.jpg'), leaking());
    const { code, stdout } = await exifence(['scrub', '--dry-run', at('photo.jpg')]);
    expect(code).toBe(1);
    expect(stdout).toContain('would be fixed');
    expect(readFileSync(at('photo.jpg'))).toEqual(leaking());
  });

  it.each([
    ['cut.jpg', leaking().subarray(0, leaking().length - 6), /truncated|no-eoi|missing/],
    ['empty.jpg', Buffer.alloc(0), /empty/],
    ['text.jpg', Buffer.from('this is text'), /not-the-claimed-type/],
    ['photo.png', leaking(), /mislabelled/],
    ['photo.heic', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), /unsupported-heic|no-primary-item/],
  ])('refuses %s with a reason and an offset, leaves it, and still does the others', async (name, bytes, reason) => {
    writeFileSync(at(name), bytes);
    writeFileSync(at('zz-good.jpg'), leaking());
    const { code, stdout } = await exifence(['scrub', folder.path]);
    expect(code).toBe(3);
    expect(stdout).toMatch(reason);
    expect(stdout).toMatch(/at byte \d+/);
    expect(stdout).toContain('what to do:');
    expect(readFileSync(at(name))).toEqual(bytes);
    expect(readFileSync(at('zz-good.jpg')).includes(SERIAL)).toBe(false);
  });

  it('applies the nearest policy file, and --policy over it', async () => {
    writeFileSync(at('.privacyrc.yaml'), 'version: 1\nextends: balanced\nrules:\n  device: keep\n');
    writeFileSync(at('photo.jpg'), leaking());
    expect((await exifence(['scrub', at('photo.jpg')])).code).toBe(0);
    expect(readFileSync(at('photo.jpg')).includes(SERIAL)).toBe(true);
    expect((await exifence(['scrub', '--policy', 'strict', at('photo.jpg')])).code).toBe(0);
    expect(readFileSync(at('photo.jpg')).includes(SERIAL)).toBe(false);
    expect(readFileSync(at('photo.jpg')).includes(ARTIST)).toBe(false);
  });
});

describe('explain', () => {
  it('shows every part and hides values unless asked', async () => {
    writeFileSync(at('photo.jpg'), leaking());
    const hidden = await exifence(['explain', at('photo.jpg')]);
    expect(hidden.code).toBe(1);
    expect(hidden.stdout).toContain('[sealed]');
    expect(hidden.stdout).toMatch(/removed.*by rule location/s);
    expect(hidden.stdout).not.toContain(SERIAL);
    const shown = await exifence(['explain', '--reveal', at('photo.jpg')]);
    expect(shown.stdout).toContain(SERIAL);
  });

  it('lets no control character of a file reach the terminal', async () => {
    writeFileSync(at('photo.jpg'), jpegWith(buildExif({ artist: 'a\x1b]0;owned\x07b\u202e' })));
    const { stdout } = await exifence(['explain', '--reveal', at('photo.jpg')]);
    expect(stdout).toContain('\\x1b');
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
  });
});

describe('policy', () => {
  it('points at a mistake with file, line, column, caret and the nearest word', async () => {
    writeFileSync(at('.privacyrc.yaml'), 'version: 1\nrules:\n  locaton: remove\n');
    const { code, stderr } = await exifence(['policy', 'check'], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toMatch(/\.privacyrc\.yaml:3:3/);
    expect(stderr).toContain('locaton: did you mean location?');
    expect(stderr).toMatch(/^\s*\|?\s*\^/m);
  });

  it('stops a run before any file is touched', async () => {
    writeFileSync(at('.privacyrc.yaml'), 'version: 2\n');
    writeFileSync(at('photo.jpg'), leaking());
    expect((await exifence(['scrub', at('photo.jpg')])).code).toBe(2);
    expect(readFileSync(at('photo.jpg'))).toEqual(leaking());
  });

  it('writes a starter once, and prints the policy and the schema', async () => {
    expect((await exifence(['policy', 'init'], { cwd: folder.path })).code).toBe(0);
    expect((await exifence(['policy', 'init'], { cwd: folder.path })).code).toBe(2);
    expect((await exifence(['policy', 'check'], { cwd: folder.path })).code).toBe(0);
    expect((await exifence(['policy', 'print'], { cwd: folder.path })).stdout).toMatch(/location:\s+remove/);
    expect(JSON.parse((await exifence(['policy', 'schema'])).stdout).properties.rules).toBeDefined();
  });

  it('reports allow-list entries that nothing used', async () => {
    const sha256 = 'ab'.repeat(32);
    writeFileSync(
      at('.privacyrc.yaml'),
      `version: 1\nallow:\n  - { sha256: "${sha256}", reason: test, owner: me, expires: "2099-01-01" }\n`,
    );
    writeFileSync(at('clean.jpg'), jpegWith(null));
    const { code, stderr } = await exifence(['scan', folder.path]);
    expect(code).toBe(0);
    expect(stderr).toContain('was not used');
  });
});

describe('usage', () => {
  it.each([[['scan']], [['scrub', '--no-such-option', 'x']], [['no-such-command']], [['scan', '--policy', 'no-such-preset', '.']]])(
    'exits 2 for %j',
    async (args) => {
      const { code, stderr } = await exifence(args);
      expect(code).toBe(2);
      expect(stderr).not.toBe('');
    },
  );

  it.each([['--help'], ['scan', '--help'], ['scrub', '--help'], ['explain', '--help'], ['watch', '--help'], ['policy', '--help']])(
    'gives examples for %s %s',
    async (...args) => {
      const { code, stdout } = await exifence(args.filter((arg) => arg !== undefined));
      expect(code).toBe(0);
      expect(stdout).toContain('Examples:');
    },
  );

  it('colours nothing away from a terminal', async () => {
    writeFileSync(at('photo.jpg'), leaking());
    const { stdout } = await exifence(['scan', at('photo.jpg')]);
    expect(stdout).not.toContain('\x1b');
    expect(existsSync(at('photo.jpg'))).toBe(true);
  });
});

describe('what lies beside the bytes', () => {
  it('is reported with the picture, names where asked for', async () => {
    writeFileSync(at('IMG_20240102_030405.jpg'), jpegWith(null));
    writeFileSync(at('IMG_20240102_030405.jpg.json'), '{"geoData":{"latitude":48.85}}');
    const { code, stdout } = await exifence(['scan', '--policy', 'strict', folder.path]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/sidecar\s+found: its sidecar of an album export can reveal location/);
    expect(stdout).toMatch(/2 images checked, 2 violates the policy/);
    expect(stdout).toMatch(/let pass: its name tells time: a date and a time of day/);
    writeFileSync(at('IMG_20240102_030405.jpg.json'), '');
    const report = JSON.parse((await exifence(['scan', '--format', 'json', '--policy', 'strict', folder.path])).stdout);
    expect(report.files.map(({ beyond }: { beyond?: { ruleId: string }[] }) => beyond?.[0]?.ruleId)).toContain('exifence/filename');
  });

  it('is counted where only names tell', async () => {
    writeFileSync(at('IMG_20240102_030405.jpg'), jpegWith(null));
    const { code, stdout } = await exifence(['scan', '--policy', 'strict', folder.path]);
    expect(code).toBe(0);
    expect(stdout).toContain('1 name tells what the policy removes; -v shows which');
  });
});

describe('what joins files', () => {
  it('is reported by scan, values only where asked for', async () => {
    for (const name of ['a.jpg', 'b.jpg']) writeFileSync(at(name), leaking());
    writeFileSync(at('c.jpg'), jpegWith(buildExif({ orientation: 1, serial: 'ANOTHER-1' })));
    const { stdout } = await exifence(['scan', folder.path]);
    expect(stdout).toMatch(/2 files are joined by the same body serial number: \S*a\.jpg, \S*b\.jpg$/m);
    expect(stdout).not.toContain(SERIAL);
    const report = JSON.parse((await exifence(['scan', '--format', 'json', folder.path])).stdout);
    expect(report.links).toEqual([{ kind: 'body-serial', files: [at('a.jpg'), at('b.jpg')], count: 1 }]);
    expect((await exifence(['scan', '--reveal', folder.path])).stdout).toContain(SERIAL);
  });
});

describe('a sidecar of the run', () => {
  it('is judged by itself where its picture is not looked at, or sidecars are not', async () => {
    writeFileSync(at('target.jpg'), jpegWith(null));
    symlinkSync(at('target.jpg'), at('a.jpg'));
    writeFileSync(at('a.thm'), leaking());
    writeFileSync(at('b.jpg'), jpegWith(null));
    writeFileSync(at('b.thm'), leaking());
    writeFileSync(at('.privacyrc.yaml'), 'version: 1\nbeyond: { sidecar: keep }\n');
    const report = JSON.parse((await exifence(['scan', '--format', 'json', folder.path])).stdout);
    const statuses = Object.fromEntries(
      report.files.map((file: { path: string; status: string }) => [file.path.split('/').at(-1), file.status]),
    );
    expect(statuses).toMatchObject({ 'a.thm': 'violates', 'b.thm': 'violates', 'b.jpg': 'clean' });
  });
});

describe('explain of what lies beside the bytes', () => {
  it('names it, what will happen to it, and the line', async () => {
    writeFileSync(at('IMG_20240102_030405.jpg'), jpegWith(null));
    writeFileSync(at('IMG_20240102_030405.gpx'), '<trkpt lat="48.8584"/>');
    const { code, stdout } = await exifence(['explain', '--policy', 'strict', at('IMG_20240102_030405.jpg')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^filename\/date[^\n]*\n {2}its name tells time: a date and a time of day → reported, and let pass {2}config\/strict\.yaml:\d+$/m,
    );
    expect(stdout).toMatch(/^sidecar\/track/m);
    expect(stdout).not.toContain('48.85');
    const report = JSON.parse((await exifence(['explain', '--format', 'json', at('IMG_20240102_030405.jpg')])).stdout);
    expect(report.beyond[0]).toMatchObject({ ruleId: 'exifence/sidecar', category: 'location' });
    const rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""';
    const property = 'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.5N"';
    writeFileSync(at('a.xmp'), `<x:xmpmeta xmlns:x="adobe:ns:meta/">${rdf} ${property}/></rdf:RDF></x:xmpmeta>`);
    const xmp = await exifence(['explain', at('a.xmp')]);
    expect(xmp.code).toBe(1);
    expect(xmp.stdout).toMatch(/exif:GPSLatitude = \[sealed\]/);
  });
});
