import { hiddenFromHeaders, hiddenFromPixels } from '../../service/hidden-pictures.js';
import { Linkage } from '../../service/linkage.js';
import type { Policies } from '../../service/policies.js';
import { fileJobs } from './jobs.js';
import { report, type ScanOptions } from './output.js';
import type { Progress } from './progress.js';
import { targetNames } from './targets.js';
import type { Terminal } from './terminal.js';

/** `exifence scan`: judges, writes nothing. */
export async function runScan(
  paths: readonly string[],
  options: ScanOptions & { readonly reveal?: boolean; readonly visual?: boolean },
  terminal: Terminal,
): Promise<number> {
  const names = await targetNames(paths, options.stdin0, terminal);
  const jobs = (policies: Policies, progress: Progress) =>
    fileJobs(
      names,
      policies,
      { kind: 'scan', fingerprints: options.format !== 'pretty', look: options.visual === true ? hiddenFromPixels : hiddenFromHeaders },
      progress,
    );
  return report('scan', options, terminal, jobs, { linkage: new Linkage({ reveal: options.reveal === true }) });
}
