import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exifence, temporaryFolder } from '../support/cli.js';
import { croppedFrom, scene, thumbnailOf } from '../support/hidden.js';
import { com, exifSegment } from '../support/jpeg.js';
import { buildExif } from '../support/tiff.js';

const SECRET = 'Jane "<script>alert(1)</script>" O\'Hara & Sons';

let folder: ReturnType<typeof temporaryFolder>;
let picture: string;
let page: string;

beforeEach(async () => {
  folder = temporaryFolder();
  const before = await scene(600, 400, 5);
  const jpeg = await sharp(await croppedFrom(before, 0.2, 0.1, 0.4, 0.8))
    .jpeg()
    .toBuffer();
  const exif = exifSegment(buildExif({ artist: SECRET, serial: SECRET, thumbnail: await thumbnailOf(before) }));
  picture = join(folder.path, `<img src=x onerror=alert(2)>&"'.jpg`);
  writeFileSync(picture, Buffer.concat([jpeg.subarray(0, 2), exif, com(SECRET), jpeg.subarray(2)]));
  page = join(folder.path, 'report.html');
});
afterEach(() => folder.remove());

/** Text as a browser shows it. */
const shown = (html: string): string => html.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

describe('exifence report', () => {
  it('writes a page with what was found and what could be recovered, for its owner only', async () => {
    const { code, stderr, stdout } = await exifence(['report', '--out', page, picture]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('keep it to yourself');
    if (process.platform !== 'win32') expect(statSync(page).mode & 0o777).toBe(0o600);
    const html = readFileSync(page, 'utf8');
    expect(shown(html)).toContain('the preview shows more than the picture');
    const images = [...html.matchAll(/src="data:image\/(jpeg|png);base64,([A-Za-z0-9+/=]+)"/g)];
    expect(images).toHaveLength(2);
    const [ours, recovered] = await Promise.all(images.map(([, , data]) => sharp(Buffer.from(data as string, 'base64')).metadata()));
    expect((ours?.width ?? 0) / (ours?.height ?? 1)).toBeCloseTo(0.75, 1);
    expect((recovered?.width ?? 0) / (recovered?.height ?? 1)).toBeCloseTo(1.5, 1);
    // A picture in a report tells nothing but what it shows.
    for (const [, , data] of images) expect((await sharp(Buffer.from(data as string, 'base64')).metadata()).exif).toBeUndefined();
  });

  it('runs nothing, asks for nothing and seals every value', async () => {
    const { stdout } = await exifence(['report', picture]);
    expect(stdout).toContain("default-src 'none'; img-src data:; style-src 'sha256-");
    expect(stdout).not.toMatch(/<script|onerror=|javascript:|https?:/i);
    expect(stdout.match(/<img /g)).toHaveLength(2);
    for (const secret of ['Jane', 'Hara']) expect(shown(stdout)).not.toContain(secret);
    expect(shown(stdout)).toContain('[sealed]');
    expect(shown(stdout)).toContain('<img src=x onerror=alert(2)>');
  });

  it('shows values where asked to, escaped', async () => {
    const { stdout } = await exifence(['report', '--reveal', picture]);
    expect(shown(stdout)).toContain(SECRET);
    expect(stdout).not.toMatch(/<script|onerror=/i);
  });

  it('writes over its own pages only', async () => {
    const original = readFileSync(picture);
    const refused = await exifence(['report', '--out', picture, picture]);
    expect(refused.code).toBe(2);
    expect(readFileSync(picture).equals(original)).toBe(true);
    expect((await exifence(['report', '--out', page, picture])).code).toBe(1);
    expect((await exifence(['report', '--out', page, picture])).code).toBe(1);
  });

  it('has exit code 0 for what is clean, 3 for what cannot be read', async () => {
    const clean = join(folder.path, 'clean.png');
    writeFileSync(clean, await scene(64, 64));
    expect((await exifence(['report', '--out', page, clean])).code).toBe(0);
    writeFileSync(clean, 'no picture');
    expect((await exifence(['report', '--out', page, clean])).code).toBe(3);
  });
});

describe('exifence scan', () => {
  it('names a preview of other proportions without a decoder', async () => {
    const { stdout } = await exifence(['scan', picture]);
    expect(stdout).toContain('a preview of 160x107 in a picture of 240x320');
    const { files } = JSON.parse((await exifence(['scan', '--format', 'json', picture])).stdout) as { files: { hidden: object[] }[] };
    expect(files[0]?.hidden).toMatchObject([{ kind: 'other-picture', at: 'APP1#0/Exif/IFD1/ThumbnailImage', scrubbed: true }]);
  });

  it('decodes where asked to, and takes colours under transparency for a violation', async () => {
    const visual = JSON.parse((await exifence(['scan', '--visual', '--format', 'json', picture])).stdout) as {
      files: { hidden: object[] }[];
    };
    expect(visual.files[0]?.hidden).toMatchObject([{ kind: 'cropped-away' }]);
    expect(JSON.stringify(visual)).not.toContain('base64,');
    const { data, info } = await sharp(await scene(80, 80))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (let at = 3; at < data.length / 2; at += 4) data[at] = 0;
    const png = join(folder.path, 'erased.png');
    writeFileSync(
      png,
      await sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
        .png()
        .toBuffer(),
    );
    expect((await exifence(['scan', png])).code).toBe(0);
    const { code, stdout } = await exifence(['scan', '--visual', png]);
    expect(code).toBe(1);
    expect(stdout).toContain('no scrub removes it');
  });
});
