import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FileEntry, LogLine } from './entry.js';
import { LOG_NAME } from './log.js';

export type FoundReceipt = FileEntry & Pick<LogLine, 'seq'>;

/** The last receipt that says that these exact bytes were written. `undefined` where none does. */
export async function receiptOfContent(folder: string, sha256: string): Promise<FoundReceipt | undefined> {
  let found: FoundReceipt | undefined;
  for await (const entry of fileEntries(folder)) if (entry.after?.sha256 === sha256) found = entry;
  return found;
}

/** Every receipt of a file, the oldest first. Lines that are none of ours are passed over: `verifyLog` tells of them. */
async function* fileEntries(folder: string): AsyncGenerator<FoundReceipt> {
  const rotated = readdirSync(folder)
    .filter((name) => /^receipts-\d{12}\.ndjson$/.test(name))
    .sort();
  for (const name of [...rotated, ...(existsSync(join(folder, LOG_NAME)) ? [LOG_NAME] : [])]) {
    for await (const line of createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Number.POSITIVE_INFINITY })) {
      const entry = parsed(line);
      if (entry !== undefined) yield entry;
    }
  }
}

function parsed(line: string): FoundReceipt | undefined {
  try {
    const entry = JSON.parse(line) as FoundReceipt;
    return typeof entry.file === 'string' && typeof entry.before?.sha256 === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}
