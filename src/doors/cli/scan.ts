import { fileJobs } from './jobs.js';
import { report, type ScanOptions } from './output.js';
import { targetNames } from './targets.js';
import type { Terminal } from './terminal.js';

/** `exifence scan`: judges, writes nothing. */
export async function runScan(paths: readonly string[], options: ScanOptions, terminal: Terminal): Promise<number> {
  const names = await targetNames(paths, options.stdin0, terminal);
  return report('scan', options, terminal, (policies, progress) =>
    fileJobs(names, policies, { kind: 'scan', fingerprints: options.format === 'json' }, progress),
  );
}
