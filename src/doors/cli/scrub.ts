import { UsageError } from '../../core/usage-error.js';
import { fileJobs } from './jobs.js';
import { report, type ScanOptions } from './output.js';
import { nameBytes, targetNames } from './targets.js';
import type { Terminal } from './terminal.js';

export interface ScrubOptions extends ScanOptions {
  readonly out?: string;
  readonly dryRun?: boolean;
}

/** `exifence scrub`: in place, or into another folder. */
export async function runScrub(paths: readonly string[], options: ScrubOptions, terminal: Terminal): Promise<number> {
  if (options.out !== undefined && options.dryRun === true)
    throw new UsageError('--dry-run writes nothing, so that --out has no use with it; leave one of them out');
  const names = await targetNames(paths, options.stdin0, terminal);
  const mode =
    options.dryRun === true
      ? ({ kind: 'dry-run', fingerprints: options.format !== 'pretty' } as const)
      : options.out === undefined
        ? ({ kind: 'in-place' } as const)
        : ({ kind: 'copy', folder: nameBytes(options.out) } as const);
  return report('scrub', options, terminal, (policies, progress) => fileJobs(names, policies, mode, progress));
}
