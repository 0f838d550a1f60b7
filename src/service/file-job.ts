import { readPieces } from '../bytes/apply-edits.js';
import { displayPath } from '../core/display.js';
import { isReaderError } from '../core/error.js';
import type { HiddenInFile } from '../core/hidden-picture.js';
import type { Judgement, Unreadable } from '../core/judgement.js';
import type { Receipt } from '../core/receipt.js';
import type { FileResult, FileStatus } from '../core/result.js';
import type { Look } from '../core/rewrite.js';
import type { Source } from '../core/source.js';
import { sha256OfPieces } from '../engine/digest.js';
import { judge, unreadableOf } from '../engine/judge.js';
import type { ScrubOptions } from '../engine/options.js';
import { ProofError } from '../engine/prove.js';
import { lookAndScrub } from '../engine/scrub.js';
import { judgeXmpFile, lookAndScrubXmpFile } from '../engine/xmp-file.js';
import { type FileSource, openFileSource } from '../io/file-source.js';
import { IoError, unreadableOfIo } from '../io/io-error.js';
import { rewriteFile } from '../io/replace-file.js';
import { writeNewFile } from '../io/write-new.js';
import { fileOptions } from './file-options.js';
import type { Policies } from './policies.js';

/** Looks for hidden pictures in a judged file. Handed in: doors that never look carry no decoder along. */
export type HiddenLook = (source: Source, judgement: Judgement) => HiddenInFile | Promise<HiddenInFile>;

/** What to do with a file besides judging it. */
export type JobMode =
  | { readonly kind: 'judge'; readonly fingerprints: boolean; readonly look?: HiddenLook }
  /** Plans the edit and proves nothing: says what `in-place` would do. */
  | { readonly kind: 'dry-run'; readonly fingerprints: boolean }
  | { readonly kind: 'in-place' }
  /** A clean copy at another path; the original stays. */
  | {
      readonly kind: 'copy';
      readonly target: Buffer;
      /** Where given: paths to try instead of `target`, from what is known of the copy. The first that is free, or holds the same, is taken. */
      readonly targets?: (copy: { readonly sha256: string; readonly mtimeNs: bigint }) => Iterable<Buffer>;
    };

/** How a file is looked into: by what its bytes show, or as one packet of XMP. */
export interface JobKind {
  readonly reading?: 'image' | 'xmp';
  /** The path whose policy applies; the file's own if left out. */
  readonly place?: Buffer;
}

/** Takes one file all the way. Throws only what ends the whole run: a policy that cannot be used, our own bug. */
export async function runFileJob(path: Buffer, policies: Policies, mode: JobMode, kind: JobKind = {}): Promise<FileResult> {
  const { options: forFile, folder } = await fileOptions(policies, path, kind.place);
  const options: ScrubOptions = { ...forFile, fingerprints: 'fingerprints' in mode && mode.fingerprints };
  const named = { artifact: options.artifact, nameBytes: path };
  try {
    return { ...named, ...(await carryOut(path, mode, options, kind.reading === 'xmp' ? XMP : await imageReading(options, folder))) };
  } catch (error) {
    return { ...named, status: 'unproven', unreadable: reasonOf(error), notes: [] };
  }
}

interface Reading {
  judge(source: Source, options: ScrubOptions): Judgement | Promise<Judgement>;
  lookAndScrub(source: Source, options: ScrubOptions): Look<Judgement, Receipt> | Promise<Look<Judgement, Receipt>>;
}

const IMAGE: Reading = { judge, lookAndScrub };
const XMP: Reading = { judge: judgeXmpFile, lookAndScrub: lookAndScrubXmpFile };

/** Pixels are looked at only where the policy says something of them: nothing heavy is loaded otherwise. */
async function imageReading(options: ScrubOptions, folder: string): Promise<Reading> {
  return options.policy.visual === undefined
    ? IMAGE
    : (await import('./visual/picture-reading.js')).pictureReading(options.policy.visual, folder, IMAGE);
}

type Outcome = Omit<FileResult, 'artifact' | 'nameBytes'>;

async function carryOut(path: Buffer, mode: JobMode, options: ScrubOptions, reading: Reading): Promise<Outcome> {
  if (mode.kind === 'in-place') {
    const { outcome, proof, notes } = await rewriteFile(path, (source: Source) => reading.lookAndScrub(source, options));
    // What only a person may decide on (a policy that blocks) is left as it is.
    return { ...resultOf(outcome, proof, proof === undefined ? 'violates' : 'fixed'), notes };
  }
  const source = openFileSource(path);
  try {
    if (mode.kind === 'judge') return await judged(source, mode, options, reading);
    const look = await reading.lookAndScrub(source, options);
    if (mode.kind === 'dry-run')
      return { ...resultOf(look.outcome, undefined, look.replacement === undefined ? 'violates' : 'would-fix'), notes: [] };
    return await copyOut(source, look, mode);
  } finally {
    source.close();
  }
}

async function judged(
  source: Source,
  mode: Extract<JobMode, { kind: 'judge' }>,
  options: ScrubOptions,
  reading: Reading,
): Promise<Outcome> {
  const judgement = await reading.judge(source, options);
  const outcome = { ...resultOf(judgement, undefined, 'violates'), notes: [] };
  if (mode.look === undefined || reading !== IMAGE) return outcome;
  const look = await mode.look(source, judgement);
  // What lies in the pixels stays when the rest is scrubbed: a file that holds it is not clean where nothing hidden may stay.
  const stays = look.hidden.some(({ scrubbed }) => !scrubbed) && options.policy.rules.hidden.action.kind === 'remove';
  return { ...outcome, ...look, status: stays && outcome.status === 'clean' ? 'violates' : outcome.status };
}

/** Clean and allowed images are copied as they are; what is not proven clean is not copied at all. */
async function copyOut(
  source: FileSource,
  { outcome, replacement }: Look<Judgement, Receipt>,
  mode: Extract<JobMode, { kind: 'copy' }>,
): Promise<Outcome> {
  const { kind } = outcome.verdict;
  if (replacement === undefined && kind !== 'clean' && kind !== 'allowed')
    return { ...resultOf(outcome, undefined, 'violates'), notes: [] };
  const asItIs = { [Symbol.iterator]: () => readPieces(source, 0, source.byteLength) };
  const pieces = replacement?.pieces ?? asItIs;
  const attributes = source.stat;
  const targets = mode.targets?.({ sha256: sha256OfPieces(pieces), mtimeNs: attributes.mtimeNs }) ?? [mode.target];
  let taken: unknown;
  for (const target of targets) {
    const there = { output: displayPath(target), outputBytes: target, notes: [] };
    try {
      const proof = await writeNewFile(target, pieces, async (output: Source) => replacement?.verify(output), { attributes });
      return { ...resultOf(outcome, proof, 'fixed'), ...there };
    } catch (error) {
      if (!(error instanceof IoError && error.code === 'exists')) throw error;
      // A second run finds the copies of the first: the same bytes are no reason to complain, others are never overwritten.
      if (holds(target, pieces)) return { ...resultOf(outcome, undefined, 'fixed'), ...there };
      taken = error;
    }
  }
  throw taken;
}

/** True where the file has exactly these bytes. */
function holds(path: Buffer, pieces: Iterable<Uint8Array>): boolean {
  const source = openFileSource(path);
  try {
    return source.byteLength === totalBytes(pieces) && sha256OfPieces(readPieces(source, 0, source.byteLength)) === sha256OfPieces(pieces);
  } finally {
    source.close();
  }
}

function totalBytes(pieces: Iterable<Uint8Array>): number {
  let total = 0;
  for (const piece of pieces) total += piece.byteLength;
  return total;
}

/** A judgement as a result; the caller says what becomes of a violation. */
export function resultOf(judgement: Judgement, receipt: Receipt | undefined, whenViolated: FileStatus): Omit<Outcome, 'notes'> {
  const { verdict } = judgement;
  switch (verdict.kind) {
    case 'clean':
      return { status: 'clean', judgement };
    case 'allowed':
      return { status: 'allowed', judgement };
    case 'not-an-image':
      return { status: 'skipped', judgement };
    case 'unreadable':
      return { status: 'unproven', judgement, unreadable: verdict.unreadable };
    case 'violates':
      return { status: whenViolated, judgement, ...(receipt === undefined ? {} : { receipt }) };
  }
}

/** Why a file could not be taken to its end. What is not foreseen is our bug, and goes on upwards. */
export function reasonOf(error: unknown): Unreadable {
  if (error instanceof IoError) return unreadableOfIo(error);
  if (isReaderError(error)) return unreadableOf(error);
  if (error instanceof ProofError) {
    return {
      code: `not-proven-${error.code}`,
      byteOffset: error.byteOffset,
      message: `the clean file could not be proven: ${error.message}; the original was left as it was`,
      hint: 'keep the file private, and please report it: no file should come to this',
    };
  }
  throw error;
}
