import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { starterPolicy } from '../../src/policy/format.js';
import { PolicyError } from '../../src/policy/problem.js';
import { load, problemsOf } from './helpers.js';

const KIB = 1024;

describe('a policy meant to do harm', () => {
  it('is refused where it is a bomb of aliases', () => {
    const levels = Array.from(
      { length: 9 },
      (_, index) =>
        `a${index}: &a${index} [${Array(9)
          .fill(index === 0 ? 'lol' : `*a${index - 1}`)
          .join(', ')}]`,
    );
    expect(problemsOf(`version: 1\n${levels.join('\n')}\n`).map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '2:5 aliases and anchors are refused',
    ]);
  });

  it.each([
    ['brackets', '['.repeat(100 * KIB)],
    ['braces', '{'.repeat(100 * KIB)],
    ['braces with keys', '{a: '.repeat(50 * KIB)],
    ['list marks', '- '.repeat(100 * KIB)],
    ['key marks', '? '.repeat(100 * KIB)],
    ['indented keys', Array.from({ length: 600 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
    ['indented list marks', Array.from({ length: 400 }, (_, index) => `${' '.repeat(index)}-`).join('\n')],
  ])('is refused where it is nested without end: %s', (_name, text) => {
    expect(problemsOf(text)).toMatchObject([{ message: 'the policy is nested more than 12 deep' }]);
  });

  it('is refused where it is too long, before it is parsed', () => {
    const comment = (bytes: number): string => `version: 1\n#${'ä'.repeat((bytes - 12) / 2)}`;
    expect(load(comment(256 * KIB)).version).toBe(1);
    expect(problemsOf(comment(256 * KIB + 2))).toMatchObject([{ line: 1, column: 1, message: 'the policy is larger than 262144 bytes' }]);
  });

  it.each([
    ['commas', `version: 1\nx: [${','.repeat(250 * KIB)}]`],
    ['keys', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['the same key', 'a: 1\n'.repeat(50_000)],
    ['empty lines', '\n'.repeat(250 * KIB)],
    ['documents', '---\n'.repeat(60_000)],
    ['quotes', '"'.repeat(250 * KIB)],
    ['closing brackets', ']}'.repeat(125 * KIB)],
  ])('is refused where it has too many words: %s', (_name, text) => {
    expect(problemsOf(text)).toMatchObject([{ message: 'the policy has too many words' }]);
  });

  it('is refused with a list of mistakes that has an end', () => {
    const text = `version: 1\nrules:\n${Array.from({ length: 3000 }, (_, index) => `  k${index}: keep`).join('\n')}\n`;
    expect(problemsOf(text)).toHaveLength(30);
    expect(problemsOf(`version: 1\noverrides:\n${'  - x: 1\n'.repeat(3000)}`)).toHaveLength(30);
    expect(problemsOf(`version: 1\noverrides:\n${'  - []\n'.repeat(3000)}`)).toHaveLength(30);
  });

  it('may have a thousand exceptions, and no more', () => {
    const entry = (index: number): string =>
      `  # exception ${index}\n  - sha256: "${index.toString(16).padStart(64, '0')}"\n    reason: "the place is known"\n    owner: desk\n    expires: 2030-01-01\n`;
    const allow = (count: number): string => `version: 1\nallow:\n${Array.from({ length: count }, (_, index) => entry(index)).join('')}`;
    expect(load(allow(1000)).allow).toHaveLength(1000);
    expect(problemsOf(allow(1001))).toMatchObject([{ message: 'allow has more than 1000 items' }]);
  });

  it('cannot make globs stand for patterns without end', () => {
    const many = Array.from({ length: 60 }, (_, index) => `"${'{a,b}'.repeat(5)}${index}"`).join(', ');
    expect(problemsOf(`version: 1\noverrides:\n  - paths: [${many}]\n`)).toMatchObject([
      { line: 3, column: 5, message: 'the globs of this policy stand for more than 1024 patterns' },
    ]);
  });

  it('cannot touch the prototype of anything', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      expect(problemsOf(`version: 1\n${key}: { polluted: yes }\nrules: { ${key}: { action: keep } }\n`)).toHaveLength(2);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('any text at all', () => {
  const loadsOrSays = (text: string): boolean => {
    try {
      load(text, { readFile: () => 'version: 1\n' });
      return true;
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      for (const { line, column, message, sourceLine, caretAt, caretLength, hint } of error.problems) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(caretAt + caretLength).toBeLessThanOrEqual(Math.max(sourceLine.length, caretAt + 1));
        expect(`${message}${sourceLine}${hint ?? ''}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
      return false;
    }
  };

  const LEXEMES = [
    'version: 1',
    '\n',
    '\n  ',
    '\n    ',
    '- ',
    ': ',
    '? ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '"',
    "'",
    '#',
    ' #',
    '|',
    '>',
    '&a ',
    '*a',
    '!t ',
    '---\n',
    '...\n',
    '%YAML 1.2\n',
    '\t',
    '\r\n',
    '\ufeff',
    '<<',
    '~',
    '0x1',
    '.nan',
    '1e999',
    'true',
    'rules',
    'location',
    'keep',
    'coarsen',
    'extends',
    'strict',
    'a.yaml',
    'overrides',
    'paths',
    'allow',
    'sha256',
    '__proto__',
    '\\',
    '\u0000',
    '\u2028',
    '\ud800',
    '😀',
  ];

  it('is loaded, or its mistakes are named', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.array(fc.constantFrom(...LEXEMES), { maxLength: 40 }).map((parts) => parts.join('')),
      fc.array(fc.constantFrom(...LEXEMES), { maxLength: 30 }).map((parts) => `version: 1\n${parts.join('')}`),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        loadsOrSays(candidate);
      }),
      { numRuns: 4000 },
    );
  });

  it('also where a good policy was cut, doubled or changed somewhere', () => {
    const good = `${starterPolicy()}rules: { location: { action: coarsen, precision: 1km }, time: coarsen }\noverrides:\n  - paths: ["a/**", '*.{jpg,png}']\n    rules: { person: keep }\n`;
    expect(loadsOrSays(good)).toBe(true);
    const counts = { loaded: 0, refused: 0 };
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(20), fc.constantFrom('', ...LEXEMES), (at, removed, inserted) => {
        counts[loadsOrSays(good.slice(0, at) + inserted + good.slice(at + removed)) ? 'loaded' : 'refused']++;
      }),
      { numRuns: 1500 },
    );
    expect(counts.loaded).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(50);
  });
});
