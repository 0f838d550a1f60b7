import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { displayPath, displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { TOOL } from '../../core/tool.js';
import { UsageError } from '../../core/usage-error.js';
import { IoError } from '../../io/io-error.js';
import { joinBytes, nameOf } from '../../io/path-bytes.js';
import { stateFolder } from '../../io/state/state-folder.js';
import { durationMs } from '../../policy/duration.js';
import { pathFields } from '../../service/receipts/entry.js';
import { ReceiptLog } from '../../service/receipts/log.js';
import { identityIn } from '../../service/vault/keys.js';
import { fileOf, type VaultRecord } from '../../service/vault/record.js';
import { undo } from '../../service/vault/undo.js';
import { openVault } from './open-vault.js';
import { type PassphraseOptions, readPassphrase } from './passphrase.js';
import type { Terminal } from './terminal.js';

export interface UndoCommandOptions extends PassphraseOptions {
  readonly last?: boolean;
  readonly since?: string;
  readonly force?: boolean;
}

/** `exifence undo`. Exit 0 where all came back, 1 where one did not. Throws `UsageError`. */
export async function runUndo(files: readonly string[], options: UndoCommandOptions, terminal: Terminal): Promise<number> {
  const ways = [files.length > 0, options.last === true, options.since !== undefined].filter(Boolean).length;
  if (ways !== 1) throw new UsageError('name files, or say --last, or --since 2h');
  const state = stateFolder(terminal.env);
  const vault = openVault(state);
  const records = vault.records().filter(({ after }) => after !== undefined);
  const chosen = choose(records, files, options, terminal);
  let identity: string | undefined;
  if (chosen.some(({ encrypted }) => encrypted))
    identity = await opened(() => readPassphrase(options, 'passphrase of the vault: ', terminal), vault.folder);
  const log = new ReceiptLog(state.room('receipts'));
  let failed = 0;
  for (const record of chosen) {
    const path = fileOf(record);
    try {
      const done = await undo(record, {
        vault,
        force: options.force === true,
        ...(identity === undefined ? {} : { identity }),
      });
      if (done.changed)
        await log.append({
          at: new Date().toISOString(),
          event: 'undone',
          ...pathFields('file', path),
          before: done.before,
          after: done.after,
          vaultId: record.id,
          tool: TOOL,
        });
      terminal.stdout.write(
        `${displayPath(path)}: ${done.changed ? 'the original is back, and stays as it is' : 'the original lies there already'}\n`,
      );
      for (const note of done.notes) terminal.stdout.write(`    ${note}\n`);
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      failed++;
      terminal.stderr.write(`${displayPath(path)}: not brought back: ${error.message}\n    what to do: ${error.hint}\n`);
    }
  }
  return failed === 0 ? EXIT.ok : EXIT.violations;
}

function choose(
  records: readonly VaultRecord[],
  files: readonly string[],
  { last, since }: UndoCommandOptions,
  terminal: Terminal,
): readonly VaultRecord[] {
  if (since !== undefined) {
    const ms = durationMs(since);
    if (ms === undefined) throw new UsageError(`${displayText(since)} is no time; write 30m, 2h or 7d`);
    const from = Date.now() - ms;
    return oldestOfEach(records.filter(({ keptAt }) => Date.parse(keptAt) >= from));
  }
  const [newest] = records.slice(-1);
  if (last === true) {
    if (newest === undefined) throw new UsageError('there is no original in the vault');
    return [newest];
  }
  return files.map((file) => {
    const path = realPath(resolve(terminal.cwd(), file));
    const record = records.findLast((candidate) => fileOf(candidate).equals(path));
    if (record === undefined)
      throw new UsageError(`there is no original of ${displayPath(file)} in the vault; exifence vault list shows what there is`);
    return record;
  });
}

/** A file that was cleaned twice goes back to what it was before the first. */
function oldestOfEach(records: readonly VaultRecord[]): VaultRecord[] {
  const first = new Map<string, VaultRecord>();
  for (const record of records) {
    const key = fileOf(record).toString('latin1');
    if (!first.has(key)) first.set(key, record);
  }
  return [...first.values()];
}

/** The file itself may be gone. */
function realPath(path: string): Buffer {
  try {
    const folder = realpathSync.native(dirname(path), { encoding: 'buffer' }) as unknown as Buffer;
    return joinBytes(folder, nameOf(Buffer.from(path)));
  } catch {
    return Buffer.from(path);
  }
}

async function opened(ask: () => Promise<string>, folder: string): Promise<string> {
  try {
    return await identityIn(folder, await ask());
  } catch (error) {
    if (error instanceof IoError) throw new UsageError(`${error.message}; ${error.hint}`);
    throw error;
  }
}
