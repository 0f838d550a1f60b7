import { displayPath, displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { IoError } from '../../io/io-error.js';
import { stateFolder } from '../../io/state/state-folder.js';
import { durationMs } from '../../policy/duration.js';
import { makeKey } from '../../service/vault/keys.js';
import { fileOf } from '../../service/vault/record.js';
import { openVault } from './open-vault.js';
import { type PassphraseOptions, readPassphrase } from './passphrase.js';
import type { Terminal } from './terminal.js';

/** `exifence vault list`. */
export async function runVaultList({ format }: { readonly format: string }, terminal: Terminal): Promise<number> {
  const vault = openVault(stateFolder(terminal.env));
  const records = vault.records();
  if (format === 'json') {
    terminal.stdout.write(`${JSON.stringify({ schema: 'exifence/vault-list@1', records }, null, 2)}\n`);
    return EXIT.ok;
  }
  for (const record of records) {
    const state = vault.has(record) ? (record.encrypted ? 'encrypted' : 'kept') : 'gone';
    terminal.stdout.write(
      `${record.keptAt}  ${String(record.before.sizeBytes).padStart(11)} bytes  ${state.padEnd(9)}  ${displayPath(fileOf(record))}\n`,
    );
  }
  terminal.stdout.write(`${records.length} ${records.length === 1 ? 'original' : 'originals'} in the vault\n`);
  return EXIT.ok;
}

/** `exifence vault purge`. Throws `UsageError`. */
export async function runVaultPurge(options: { readonly olderThan?: string; readonly yes?: boolean }, terminal: Terminal): Promise<number> {
  const ms = options.olderThan === undefined ? 0 : durationMs(options.olderThan);
  if (ms === undefined) throw new UsageError(`${displayText(options.olderThan ?? '')} is no time; write 30m, 2h or 7d`);
  if (options.olderThan === undefined && options.yes !== true)
    throw new UsageError('this removes every original for good; say so with --yes, or name an age with --older-than 7d');
  const vault = openVault(stateFolder(terminal.env));
  const before = Date.now() - ms;
  const old = vault.records().filter(({ keptAt }) => Date.parse(keptAt) <= before);
  for (const record of old) vault.remove(record);
  terminal.stdout.write(`${old.length} ${old.length === 1 ? 'original' : 'originals'} removed\n`);
  return EXIT.ok;
}

/** `exifence vault encrypt`: makes the key. Throws `UsageError`. */
export async function runVaultEncrypt(options: PassphraseOptions, terminal: Terminal): Promise<number> {
  const folder = stateFolder(terminal.env).room('vault');
  const passphrase = await readPassphrase(options, 'passphrase for the vault: ', terminal);
  try {
    await makeKey(folder, passphrase);
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    throw new UsageError(
      error.code === 'exists'
        ? 'the vault has a key already; originals that it encrypted can be opened by it only'
        : `${error.message}; ${error.hint}`,
    );
  }
  terminal.stdout.write(
    `the vault has a key. Without the passphrase no original comes back: write it down.\nNow say so in the policy:\n  watch:\n    vault: { encrypt: true }\n`,
  );
  return EXIT.ok;
}
