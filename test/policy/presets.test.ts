import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '../../src/core/category.js';
import { isPreset, PRESET_NAMES, PRESETS, presetPolicy } from '../../src/policy/presets.js';
import { actionsOf, load } from './helpers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the presets', () => {
  it('decide what they promise', () => {
    const keptBy = (name: (typeof PRESET_NAMES)[number]): string[] =>
      Object.entries(actionsOf(presetPolicy(name).effectiveFor(undefined)))
        .filter(([, action]) => action === 'keep')
        .map(([category]) => category)
        .sort();
    expect(keptBy('balanced')).toEqual(['camera', 'copyright', 'rendering', 'software', 'text', 'time']);
    expect(keptBy('strict')).toEqual(['rendering']);
    expect(keptBy('location-only')).toEqual(CATEGORIES.filter((category) => category !== 'location').sort());
  });

  it('are known by name', () => {
    expect(Object.keys(PRESETS)).toEqual([...PRESET_NAMES]);
    expect(PRESET_NAMES.every(isPreset)).toBe(true);
    expect(['', 'Balanced', 'constructor', 'strict.yaml'].some(isPreset)).toBe(false);
  });

  it.each(PRESET_NAMES)('%s: each rule names its true line in the file that ships', (name) => {
    const lines = readFileSync(`${root}config/${name}.yaml`, 'utf8').split('\n');
    const policy = presetPolicy(name).effectiveFor(undefined);
    for (const category of CATEGORIES) {
      const { origin, action } = policy.rules[category];
      expect(origin.file).toBe(`config/${name}.yaml`);
      expect(lines[origin.line - 1]?.slice(origin.column - 1)).toBe(`${category}: ${action.kind}`);
    }
  });

  it.each(PRESET_NAMES)('%s: the file that ships says the same, line by line', (name) => {
    const file = `config/${name}.yaml`;
    const loaded = load(readFileSync(root + file, 'utf8'), { file });
    expect(loaded.effectiveFor('x/y.jpg')).toEqual(presetPolicy(name).effectiveFor(undefined));
    expect(loaded.sha256).toBe(presetPolicy(name).sha256);
    expect(loaded.watch).toEqual(presetPolicy(name).watch);
  });

  it('load neither the YAML parser nor the schema library', async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['src/policy/presets.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain('src/policy/assemble.ts');
    expect(inputs.filter((input) => input.includes('node_modules'))).toEqual([]);
  });
});
