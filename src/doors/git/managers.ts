import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Manager, replaceText } from './hook-files.js';
import { HOOK_NAMES, type HookName } from './hook-run.js';

/** What was done in the settings of another tool, or what the user has to do there. */
export interface Fitted {
  readonly file: string;
  /** `false` where it runs us already. */
  readonly isChanged: boolean;
}

/**
 * Puts our hooks into the settings of the tool that writes git's hooks here, beside what is there. `undefined` where its settings are
 * not of a form that can be added to without reading them as a whole.
 */
export function fitInto(manager: Manager, top: string): Fitted[] | undefined {
  switch (manager) {
    case 'husky':
      return HOOK_NAMES.map((name) => husky(top, name));
    case 'lefthook':
      return lefthook(top);
    case 'pre-commit':
      return framework(top);
  }
}

const RUNS_US = /exifence(?:@\S+)? hook run/;

/** husky runs the file of a hook's name in its folder by `sh -e`. Ours goes first: a script may leave by any line. */
function husky(top: string, name: HookName): Fitted {
  const file = join(top, '.husky', name);
  const text = textOf(file) ?? '';
  if (RUNS_US.test(text)) return { file, isChanged: false };
  // What another reads from its input, ours has to leave to it.
  const call =
    name === 'pre-push' && text !== ''
      ? `exifence_refs=$(cat)\nprintf '%s\\n' "$exifence_refs" | npx exifence hook run ${name} "$@" || exit $?\nexec <<EXIFENCE_REFS\n$exifence_refs\nEXIFENCE_REFS\n`
      : `npx exifence hook run ${name} "$@" || exit $?\n`;
  mkdirSync(dirname(file), { recursive: true });
  replaceText(file, `${call}${text}`, 0o755);
  return { file, isChanged: true };
}

const LEFTHOOK_FILES = ['lefthook.yml', '.lefthook.yml', 'lefthook.yaml', '.lefthook.yaml'] as const;
/** Ours, which theirs names under `extends`. */
export const LEFTHOOK_OWN = 'lefthook-exifence.yml';

/** lefthook puts the files together that `extends` names. */
function lefthook(top: string): Fitted[] | undefined {
  const file = LEFTHOOK_FILES.map((name) => join(top, name)).find((name) => existsSync(name));
  const text = file === undefined ? undefined : textOf(file);
  if (file === undefined || text === undefined) return undefined;
  if (RUNS_US.test(text) || text.includes(LEFTHOOK_OWN)) return [{ file, isChanged: false }];
  if (/^extends\s*:/m.test(text)) return undefined;
  const own = join(top, LEFTHOOK_OWN);
  const commands = HOOK_NAMES.map((name) => {
    const isPush = name === 'pre-push';
    return `${name}:\n  commands:\n    exifence:\n${isPush ? '      use_stdin: true\n' : ''}      run: npx exifence hook run ${name}${isPush ? ' {0}' : ''}\n`;
  });
  replaceText(own, `# Written by exifence hook install.\n${commands.join('\n')}`, 0o644);
  replaceText(file, `${text}${text.endsWith('\n') ? '' : '\n'}\nextends:\n  - ${LEFTHOOK_OWN}\n`, lstatSync(file).mode & 0o777);
  return [
    { file: own, isChanged: true },
    { file, isChanged: true },
  ];
}

/** A local repository at the end of the list, where the list is the last of the framework's settings. */
function framework(top: string): Fitted[] | undefined {
  const file = join(top, '.pre-commit-config.yaml');
  const text = textOf(file);
  if (text === undefined) return undefined;
  if (RUNS_US.test(text)) return [{ file, isChanged: false }];
  const keys = [...text.matchAll(/^([A-Za-z_]+)\s*:(.*)$/gm)];
  const indent = /^( *)- repo\s*:/m.exec(text)?.[1];
  const last = keys.at(-1);
  if (last?.[1] !== 'repos' || (last[2] as string).trim() !== '' || indent === undefined) return undefined;
  const block = [
    '- repo: local',
    '  hooks:',
    '    - id: exifence',
    '      name: exifence',
    '      entry: npx exifence hook run pre-commit',
    '      language: system',
    '      pass_filenames: false',
    '      always_run: true',
  ];
  const added = block.map((line) => `${indent}${line}\n`).join('');
  replaceText(file, `${text}${text.endsWith('\n') ? '' : '\n'}${added}`, lstatSync(file).mode & 0o777);
  return [{ file, isChanged: true }];
}

const MAX_SETTINGS_BYTES = 1 << 20;

function textOf(file: string): string | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size <= MAX_SETTINGS_BYTES ? readFileSync(file, 'latin1') : undefined;
}
