import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { policiesFor } from './output.js';
import type { Terminal } from './terminal.js';

export interface PolicyOptions {
  readonly policy?: string;
  readonly force?: boolean;
}

/** `exifence policy init|check|print|schema`. */
export async function runPolicy(name: string, args: readonly string[], options: PolicyOptions, terminal: Terminal): Promise<number> {
  switch (name) {
    case 'init':
      return init(args[0] ?? '.privacyrc.yaml', options.force === true, terminal);
    case 'check':
      return check(args[0], terminal);
    case 'print':
      return print(args[0], options.policy, terminal);
    default:
      return schema(terminal);
  }
}

async function init(file: string, force: boolean, terminal: Terminal): Promise<number> {
  const { starterPolicy } = await import('../../policy/format.js');
  try {
    writeFileSync(resolve(terminal.cwd(), file), starterPolicy(), { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new UsageError(`${displayPath(file)} exists already; --force replaces it`);
    if (code === undefined) throw error;
    throw new UsageError(`${displayPath(file)} cannot be written (${code})`);
  }
  terminal.stdout.write(`wrote ${displayPath(file)}; edit it, then: exifence policy check ${displayPath(file)}\n`);
  return EXIT.ok;
}

async function check(file: string | undefined, terminal: Terminal): Promise<number> {
  const policies = policiesFor(file, terminal);
  const policy = await policies.forFolder('.');
  terminal.stdout.write(`${displayPath(policy.name)}: valid\n`);
  const expired = (await policies.staleEntries()).filter(({ kind }) => kind === 'expired');
  for (const { message } of expired) terminal.stdout.write(`${message}\n`);
  return expired.length > 0 ? EXIT.violations : EXIT.ok;
}

async function print(path: string | undefined, override: string | undefined, terminal: Terminal): Promise<number> {
  const { formatPolicy } = await import('../../policy/format.js');
  const { policy, effective } = await policiesFor(override, terminal).forFile(path ?? 'any');
  terminal.stdout.write(formatPolicy(policy, path === undefined ? undefined : effective));
  return EXIT.ok;
}

async function schema(terminal: Terminal): Promise<number> {
  const { jsonSchema } = await import('../../policy/format.js');
  terminal.stdout.write(jsonSchema());
  return EXIT.ok;
}
