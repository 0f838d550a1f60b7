// What `npm run generate` writes: path from the project's root to text. It comes from src/policy/ and src/doors/action/.
import { readFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { IMAGE_EXTENSIONS } from '../src/core/image-names.js';
import { actionTables, actionYaml } from '../src/doors/action/metadata.js';
import { PRESET_NAMES, presetText } from '../src/policy/presets.js';
import { policySchema, rulesSchema } from '../src/policy/schema.js';
import { exampleText } from './example-policy.js';

const MARK = ['<!-- inputs and outputs: made by `npm run generate` -->', '<!-- end of inputs and outputs -->'] as const;

/** The page with its tables as the sources have them. */
function withTables(page: string): string {
  const [before, rest] = page.split(MARK[0]);
  const after = rest?.split(MARK[1])[1];
  if (before === undefined || after === undefined) throw new Error('docs/action.md has no place for its tables');
  return `${before}${MARK[0]}\n\n${actionTables()}\n${MARK[1]}${after}`;
}

/** `root`: the project's folder, as an address that ends in a slash. */
export function generatedFiles(root: URL): Readonly<Record<string, string>> {
  const schema = schemaText();
  return {
    '.privacyrc.example.yaml': exampleText(),
    'action.yml': actionYaml(),
    'docs/action.md': withTables(readFileSync(new URL('docs/action.md', root), 'utf8')),
    'config/privacyrc.schema.json': schema,
    ...Object.fromEntries(PRESET_NAMES.map((name) => [`config/${name}.yaml`, presetText(name)])),
    'hooks/exifence-hook.sh': shimText(readFileSync(new URL('hooks/exifence-hook.sh', root), 'utf8')),
    'src/policy/generated-schema.ts': constantText(schema),
  };
}

/** The shim as it is, with the names of images as the sources have them. */
function shimText(text: string): string {
  return text.replace(/^exifence_names=.*$/m, () => `exifence_names='\\.(${IMAGE_EXTENSIONS.join('|')})"?$'`);
}

function schemaText(): string {
  // The checks that JSON Schema cannot say are named in src/policy/schema.ts.
  const { $schema, ...schema } = toJsonSchema(policySchema, {
    target: 'draft-07',
    typeMode: 'input',
    ignoreActions: ['check'],
    definitions: { rules: rulesSchema },
  });
  const head = {
    $schema,
    title: 'Exifence privacy policy',
    description: 'what an image may reveal, and what to do where it reveals more',
  };
  // Draft-07 calls `definitions` what later drafts, and the library, call `$defs`.
  return `${layOut({ ...head, ...schema }, '').replaceAll('$defs', 'definitions')}\n`;
}

/** JSON as the formatter of this project lays it out: objects over lines, lists of words on one line where they fit. */
function layOut(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isWords = value.every((item) => typeof item !== 'object');
    if (isWords && line.length < 100) return line;
    return `[\n${value.map((item) => inner + layOut(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${layOut(item, inner)}`);
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}

/** The schema travels in the bundle, so that `policy schema` needs no file beside it. One line: it is not for reading. */
function constantText(schema: string): string {
  const escaped = schema.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n');
  return `// Written by "npm run generate" from src/policy/schema.ts.\nexport const POLICY_SCHEMA_JSON =\n  '${escaped}';\n`;
}
