import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const PLAIN = /^[A-Za-z0-9_./:@%+=,-]+$/;
const SHOWABLE = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

/**
 * One word of a command for a person to copy: plain where it can be, in quotes where it must be. Bytes that are not text
 * or that a terminal would act on are written as `$'\ooo'` (POSIX 2024, bash, zsh).
 */
export function shellWord(bytes: Uint8Array | string): string {
  const buffer = Buffer.from(bytes as Uint8Array);
  const text = buffer.toString();
  if (!Buffer.from(text).equals(buffer) || !SHOWABLE.test(text)) return `$'${[...buffer].map(octal).join('')}'`;
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function octal(byte: number): string {
  const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c;
  return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
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
