import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../../core/usage-error.js';
import type { GitPlace } from '../../io/git/run.js';

/** A payload is at most 25 MB by GitHub's own word. */
const MAX_PAYLOAD_BYTES = 32 * 2 ** 20;

/** The payload of the event; nothing where there is none. Throws `UsageError`. */
export function readPayload(path: string | undefined): unknown {
  if (path === undefined || path === '') return undefined;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.size > MAX_PAYLOAD_BYTES) throw new UsageError('the payload of the event is larger than GitHub makes any');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError('the payload of the event is not JSON');
  }
}

/** Lines from outside are in the log: the runner must take none of them for a command, whatever it starts with. */
export function quietly(stdout: NodeJS.WritableStream, print: () => void): void {
  const token = randomBytes(16).toString('hex');
  stdout.write(`::stop-commands::${token}\n`);
  try {
    print();
  } finally {
    stdout.write(`::${token}::\n`);
  }
}

/** Git with the workflow's token where the checkout kept no credentials of its own. Never on a command line, where others could read it. */
export function withToken(place: GitPlace, serverUrl: string | undefined, token: string | undefined, hasOwn: boolean): GitPlace {
  if (token === undefined || hasOwn || serverUrl === undefined || !/^https:\/\/[\w.-]+(?::\d+)?$/.test(serverUrl)) return place;
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  return { ...place, env: withConfig(place.env, `http.${serverUrl}/.extraheader`, header) };
}

/** A setting of git's for the processes that are started with this environment. git-config(1), `GIT_CONFIG_COUNT`. */
export function withConfig(env: NodeJS.ProcessEnv, key: string, value: string): NodeJS.ProcessEnv {
  const at = Number(env.GIT_CONFIG_COUNT ?? '0') || 0;
  return { ...env, GIT_CONFIG_COUNT: String(at + 1), [`GIT_CONFIG_KEY_${at}`]: key, [`GIT_CONFIG_VALUE_${at}`]: value };
}
