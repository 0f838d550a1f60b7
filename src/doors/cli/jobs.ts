import { displayPath } from '../../core/display.js';
import { mayBeImageName } from '../../core/image-names.js';
import type { FileResult } from '../../core/result.js';
import { joinBytes, nameOf } from '../../io/path-bytes.js';
import { removeStrays } from '../../io/stray.js';
import { type SkipReason, type WalkItem, walk } from '../../io/walk.js';
import { PictureJobs } from '../../service/beyond/picture-job.js';
import type { HiddenLook, JobMode } from '../../service/file-job.js';
import type { Policies } from '../../service/policies.js';
import type { Progress } from './progress.js';

/** What to do with each file; `copy` names the folder that takes the copies. */
export type RunMode =
  | Exclude<JobMode, { kind: 'copy' | 'judge' }>
  | { readonly kind: 'scan'; readonly fingerprints: boolean; readonly look?: HiddenLook }
  | { readonly kind: 'copy'; readonly folder: Buffer };

type Skipped = Extract<WalkItem, { kind: 'skipped' }>;
type Job = { readonly item: WalkItem /** Path below the folder that was named. */; readonly relative: Buffer };

/** Every file below the names, one result each, in order. */
export async function* fileJobs(
  names: readonly Buffer[],
  policies: Policies,
  mode: RunMode,
  progress: Progress,
): AsyncGenerator<FileResult> {
  const jobs: Job[] = [];
  for (const name of names) {
    for await (const item of walk([name])) jobs.push({ item, relative: below(name, item.path) });
  }
  const pictures = new PictureJobs(policies);
  const inRun = new Set(jobs.flatMap(({ item }) => (item.kind === 'file' ? [item.path.toString('latin1')] : [])));
  progress.begin(jobs.length);
  try {
    for (const { item, relative } of jobs) {
      if (item.kind === 'file') {
        // What belongs to a picture of this run comes with that picture.
        if (!(await pictures.goesWith(item.path, (owner) => inRun.has(owner.toString('latin1')))))
          yield* await pictures.run(item.path, jobMode(mode, relative));
      } else if (item.kind === 'skipped') yield leftOut(item);
      // What a killed run left behind: a command that writes may also finish it or take it away.
      else if (mode.kind === 'in-place') yield* tidiedUp(await removeStrays([item.path]));
      progress.step();
    }
  } finally {
    progress.end();
  }
}

function jobMode(mode: RunMode, relative: Buffer): JobMode {
  if (mode.kind === 'scan')
    return { kind: 'judge', fingerprints: mode.fingerprints, ...(mode.look === undefined ? {} : { look: mode.look }) };
  return mode.kind === 'copy' ? { kind: 'copy', target: joinBytes(mode.folder, relative) } : mode;
}

/** Temporary files that could not be taken away hold what was to be hidden: the user has to know. */
function* tidiedUp({ left }: Awaited<ReturnType<typeof removeStrays>>): Generator<FileResult> {
  for (const { path, reason } of left) {
    const unreadable = { code: 'left-by-a-killed-run', byteOffset: 0, message: reason, hint: 'look at it and delete it by hand' };
    yield { artifact: displayPath(path), nameBytes: path, status: 'unproven', unreadable, notes: [] };
  }
}

/** A file that was named itself goes by its last component. */
function below(named: Buffer, path: Buffer): Buffer {
  if (path.length <= named.length) return nameOf(path);
  const rest = path.subarray(named.length);
  return rest[0] === 0x2f ? rest.subarray(1) : rest;
}

const WHY: Readonly<Record<SkipReason, { message: string; hint: string }>> = {
  symlink: { message: 'it is a symbolic link, and those are not followed', hint: 'name the file that it leads to' },
  'special-file': { message: 'it is a FIFO, a socket or a device, not a file', hint: 'copy what comes out of it to a file first' },
  'unreadable-folder': { message: 'the folder cannot be listed', hint: 'give this user the right to read it' },
  'not-found': {
    message: 'there is no such file or folder',
    hint: 'check the name; names that are not UTF-8 can be piped in with --stdin0',
  },
  'too-deep': { message: 'the folders are nested too deep', hint: 'name the inner folder itself' },
  'ignored-folder': { message: 'a folder of a tool, not of yours', hint: 'name it itself to have it looked into' },
};

/** What was not looked into, and why. It counts against the run where the user named it, or where it may well be an image. */
function leftOut({ path, named, reason, error }: Skipped): FileResult {
  const about = { artifact: displayPath(path), nameBytes: path };
  const { message, hint } = error ?? WHY[reason];
  const unlooked = reason === 'unreadable-folder' || reason === 'too-deep' || (reason === 'special-file' && mayBeImageName(nameOf(path)));
  if (named || unlooked) return { ...about, status: 'unproven', unreadable: { code: reason, byteOffset: 0, message, hint }, notes: [] };
  return { ...about, status: 'skipped', notes: reason === 'ignored-folder' ? [] : [message] };
}
