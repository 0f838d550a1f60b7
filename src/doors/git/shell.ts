import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const PLAIN = /^[A-Za-z0-9_./:@%+=,-]+$/;
const SHOWABLE = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

/**
 * One word of a command for a person to copy: plain where it can be, in quotes where it must be. Bytes that are not text
 * or that a terminal would act on are written as `$'\ooo'` (POSIX 2024, bash, zsh).
 */
function shellWord(bytes: Uint8Array | string): string {
  const buffer = Buffer.from(bytes as Uint8Array);
  const text = buffer.toString();
  if (!isShowable(buffer)) return `$'${[...buffer].map(octal).join('')}'`;
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function octal(byte: number): string {
  const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c;
  return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}

/** A command line has room for so many names; more are given through a pipe too. */
const MAX_WORDS = 200;

/**
 * The command that scrubs the files, and stages them where asked. Node takes arguments as text only, and a plain `sh` knows no `$'…'`: names
 * that are no text go through a pipe, written as `printf(1)` has them everywhere.
 */
export function scrubCommand(command: string, paths: readonly Buffer[], stage: boolean): string {
  const plain = paths.length <= MAX_WORDS && paths.every((path) => isShowable(path));
  if (plain) {
    const words = paths.map((path) => shellWord(path)).join(' ');
    return `${command} scrub -- ${words}${stage ? ` && git add -- ${words}` : ''}`;
  }
  const names = `printf '${paths.map((path) => `${printfText(path)}\\000`).join('')}'`;
  return `${names} | ${command} scrub --stdin0${stage ? ` && ${names} | git --literal-pathspecs add --pathspec-from-file=- --pathspec-file-nul` : ''}`;
}

function isShowable(bytes: Buffer): boolean {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) && SHOWABLE.test(text);
}

/** Within single quotes, for the format of printf(1). */
function printfText(bytes: Buffer): string {
  return [...bytes].map((byte) => (byte === 0x25 ? '%%' : octal(byte))).join('');
}

/** How a person starts this program here: by name where that is found, else the way this process was started. */
export function ownCommand(env: NodeJS.ProcessEnv, top: string): string {
  if (
    (env.PATH ?? '')
      .split(delimiter)
      .some((folder) => folder !== '' && !folder.includes('node_modules') && isExecutable(join(folder, 'exifence')))
  )
    return 'exifence';
  if (existsSync(join(top, 'node_modules', '.bin', 'exifence'))) return 'npx exifence';
  const cli = join(dirname(process.argv[1] ?? ''), 'cli.mjs');
  return existsSync(cli) ? `${shellWord(process.execPath)} ${shellWord(cli)}` : 'exifence';
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
