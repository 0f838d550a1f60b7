import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { displayPath, displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { sha256Of } from '../../engine/digest.js';
import { openFileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import { stateFolder } from '../../io/state/state-folder.js';
import { type FoundReceipt, receiptOfContent } from '../../service/receipts/find.js';
import { type LogReport, verifyLog } from '../../service/receipts/verify-log.js';
import type { Terminal } from './terminal.js';

interface FormatOption {
  readonly format: string;
}

/** `exifence verify`: exit 0 where a receipt stands for each file, 3 where one has none, or the log cannot be trusted. */
export async function runVerify(files: readonly string[], { format }: FormatOption, terminal: Terminal): Promise<number> {
  const folder = stateFolder(terminal.env).room('receipts');
  const { faults } = await verifyLog(folder);
  const results: { file: string; sha256?: string; receipt?: FoundReceipt; problem?: string }[] = [];
  for (const file of files) {
    try {
      const source = openFileSource(resolve(terminal.cwd(), file));
      let sha256: string;
      try {
        sha256 = sha256Of(source);
      } finally {
        source.close();
      }
      const receipt = await receiptOfContent(folder, sha256);
      results.push({
        file: displayPath(file),
        sha256,
        ...(receipt === undefined ? { problem: 'no receipt says that these bytes were written' } : { receipt }),
      });
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      results.push({ file: displayPath(file), problem: error.message });
    }
  }
  const verified = faults.length === 0 && results.every(({ receipt }) => receipt !== undefined);
  if (format === 'json')
    terminal.stdout.write(`${JSON.stringify({ schema: 'exifence/verify@1', verified, log: faults, files: results }, null, 2)}\n`);
  else {
    for (const result of results) terminal.stdout.write(lineOf(result));
    if (faults.length > 0) terminal.stdout.write(`the log of receipts is damaged, so that none of this is sure: run exifence verify-log\n`);
  }
  return verified ? EXIT.ok : EXIT.unproven;
}

function lineOf({ file, receipt, problem }: { file: string; receipt?: FoundReceipt; problem?: string }): string {
  if (receipt === undefined) return `? ${file}  ${problem ?? ''}\n`;
  const removed = Object.entries(receipt.removed ?? {}).map(([category, count]) => `${displayText(category)} ${count}`);
  const what =
    receipt.event === 'undone'
      ? 'an original that was brought back: nothing was taken out'
      : removed.length === 0
        ? 'nothing had to go'
        : `removed ${removed.join(', ')}`;
  const policy = receipt.policySha256 === undefined ? '' : `, policy ${displayText(receipt.policySha256.slice(0, 12))}`;
  return `${receipt.event === 'undone' ? '!' : '✓'} ${file}  receipt ${receipt.seq} of ${displayText(receipt.at)}: ${what}${policy}\n`;
}

/** `exifence verify-log`: exit 0 where the chain is whole, 1 where it is not. Throws `UsageError`. */
export async function runVerifyLog(folder: string | undefined, { format }: FormatOption, terminal: Terminal): Promise<number> {
  const place = folder === undefined ? stateFolder(terminal.env).room('receipts') : resolve(terminal.cwd(), folder);
  if (!existsSync(place)) throw new UsageError(`there is no ${displayPath(place)}`);
  const report = await verifyLog(place);
  if (format === 'json') terminal.stdout.write(`${JSON.stringify({ schema: 'exifence/verify-log@1', ...report }, null, 2)}\n`);
  else terminal.stdout.write(textOf(report));
  return report.faults.length === 0 ? EXIT.ok : EXIT.violations;
}

function textOf({ files, lines, faults, lastSha256 }: LogReport): string {
  if (lines === 0 && faults.length === 0) return 'there are no receipts yet\n';
  const told = faults.map(({ file, line, byteOffset, message }) => `✗ ${file}, line ${line}, byte ${byteOffset}: ${message}\n`).join('');
  const sum = `${lines} receipts in ${files} ${files === 1 ? 'file' : 'files'}: ${faults.length === 0 ? 'none was changed, removed, added or moved' : `${faults.length} faults`}\n`;
  return `${told}${sum}${lastSha256 === undefined ? '' : `last receipt: SHA-256 ${lastSha256}\n`}`;
}
