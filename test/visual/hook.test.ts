import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useHooks } from '../support/hook-bundle.js';
import { TestRepository } from '../support/repository.js';
import { draw } from './support/draw.js';

// Models share the cores with everything else that runs: no test is about time.
vi.setConfig({ testTimeout: 180_000 });

const file = fileURLToPath(new URL('../../dist/hook-main.cjs', import.meta.url));
const picture = (): Promise<Buffer> =>
  draw({ width: 500, height: 160, texts: [{ text: 'jane.doe@example.org', x: 30, y: 90, size: 30 }] })
    .flatten()
    .png()
    .toBuffer();

let repo: TestRepository;

beforeEach(() => {
  repo = new TestRepository();
  useHooks(repo, { file, remove: () => undefined });
  repo.stage('readme.txt', 'text\n');
  repo.commitUnchecked();
});
afterEach(() => repo.remove());

describe('the hook and pictures', () => {
  it('does not look at them unless it is asked to', async () => {
    repo.stage('.privacyrc.yaml', 'version: 1\nvisual:\n  text: block\n');
    repo.stage('shot.png', await picture());
    expect(repo.try(['commit', '-q', '-m', 'm']).code).toBe(0);
  });

  it('blocks what they show, also where it fixes metadata, and never changes them', async () => {
    repo.stage('.privacyrc.yaml', 'version: 1\ngit:\n  enforce: fix\nvisual:\n  text: redact\n  hook: block\n');
    const bytes = await picture();
    repo.stage('shot.png', bytes);
    const run = repo.try(['commit', '-q', '-m', 'm']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/person +\d+ found in picture/);
    expect(run.stderr).not.toContain('jane');
    expect(repo.blob(':shot.png')).toBe(Buffer.from(bytes).toString('latin1'));
  });

  it('says that it could not check where a model is missing', async () => {
    const models = `  models: { faces: { path: missing.onnx, sha256: "${'0'.repeat(64)}", adapter: mediapipe-face } }\n`;
    repo.stage('.privacyrc.yaml', `version: 1\nvisual:\n  faces: block\n  hook: block\n${models}`);
    repo.stage('shot.png', await picture());
    const run = repo.try(['commit', '-q', '-m', 'm']);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('could not check');
  });

  it('says that it could not check where it came as one file, without what looks at pictures', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'exifence-alone-'));
    try {
      copyFileSync(file, join(folder, 'hook.cjs'));
      useHooks(repo, { file: join(folder, 'hook.cjs'), remove: () => undefined });
      repo.stage('.privacyrc.yaml', 'version: 1\nvisual:\n  text: block\n  hook: block\n');
      repo.stage('shot.png', await picture());
      const run = repo.try(['commit', '-q', '-m', 'm']);
      expect(run.code).not.toBe(0);
      expect(run.stderr).toContain('could not check');
      expect(run.stderr).not.toContain('this is a bug');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
