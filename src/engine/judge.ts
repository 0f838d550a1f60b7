import { isReaderError, type ReaderError } from '../core/error.js';
import type { Format, FormatId } from '../core/format.js';
import { claimedFamily, type ImageFamily } from '../core/image-names.js';
import type { Judgement, Unreadable, Verdict } from '../core/judgement.js';
import { DEFAULT_LIMITS } from '../core/limits.js';
import type { Source } from '../core/source.js';
import { HEAD_BYTES, knownType } from '../formats/known.js';
import { decide, planOf } from '../policy/decide.js';
import { sha256Of } from './digest.js';
import { findingsOf } from './findings.js';
import type { JudgeOptions } from './options.js';
import { formatOf, readWith } from './read.js';

/** Reads one file and holds it against the policy. Writes nothing; throws only on our own bug or a failing disk. */
export function judge(source: Source, options: JudgeOptions): Judgement {
  const judgement = judgeUnlisted(source, options);
  const { verdict } = judgement;
  if (options.allowed === undefined || (verdict.kind !== 'violates' && verdict.kind !== 'unreadable')) return judgement;
  const entry = options.allowed(sha256Of(source));
  return entry === undefined ? judgement : { ...judgement, verdict: { kind: 'allowed', reason: entry.reason, owner: entry.owner } };
}

function judgeUnlisted(source: Source, options: JudgeOptions): Judgement {
  try {
    const claimed = options.name === undefined ? undefined : claimedFamily(options.name);
    const format = formatOf(source, claimed !== undefined);
    if (format === undefined) return without(options, verdictOnUnread(source, claimed));
    if (claimed !== undefined && !format.families.includes(claimed)) return without(options, mislabelled(claimed, format.id), format.id);
    return judgeReadable(source, format, options);
  } catch (error) {
    if (!isReaderError(error)) throw error;
    return without(options, { kind: 'unreadable', unreadable: unreadableOf(error) });
  }
}

function judgeReadable(source: Source, format: Format, options: JudgeOptions): Judgement {
  const inspection = readWith(format, source, options.limits ?? DEFAULT_LIMITS);
  const decisions = decide(inspection.parts, options.policy);
  const violating = decisions.some(({ action }) => action.kind !== 'keep');
  const verdict: Verdict = violating ? { kind: 'violates', plan: planOf(decisions) } : { kind: 'clean' };
  const contentSha256 = violating && options.fingerprints === true ? sha256Of(source) : undefined;
  return { artifact: options.artifact, verdict, format: format.id, inspection, decisions, findings: findingsOf(decisions, contentSha256) };
}

/** A judgement on a file of which no part is known. */
function without(options: JudgeOptions, verdict: Verdict, format?: FormatId): Judgement {
  return { artifact: options.artifact, verdict, ...(format === undefined ? {} : { format }), decisions: [], findings: [] };
}

function verdictOnUnread(source: Source, claimed: ImageFamily | undefined): Verdict {
  const known = knownType(source.read(0, Math.min(HEAD_BYTES, source.byteLength)), claimed !== undefined);
  if (known !== undefined) {
    const also = claimed !== undefined && claimed !== known.family ? `, though its name claims ${shownFamily(claimed)}` : '';
    return unreadable(
      `unsupported-${known.id}`,
      0,
      `this is ${known.name}${also}, which is not read in this form`,
      'convert it to JPEG, PNG or WebP, or keep it out of what you share',
    );
  }
  if (claimed === undefined) return { kind: 'not-an-image' };
  if (source.byteLength === 0)
    return unreadable('empty', 0, `the name claims ${shownFamily(claimed)}, but the file is empty`, 'delete it, or write it again');
  return unreadable(
    'not-the-claimed-type',
    0,
    `the name claims ${shownFamily(claimed)}, but the first bytes are of no type that is known`,
    'restore the file, or give it the name of what it is',
  );
}

function shownFamily(family: ImageFamily): string {
  return family === 'other' ? 'a picture type that is not read' : family;
}

function mislabelled(claimed: ImageFamily, format: FormatId): Verdict {
  return unreadable(
    'mislabelled',
    0,
    `the name claims ${shownFamily(claimed)}, but the bytes are ${format}`,
    `rename it so that its extension says ${format}, then run again`,
  );
}

function unreadable(code: string, byteOffset: number, message: string, hint: string): Verdict {
  return { kind: 'unreadable', unreadable: { code, byteOffset, message, hint } };
}

/** A reader's error as a verdict's reason. */
export function unreadableOf(error: ReaderError): Unreadable {
  const hint =
    error.hint ??
    (error.code.startsWith('limit-')
      ? 'the file asks for more than any honest picture needs; look where it comes from'
      : error.name === 'UnsupportedError'
        ? 'save it again with an image editor in a plain JPEG, PNG or WebP'
        : 'the file is damaged or still being written; restore it, or save it again with an image editor');
  return { code: error.code, byteOffset: error.byteOffset, message: error.message, hint };
}
