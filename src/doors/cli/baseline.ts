import { createHash } from 'node:crypto';
import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { MAX_BLOB_BYTES, readBlobs } from '../../io/git/blobs.js';
import { openRepository } from '../../io/git/repository.js';
import { git, oneLine } from '../../io/git/run.js';
import { openEngineJudge } from '../../service/blobs/engine-judge.js';
import { exceptionRoot, inAYear, sha256OfFile, writeException } from '../../service/exceptions.js';
import { scanHistory } from '../../service/history/scan-history.js';
import { today } from '../../service/policies.js';
import { fileJobs } from './jobs.js';
import { policiesFor } from './output.js';
import { progressOn } from './progress.js';
import { targetNames } from './targets.js';
import type { Terminal } from './terminal.js';

export interface BaselineOptions {
  readonly owner: string;
  readonly expires?: string;
  readonly history?: boolean;
  readonly policy?: string;
}

/** `exifence baseline`: an exception for every image that violates the policy today, and no other change. */
export async function runBaseline(paths: readonly string[], options: BaselineOptions, terminal: Terminal): Promise<number> {
  const day = today();
  const terms = { reason: `baseline of ${day}`, owner: options.owner, expires: options.expires ?? inAYear(day) };
  const root = exceptionRoot(terminal.cwd(), terminal.env);
  const counts = { added: 0, known: 0, unproven: 0 };
  const add = (sha256: string): void => {
    if (writeException(root, sha256, terms) === undefined) counts.known++;
    else counts.added++;
  };
  const names = await targetNames(paths.length === 0 ? ['.'] : paths, undefined, terminal);
  const progress = await progressOn(terminal);
  for await (const { status, nameBytes, artifact } of fileJobs(
    names,
    policiesFor(options.policy, terminal),
    { kind: 'scan', fingerprints: false },
    progress,
  )) {
    if (status === 'violates' && nameBytes !== undefined) add(await sha256OfFile(Buffer.from(nameBytes)));
    if (status !== 'unproven') continue;
    counts.unproven++;
    terminal.stderr.write(
      `exifence: ${artifact} could not be proven clean, and is not let pass by a baseline: exifence allow does that, one by one\n`,
    );
  }
  if (options.history === true) for (const sha256 of await leakingInHistory(options, terminal)) add(sha256);
  terminal.stdout.write(
    `${counts.added} exceptions written to ${displayPath(root)}/.exifence/allow, until ${terms.expires}${counts.known > 0 ? `; ${counts.known} were there already` : ''}. Commit them: what leaks from now on is stopped\n`,
  );
  return counts.unproven > 0 ? EXIT.unproven : EXIT.ok;
}

async function leakingInHistory(options: BaselineOptions, terminal: Terminal): Promise<string[]> {
  const repository = openRepository({ cwd: terminal.cwd(), env: terminal.env });
  const { place } = repository;
  const judge = await openEngineJudge(repository, options.policy === undefined ? {} : { policy: options.policy });
  const from = ['--all', oneLine(git(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])).toString()];
  const { held } = await scanHistory(repository, judge, { from }, await progressOn(terminal));
  const leaking = held.filter(({ answer }) => answer.result.status === 'violates').map(({ answer }) => answer.request.oid);
  const hashes: string[] = [];
  for await (const blob of readBlobs(place, leaking, { maxBytes: MAX_BLOB_BYTES })) {
    if (blob.kind !== 'read') throw new UsageError('a blob of the history cannot be read; check the repository with git fsck');
    hashes.push(createHash('sha256').update(blob.bytes).digest('hex'));
  }
  return hashes;
}
