import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { OPEN_DIRECTORY, OPEN_TO_READ } from './file-ops.js';
import { attempt, IoError } from './io-error.js';
import { directoryOf, nameOf } from './path-bytes.js';

/** One extended attribute, or one further stream of a file on NTFS. */
export interface Attribute {
  /** As the system has it, on Linux with its namespace; its bytes as latin1. */
  readonly name: string;
  readonly value: Buffer;
}

/** A new value, or `null` to take the attribute away. */
export interface AttributeChange {
  readonly name: string;
  readonly value: Buffer | null;
}

/** A way to the attributes of one file. Throws what the system says. */
interface Way {
  read(path: Buffer): Promise<Attribute[]>;
  change(path: Buffer, changes: readonly AttributeChange[]): Promise<void>;
}

type Native = typeof import('@napi-rs/xattr');

const NOT_LOOKED_AT = {
  code: 'attributes-not-looked-at',
  doing: 'reading its extended attributes',
  hint: 'install the optional package @napi-rs/xattr, or getfattr and setfattr (the package attr), or write "xattr: keep"',
} as const;

const NOT_CHANGED = {
  code: 'attributes-not-changed',
  doing: 'changing its extended attributes',
  hint: 'give this user the right to write it, look for an immutable flag or another owner, and run again',
} as const;

/**
 * The attributes of a file that belong to its user: on Linux those below `user.`, on macOS all, on Windows the mark of the
 * web. A file system that has none gives none. Throws `IoError` (`attributes-not-looked-at`) where nothing here can read
 * them: that is not the same as none.
 */
export async function readAttributes(path: Buffer): Promise<Attribute[]> {
  return firstThatWorks((way) => way.read(path), NOT_LOOKED_AT);
}

/** Carries changes out, in order. The file's bytes, inode and times stay. Throws `IoError` (`attributes-not-changed`). */
export async function changeAttributes(path: Buffer, changes: readonly AttributeChange[]): Promise<void> {
  await firstThatWorks((way) => way.change(path, changes), NOT_CHANGED);
}

async function firstThatWorks<T>(
  work: (way: Way) => Promise<T>,
  { code, doing, hint }: typeof NOT_LOOKED_AT | typeof NOT_CHANGED,
): Promise<T> {
  const reasons: string[] = [];
  for (const way of await ways()) {
    try {
      return await work(way);
    } catch (error) {
      if (error instanceof Error) reasons.push(...systemsWord(error.message));
    }
  }
  throw new IoError(code, `${doing} failed (${reasons[0] ?? 'nothing here can'})`, hint);
}

/** The system's own words only: a message of a library may hold the name of an attribute. */
function systemsWord(message: string): string[] {
  return /os error \d+|^E[A-Z]+\b/.exec(message)?.slice(0, 1) ?? [];
}

let known: Promise<readonly Way[]> | undefined;

function ways(): Promise<readonly Way[]> {
  known ??= (async () => {
    if (process.platform === 'win32') return [markOfTheWeb];
    // Prebuilt, and left out where there is none for this machine.
    const native = await import('@napi-rs/xattr').then(
      (module) => nativeWay(module),
      () => undefined,
    );
    const ways = native === undefined ? [] : [native];
    return process.platform === 'linux' ? [...ways, commands] : ways;
  })();
  return known;
}

function nativeWay(native: Native): Way {
  const within = <T>(path: Buffer, work: (file: string) => T): T => {
    const name = nameOf(path);
    // The library takes text and does not follow links: the folder is handed over open, so that only the name must be text.
    if (process.platform !== 'linux') return work(path.toString());
    if (!Buffer.from(name.toString()).equals(name)) throw new Error('a name that is no text');
    const directory = openSync(directoryOf(path), OPEN_DIRECTORY);
    try {
      return work(`/proc/self/fd/${directory}/${name.toString()}`);
    } finally {
      closeSync(directory);
    }
  };
  return {
    read: async (path) =>
      within(path, (file) =>
        native
          .listAttributesSync(file)
          .filter(isOfUser)
          .map((name) => ({ name: Buffer.from(name).toString('latin1'), value: native.getAttributeSync(file, name) ?? Buffer.alloc(0) })),
      ),
    change: async (path, changes) =>
      within(path, (file) => {
        for (const { name, value } of changes) {
          const text = Buffer.from(name, 'latin1').toString();
          if (value === null) native.removeAttributeSync(file, text);
          else native.setAttributeSync(file, text, value);
        }
      }),
  };
}

function isOfUser(name: string): boolean {
  return process.platform !== 'linux' || name.startsWith('user.');
}

/** The system's own programs. The file is handed over open, so that its name may be of any bytes. */
const commands: Way = {
  read: async (path) => {
    const printed = await command(path, 'exec getfattr --dump --match=^user --encoding=hex --absolute-names -- /dev/fd/3', []);
    const attributes: Attribute[] = [];
    for (const line of printed.toString('latin1').split('\n')) {
      const match = /^(user\.[^=]*)(?:=0x([0-9a-f]*))?$/.exec(line);
      if (match === null) continue;
      // It writes bytes that would break its own format as three octal digits.
      const name = (match[1] as string).replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
      attributes.push({ name, value: Buffer.from(match[2] ?? '', 'hex') });
    }
    return attributes;
  },
  change: async (path, changes) => {
    for (const { name, value } of changes) {
      // Arguments are text to Node; a shell's own printf makes bytes of them.
      const octal = [...Buffer.from(name, 'latin1')].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
      if (value === null) await command(path, 'exec setfattr --remove="$(printf %b "$1")" -- /dev/fd/3', [octal]);
      else await command(path, 'exec setfattr --name="$(printf %b "$1")" --value="$2" -- /dev/fd/3', [octal, `0x${value.toString('hex')}`]);
    }
  },
};

const TIMEOUT_MS = 10_000;
/** Attributes are at most 64 KiB each and a few in number; in hexadecimal digits twice that. */
const MAX_PRINTED_BYTES = 16 * 2 ** 20;

function command(path: Buffer, script: string, args: readonly string[]): Promise<Buffer> {
  const fd = attempt('opening it', () => openSync(path, OPEN_TO_READ));
  return new Promise<Buffer>((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...args], {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore', fd],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    const printed: Buffer[] = [];
    let size = 0;
    child.stdout?.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > MAX_PRINTED_BYTES) child.kill('SIGKILL');
      else printed.push(piece);
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(Buffer.concat(printed)) : reject(new Error(`exit ${code}`))));
  }).finally(() => closeSync(fd));
}

const ZONE = 'Zone.Identifier';

/** NTFS: a stream opens under the file's name, a colon and its own. Which streams there are, no call of Node tells. */
const markOfTheWeb: Way = {
  read: async (path) => {
    try {
      return [{ name: ZONE, value: readFileSync(`${path.toString()}:${ZONE}`) }];
    } catch (error) {
      if (['ENOENT', 'EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  },
  change: async (path, changes) => {
    for (const { name, value } of changes) writeFileSync(`${path.toString()}:${name}`, value ?? '');
  },
};
