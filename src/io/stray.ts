import { type BigIntStats, readdirSync } from 'node:fs';
import { type FileOps, OPEN_IN_PLACE, realFileOps } from './file-ops.js';
import { type FileSource, openFileSource } from './file-source.js';
import { copyInto } from './in-place.js';
import { attempt, IoError } from './io-error.js';
import { keepTimes } from './keep-attributes.js';
import { directoryOf, joinBytes } from './path-bytes.js';
import { type RedoRecord, readRedoFooter } from './redo.js';
import { isTempName, ownerOf, parseTempName } from './temp-name.js';

export interface StrayReport {
  /** Temporary files of killed runs that were taken away. */
  readonly removed: readonly Buffer[];
  /** Files whose half-done write in place was finished. */
  readonly finished: readonly Buffer[];
  /** Ours by name, but not safe to take away; with the reason. */
  readonly left: readonly { readonly path: Buffer; readonly reason: string }[];
}

/** No rewrite takes this long: an older file belongs to nobody, even where its process cannot be asked. */
const OLD_MS = 60 * 60 * 1000;

/** A write in place goes on for at most this long after its redo file is complete, and a second more for each 10 MB. */
const IN_PLACE_NS = 5_000_000_000n;
const NS_PER_BYTE = 100n;

/** Node takes times as a floating-point number of seconds. */
const TIME_ROUNDING_NS = 10_000n;

/**
 * Takes away what killed runs have left in one folder (not below it), and finishes a write in place that was cut short. Files
 * of running processes, and of other machines on a shared disk, stay while they may be in use. Never throws for a single
 * file: that one is named in `left`. Throws `IoError` where the folder cannot be listed.
 */
export async function removeStrayTemps(directory: Buffer, ops: FileOps = realFileOps, nowMs: number = Date.now()): Promise<StrayReport> {
  const names = attempt('listing the folder', () => readdirSync(directory, { encoding: 'buffer' }));
  return removeStrays(
    names.filter((name) => isTempName(name)).map((name) => joinBytes(directory, name)),
    ops,
    nowMs,
  );
}

/** The same for files already found by their names. */
export async function removeStrays(paths: readonly Buffer[], ops: FileOps = realFileOps, nowMs: number = Date.now()): Promise<StrayReport> {
  const removed: Buffer[] = [];
  const finished: Buffer[] = [];
  const left: { path: Buffer; reason: string }[] = [];
  for (const path of paths) {
    try {
      const stat = ops.lstat(path);
      if (!mayBeRemoved(path, stat, nowMs)) continue;
      const target = kindOf(path) === 'redo' ? await finishInPlace(path, stat, ops) : undefined;
      ops.unlink(path);
      removed.push(path);
      if (target !== undefined) finished.push(target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      left.push({ path, reason: error instanceof IoError ? error.message : 'it could not be taken away' });
    }
  }
  return { removed, finished, left };
}

function kindOf(path: Buffer): string | undefined {
  return parseTempName(path.subarray(path.lastIndexOf(0x2f) + 1))?.kind;
}

function mayBeRemoved(path: Buffer, stat: BigIntStats, nowMs: number): boolean {
  if (!stat.isFile()) return false;
  const self = process.geteuid?.();
  if (self !== undefined && self !== 0 && stat.uid !== BigInt(self)) return false;
  const owner = ownerOf(path.subarray(path.lastIndexOf(0x2f) + 1));
  if (owner === 'this-process') return false;
  return owner === 'gone' || nowMs - Number(stat.ctimeMs) > OLD_MS;
}

/** Puts complete new content into the file that it was meant for. Returns that file's path if anything was done. */
async function finishInPlace(path: Buffer, stat: BigIntStats, ops: FileOps): Promise<Buffer | undefined> {
  const redo = openFileSource(path, ops);
  try {
    const record = readRedoFooter(redo);
    // Cut short before the footer: the original was not touched yet.
    if (record === undefined) return undefined;
    const target = fileWithInode(directoryOf(path), record, stat.dev, ops);
    if (target === undefined) return undefined;
    // Not touched since the new content was complete: not begun. (Begun, and done to the end, takes no harm from once more.)
    if (target.stat.ctimeNs < stat.ctimeNs) return undefined;
    if (!isHalfDone(target.stat, record, stat)) {
      throw new IoError(
        'changed-meanwhile',
        'the file whose cleaning was cut short has been changed since; compare the two by hand',
        'delete this one when it is not needed',
      );
    }
    await putContent(target, redo, record, ops);
    return target.path;
  } finally {
    redo.close();
  }
}

/** True where the file can be what a write in place left: of a size on its way, and written last when that went on. */
function isHalfDone(now: BigIntStats, { oldSizeBytes, oldMtimeNs, newSizeBytes }: RedoRecord, redo: BigIntStats): boolean {
  const newSize = BigInt(newSizeBytes);
  const sizeFits = now.size === oldSizeBytes || now.size === newSize || (now.size > oldSizeBytes && now.size < newSize);
  const lastWriteNs = redo.ctimeNs + IN_PLACE_NS + newSize * NS_PER_BYTE;
  return sizeFits && now.mtimeNs >= oldMtimeNs - TIME_ROUNDING_NS && now.mtimeNs <= lastWriteNs;
}

interface Target {
  readonly path: Buffer;
  readonly stat: BigIntStats;
}

function fileWithInode(directory: Buffer, { ino }: RedoRecord, dev: bigint, ops: FileOps): Target | undefined {
  for (const name of readdirSync(directory, { encoding: 'buffer' })) {
    if (isTempName(name)) continue;
    const path = joinBytes(directory, name);
    const stat = ops.lstat(path);
    if (stat.isFile() && BigInt.asUintN(64, stat.ino) === ino && stat.dev === dev) return { path, stat };
  }
  return undefined;
}

async function putContent({ path, stat }: Target, redo: FileSource, record: RedoRecord, ops: FileOps): Promise<void> {
  const fd = attempt('opening the file to finish', () => ops.open(path, OPEN_IN_PLACE));
  try {
    await copyInto(fd, redo, record.newSizeBytes, ops);
    keepTimes(fd, { atimeNs: stat.atimeNs, mtimeNs: record.oldMtimeNs }, ops, []);
  } finally {
    ops.close(fd);
  }
}
