import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { displayPath } from '../../../core/display.js';
import type { StateFolder } from '../../../io/state/state-folder.js';
import { isRunningProcess, ownProcess } from '../../../io/temp-name.js';
import type { Board, Snapshot } from './board.js';

/** Longer paths do not fit into the address of a socket (unix(7): 108 bytes, 104 on macOS). */
const SOCKET_PATH_BYTES = 100;
const MOST_BYTES = 1024 * 1024;
const PATIENCE_MS = 3_000;
const POINTER = /^daemon-\d{1,10}\.json$/;

/** Answers whoever may look into the state folder with how the daemon is. Returns what ends that. */
export async function openStatusServer(board: Board, state: StateFolder): Promise<() => Promise<void>> {
  const room = state.room('run');
  tidy(room);
  const pointer = join(room, `daemon-${process.pid}.json`);
  const own = join(room, `daemon-${process.pid}.sock`);
  const place =
    process.platform === 'win32' || Buffer.byteLength(own) <= SOCKET_PATH_BYTES ? undefined : mkdtempSync(join(tmpdir(), 'exifence-'));
  const socket =
    process.platform === 'win32' ? `\\\\.\\pipe\\exifence-${process.pid}` : place === undefined ? own : join(place, 'daemon.sock');
  remove(socket);
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.end(`${JSON.stringify(board.snapshot(displayPath))}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  // Its folder is private; the socket itself too.
  if (process.platform !== 'win32') chmodSync(socket, 0o600);
  server.unref();
  writeFileSync(pointer, JSON.stringify({ ...ownProcess(), socket }), { mode: 0o600 });
  return async () => {
    remove(pointer);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    remove(socket);
    if (place !== undefined) rmSync(place, { recursive: true, force: true });
  };
}

export type Answer =
  | { readonly kind: 'answers'; readonly snapshot: Snapshot }
  /** It runs and says nothing: it hangs, or is stopped. */
  | { readonly kind: 'silent'; readonly pid: number };

/** Asks every daemon that uses this state folder. */
export async function askDaemons(state: StateFolder, patienceMs: number = PATIENCE_MS): Promise<Answer[]> {
  const room = state.room('run');
  const answers: Answer[] = [];
  for (const name of readdirSync(room)
    .filter((name) => POINTER.test(name))
    .sort()) {
    const written = readPointer(join(room, name));
    if (written === undefined || !(written.pid === process.pid || isRunningProcess(written))) continue;
    const snapshot = await ask(written.socket, patienceMs);
    answers.push(snapshot === undefined ? { kind: 'silent', pid: written.pid } : { kind: 'answers', snapshot });
  }
  return answers;
}

function readPointer(path: string): { readonly pid: number; readonly socket: string } | undefined {
  try {
    const written = JSON.parse(readFileSync(path, 'utf8')) as { pid?: unknown; socket?: unknown };
    return typeof written.pid === 'number' && typeof written.socket === 'string' ? (written as never) : undefined;
  } catch {
    return undefined;
  }
}

function ask(socket: string, patienceMs: number): Promise<Snapshot | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const connection = createConnection(socket);
    const end = (snapshot: Snapshot | undefined): void => {
      connection.destroy();
      resolve(snapshot);
    };
    connection.setTimeout(patienceMs, () => end(undefined));
    connection.on('error', () => end(undefined));
    connection.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > MOST_BYTES) end(undefined);
    });
    connection.on('end', () => end(parsed(text)));
  });
}

function parsed(text: string): Snapshot | undefined {
  try {
    const snapshot = JSON.parse(text) as Snapshot;
    return snapshot.schema === 'exifence/status@1' ? snapshot : undefined;
  } catch {
    return undefined;
  }
}

/** What daemons have left that were killed. */
function tidy(room: string): void {
  for (const name of readdirSync(room)) {
    if (!POINTER.test(name)) continue;
    const written = readPointer(join(room, name));
    if (written !== undefined && isRunningProcess(written)) continue;
    remove(join(room, name));
    if (written === undefined) continue;
    remove(join(room, `daemon-${written.pid}.sock`));
    // Ours, by its name: a folder of the system's place for temporary files that holds nothing else.
    if (
      /^exifence-[A-Za-z0-9]{6}$/.test(dirname(written.socket).slice(tmpdir().length + 1)) &&
      dirname(written.socket).startsWith(tmpdir())
    )
      rmSync(dirname(written.socket), { recursive: true, force: true });
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already.
  }
}
