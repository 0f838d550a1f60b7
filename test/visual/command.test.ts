import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import exifr from 'exifr';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ThreadEngine } from '../../src/visual/worker/thread-engine.js';
import { exifence, temporaryFolder } from '../support/cli.js';
import { buildExif } from '../support/tiff.js';
import { draw } from './support/draw.js';

// Models share the cores with everything else that runs: no test is about time.
vi.setConfig({ testTimeout: 180_000 });

let folder: ReturnType<typeof temporaryFolder>;
let at: (name: string) => string;

beforeEach(() => {
  folder = temporaryFolder();
  at = (name) => join(folder.path, name);
});
afterEach(() => folder.remove());

const plain = (): Promise<Buffer> => draw({ width: 320, height: 240, background: '#3366aa' }).flatten().jpeg({ quality: 90 }).toBuffer();

/** A JPEG that carries a thumbnail of itself, and more that tells. */
async function withThumbnail(): Promise<Buffer> {
  const picture = await plain();
  const thumbnail = await sharp(picture).resize(80).jpeg().toBuffer();
  const tiff = buildExif({ make: 'Maker', artist: 'CANARY', thumbnail, gps: { latitude: 48.8584, longitude: 2.2945 } });
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length + 2);
  return Buffer.concat([picture.subarray(0, 2), Buffer.of(0xff, 0xe1), length, body, picture.subarray(2)]);
}

describe('exifence redact', () => {
  it('fills boxes in place; Exif and the thumbnail of the original are gone; the receipt says where', async () => {
    const source = await withThumbnail();
    expect(await exifr.thumbnail(source)).toBeDefined();
    writeFileSync(at('photo.jpg'), source);
    const { code, stdout } = await exifence(['redact', at('photo.jpg'), '--boxes', '40,60,100,50', '--format', 'json']);
    expect(code).toBe(0);
    const after = readFileSync(at('photo.jpg'));
    expect(await exifr.thumbnail(after)).toBeUndefined();
    expect(after.includes('CANARY')).toBe(false);
    expect(await exifr.parse(after).catch(() => undefined)).toBeUndefined();
    const [file] = JSON.parse(stdout).files;
    expect(file.receipt.visual.boxes).toEqual([{ rule: 'region', style: 'fill', x: 40, y: 60, width: 100, height: 50 }]);
    expect(file.receipt.visual.changed).toBe(true);
    const { data, info } = await sharp(after).raw().toBuffer({ resolveWithObject: true });
    const middle = (85 * info.width + 90) * info.channels;
    expect(Math.max(...data.subarray(middle, middle + 3))).toBeLessThan(10);
    const outside = (20 * info.width + 20) * info.channels;
    expect(data[outside + 2]).toBeGreaterThan(150);
  });

  it('writes a copy and a preview, and leaves the original', async () => {
    const source = await plain();
    writeFileSync(at('photo.jpg'), source);
    const { code } = await exifence([
      'redact',
      at('photo.jpg'),
      '--boxes',
      '0%,50%,100%,50%',
      '--out',
      at('out.jpg'),
      '--preview',
      at('look.png'),
    ]);
    expect(code).toBe(0);
    expect(readFileSync(at('photo.jpg')).equals(source)).toBe(true);
    expect((await sharp(at('look.png')).metadata()).width).toBe(320 * 2 + 12);
    const { data, info } = await sharp(at('out.jpg')).raw().toBuffer({ resolveWithObject: true });
    expect(data[(200 * info.width + 10) * info.channels + 2]).toBeLessThan(10);
  });

  it.each([
    [['--boxes', 'a,b']],
    [['--background', 'missing.png']],
    [['--boxes', '1,2,0,4']],
    [['--boxes', '10,10,10%,10']],
    [['--style', 'fill']],
    [[]],
    [['--text', 'nothing']],
    [['--boxes', '1,1,9,9', '--colour', 'red']],
  ])('refuses %j as wrong usage', async (args) => {
    const source = await plain();
    writeFileSync(at('photo.jpg'), source);
    const { code } = await exifence(['redact', at('photo.jpg'), ...args]);
    expect(code).toBe(2);
    expect(readFileSync(at('photo.jpg')).equals(source)).toBe(true);
  });

  it('exits 3 where a box lies outside of the picture, and changes nothing', async () => {
    const source = await plain();
    writeFileSync(at('photo.jpg'), source);
    const { code, stdout } = await exifence(['redact', at('photo.jpg'), '--boxes', '9000,9000,10,10']);
    expect(stdout).toContain('picture-region-outside');
    expect(code).toBe(3);
    expect(readFileSync(at('photo.jpg')).equals(source)).toBe(true);
  });

  it('says that it could not check a picture that cannot be decoded, or that is one of several', async () => {
    const frame = (background: string): Promise<Buffer> =>
      sharp({ create: { width: 40, height: 40, channels: 3, background } })
        .png()
        .toBuffer();
    writeFileSync(at('cut.png'), (await draw({ width: 60, height: 60 }).png().toBuffer()).subarray(0, 120));
    const animated = await sharp([await frame('#123456'), await frame('#ff0000')], { join: { animated: true } })
      .webp()
      .toBuffer();
    writeFileSync(at('animated.webp'), animated);
    for (const name of ['cut.png', 'animated.webp']) {
      const { code } = await exifence(['redact', at(name), '--boxes', '1,1,9,9']);
      expect(code).toBe(3);
    }
    expect(existsSync(at('out.jpg'))).toBe(false);
  });
});

describe('the thread', () => {
  const script = new URL(`file://${fileURLToPath(new URL('../../dist/visual-worker.mjs', import.meta.url))}`);

  it('ends a picture that takes too long, and starts anew', async () => {
    const picture = await plain();
    const engine = new ThreadEngine(script, 1);
    const request = {
      faces: true,
      text: false,
      codes: true,
      place: false,
      models: {},
      regions: [],
      background: undefined,
      colour: [0, 0, 0],
    } as const;
    await expect(engine.look(picture, request)).rejects.toMatchObject({ code: 'timeout' });
    await engine.close();
  });

  it('carries errors over as they were', async () => {
    const engine = new ThreadEngine(script);
    await expect(
      engine.look(Buffer.from('no picture'), {
        faces: true,
        text: false,
        codes: false,
        place: false,
        models: {},
        regions: [],
        background: undefined,
        colour: [0, 0, 0],
      }),
    ).rejects.toMatchObject({ code: 'not-decodable', name: 'VisualError' });
    await engine.close();
  });
});
