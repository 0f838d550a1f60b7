import { isAbsolute, relative, resolve } from 'node:path';
import { displayText } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';
import { type FAIL_ON, INPUTS, type InputName, type MODES, type SCOPES } from './metadata.js';

/** What the workflow asks for, valid. */
export interface Inputs {
  readonly policy: string | undefined;
  readonly mode: (typeof MODES)[number];
  readonly scope: (typeof SCOPES)[number];
  readonly failOn: (typeof FAIL_ON)[number];
  readonly annotate: boolean;
  readonly summary: boolean;
  /** Absolute, within the workspace. */
  readonly sarifFile: string | undefined;
  readonly comment: boolean;
  readonly commitMessage: string;
  /** Absolute, the workspace or a folder in it. */
  readonly directory: string;
  readonly token: string | undefined;
}

const LONGEST_INPUT = 4096;

/** Reads and checks every input before anything else is done. Throws `UsageError` that names the input. */
export function readInputs(getInput: (name: string) => string, workspace: string): Inputs {
  const text = (name: InputName): string => {
    const row = INPUTS.find((candidate) => candidate.name === name) as (typeof INPUTS)[number];
    const given = getInput(name).trim();
    // What stands in action.yml for the runner to fill in says nothing where there is no runner.
    const value = given !== '' ? given : row.fallback.startsWith('$') ? '' : row.fallback;
    if (value.length > LONGEST_INPUT) throw new UsageError(`input ${name}: longer than ${LONGEST_INPUT} characters`);
    if ('words' in row && !(row.words as readonly string[]).includes(value))
      throw new UsageError(`input ${name}: "${displayText(value)}" is none of ${row.words.join(', ')}`);
    return value;
  };
  const optional = (name: InputName): string | undefined => (text(name) === '' ? undefined : text(name));
  const within = (name: InputName, path: string): string => {
    const absolute = resolve(workspace, path);
    const from = relative(workspace, absolute);
    if (from === '..' || from.startsWith('../') || from.startsWith('..\\') || isAbsolute(from) || path.includes('\0'))
      throw new UsageError(`input ${name}: "${displayText(path)}" leads out of the workspace`);
    return absolute;
  };
  const sarif = optional('sarif-file');
  const mode = text('mode') as Inputs['mode'];
  const jobs = text('job-total');
  if (mode === 'fix' && /^\d+$/.test(jobs) && Number(jobs) > 1)
    throw new UsageError('input mode: fix cannot run in a matrix, where jobs would push over one another; give it a job of its own');
  const message = text('commit-message');
  if (message.includes('\0')) throw new UsageError('input commit-message: holds a NUL');
  return {
    policy: optional('policy'),
    mode,
    scope: text('scope') as Inputs['scope'],
    failOn: text('fail-on') as Inputs['failOn'],
    annotate: text('annotate') === 'true',
    summary: text('summary') === 'true',
    sarifFile: sarif === undefined ? undefined : within('sarif-file', sarif),
    comment: text('comment') === 'true',
    commitMessage: message,
    directory: within('working-directory', text('working-directory')),
    token: optional('token'),
  };
}
