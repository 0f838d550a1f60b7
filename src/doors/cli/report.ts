import { displayPath } from '../../core/display.js';
import { countResults, exitCodeOf, type FileResult } from '../../core/result.js';
import { TOOL } from '../../core/tool.js';
import { UsageError } from '../../core/usage-error.js';
import { openFileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import { writeNewFile } from '../../io/write-new.js';
import { PAGE_START, ReportPage } from '../../report/page/page.js';
import { hiddenFromPixels } from '../../service/hidden-pictures.js';
import { fileJobs } from './jobs.js';
import { policiesFor } from './output.js';
import { progressOn } from './progress.js';
import { nameBytes, targetNames } from './targets.js';
import type { Terminal } from './terminal.js';

export interface ReportOptions {
  readonly policy?: string;
  readonly stdin0?: boolean;
  readonly out?: string;
  readonly reveal?: boolean;
}

/** It shows what was hidden: for its owner only. */
const PRIVATE = 0o600;

/** `exifence report`: a page about files, with pictures of what can be recovered from them. Exit codes as `scan`. */
export async function runReport(paths: readonly string[], options: ReportOptions, terminal: Terminal): Promise<number> {
  const out = options.out === undefined ? undefined : nameBytes(options.out);
  if (out === undefined && terminal.stdout.isTTY === true)
    throw new UsageError('a page is not for a terminal; name a file: exifence report --out report.html …');
  if (out !== undefined) requireFreeOrOurs(out);
  const names = await targetNames(paths, options.stdin0, terminal);
  const policies = policiesFor(options.policy, terminal);
  const progress = await progressOn(terminal);
  const page = new ReportPage({ tool: TOOL, at: new Date().toISOString(), reveal: options.reveal === true });
  const results: Pick<FileResult, 'status'>[] = [];
  for await (const result of fileJobs(names, policies, { kind: 'scan', fingerprints: false, look: hiddenFromPixels }, progress)) {
    page.add(result);
    results.push({ status: result.status });
  }
  if (out === undefined) for (const piece of page.pieces()) terminal.stdout.write(piece);
  else await writePage(out, page, terminal);
  return exitCodeOf(countResults(results));
}

async function writePage(out: Buffer, page: ReportPage, terminal: Terminal): Promise<void> {
  const pieces = { [Symbol.iterator]: () => page.pieces() };
  try {
    await writeNewFile(out, pieces, () => Promise.resolve(), { mode: PRIVATE, overwrite: true });
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    throw new UsageError(`${displayPath(out)} cannot be written: ${error.message}; ${error.hint}`);
  }
  terminal.stderr.write(`exifence: wrote ${displayPath(out)}; it shows what was hidden, so keep it to yourself\n`);
}

/** A report may be written over by the next one; nothing else may. */
function requireFreeOrOurs(out: Buffer): void {
  let source: ReturnType<typeof openFileSource>;
  try {
    source = openFileSource(out);
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    if (error.code === 'not-found') return;
    throw new UsageError(`${displayPath(out)} cannot be used: ${error.message}; ${error.hint}`);
  }
  try {
    const isOurs = source.byteLength >= PAGE_START.length && Buffer.from(source.read(0, PAGE_START.length)).equals(Buffer.from(PAGE_START));
    if (!isOurs) throw new UsageError(`${displayPath(out)} exists and is no report; it is not written over`);
  } finally {
    source.close();
  }
}
