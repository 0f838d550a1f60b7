import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import type { Unreadable } from '../../core/judgement.js';
import { UsageError } from '../../core/usage-error.js';
import { judge } from '../../engine/judge.js';
import { lookAndScrub } from '../../engine/scrub.js';
import { reasonOf } from '../../service/file-job.js';
import { fileOptions } from '../../service/file-options.js';
import { Policies, today } from '../../service/policies.js';
import type { WatchJob } from './file-worker.js';
import { type LogStreams, openLog } from './log.js';
import type { WatchedFolder } from './root.js';
import { runWatch } from './run.js';
import { type StoppableProcess, untilSignal } from './signals.js';

export interface WatchMainOptions {
  /** `--policy`: a file or a preset. */
  readonly policy?: string;
  /** Watched, and made if missing, where no folder is named. */
  readonly fallbackFolder?: string;
}

/** The process as the daemon sees it. */
export interface WatchProcess extends LogStreams, StoppableProcess {
  cwd(): string;
}

/** Settles slower than any program pauses between two writes would make everything slow; faster than this sees files half-done. */
const LEAST_SETTLE_MS = 20;

/** `exifence watch`: until a signal. Throws `UsageError`, and what a policy that cannot be used throws. */
export async function watchMain(names: readonly string[], options: WatchMainOptions, process: WatchProcess): Promise<number> {
  const cwd = process.cwd();
  const book = policyBook(cwd, options.policy);
  const policy = await book().forFolder(names[0] ?? options.fallbackFolder ?? '.');
  const fromPolicy = policy.watch.folders.map((folder) => ({
    ...folder,
    path: resolve(policy.rootDirectory ?? cwd, fromHome(folder.path)),
  }));
  const named = names.map((path) => ({ path: resolve(cwd, path), recursive: true }));
  const folders = withoutNested(
    (named.length > 0 ? named : fromPolicy.length > 0 ? fromPolicy : fallback(options, cwd, process)).map(real),
  );
  // A policy that cannot be used is told now, not with the first file.
  for (const { path } of folders) await book().forFolder(path);
  const log = openLog(process);
  return untilSignal(process, async (signal) => {
    await runWatch({
      folders,
      jobFor: (path) => jobFor(path, book()),
      reasonOf: reasonFor,
      log,
      signal,
      settleMs: Math.max(LEAST_SETTLE_MS, policy.watch.settleMs),
      polling: process.env.EXIFENCE_POLLING === '1',
      ...progress(process),
    });
    return EXIT.ok;
  });
}

/** A policy below the folder that cannot be used leaves its files as they are; the daemon goes on with the others. */
function reasonFor(error: unknown): Unreadable {
  if (error instanceof UsageError)
    return { code: 'unusable-policy', byteOffset: 0, message: error.userMessage, hint: 'mend the policy file, then touch this file' };
  return reasonOf(error);
}

/** The policies as of today: allow-list entries expire while the daemon runs. */
function policyBook(cwd: string, override: string | undefined): () => Policies {
  let policies: Policies | undefined;
  return () => {
    const date = today();
    if (policies?.options.today !== date) policies = new Policies({ cwd, today: date, ...(override === undefined ? {} : { override }) });
    return policies;
  };
}

async function jobFor(path: Buffer, policies: Policies): Promise<WatchJob> {
  const {
    options,
    enforce: { watch: enforce },
    folder,
  } = await fileOptions(policies, path);
  const { visual } = options.policy;
  if (visual !== undefined) {
    const { pictureReading } = await import('../../service/visual/picture-reading.js');
    const reading = await pictureReading(visual, folder, { judge, lookAndScrub });
    return {
      enforce,
      look: async (source) =>
        enforce === 'fix' ? reading.lookAndScrub(source, options) : { outcome: await reading.judge(source, options) },
    };
  }
  return { enforce, look: (source) => (enforce === 'fix' ? lookAndScrub(source, options) : { outcome: judge(source, options) }) };
}

function fromHome(path: string): string {
  return path === '~' ? homedir() : path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

function fallback({ fallbackFolder }: WatchMainOptions, cwd: string, process: WatchProcess): WatchedFolder[] {
  if (fallbackFolder === undefined)
    throw new UsageError('no folder was named, and the policy names none under watch.folders; try: exifence watch ~/Pictures');
  const path = resolve(cwd, fallbackFolder);
  mkdirSync(path, { recursive: true });
  process.stdout.write(`no folder was named: watching ${displayPath(path)}\n`);
  return [{ path, recursive: true }];
}

function real({ path, recursive }: WatchedFolder): WatchedFolder {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw new UsageError(`there is no folder ${displayPath(path)}`);
  return { path: realpathSync.native(path), recursive };
}

/** A folder within one that is watched with all below it needs no watch of its own. */
function withoutNested(folders: readonly WatchedFolder[]): WatchedFolder[] {
  const within = (inner: WatchedFolder, outer: WatchedFolder): boolean =>
    inner !== outer &&
    ((outer.recursive && inner.path.startsWith(outer.path.endsWith(sep) ? outer.path : outer.path + sep)) ||
      (inner.path === outer.path && (outer.recursive || !inner.recursive)));
  return folders.filter((folder, index) => !folders.some((other, at) => within(folder, other) && !(at > index && within(other, folder))));
}

/** On a terminal: how far the first sweep has come. */
function progress(process: WatchProcess): { onSweepProgress?: (files: number) => void } {
  if (process.stderr.isTTY !== true) return {};
  return {
    onSweepProgress: (files) => {
      if (files % 500 === 0) process.stderr.write(`\rlooked at ${files} files\r`);
    },
  };
}
