import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { stateFolder } from '../../io/state/state-folder.js';
import { styleFor } from '../../report/style.js';
import { untilWords } from '../../service/hold/due-words.js';
import type { HeldIndex } from '../../service/hold/held-index.js';
import { lookNow } from '../../service/hold/look-now.js';
import { arrivedFile, dueMs, type HeldRecord } from '../../service/hold/record.js';
import { type Release, type ReleaseTools, releasePicture } from '../../service/hold/release.js';
import { pathFields } from '../../service/receipts/entry.js';
import { ReceiptLog } from '../../service/receipts/log.js';
import { Vault } from '../../service/vault/vault.js';
import { chosenRecords, heldFor } from './held-choice.js';
import type { Terminal } from './terminal.js';

export interface ReleaseOptions {
  readonly all?: boolean;
  readonly now?: boolean;
  readonly format: 'pretty' | 'json';
}

/** `exifence release`. Exit 0 where all that was asked for is out, 3 where one could not be proven clean. Throws `UsageError`. */
export async function runRelease(pictures: readonly string[], options: ReleaseOptions, terminal: Terminal): Promise<number> {
  if ((options.all === true) === pictures.length > 0) throw new UsageError('name what to release (exifence held lists it), or say --all');
  const { index, list } = heldFor(terminal);
  const wanted = options.all === true ? list.records : chosenRecords(pictures, list.records, terminal);
  const isEarly = (record: HeldRecord): boolean => options.all === true && options.now !== true && waits(record, index);
  const early = wanted.filter(isEarly);
  const tools = releaseTools(index, terminal);
  const results: Release[] = [];
  for (const { id } of wanted.filter((record) => !isEarly(record))) {
    const result = await releasePicture(id, tools);
    results.push(result);
    if (options.format === 'pretty') tell(result, terminal);
  }
  if (options.format === 'json') terminal.stdout.write(`${JSON.stringify(jsonOf(results, early), null, 2)}\n`);
  else tellRest(results, early, index, terminal);
  return results.some(({ kind }) => kind === 'stays') ? EXIT.unproven : EXIT.ok;
}

/** How a picture is released from the command line, and rejected. */
export function releaseTools(index: HeldIndex, terminal: Terminal): ReleaseTools {
  const state = stateFolder(terminal.env);
  const folder = state.room('vault');
  return {
    receipts: new ReceiptLog(state.room('receipts')),
    room: index.room,
    released: index.released,
    lookNow,
    vaultFor: ({ vault }) => (vault === undefined ? undefined : new Vault(folder, vault)),
  };
}

/** True where its posting delay is not over. What is in quarantine without one waits for this command only. */
function waits(record: HeldRecord, index: HeldIndex): boolean {
  if (record.ending !== undefined) return false;
  const due = dueMs(record);
  return due !== undefined && due > index.clock.nowMs() && !index.isLeftBehind(record);
}

function tell(result: Release, terminal: Terminal): void {
  const style = styleFor(terminal.stdout, terminal.env);
  const lines: string[] = [];
  if (result.kind === 'released') {
    const removed = new Set(result.done.receipt?.decisions.map(({ category }) => category) ?? []);
    lines.push(
      `${style.green('released')} ${displayPath(result.output)}${removed.size === 0 ? '' : `  without ${[...removed].join(', ')}`}`,
      `    ${style.dim(whereOriginal(result))}`,
      ...result.notes.map((note) => `    ${style.dim(note)}`),
    );
  } else if (result.kind === 'gone') lines.push(`${result.id}: is not held any more`);
  else
    lines.push(
      `${style.yellow('still held')} ${displayPath(arrivedFile(result.record))} (${result.record.id}): ${result.unreadable.code}: ${result.unreadable.message}`,
      `    ${style.dim(`what to do: ${result.unreadable.hint}`)}`,
    );
  terminal.stdout.write(`${lines.join('\n')}\n`);
}

function whereOriginal({ record, done }: Extract<Release, { kind: 'released' }>): string {
  if (record.original === 'left') return 'the original stays where it arrived, for your eyes only';
  return done.vaultId === undefined
    ? 'the original is gone: the vault is off'
    : 'the original is in the vault: exifence undo brings it back';
}

function tellRest(results: readonly Release[], early: readonly HeldRecord[], index: HeldIndex, terminal: Terminal): void {
  if (results.length + early.length === 0) terminal.stdout.write('nothing is held\n');
  if (early.length === 0) return;
  for (const record of early)
    terminal.stdout.write(
      `still in its delay: ${record.id}  ${displayPath(arrivedFile(record))}  until ${untilWords(record, index.clock)}\n`,
    );
  terminal.stdout.write('to release them all the same: exifence release --all --now\n');
}

function jsonOf(results: readonly Release[], early: readonly HeldRecord[]): object {
  return {
    schema: 'exifence/release@1',
    results: results.map((result) => {
      if (result.kind === 'gone') return result;
      const { kind, record } = result;
      const named = { kind, id: record.id, ...pathFields('file', arrivedFile(record)) };
      if (result.kind === 'stays') return { ...named, unreadable: result.unreadable };
      const { output, done, notes } = result;
      return { ...named, ...pathFields('output', output), before: done.before, after: done.after, vaultId: done.vaultId, notes };
    }),
    stillInDelay: early.map((record) => ({ id: record.id, ...pathFields('file', arrivedFile(record)) })),
  };
}
