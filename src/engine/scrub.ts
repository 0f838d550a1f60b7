import { applyEdits, concatBytes } from '../bytes/apply-edits.js';
import { MemorySource } from '../bytes/memory-source.js';
import { isReaderError } from '../core/error.js';
import type { Judgement } from '../core/judgement.js';
import type { Edit } from '../core/part.js';
import type { Receipt } from '../core/receipt.js';
import type { Look, Replacement } from '../core/rewrite.js';
import type { Source } from '../core/source.js';
import { judge, unreadableOf } from './judge.js';
import type { ScrubOptions } from './options.js';
import { proveScrubbed } from './prove.js';
import { formatById } from './read.js';

/** Judges one file and, where it violates the policy, says how it would be written clean, with the proof to come. */
export function lookAndScrub(source: Source, options: ScrubOptions): Look<Judgement, Receipt> {
  return withReplacement(source, judge(source, options), options);
}

/** The replacement for a file already judged: nothing is read again that was read. */
export function withReplacement(source: Source, judgement: Judgement, options: ScrubOptions): Look<Judgement, Receipt> {
  const { outcome, edits, verify } = planScrub(source, judgement, options);
  if (edits === undefined) return { outcome };
  return { outcome, replacement: { pieces: { [Symbol.iterator]: () => applyEdits(source, edits) }, verify } };
}

/** A judged file, and where it violates the policy the edits that make it clean, with the proof to come. */
export type PlannedScrub =
  | { readonly outcome: Judgement; readonly edits?: undefined; readonly verify?: undefined }
  | { readonly outcome: Judgement; readonly edits: readonly Edit[]; readonly verify: Replacement<Receipt>['verify'] };

/** Plans the edits of a judged file: what a thread hands to another, which writes. */
export function planScrub(source: Source, judgement: Judgement, options: ScrubOptions): PlannedScrub {
  const { verdict, inspection } = judgement;
  if (verdict.kind !== 'violates' || inspection === undefined) return { outcome: judgement };
  const format = formatById(inspection.format);
  try {
    const edits = format.edit(source, inspection, verdict.plan);
    return { outcome: judgement, edits, verify: (output) => proveScrubbed({ source, judgement, format, output, options }) };
  } catch (error) {
    // What cannot be taken out without harm to the picture is said, and the file is left as it is.
    if (!isReaderError(error)) throw error;
    return { outcome: { ...judgement, verdict: { kind: 'unreadable', unreadable: unreadableOf(error) } } };
  }
}

/** A scrubbed file in memory, proven. */
export interface ScrubbedBytes {
  readonly bytes: Uint8Array;
  readonly receipt: Receipt;
}

/** Scrubs a blob: the same way as a file, without a disk. Throws `ProofError` where the result is not proven clean. */
export async function scrubBytes(replacement: Replacement<Receipt>): Promise<ScrubbedBytes> {
  const bytes = concatBytes(replacement.pieces);
  return { bytes, receipt: await replacement.verify(new MemorySource(bytes)) };
}
