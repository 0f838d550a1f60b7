import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '../../src/core/category.js';
import { PRESET_NAMES, presetPolicy } from '../../src/policy/presets.js';
import { DEFAULT_VAULT_SETTINGS } from '../../src/policy/watch-settings.js';
import { actionOf, actionsOf, filesystem, load, problemsOf } from './helpers.js';

describe('a policy without rules', () => {
  it('is balanced', () => {
    expect(actionsOf(load('version: 1\n').effectiveFor('a.jpg'))).toEqual(actionsOf(presetPolicy('balanced').effectiveFor(undefined)));
    expect(load('version: 1\n').effectiveFor('a.jpg').sha256).toBe(presetPolicy('balanced').effectiveFor(undefined).sha256);
  });

  it.each(PRESET_NAMES)('is %s where it extends that', (name) => {
    const policy = load(`version: 1\nextends: ${name}\n`);
    expect(policy.effectiveFor(undefined)).toEqual(presetPolicy(name).effectiveFor(undefined));
  });

  it('takes the last of several presets', () => {
    expect(actionOf(load('version: 1\nextends: [strict, location-only]\n'), 'device')).toBe('keep');
    expect(actionOf(load('version: 1\nextends: [location-only, strict]\n'), 'device')).toBe('remove');
  });
});

describe('a rule', () => {
  it('has a short and a long form', () => {
    for (const action of ['keep', 'remove']) {
      for (const category of CATEGORIES.filter((name) => name !== 'rendering')) {
        expect(actionOf(load(`version: 1\nrules: { ${category}: ${action} }\n`), category)).toBe(action);
        expect(actionOf(load(`version: 1\nrules: { ${category}: { action: ${action} } }\n`), category)).toBe(action);
      }
    }
    expect(actionOf(load('version: 1\nextends: strict\nrules: { rendering: { action: keep } }\n'), 'rendering')).toBe('keep');
  });

  it.each([
    ['location: coarsen', '0.1'],
    ['location: { action: coarsen }', '0.1'],
    ['location: { action: coarsen, precision: 1km }', '0.01'],
    ['location: { action: coarsen, precision: 0.1km }', '0.001'],
    ['location: { action: coarsen, precision: 12.3km }', '0.123'],
    ['location: { action: coarsen, precision: 1000km }', '10'],
    ['location: { action: coarsen, precision: 0.1deg }', '0.1'],
    ['location: { action: coarsen, precision: 0.001deg }', '0.001'],
    ['location: { action: coarsen, precision: 10deg }', '10'],
    ['time: coarsen', 'day'],
    ['time: { action: coarsen }', 'day'],
    ['time: { action: coarsen, precision: month }', 'month'],
    ['time: { action: coarsen, precision: year }', 'year'],
  ] as const)('coarsens: %s', (rule, expected) => {
    const category = rule.startsWith('time') ? 'time' : 'location';
    expect(actionOf(load(`version: 1\nrules:\n  ${rule}\n`), category)).toBe(expected);
  });

  it.each([
    '0km',
    '0.0km',
    '0.05km',
    '1001km',
    '1km ',
    '01km',
    '1 km',
    '0deg',
    '0.000deg',
    '0.0001deg',
    '11deg',
    '-1km',
    '1e3km',
    '1KM',
    'km',
    '1km\\n',
  ])('refuses the grid %j', (precision) => {
    expect(problemsOf(`version: 1\nrules:\n  location: { action: coarsen, precision: "${precision}" }\n`)[0]?.message).toMatch(
      /^precision is a grid/,
    );
  });

  it('knows the line that it stands in', () => {
    const policy = load(
      '# mine\nversion: 1\nrules:\n  device: keep\n\n  person:   remove\noverrides:\n  - paths: ["a/*"]\n    rules: {time: remove}\n',
    );
    const { rules } = policy.effectiveFor('a/b.jpg');
    expect(rules.device.origin).toEqual({ file: '.privacyrc.yaml', line: 4, column: 3 });
    expect(rules.person.origin).toEqual({ file: '.privacyrc.yaml', line: 6, column: 3 });
    expect(rules.copyright.origin).toEqual(rules.person.origin);
    expect(rules.time.origin).toEqual({ file: '.privacyrc.yaml', line: 9, column: 13 });
    expect(rules.hidden.origin.file).toBe('config/balanced.yaml');
  });
});

describe('a refinement', () => {
  it('follows its wider category in the same layer', () => {
    const policy = load('version: 1\nrules: { person: keep, text: remove }\n');
    expect(actionOf(policy, 'copyright')).toBe('keep');
    expect(actionOf(policy, 'ai-prompt')).toBe('remove');
    expect(actionOf(load('version: 1\nrules: { person: remove }\n'), 'copyright')).toBe('remove');
  });

  it('goes its own way where the same layer names it', () => {
    const policy = load('version: 1\nrules: { copyright: keep, person: remove, ai-prompt: remove, text: keep }\n');
    expect(actionOf(policy, 'copyright')).toBe('keep');
    expect(actionOf(policy, 'ai-prompt')).toBe('remove');
  });

  it('follows in a later layer, though an earlier one named it', () => {
    const policy = load(
      'version: 1\nextends: base.yaml\nrules: { person: remove }\noverrides:\n  - paths: ["x/**"]\n    rules: { person: keep }\n  - paths: ["x/y/**"]\n    rules: { copyright: remove }\n',
      filesystem({ 'base.yaml': 'version: 1\nrules: { copyright: keep, person: keep }\n' }),
    );
    expect(actionOf(policy, 'copyright')).toBe('remove');
    expect(actionOf(policy, 'copyright', 'x/a.jpg')).toBe('keep');
    expect(actionOf(policy, 'copyright', 'x/y/a.jpg')).toBe('remove');
    expect(actionOf(policy, 'person', 'x/y/a.jpg')).toBe('keep');
  });

  it('leaves its wider category alone', () => {
    expect(actionOf(load('version: 1\nrules: { copyright: remove }\n'), 'person')).toBe('remove');
    expect(actionOf(load('version: 1\nrules: { ai-prompt: keep }\n'), 'text')).toBe('keep');
    expect(actionOf(load('version: 1\nextends: location-only\nrules: { copyright: remove, ai-prompt: remove }\n'), 'person')).toBe('keep');
  });
});

describe('an override', () => {
  const policy = load(`version: 1
rules: { time: remove }
git: { enforce: warn }
overrides:
  - paths: ["press/**", ".hidden/*.png"]
    rules: { time: keep }
    git: { enforce: fix }
  - paths: ["**/*.jpg"]
    rules: { time: { action: coarsen, precision: year } }
    ci: { enforce: warn }
    watch: { enforce: block }
`);

  it('holds for its paths only, and a later one wins', () => {
    expect(actionOf(policy, 'time')).toBe('remove');
    expect(actionOf(policy, 'time', 'b.png')).toBe('remove');
    expect(actionOf(policy, 'time', 'press/b.png')).toBe('keep');
    expect(actionOf(policy, 'time', 'press/x/.y/b.png')).toBe('keep');
    expect(actionOf(policy, 'time', '.hidden/b.png')).toBe('keep');
    expect(actionOf(policy, 'time', 'press/b.jpg')).toBe('year');
    expect(actionOf(policy, 'time', 'b.jpg')).toBe('year');
  });

  it('sets what doors do', () => {
    expect(policy.effectiveFor('b.png').enforce).toEqual({ watch: 'fix', git: 'warn', ci: 'block' });
    expect(policy.effectiveFor('press/b.jpg').enforce).toEqual({ watch: 'block', git: 'fix', ci: 'warn' });
  });

  it('does not hold for files outside', () => {
    expect(policy.effectiveFor(undefined)).toBe(policy.effectiveFor('b.png'));
  });

  it('gives paths with the same overrides the same answer', () => {
    expect(policy.effectiveFor('press/a.jpg')).toBe(policy.effectiveFor('press/b.jpg'));
  });

  it('loses against what a later layer says of everywhere', () => {
    const files = filesystem({
      'base.yaml':
        'version: 1\noverrides:\n  - paths: ["**"]\n    rules: { time: remove, text: remove }\n    git: { enforce: warn }\n    ci: { enforce: warn }\n',
    });
    const child = load('version: 1\nextends: base.yaml\nrules: { time: keep }\ngit: { enforce: block }\n', files);
    expect(actionOf(child, 'time', 'a.jpg')).toBe('keep');
    expect(actionOf(child, 'text', 'a.jpg')).toBe('remove');
    expect(actionOf(child, 'ai-prompt', 'a.jpg')).toBe('remove');
    expect(child.effectiveFor('a.jpg').enforce).toEqual({ watch: 'fix', git: 'block', ci: 'warn' });
  });
});

describe('doors and folders', () => {
  it('have defaults', () => {
    const policy = load('version: 1\n');
    expect(policy.effectiveFor(undefined).enforce).toEqual({ watch: 'fix', git: 'block', ci: 'block' });
    expect(policy.watch).toEqual({ folders: [], settleMs: 500, vault: DEFAULT_VAULT_SETTINGS });
    expect(policy.allow).toEqual([]);
  });

  it('are taken as written', () => {
    const policy = load(`version: 1
watch:
  enforce: warn
  settle: 2s
  folders: [~/Pictures, { path: inbox, recursive: false }, { path: more }]
git: { enforce: fix }
ci: { enforce: warn }
`);
    expect(policy.effectiveFor(undefined).enforce).toEqual({ watch: 'warn', git: 'fix', ci: 'warn' });
    expect(policy.watch).toEqual({
      settleMs: 2000,
      vault: DEFAULT_VAULT_SETTINGS,
      folders: [
        { path: '~/Pictures', recursive: true, mode: 'in-place' },
        { path: 'inbox', recursive: false, mode: 'in-place' },
        { path: 'more', recursive: true, mode: 'in-place' },
      ],
    });
    expect(load('version: 1\nwatch: { settle: 250ms }\n').watch.settleMs).toBe(250);
  });
});

describe('extending files', () => {
  it('puts the later over the earlier, and the file itself on top', () => {
    const files = filesystem({
      'a.yaml': 'version: 1\nextends: strict\nrules: { device: keep, time: keep, camera: keep }\nwatch: { settle: 1s, folders: [a] }\n',
      'b.yml': 'version: 1\nrules: { time: coarsen }\n',
    });
    const policy = load('version: 1\nextends: [a.yaml, ./b.yml]\nrules: { camera: remove }\n', files);
    expect(actionsOf(policy.effectiveFor(undefined))).toMatchObject({ device: 'keep', time: 'day', camera: 'remove', software: 'remove' });
    expect(policy.watch).toEqual({
      settleMs: 1000,
      folders: [{ path: 'a', recursive: true, mode: 'in-place' }],
      vault: DEFAULT_VAULT_SETTINGS,
    });
    expect(policy.effectiveFor(undefined).rules.device.origin).toEqual({ file: 'a.yaml', line: 3, column: 10 });
  });

  it('reads files relative to the one that names them', () => {
    const asked: string[] = [];
    const texts: Record<string, string> = {
      'sub/a.yaml': 'version: 1\nextends: ../../b.yaml\n',
      '../b.yaml': 'version: 1\nrules: { camera: remove }\n',
    };
    const policy = load('version: 1\nextends: sub/a.yaml\n', {
      file: 'conf/.privacyrc.yaml',
      readFile: (path) => {
        asked.push(path);
        return texts[path] as string;
      },
    });
    expect(asked).toEqual(['sub/a.yaml', '../b.yaml']);
    expect(policy.effectiveFor(undefined).rules.camera.origin).toEqual({ file: 'b.yaml', line: 2, column: 10 });
  });

  it('joins allow-lists; the later entry for a file wins', () => {
    const entry = (sha: string, owner: string): string =>
      `  - { sha256: "${sha.repeat(64)}", reason: known, owner: ${owner}, expires: 2030-01-01 }\n`;
    const files = filesystem({ 'a.yaml': `version: 1\nallow:\n${entry('a', 'one')}${entry('b', 'one')}` });
    const policy = load(`version: 1\nextends: a.yaml\nallow:\n${entry('b', 'two')}${entry('c', 'two')}`, files);
    expect(policy.allow.map(({ sha256, owner }) => `${sha256[0]} ${owner}`)).toEqual(['a one', 'b two', 'c two']);
  });

  it('lists the mistakes of all files, each with its own name', () => {
    const files = filesystem({ 'a.yaml': 'version: 1\nrules: { txt: keep }\n', 'b.yaml': 'version: 3\n' });
    const problems = problemsOf('version: 1\nextends: [a.yaml, b.yaml, c.yaml]\n', files);
    expect(problems.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      'a.yaml:2 txt: did you mean text?',
      'b.yaml:1 version: expected the number 1, found the number 3',
      '.privacyrc.yaml:2 c.yaml cannot be extended',
    ]);
    expect(problems[2]).toMatchObject({ column: 27, hint: 'it cannot be read (ENOENT)' });
  });

  it('refuses a circle', () => {
    const files = filesystem({
      'a.yaml': 'version: 1\nextends: b.yaml\n',
      'b.yaml': 'version: 1\nextends: [strict, ./a.yaml]\n',
      '.privacyrc.yaml': 'version: 1\nextends: .privacyrc.yaml\n',
    });
    expect(problemsOf('version: 1\nextends: a.yaml\n', files)).toMatchObject([
      { file: 'b.yaml', line: 2, column: 19, message: 'the policies extend each other in a circle', hint: 'a.yaml → b.yaml → a.yaml' },
    ]);
    expect(problemsOf('version: 1\nextends: ./.privacyrc.yaml\n', files)[0]?.message).toBe('the policies extend each other in a circle');
  });

  it('refuses files that extend each other without end', () => {
    const readFile = (path: string): string => `version: 1\nextends: ${Number.parseInt(path, 10) + 1}.yaml\n`;
    expect(problemsOf('version: 1\nextends: 0.yaml\n', { readFile })[0]?.message).toBe('more than 8 files extend each other in a row');
  });

  it('refuses files that multiply', () => {
    let reads = 0;
    const readFile = (path: string): string => {
      reads++;
      const next = `${Number.parseInt(path, 10) + 1}.yaml`;
      return path === '6.yaml' ? 'version: 1\n' : `version: 1\nextends: [${Array(20).fill(next).join(', ')}]\n`;
    };
    expect(problemsOf('version: 1\nextends: 0.yaml\n', { readFile })[0]?.message).toBe(
      'more than 64 policies are put on top of each other',
    );
    expect(reads).toBe(7);
  });

  it('lets a file be extended by two others', () => {
    const files = filesystem({
      'base.yaml': 'version: 1\nrules: { camera: remove }\n',
      'a.yaml': 'version: 1\nextends: base.yaml\nrules: { camera: keep }\n',
      'b.yaml': 'version: 1\nextends: base.yaml\n',
    });
    expect(actionOf(load('version: 1\nextends: [a.yaml, b.yaml]\n', files), 'camera')).toBe('remove');
  });

  it('passes on what is no matter of reading', () => {
    const readFile = (): string => {
      throw new RangeError('our bug');
    };
    expect(() => load('version: 1\nextends: a.yaml\n', { readFile })).toThrow(RangeError);
  });
});

describe('the fingerprint of a policy', () => {
  const base = load('version: 1\nrules: { location: { action: coarsen, precision: 10km }, text: remove }\n');

  it('is the same however it is written', () => {
    const same = load('# other\nrules:\n    text: {action: "remove"}\n    ai-prompt: remove\n\n    location: coarsen\nversion: 1\n', {
      file: 'x.yaml',
    });
    expect(same.sha256).toBe(base.sha256);
    expect(same.effectiveFor('a').sha256).toBe(base.effectiveFor('a').sha256);
    expect(base.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another where something is decided otherwise', () => {
    const others = [
      'version: 1\n',
      'version: 1\nrules: { location: { action: coarsen, precision: 1km }, text: remove }\n',
      'version: 1\nrules: { location: coarsen, text: remove, ai-prompt: keep }\n',
      'version: 1\nrules: { location: coarsen, text: remove }\ngit: { enforce: warn }\n',
      'version: 1\nrules: { location: coarsen, text: remove }\noverrides: [{ paths: ["a"], rules: { text: keep } }]\n',
      'version: 1\nrules: { location: coarsen, text: remove }\noverrides: [{ paths: ["b"], rules: { text: keep } }]\n',
    ].map((text) => load(text).sha256);
    expect(new Set([base.sha256, ...others]).size).toBe(others.length + 1);
  });
});

describe('a loaded policy', () => {
  it('is frozen all the way down', () => {
    const policy = load(
      `version: 1\nrules: { location: coarsen }\nwatch: { folders: [a] }\noverrides: [{ paths: [a], rules: { time: keep }, git: { enforce: fix } }]\nallow: [{ sha256: "${'a'.repeat(64)}", reason: r, owner: o, expires: 2030-01-01 }]\n`,
    );
    const seen = new Set<unknown>();
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return;
      seen.add(value);
      expect(Object.isFrozen(value)).toBe(true);
      for (const inner of Object.values(value)) look(inner);
    };
    look(policy);
    look(policy.effectiveFor('a'));
    look(presetPolicy('strict'));
    expect(seen.size).toBeGreaterThan(50);
  });
});
