import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { CATEGORIES } from '../../src/core/category.js';
import { DOORS } from '../../src/core/door.js';
import { jsonSchema } from '../../src/policy/format.js';
import { PolicyError } from '../../src/policy/problem.js';
import { load } from './helpers.js';

/**
 * An editor checks by the JSON Schema, we by the loader: they must agree. What only the loader can know does not occur
 * among these policies: globs that cannot be compiled, days of leap years, files written twice in the allow-list.
 */
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(jsonSchema()));

function isLoaded(document: unknown): boolean {
  try {
    load(stringify(document, { aliasDuplicateObjects: false }), { readFile: () => 'version: 1\n' });
    return true;
  } catch (error) {
    if (error instanceof PolicyError) return false;
    throw error;
  }
}

const odd = fc.constantFrom<unknown>(
  null,
  true,
  0,
  1,
  2,
  '',
  'keep',
  'coarsen',
  'remov',
  '1',
  [],
  {},
  [1],
  ['keep'],
  { action: 'keep' },
  { enforce: 'fix' },
  'a.yaml',
);

/** Mostly what is right, sometimes what is near it or something else altogether. */
const mostly = (right: fc.Arbitrary<unknown>, ...near: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 80, arbitrary: right },
    { weight: 1, arbitrary: odd },
    { weight: near.length === 0 ? 0 : 2, arbitrary: fc.constantFrom(...near, null) },
  );

const EXTRA = ['extra', 'enforc', 'constructor', 'toString', '__proto__', 'rules', 'precision'];

/** A mapping of which keys may be left out, and to which one may be added that does not belong. */
const mapping = (entries: Record<string, fc.Arbitrary<unknown>>, required: string[] = []): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.record(entries, { requiredKeys: required }), fc.nat(59), fc.constantFrom(...EXTRA))
    .map(([record, chance, extra]) => (chance === 0 ? withKey(record, extra) : record));

/** Defined, not assigned: to assign `__proto__` sets no key. */
function withKey(record: object, key: string): object {
  return Object.defineProperty({ ...record }, key, { value: 'x', enumerable: true });
}

const hostile = fc.constantFrom(...EXTRA).map((key) => withKey({ version: 1 }, key));

const words = (category: string): string[] => (category === 'rendering' ? ['keep'] : ['keep', 'remove']);
const ruleOf = (category: string): fc.Arbitrary<unknown> => {
  const word = mostly(fc.constantFrom(...words(category)), 'remov', 'coarsen', 'remove');
  const forms = [word, mapping({ action: word }, ['action'])];
  if (category === 'location') {
    const precision = mostly(fc.constantFrom('1km', '10km', '0.1deg', '10deg', '999.9km'), '0.05km', '11deg', 'day', '0.000deg');
    forms.push(fc.constant('coarsen'), mapping({ action: fc.constant('coarsen'), precision }, ['action']));
  }
  if (category === 'time') {
    const precision = mostly(fc.constantFrom('day', 'month', 'year'), '1km', 'hour');
    forms.push(fc.constant('coarsen'), mapping({ action: fc.constant('coarsen'), precision }, ['action']));
  }
  return mostly(fc.oneof(...forms), { action: 'coarsen' }, { action: 'remove', precision: 'day' }, { precision: '1km' });
};
const rules = mapping(Object.fromEntries(CATEGORIES.map((category) => [category, ruleOf(category)])));
const door = mapping({ enforce: mostly(fc.constantFrom('fix', 'block', 'warn'), 'stop') });
const path = mostly(fc.constantFrom('a', '~/b', 'x/y'), ' ', '');
const watch = mapping({
  enforce: mostly(fc.constantFrom('fix', 'block', 'warn'), 'Fix'),
  folders: mostly(fc.array(fc.oneof(path, mapping({ path, recursive: mostly(fc.boolean(), 'yes') }, ['path'])), { maxLength: 3 }), 'a'),
  settle: mostly(fc.constantFrom('500ms', '2s', '100ms', '99s', '99999ms'), '99ms', '100s', '1m', 500),
});
const override = mapping(
  {
    paths: mostly(fc.array(fc.constantFrom('a/**', '*.jpg', '**/x', '{a,b}'), { minLength: 1, maxLength: 3 }), [], ['']),
    rules,
    ...Object.fromEntries(DOORS.map((name) => [name, door])),
  },
  ['paths'],
);
const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 64, maxLength: 64 });
const allow = fc.uniqueArray(
  fc.record({
    sha256: mostly(hash, 'a'.repeat(63)),
    reason: mostly(fc.constantFrom('x', 'why\nnot'), ' ', 'x'.repeat(501)),
    owner: mostly(fc.constant('me'), ''),
    expires: mostly(fc.constantFrom('2030-01-01', '2030-02-28'), '2030-04-31', '2030-13-01', '30-01-01', '2030-1-1'),
  }),
  { maxLength: 3, selector: ({ sha256 }) => String(sha256).toLowerCase() },
);
const preset = fc.constantFrom('balanced', 'strict', 'location-only', 'base.yaml', 'sub/b.yml', '../up.yaml');
const item = mostly(preset, 'Balanced', '/a.yaml', 'a.json', '~/a.yaml', 'a\\b.yaml', '.yaml');
const extended = mostly(fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 })), []);
const policy = mapping(
  {
    version: mostly(fc.constant(1), 2, '1'),
    extends: extended,
    rules,
    watch,
    git: door,
    ci: door,
    overrides: mostly(fc.array(override, { maxLength: 2 }), {}),
    allow: mostly(allow, {}),
  },
  ['version'],
);

describe('the JSON Schema and the loader', () => {
  it.each([
    ['whole policies', policy],
    ['rules', rules.map((value) => ({ version: 1, rules: value }))],
    [
      'one rule',
      fc
        .constantFrom(...CATEGORIES)
        .chain((category) => mostly(ruleOf(category)).map((value) => ({ version: 1, rules: { [category]: value } }))),
    ],
    ['the watch door', watch.map((value) => ({ version: 1, watch: value }))],
    ['overrides', override.map((value) => ({ version: 1, overrides: [value] }))],
    ['the allow-list', allow.map((value) => ({ version: 1, allow: value }))],
    ['what is extended', extended.map((value) => ({ version: 1, extends: value }))],
    ['keys that objects have by themselves', fc.oneof(hostile, fc.constant({ version: 1 }))],
  ] as [string, fc.Arbitrary<unknown>][])('agree on %s', (_name, documents) => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(documents, (document) => {
        const valid = validate(document);
        expect(isLoaded(document), `${JSON.stringify(document)} ${JSON.stringify(validate.errors)}`).toBe(valid);
        if (valid) accepted++;
        else refused++;
      }),
      { numRuns: 600 },
    );
    expect(accepted).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
  });
});
