import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import exifr from 'exifr';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FileResult } from '../../src/core/result.js';
import { runFileJob } from '../../src/service/file-job.js';
import { Policies } from '../../src/service/policies.js';
import { draw, drawCode } from './support/draw.js';

// Models share the cores with everything else that runs: no test is about time.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exifence-visual-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function scrub(bytes: Buffer, name: string, visual: string): Promise<{ result: FileResult; after: Buffer }> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  writeFileSync(join(folder, 'policy.yaml'), `version: 1\nvisual:\n${visual}`);
  const policies = new Policies({ cwd: folder, today: '2026-01-01', override: 'policy.yaml' });
  const result = await runFileJob(Buffer.from(path), policies, { kind: 'in-place' });
  return { result, after: readFileSync(path) };
}

async function pixels(bytes: Buffer): Promise<{ data: Buffer; width: number; height: number; channels: number }> {
  const { data, info } = await sharp(bytes, { autoOrient: false }).raw().toBuffer({ resolveWithObject: true });
  return { data, ...info };
}

const SECRET = { text: 'jane.doe@example.org', x: 60, y: 120, size: 28 };
const PLAIN = { text: 'The quick brown fox', x: 60, y: 260, size: 28 };

describe('redaction by the policy', () => {
  it('covers sensitive text and codes in a PNG, and nothing else changes', async () => {
    const code = await drawCode('qrcode', 'https://example.org/private', 2);
    const source = await draw({ width: 700, height: 500, texts: [SECRET, PLAIN], images: [{ input: code, left: 480, top: 300 }] })
      .withExif({ IFD0: { Artist: 'Jane' }, IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' } })
      .png()
      .toBuffer();
    const { result, after } = await scrub(source, 'text.png', '  text: redact\n  codes: redact\n');
    expect(result.status).toBe('fixed');
    const boxes = result.receipt?.visual?.boxes ?? [];
    expect(boxes.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['text/email', 'code/qr']));
    expect(result.receipt?.visual?.changed).toBe(true);
    const [before, now] = [await pixels(source), await pixels(after)];
    let changed = 0;
    for (let y = 0; y < before.height; y++)
      for (let x = 0; x < before.width; x++) {
        const at = (y * before.width + x) * before.channels;
        const end = at + before.channels;
        if (before.data.subarray(at, end).equals(now.data.subarray(at, end))) continue;
        changed++;
        expect(boxes.some((box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height)).toBe(true);
      }
    expect(changed).toBeGreaterThan(1000);
    expect(JSON.stringify(await exifr.parse(after).catch(() => undefined))).not.toContain('Jane');
    // Twice is once.
    const again = await scrub(after, 'text.png', '  text: redact\n  codes: redact\n');
    expect(again.result.status).toBe('clean');
    expect(again.after.equals(after)).toBe(true);
  });

  it('keeps the turn and the colours of a JPEG, and drops its thumbnail', async () => {
    const upright = await draw({ width: 640, height: 480, texts: [SECRET, PLAIN] })
      .png()
      .toBuffer();
    // Stored lying: shown turned by 90 degrees.
    const source = await sharp(upright)
      .rotate(270)
      .withIccProfile('p3')
      .withExif({ IFD0: { Make: 'Camera' }, IFD2: { UserComment: 'private' } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 92 })
      .toBuffer();
    const { result, after } = await scrub(source, 'turned.jpg', '  text: redact\n');
    expect(result.status).toBe('fixed');
    const metadata = await sharp(after).metadata();
    expect(metadata.orientation).toBe(6);
    expect(metadata.icc?.equals((await sharp(source).metadata()).icc as Buffer)).toBe(true);
    expect(Object.keys((await exifr.parse(after, { translateKeys: true })) as object)).toEqual(['Orientation']);
    expect(after.includes('private')).toBe(false);
    const box = result.receipt?.visual?.boxes.find(({ rule }) => rule === 'text/email');
    expect(box?.y).toBeGreaterThan(80);
    expect(box?.y).toBeLessThan(125);
    expect(result.receipt?.visual?.proof.changedOutside).toBe(0);
  });

  it.each([
    ['#ffffff', undefined],
    ['#000000', undefined],
    ['#ffffff', '#000000'],
  ])('sees letters of %s (and %s) on nothing', async (colour, other) => {
    const line = (y: number, fill: string): string =>
      `<text x="40" y="${y}" font-size="30" font-family="DejaVu Sans" fill="${fill}">jane.doe@example.org</text>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="260">${line(90, colour)}${other === undefined ? '' : line(200, other)}</svg>`;
    const source = await sharp(Buffer.from(svg)).png().toBuffer();
    const { result } = await scrub(source, 'transparent.png', '  text: redact\n');
    expect(result.status).toBe('fixed');
    const found = (result.receipt?.visual?.boxes ?? []).filter(({ rule }) => rule === 'text/email');
    expect(found.length).toBeGreaterThanOrEqual(other === undefined ? 1 : 2);
  });

  it('sees what a deep picture shows in the darkest part of its scale', async () => {
    const { data, info } = await draw({ width: 640, height: 300, texts: [SECRET] })
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const deep = Uint16Array.from({ length: info.width * info.height }, (_, at) => (data[at * info.channels] as number) * 12);
    const source = await sharp(deep, { raw: { width: info.width, height: info.height, channels: 1 } })
      .toColourspace('grey16')
      .tiff({ compression: 'deflate' })
      .toBuffer();
    expect((await sharp(source).metadata()).depth).toBe('ushort');
    const { result } = await scrub(source, 'deep.tif', '  text: redact\n');
    expect(result.status).toBe('fixed');
    expect(result.receipt?.visual?.boxes.map(({ rule }) => rule)).toContain('text/email');
  });

  it('reports without changing anything where it shall block', async () => {
    const source = await draw({ width: 640, height: 300, texts: [SECRET] })
      .png()
      .toBuffer();
    const { result, after } = await scrub(source, 'block.png', '  text: block\n');
    expect(result.status).toBe('violates');
    expect(result.judgement?.findings.map(({ ruleId }) => ruleId)).toContain('exifence/visual-text');
    expect(JSON.stringify(result)).not.toContain('jane');
    expect(after.equals(source)).toBe(true);
  });

  it('does not take a picture for clean that it could not look at', async () => {
    const source = await draw({ width: 640, height: 300, texts: [SECRET] })
      .png()
      .toBuffer();
    const models = `  models: { text-lines: { path: missing.onnx, sha256: "${'0'.repeat(64)}", adapter: db-text } }\n`;
    const { result, after } = await scrub(source, 'unchecked.png', `  text: redact\n${models}`);
    expect(result.status).toBe('unproven');
    expect(result.unreadable?.code).toBe('picture-no-model');
    expect(result.unreadable?.message).toContain('could not check');
    expect(after.equals(source)).toBe(true);
  });

  it('checks the hash on the bytes of a model', async () => {
    writeFileSync(join(folder, 'model.onnx'), 'not what was agreed on');
    const source = await draw({ width: 640, height: 300, texts: [SECRET] })
      .png()
      .toBuffer();
    const models = `  models: { faces: { path: model.onnx, sha256: "${'0'.repeat(64)}", adapter: mediapipe-face } }\n`;
    const { result } = await scrub(source, 'hash.png', `  faces: redact\n${models}`);
    expect(result.unreadable?.code).toBe('picture-model-hash');
  });

  it('fills regions once', async () => {
    const source = await draw({ width: 400, height: 200, background: '#4488cc' }).jpeg().toBuffer();
    const first = await scrub(source, 'region.jpg', '  regions: ["0%,80%,100%,20%"]\n');
    expect(first.result.status).toBe('fixed');
    const second = await scrub(first.after, 'region.jpg', '  regions: ["0%,80%,100%,20%"]\n');
    expect(second.result.status).toBe('clean');
  });
});
