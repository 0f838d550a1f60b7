import * as core from '@actions/core';
import { displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { GitError } from '../../io/git/run.js';
import { PolicyError } from '../../policy/problem.js';
import { checkChange } from './check.js';
import { OUTPUT_NAMES } from './metadata.js';

/** The Action: what the runner starts, and what tests start in its place. */
export async function run(): Promise<void> {
  try {
    const code = await checkChange(process.env, core);
    if (code !== EXIT.ok) process.exitCode = code;
  } catch (error) {
    // Nothing is known of the images then: no count, not even none.
    for (const name of OUTPUT_NAMES) core.setOutput(name, name === 'status' ? 'error' : '');
    core.setFailed(messageFor(error));
    process.exitCode =
      error instanceof UsageError || error instanceof PolicyError ? EXIT.usage : error instanceof GitError ? EXIT.unproven : EXIT.internal;
  }
}

/** What nobody foresaw may quote content of files: its name has to do. */
function messageFor(error: unknown): string {
  // What the command calls an option is an input here.
  if (error instanceof UsageError)
    return displayText(error.userMessage).replace(/^--policy: (.*)$/s, 'input policy: $1, in the base of this change');
  if (error instanceof PolicyError || error instanceof GitError) return error.message.split('\n').map(displayText).join('\n');
  return `this is a bug in exifence (${error instanceof Error ? error.name : typeof error}); please report it`;
}
