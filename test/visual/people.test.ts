import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { LocalEngine } from '../../src/visual/engine.js';
import type { Canvas } from '../../src/visual/picture/canvas.js';
import { inpaint } from '../../src/visual/redact/inpaint.js';
import type { LookRequest, RedactRequest } from '../../src/visual/request.js';
import { seeded } from './evaluation/random.js';
import { draw } from './support/draw.js';

// Models share the cores with everything else that runs: no test is about time.
vi.setConfig({ testTimeout: 180_000 });

const samples = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');
const group = (): Promise<Buffer> =>
  sharp(readFileSync(join(samples, 'sample3.jpg')))
    .resize(640)
    .jpeg({ quality: 90 })
    .toBuffer();
const FACES = 3;

const LOOK: LookRequest = {
  faces: true,
  text: false,
  codes: false,
  place: false,
  models: {},
  regions: [],
  background: undefined,
  colour: [0, 0, 0],
};
const REDACT: RedactRequest = { ...LOOK, faceStyle: 'pixelate' };

describe('faces', () => {
  const engine = new LocalEngine(seeded(3));

  it('are found and covered, and none is left', async () => {
    const picture = await group();
    const redacted = await engine.redact(picture, REDACT);
    expect(redacted?.seen.detections.length).toBeGreaterThanOrEqual(FACES);
    expect(redacted?.proof.changedOutside).toBe(0);
    expect((await engine.look(redacted?.bytes as Uint8Array, LOOK)).detections.filter(({ box }) => box.width > 60)).toEqual([]);
  });

  it('are found upside down', async () => {
    const turned = await sharp(await group())
      .rotate(180)
      .jpeg()
      .toBuffer();
    expect((await engine.look(turned, LOOK)).detections.length).toBeGreaterThanOrEqual(FACES);
  });

  it('are not found where there are none', async () => {
    const picture = await draw({ width: 640, height: 480, background: '#88aacc', texts: [{ text: 'Hello', x: 50, y: 90, size: 40 }] })
      .png()
      .toBuffer();
    expect((await engine.look(picture, LOOK)).detections).toEqual([]);
  });

  it('make a name beside them sensitive', async () => {
    const label = await draw({ width: 200, height: 50, texts: [{ text: 'Jane Doe', x: 20, y: 36, size: 30 }] })
      .png()
      .toBuffer();
    const badge = await sharp(await group())
      .composite([{ input: label, left: 320, top: 260 }])
      .png()
      .toBuffer();
    const text = { what: 'sensitive', custom: [] } as const;
    for (const angle of [0, 90, 180, 270]) {
      const turned = await sharp(badge).rotate(angle).png().toBuffer();
      const { detections } = await engine.look(turned, { ...LOOK, faces: false, text });
      expect([angle, detections.map(({ rule }) => rule)]).toEqual([angle, expect.arrayContaining(['text/name'])]);
    }
  });
});

describe('background', () => {
  const engine = new LocalEngine(seeded(3));

  it('is replaced once, people stay', async () => {
    const picture = await sharp(await group())
      .png()
      .toBuffer();
    const request: RedactRequest = { ...REDACT, faces: false, background: { kind: 'fill', colour: [0, 200, 0] } };
    const redacted = await engine.redact(picture, request);
    expect(redacted?.background).toBe('fill');
    const { data, info } = await sharp(redacted?.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const corner = [...data.subarray(0, 3)];
    expect(corner).toEqual([0, 200, 0]);
    const before = await sharp(picture).removeAlpha().raw().toBuffer();
    const middle = (Math.round(info.height * 0.6) * info.width + Math.round(info.width * 0.6)) * 3;
    expect([...data.subarray(middle, middle + 3)]).toEqual([...before.subarray(middle, middle + 3)]);
    expect(await engine.redact(redacted?.bytes as Uint8Array, request)).toBeUndefined();
  });

  it('is not told from what is no person', async () => {
    const picture = await draw({ width: 400, height: 300, background: '#99bbdd' }).png().toBuffer();
    await expect(engine.redact(picture, { ...REDACT, faces: false, background: { kind: 'blur' } })).rejects.toMatchObject({
      code: 'no-person',
    });
  });
});

describe('what is made up', () => {
  const width = 120;
  const blank = (): Canvas => {
    const data = new Uint8Array(width * width * 3);
    // Left half red, which stands for a face; right half a pattern of blues.
    for (let y = 0; y < width; y++)
      for (let x = 0; x < width; x++) data.set(x < 60 ? [255, 0, 0] : [0, 0, 150 + ((x * 7 + y * 3) % 60)], (y * width + x) * 3);
    return { format: 'png', width, height: width, channels: 3, data, orientation: 1, iccProfile: undefined };
  };

  it('is never taken from what is to be avoided', () => {
    const canvas = blank();
    const box = { x: 66, y: 50, width: 20, height: 20 };
    inpaint(canvas, box, [{ x: 0, y: 0, width: 60, height: width }], seeded(4));
    for (let y = box.y; y < box.y + box.height; y++)
      for (let x = box.x; x < box.x + box.width; x++) {
        const [red, , blue] = canvas.data.subarray((y * width + x) * 3) as unknown as [number, number, number];
        expect(red).toBe(0);
        expect(blue).toBeGreaterThan(100);
      }
  });

  it('is refused for large regions, and where all is to be avoided', () => {
    expect(() => inpaint(blank(), { x: 10, y: 10, width: 90, height: 90 }, [], seeded(4))).toThrow(
      expect.objectContaining({ code: 'inpaint-too-large' }),
    );
    const all = [{ x: 0, y: 0, width, height: width }];
    expect(() => inpaint(blank(), { x: 50, y: 50, width: 10, height: 10 }, all, seeded(4))).toThrow(
      expect.objectContaining({ code: 'inpaint-no-source' }),
    );
  });
});
