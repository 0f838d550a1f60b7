import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { IoError } from '../../io/io-error.js';
import { arrivedFile, type HeldRecord } from '../../service/hold/record.js';
import { type Rejection, rejectPicture } from '../../service/hold/reject.js';
import { pathFields } from '../../service/receipts/entry.js';
import { chosenRecords, heldFor } from './held-choice.js';
import { releaseTools } from './release.js';
import type { Terminal } from './terminal.js';

export interface RejectOptions {
  readonly delete?: boolean;
  readonly format: 'pretty' | 'json';
}

type Told = { readonly record: HeldRecord; readonly kind: Rejection['kind'] | 'failed'; readonly line: string; readonly vaultId?: string };

/** `exifence reject`. Exit 0 where all are away, 1 where one is still held. Throws `UsageError`. */
export async function runReject(pictures: readonly string[], options: RejectOptions, terminal: Terminal): Promise<number> {
  const { index, list } = heldFor(terminal);
  const wanted = chosenRecords(pictures, list.records, terminal);
  const tools = releaseTools(index, terminal);
  const told: Told[] = [];
  for (const record of wanted) {
    let one: Told;
    try {
      const rejection = await rejectPicture(record.id, options.delete === true, tools);
      one = toldOf(record, rejection);
      if (rejection.kind === 'rejected') for (const note of rejection.notes) terminal.stderr.write(`exifence: ${note}\n`);
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      one = { record, kind: 'failed', line: `still held: ${error.message}; ${error.hint}` };
    }
    told.push(one);
    if (options.format === 'pretty') terminal.stdout.write(`${displayPath(arrivedFile(record))}: ${one.line}\n`);
  }
  if (options.format === 'json') terminal.stdout.write(`${JSON.stringify(jsonOf(told), null, 2)}\n`);
  return told.every(({ kind }) => kind === 'rejected' || kind === 'gone') ? EXIT.ok : EXIT.violations;
}

function toldOf(record: HeldRecord, rejection: Rejection): Told {
  const told = (line: string): Told => ({ record, kind: rejection.kind, line });
  if (rejection.kind === 'gone') return told('is not held any more');
  if (rejection.kind === 'needs-delete')
    return told(`still held: there is no vault that it could go to; to delete it for good: exifence reject ${record.id} --delete`);
  if (rejection.vaultId === undefined) return told('rejected: deleted for good');
  return { ...told('rejected: the original is in the vault, until that is over by the policy'), vaultId: rejection.vaultId };
}

function jsonOf(told: readonly Told[]): object {
  return {
    schema: 'exifence/reject@1',
    results: told.map(({ record, kind, line, vaultId }) => ({
      id: record.id,
      ...pathFields('file', arrivedFile(record)),
      kind,
      message: line,
      ...(vaultId === undefined ? {} : { vaultId }),
    })),
  };
}
