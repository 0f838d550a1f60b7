import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { readPieces } from '../../bytes/apply-edits.js';
import { displayPath } from '../../core/display.js';
import type { Judgement, Unreadable } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { Beside, syncDirectory } from '../../io/beside.js';
import { type FileSource, openFileSource } from '../../io/file-source.js';
import { attempt, IoError, ioErrorOf, unreadableOfIo } from '../../io/io-error.js';
import { keepAttributes } from '../../io/keep-attributes.js';
import { directoryOf } from '../../io/path-bytes.js';
import { nameWithoutReplacing } from '../../io/write-new.js';
import type { Done } from '../delivery/delivery.js';
import { freeNames } from '../delivery/free-names.js';
import { reasonOf } from '../file-job.js';
import { pathFields, pathOf } from '../receipts/entry.js';
import { fileEntry } from '../receipts/file-entry.js';
import type { ReceiptLog } from '../receipts/log.js';
import type { Vault } from '../vault/vault.js';
import type { LookNow } from './look-now.js';
import { arrivedFile, type HeldRecord, outputOf } from './record.js';
import { isOriginalAtItsPlace } from './recover.js';
import type { ReleasedFiles } from './released.js';
import type { HeldRoom } from './room.js';
import { sha256InTurns } from './take-in.js';

export interface ReleaseTools {
  readonly room: HeldRoom;
  readonly released: ReleasedFiles;
  readonly lookNow: (record: HeldRecord) => Promise<LookNow>;
  readonly receipts: Pick<ReceiptLog, 'append'>;
  /** Where the originals go; `undefined` where they are gone once the clean file is there. */
  readonly vaultFor: (record: HeldRecord) => Vault | undefined;
}

const FINISHED = 'finished what a run that was stopped had begun';

/** What became of a picture that was to be released. */
export type Release =
  | {
      readonly kind: 'released';
      readonly record: HeldRecord;
      readonly output: Buffer;
      readonly done: Done;
      readonly notes: readonly string[];
    }
  /** Not proven clean, or not to be put at its place: it is still held. */
  | { readonly kind: 'stays'; readonly record: HeldRecord; readonly unreadable: Unreadable; readonly mayPass: boolean }
  /** Somebody else has released, rejected or deleted it. */
  | { readonly kind: 'gone'; readonly id: string };

/**
 * Releases one picture: judged and scrubbed by the policy of now, proven, and put at its place under a name that is free. The
 * original then goes to the vault, or for good; one that was left where it arrived stays there. Killed at any moment, the next
 * call brings it to its end. Throws only what ends the whole run: our own bug.
 */
export async function releasePicture(id: string, tools: ReleaseTools): Promise<Release> {
  const found = tools.room.read(id);
  if (found === undefined) return { kind: 'gone', id };
  let release: () => void;
  try {
    release = await tools.room.lock(id);
  } catch (error) {
    if (error instanceof IoError) return { kind: 'stays', record: found, unreadable: unreadableOfIo(error), mayPass: true };
    throw error;
  }
  try {
    const record = tools.room.read(id);
    if (record === undefined) return { kind: 'gone', id };
    try {
      return await releaseLocked(record, tools);
    } catch (error) {
      // A full disk or a missing right passes; what the file itself is, does not.
      return await stays(tools.room, record, reasonFor(error), error instanceof IoError);
    }
  } finally {
    release();
  }
}

async function releaseLocked(record: HeldRecord, tools: ReleaseTools): Promise<Release> {
  const { room } = tools;
  if (record.ending?.kind === 'reject') {
    const hint = `run: exifence reject ${record.id}`;
    return stays(room, record, told('half-rejected', 'it was being rejected when that run was stopped', hint), false);
  }
  if (record.original === 'left' && !isOriginalAtItsPlace(record)) {
    await room.forget(record.id);
    return { kind: 'gone', id: record.id };
  }
  if (record.original === 'moved' && !room.hasPicture(record.id)) return withoutPicture(record, tools);
  const source = openFileSource(room.originalOf(record), room.ops);
  try {
    const finished = await finishBegun(record, source, tools);
    if (finished !== undefined) return finished;
    const now = await tools.lookNow(record);
    const { enforce, look } = now;
    const seen = await look(source);
    const refusal = refusalOf(seen, enforce);
    if (refusal !== undefined) return await stays(room, record, refusal, false);
    return await deliver(record, source, seen, now, tools);
  } finally {
    source.close();
  }
}

/** Why a judged picture may not go out. */
function refusalOf({ outcome, replacement }: Look<Judgement, Receipt>, enforce: string): Unreadable | undefined {
  const { verdict } = outcome;
  if (replacement !== undefined || verdict.kind === 'clean' || verdict.kind === 'allowed') return undefined;
  if (verdict.kind === 'unreadable') return verdict.unreadable;
  if (verdict.kind === 'not-an-image')
    return told('not-an-image', 'it is no picture any more, neither by name nor by content', 'reject it, or look at it with its owner');
  const hint = `write watch.enforce: fix in the policy, or reject it`;
  return told('policy-forbids', `the policy does not let it pass, and says ${enforce} rather than fix`, hint);
}

async function deliver(
  record: HeldRecord,
  source: FileSource,
  seen: Look<Judgement, Receipt>,
  now: LookNow,
  tools: ReleaseTools,
): Promise<Release> {
  const { room, released } = tools;
  const { ops } = room;
  const target = outputOf(record);
  requireFolder(record, target);
  const beside = new Beside(target, 'tmp', ops);
  const notes: string[] = [];
  try {
    // In its own place it keeps what it had; a copy for others takes along what the policy lets go out.
    const stay = record.output === undefined ? undefined : await now.attributesStay(room.originalOf(record));
    const attributes =
      stay === undefined
        ? await ops.copyAttributes(source.fd, beside.fd, { from: room.originalOf(record), to: beside.path })
        : { note: stay };
    if (attributes.note !== undefined) notes.push(attributes.note);
    // Nobody else may read it before it is proven, whatever was copied.
    attempt('closing it to others', () => ops.chmod(beside.fd, 0o600));
    attempt('writing', () => ops.truncate(beside.fd, 0));
    await beside.write(seen.replacement?.pieces ?? readPieces(source, 0, source.byteLength));
    const { receipt, sha256 } = await beside.check((output) => verified(source, seen, output));
    const before = receipt?.before ?? { sha256, sizeBytes: source.byteLength };
    if (record.sha256 !== undefined && record.sha256 !== before.sha256) notes.push('a program went on writing it after it was held');
    const { uid, gid, atimeNs, mtimeNs } = source.stat;
    notes.push(...keepAttributes(beside.fd, { uid, gid, atimeNs, mtimeNs, mode: BigInt(record.attributes.mode) }, ops));
    const stat = attempt('looking at the new file', () => ops.fstat(beside.fd));
    await beside.finish();
    const after = { sha256, sizeBytes: Number(stat.size) };
    released.add(stat, 'clean');
    const { output, vaultId } = await nameIt(
      record,
      target,
      beside,
      { sha256, keep: (name) => keepInVault(record, name, source, { before, after }, tools) },
      room,
    );
    await syncDirectory(directoryOf(output), ops).catch(() => undefined);
    if (!output.equals(target)) notes.push(`another file has its name: it is now ${displayPath(output)}`);
    const done: Done = {
      event: 'released',
      before,
      after,
      ...(receipt === undefined ? {} : { receipt }),
      ...(output.equals(arrivedFile(record)) ? {} : { output }),
      ...(vaultId === undefined ? {} : { vaultId }),
    };
    notes.push(...(await putBy(record, source, done, tools)));
    return { kind: 'released', record, output, done, notes };
  } catch (error) {
    beside.discard();
    throw error;
  }
}

/** What was written is what was meant. */
async function verified(
  source: FileSource,
  { replacement }: Look<Judgement, Receipt>,
  output: Source,
): Promise<{ readonly receipt?: Receipt; readonly sha256: string }> {
  if (replacement !== undefined) {
    const receipt = await replacement.verify(output);
    return { receipt, sha256: receipt.after.sha256 };
  }
  const sha256 = await sha256InTurns(output);
  if (sha256 !== (await sha256InTurns(source)))
    throw new IoError('changed-meanwhile', 'it was changed while it was copied', 'run again when no other program writes it');
  return { sha256 };
}

/**
 * Gives it the first name that is free. The original is in the vault and the name is on record before it is taken: who comes
 * after a kill knows which it is.
 */
async function nameIt(
  record: HeldRecord,
  target: Buffer,
  beside: Beside,
  { sha256, keep }: { readonly sha256: string; readonly keep: (name: Buffer) => Promise<string | undefined> },
  room: HeldRoom,
): Promise<{ readonly output: Buffer; readonly vaultId: string | undefined }> {
  for (const name of freeNames(target)) {
    if (lstatSync(name, { throwIfNoEntry: false }) !== undefined) continue;
    const vaultId = await keep(name);
    await room.write({ ...record, ending: { kind: 'release', ...pathFields('target', name), sha256 } });
    try {
      nameWithoutReplacing(beside, name, room.ops);
      return { output: name, vaultId };
    } catch (error) {
      await room.write(record).catch(() => undefined);
      if (!(error instanceof IoError && error.code === 'exists')) throw error;
    }
  }
  throw new IoError('exists', 'no name is free for it', 'move files out of its folder');
}

/** A release that was cut short after the clean file had its name. */
async function finishBegun(record: HeldRecord, source: FileSource, tools: ReleaseTools): Promise<Release | undefined> {
  if (record.ending?.kind !== 'release') return undefined;
  const { sha256 } = record.ending;
  const output = pathOf(record.ending.target, record.ending.targetHex);
  let written: FileSource;
  try {
    written = openFileSource(output, tools.room.ops);
  } catch {
    return undefined;
  }
  try {
    if ((await sha256InTurns(written)) !== sha256) return undefined;
    const before = { sha256: await sha256InTurns(source), sizeBytes: source.byteLength };
    const after = { sha256, sizeBytes: written.byteLength };
    const vaultId = await keepInVault(record, output, source, { before, after }, tools);
    const done: Done = {
      event: 'released',
      before,
      after,
      ...(output.equals(arrivedFile(record)) ? {} : { output }),
      ...(vaultId === undefined ? {} : { vaultId }),
    };
    const notes = await putBy(record, source, done, tools);
    return { kind: 'released', record, output, done, notes: [FINISHED, ...notes] };
  } finally {
    written.close();
  }
}

/** A release that was cut short just before its record went; or somebody has been in the room. */
async function withoutPicture(record: HeldRecord, { room }: ReleaseTools): Promise<Release> {
  const { ending, sha256, attributes } = record;
  if (ending?.kind === 'release') {
    await room.forget(record.id);
    if (sha256 === undefined) return { kind: 'gone', id: record.id };
    const output = pathOf(ending.target, ending.targetHex);
    const before = { sha256, sizeBytes: attributes.sizeBytes };
    const done: Done = { event: 'released', before, ...(output.equals(arrivedFile(record)) ? {} : { output }) };
    return { kind: 'released', record, output, done, notes: [FINISHED] };
  }
  const hint = `run: exifence reject ${record.id} --delete, which takes the record away`;
  return stays(room, record, told('original-missing', 'its original is not in the private room any more', hint), false);
}

/** The same original is kept once, also where this is done again after a kill. It can come back to where it is looked for. */
async function keepInVault(
  record: HeldRecord,
  output: Buffer,
  source: FileSource,
  kept: Parameters<Vault['keep']>[2],
  { vaultFor }: ReleaseTools,
): Promise<string | undefined> {
  if (record.original === 'left') return undefined;
  return vaultFor(record)?.keep(record.output === undefined ? output : arrivedFile(record), source, kept);
}

/**
 * The clean file is there: its receipt is written, the original goes, and then its record. One that was left where it arrived
 * stays. Returns what a person should know.
 */
async function putBy(record: HeldRecord, source: FileSource, done: Done, { room, released, receipts }: ReleaseTools): Promise<string[]> {
  const notes = await putOnRecord(record, done, receipts);
  if (record.original === 'left') released.add(source.stat, 'original');
  else room.deletePicture(record.id);
  await room.forget(record.id);
  return notes;
}

/** That a receipt cannot be written is said; it does not undo what was done. */
export async function putOnRecord(record: HeldRecord, done: Done, receipts: Pick<ReceiptLog, 'append'>): Promise<string[]> {
  try {
    await receipts.append(fileEntry(arrivedFile(record), done));
    return [];
  } catch (error) {
    return [`a receipt could not be written: ${ioErrorOf(error, 'writing it').message}`];
  }
}

/** A folder that has been taken away is not made again behind its owner's back; an outbox is ours to fill. */
function requireFolder(record: HeldRecord, target: Buffer): void {
  const folder = directoryOf(target);
  if (record.output !== undefined) attempt('making the outbox', () => mkdirSync(folder, { recursive: true }));
  else if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new IoError('no-folder', 'the folder that it arrived in is gone', 'make the folder again, or reject it');
  const real = attempt('looking at its folder', () => realpathSync.native(folder, { encoding: 'buffer' })) as unknown as Buffer;
  if (!real.equals(folder))
    throw new IoError('is-a-symlink', 'a folder on its way is a symbolic link now', 'links are not followed; put the folder back');
}

async function stays(room: HeldRoom, record: HeldRecord, unreadable: Unreadable, mayPass: boolean): Promise<Release> {
  // What is on record may be a step further than what was read at the start.
  const now = room.read(record.id);
  const problem = { ...(now ?? record), problem: unreadable };
  if (now !== undefined) await room.write(problem).catch(() => undefined);
  return { kind: 'stays', record: problem, unreadable, mayPass };
}

function reasonFor(error: unknown): Unreadable {
  if (error instanceof IoError) return unreadableOfIo(error);
  const message = (error as { userMessage?: unknown }).userMessage;
  if (typeof message === 'string') return told('unusable-policy', message, 'mend the policy file, then release it again');
  return reasonOf(error);
}

function told(code: string, message: string, hint: string): Unreadable {
  return { code, byteOffset: 0, message, hint };
}
