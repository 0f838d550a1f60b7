import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generatedFiles } from '../../scripts/generated-files.js';
import { BEYOND } from '../../src/core/beyond.js';
import { CATEGORIES, CATEGORY_HELP } from '../../src/core/category.js';
import { jsonSchema, starterPolicy } from '../../src/policy/format.js';
import { actionOf, actionsOf, load } from './helpers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const schema = JSON.parse(jsonSchema());
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
const example = readFileSync(`${root}.privacyrc.example.yaml`, 'utf8');

describe('what "npm run generate" writes', () => {
  const files = generatedFiles(new URL('../../', import.meta.url));

  it.each(Object.keys(files))('%s is what lies in the tree', (path) => {
    expect(readFileSync(root + path, 'utf8')).toBe(files[path]);
  });

  it('is all that lies in config/ of these kinds', () => {
    const written = readdirSync(`${root}config`).filter((name) => /^(balanced|strict|location-only|privacyrc)/.test(name));
    expect(written.map((name) => `config/${name}`).sort()).toEqual(
      Object.keys(files)
        .filter((path) => path.startsWith('config/'))
        .sort(),
    );
  });

  it('gives the command the same schema', () => {
    expect(jsonSchema()).toBe(files['config/privacyrc.schema.json']);
  });
});

describe('the JSON Schema', () => {
  it('is draft-07 and describes every key and category', () => {
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema.additionalProperties).toBe(false);
    const undescribed = Object.entries(schema.properties as Record<string, { description?: string; $ref?: string }>)
      .filter(([, { description, $ref }]) => description === undefined && $ref === undefined)
      .map(([key]) => key);
    expect(undescribed).toEqual([]);
    for (const category of CATEGORIES) {
      expect(schema.definitions.rules.properties[category].description).toBe(CATEGORY_HELP[category]);
    }
  });

  it.each(['balanced', 'strict', 'location-only'])('accepts config/%s.yaml', (name) => {
    expect(validate(parse(readFileSync(`${root}config/${name}.yaml`, 'utf8'))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('accepts the example and what init writes', () => {
    expect(validate(parse(example)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(parse(starterPolicy())), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe('.privacyrc.example.yaml', () => {
  it('begins with the line by which editors find the schema', () => {
    expect(example.split('\n')[0]).toBe('# yaml-language-server: $schema=./config/privacyrc.schema.json');
  });

  it('loads, and shows every key of the schema', () => {
    expect(actionOf(load(example), 'location')).toBe('0.1');
    const shown = parse(example);
    expect(Object.keys(shown)).toEqual(Object.keys(schema.properties));
    expect(Object.keys(shown.rules)).toEqual([...CATEGORIES]);
    expect(Object.keys(shown.beyond)).toEqual([...BEYOND]);
    expect(Object.keys(shown.watch).sort()).toEqual(Object.keys(schema.properties.watch.properties).sort());
    expect(Object.keys(shown.overrides[0]).sort()).toEqual(Object.keys(schema.properties.overrides.items.properties).sort());
    expect(Object.keys(shown.allow[0]).sort()).toEqual(Object.keys(schema.properties.allow.items.properties).sort());
  });
});

describe('the policy that init writes', () => {
  it('decides as the default does', () => {
    expect(load(starterPolicy()).sha256).toBe(load('version: 1\n').sha256);
  });

  it('loads too where everything in it is taken out of its comment', () => {
    const uncommented = starterPolicy().replace(/^# ((?:rules|beyond|overrides):| {2,}\S.*)$/gm, '$1');
    const body = uncommented.slice(uncommented.indexOf('version: 1')).replace(/^ {2}(?:balanced|strict|location-only) .*$/gm, '');
    const policy = load(body);
    expect(actionsOf(policy.effectiveFor(undefined))).toMatchObject({ location: '0.1', time: 'day', device: 'remove', camera: 'keep' });
    expect(policy.overrides).toHaveLength(1);
  });
});
