import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import { LocalEngine } from '../../src/visual/engine.js';
import { MODELS } from '../../src/visual/models/catalogue.js';

// Models share the cores with everything else that runs: no test is about time.
vi.setConfig({ testTimeout: 180_000 });

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const pixels = (picture: Uint8Array): Promise<Buffer> => sharp(picture).removeAlpha().raw().toBuffer();

it('the pictures of docs/visual.md are what its command makes', async () => {
  const redacted = await new LocalEngine().redact(readFileSync(`${docs}visual/before.png`), {
    faces: false,
    faceStyle: 'pixelate',
    text: { what: 'sensitive', custom: [] },
    codes: true,
    place: false,
    models: {},
    regions: [],
    background: undefined,
    colour: [0, 0, 0],
  });
  const after = await pixels(readFileSync(`${docs}visual/after.png`));
  expect((await pixels(redacted?.bytes as Uint8Array)).equals(after)).toBe(true);
});

it('docs/visual.md names every package of the catalogue with its licence and its version', () => {
  const text = readFileSync(`${docs}visual.md`, 'utf8');
  const { peerDependencies } = JSON.parse(readFileSync(`${docs}../package.json`, 'utf8'));
  for (const { package: name, licence } of Object.values(MODELS)) {
    const row = text.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
    expect(row).toContain(licence);
    expect(text).toContain(`${name}@${peerDependencies[name]}`);
  }
});
