import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UsageError } from '../../core/usage-error.js';
import type { Terminal } from './terminal.js';

const MOST_BYTES = 4096;

export interface PassphraseOptions {
  readonly passphraseFile?: string;
}

/** Reads a passphrase: from a file, from standard input, or typed unseen. Throws `UsageError`. */
export async function readPassphrase({ passphraseFile }: PassphraseOptions, prompt: string, terminal: Terminal): Promise<string> {
  const given = await (passphraseFile === undefined && isTerminal(terminal.stdin)
    ? typed(prompt, terminal)
    : passphraseFile === undefined || passphraseFile === '-'
      ? text(terminal.stdin)
      : fromFile(resolve(terminal.cwd(), passphraseFile)));
  const passphrase = given.replace(/\r?\n$/, '');
  if (passphrase === '') throw new UsageError('no passphrase was given; type one, or name a file with --passphrase-file');
  if (Buffer.byteLength(passphrase) > MOST_BYTES) throw new UsageError('the passphrase is longer than 4096 bytes');
  return passphrase;
}

async function typed(prompt: string, terminal: Terminal): Promise<string> {
  terminal.stderr.write(prompt);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.stdin, output: unseen, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    terminal.stderr.write('\n');
  }
}

function fromFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UsageError('the file with the passphrase cannot be read');
  }
}

function isTerminal(stream: NodeJS.ReadableStream & { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
