import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEYOND } from '../../src/core/beyond.js';
import { formatPolicy } from '../../src/policy/format.js';
import { PRESET_NAMES, presetPolicy } from '../../src/policy/presets.js';
import { actionsOf, filesystem, load } from './helpers.js';

const SHA = '1'.repeat(64);

describe('a policy as it is printed', () => {
  it('names the origin of each rule', () => {
    const text = formatPolicy(load('version: 1\nrules:\n  location: coarsen\n'));
    expect(text).toContain('\n  location: { action: coarsen, precision: 0.1deg } # .privacyrc.yaml:3\n');
    expect(text).toMatch(/\n {2}device: remove +# config\/balanced\.yaml:9\n/);
  });

  it.each(PRESET_NAMES)('decides as preset %s', (name) => {
    expect(load(formatPolicy(presetPolicy(name))).sha256).toBe(presetPolicy(name).sha256);
  });

  it('keeps folders, overrides and the allow-list', () => {
    const policy = load(`version: 1
extends: strict
watch: { settle: 250ms, folders: ["~/a: b", { path: "#c", recursive: false }], enforce: warn }
overrides:
  - { paths: ["a/**", "b\\"\\u202e\\U0001F600"], rules: { person: keep, time: { action: coarsen, precision: year } }, git: { enforce: fix } }
allow: [{ sha256: "${SHA}", reason: "yes: \\u001b[31m\\nno", owner: '"', expires: 2030-01-01 }]
`);
    const text = formatPolicy(policy);
    const again = load(text);
    expect(again.sha256).toBe(policy.sha256);
    expect(again.watch).toEqual(policy.watch);
    expect(again.overrides.map(({ paths, enforce }) => ({ paths, enforce }))).toEqual(
      policy.overrides.map(({ paths, enforce }) => ({ paths, enforce })),
    );
    expect(again.allow.map(({ origin: _, ...entry }) => entry)).toEqual(policy.allow.map(({ origin: _, ...entry }) => entry));
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('for one path has its overrides resolved', () => {
    const policy = load('version: 1\noverrides: [{ paths: ["a/**"], rules: { time: remove }, git: { enforce: warn } }]\n');
    const printed = load(formatPolicy(policy, policy.effectiveFor('a/b.jpg')));
    expect(printed.overrides).toEqual([]);
    expect(printed.effectiveFor(undefined).sha256).toBe(policy.effectiveFor('a/b.jpg').sha256);
    expect(printed.effectiveFor(undefined).enforce).toEqual(policy.effectiveFor('a/b.jpg').enforce);
  });

  it('decides the same on every path, whatever was put together', () => {
    const word = fc.constantFrom('keep', 'remove');
    const rules = fc.dictionary(fc.constantFrom('location', 'person', 'copyright', 'text', 'ai-prompt', 'time'), word, {
      noNullPrototype: true,
    });
    const beyond = fc.record(
      {
        sidecar: fc.constantFrom('keep', 'warn', 'block', 'fix'),
        filename: fc.constantFrom<unknown>('keep', 'rename', { action: 'warn' }, { action: 'rename', template: 'x {year}-{n}.{ext}' }),
        xattr: fc.constantFrom('keep', 'warn', 'block', 'remove'),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    const doors = fc.dictionary(
      fc.constantFrom('watch', 'git', 'ci'),
      fc.constantFrom('fix', 'block', 'warn').map((enforce) => ({ enforce })),
      {
        noNullPrototype: true,
      },
    );
    const override = fc
      .tuple(fc.subarray(['a/**', '**/*.jpg', 'a/b.*', '*'], { minLength: 1 }), rules, doors, beyond)
      .map(([paths, named, enforcements, beyond]) => ({ paths, rules: named, beyond, ...enforcements }));
    const file = fc
      .tuple(rules, doors, fc.array(override, { maxLength: 3 }), beyond)
      .map(([named, enforcements, overrides, beyond]) => ({ version: 1, rules: named, beyond, ...enforcements, overrides }));
    const paths = ['a/b.jpg', 'a/c.png', 'c.jpg', 'x', 'y/z.png', undefined];
    let overridden = 0;
    fc.assert(
      fc.property(file, file, (base, top) => {
        const policy = load(JSON.stringify({ ...top, extends: 'base.yaml' }), filesystem({ 'base.yaml': JSON.stringify(base) }));
        const printed = load(formatPolicy(policy));
        for (const path of paths) {
          const [expected, found] = [policy.effectiveFor(path), printed.effectiveFor(path)];
          expect(actionsOf(found)).toEqual(actionsOf(expected));
          expect(found.enforce).toEqual(expected.enforce);
          for (const what of BEYOND) expect(found.beyond[what].action).toEqual(expected.beyond[what].action);
          if (expected.sha256 !== policy.effectiveFor(undefined).sha256) overridden++;
        }
        expect(printed.sha256).toBe(policy.sha256);
      }),
      { numRuns: 150 },
    );
    expect(overridden).toBeGreaterThan(50);
  });
});
