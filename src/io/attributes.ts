import { spawn } from 'node:child_process';

/** What became of the attributes that Node has no call for. */
export interface AttributeCopy {
  /** What a person should know; `undefined` where all was kept. */
  readonly note?: string;
}

/** A copy of attributes takes milliseconds; a hanging network disk must not stop everything. */
const TIMEOUT_MS = 10_000;

/**
 * Copies owner, mode, times, extended attributes and access lists with the system's own `cp`: Node has no call for the last
 * two. The files are handed over open, so that neither odd names nor a swap of names can matter. Never throws: what could
 * not be kept is said.
 */
export function copyAttributes(
  fromFd: number,
  toFd: number,
  paths: { readonly from: Buffer; readonly to: Buffer },
): Promise<AttributeCopy> {
  if (process.platform === 'linux') {
    return run(
      ['--attributes-only', '--preserve=mode,ownership,timestamps,xattr', '--', '/dev/fd/3', '/dev/fd/4'],
      [fromFd, toFd],
      // A file system without extended attributes has none to lose.
      (stderr) => /not supported/i.test(stderr) && !/usage|unrecognized|invalid option/i.test(stderr),
    );
  }
  // macOS: names are always UTF-8 there. `xattr` values and access lists go with `-p`; the content is written after this.
  if (process.platform === 'darwin') return run(['-p', paths.from.toString(), paths.to.toString()], [], () => false);
  return Promise.resolve({});
}

/** True where `cp` copies the content along, so that ours has to be written afterwards. */
export const ATTRIBUTES_COME_WITH_CONTENT = process.platform === 'darwin';

function run(args: readonly string[], fds: readonly number[], harmless: (stderr: string) => boolean): Promise<AttributeCopy> {
  return new Promise((resolve) => {
    const lost = (): void =>
      resolve({ note: "extended attributes and access lists, if any, were not kept (the system's cp could not copy them)" });
    const child = spawn('cp', args, {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe', ...fds],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < 4096) stderr += text;
    });
    child.once('error', lost);
    child.once('close', (code) => (code === 0 || harmless(stderr) ? resolve({}) : lost()));
  });
}
