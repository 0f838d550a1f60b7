import { concatBytes } from '../../bytes/apply-edits.js';
import { MemorySource } from '../../bytes/memory-source.js';
import type { Judgement, Verdict } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import type { VisualReceipt, VisualRules } from '../../core/visual.js';
import { sha256Of } from '../../engine/digest.js';
import { judge } from '../../engine/judge.js';
import type { ScrubOptions } from '../../engine/options.js';
import { lookAndScrub, withReplacement } from '../../engine/scrub.js';
import type { VisualEngine } from '../../visual/engine.js';
import type { Redacted, RedactRequest } from '../../visual/request.js';
import { VisualError } from '../../visual/types.js';
import { proveRedacted } from './prove-redacted.js';
import { lookRequest, redactRequest } from './requests.js';
import { type VisualFinding, visualFindings, visualReport } from './visual-findings.js';

/** How one file's picture is looked at. */
export interface VisualContext {
  readonly options: ScrubOptions;
  readonly rules: VisualRules;
  /** Folder that the policy's paths start at. */
  readonly folder: string;
  readonly engine: VisualEngine;
  /** What to look for and change, where it is not what the rules say: the command line knows more ways. */
  readonly request?: RedactRequest;
}

/** A larger file is no picture that could be decoded within what a run may take. */
const MAX_BYTES = 256 * 2 ** 20;

/** As `judge`, with what the picture itself shows. What could not be looked at is `unreadable`, never clean. */
export async function judgePicture(source: Source, context: VisualContext): Promise<Judgement> {
  const judgement = judge(source, context.options);
  if (!isOpen(judgement)) return judgement;
  try {
    const seen = await context.engine.look(wholeOf(source), context.request ?? lookRequest(context.rules, context.folder));
    return merged(source, { ...judgement, visual: visualReport(seen) }, visualFindings(seen, context.rules), context.options);
  } catch (error) {
    return { ...judgement, verdict: notLookedAt(error) };
  }
}

/** As `lookAndScrub`: where the policy redacts what is seen, the replacement has other pixels, and nothing else of the original. */
export async function lookAndRedact(source: Source, context: VisualContext): Promise<Look<Judgement, Receipt>> {
  const { options, rules, folder, engine } = context;
  const judgement = await judgePicture(source, context);
  const { verdict } = judgement;
  if (verdict.kind !== 'violates') return { outcome: judgement };
  const visual = judgement.findings.filter(({ carrier }) => carrier === 'picture');
  const blocks = visual.some(({ ruleId }) => actionFor(rules, ruleId) === 'block');
  // What only a person may decide on is left as it is: the rest would seem to be settled too.
  if (blocks) return { outcome: judgement };
  if (visual.length === 0) return withReplacement(source, judgement, options);
  let redacted: Redacted | undefined;
  try {
    redacted = await engine.redact(wholeOf(source), context.request ?? redactRequest(rules, folder));
  } catch (error) {
    return { outcome: { ...judgement, verdict: notLookedAt(error) } };
  }
  if (redacted === undefined) return withReplacement(source, judgement, options);
  const bytes = await cleanOf(redacted.bytes, options);
  if (bytes === undefined)
    return {
      outcome: {
        ...judgement,
        verdict: notLookedAt(new VisualError('not-clean', 'the redacted picture could not be cleaned', 'please report it')),
      },
    };
  const receipt = receiptOf(redacted);
  return {
    outcome: judgement,
    replacement: { pieces: [bytes], verify: (output) => proveRedacted({ source, judgement, output, bytes, options, visual: receipt }) },
  };
}

function isOpen({ verdict }: Judgement): boolean {
  return verdict.kind === 'clean' || verdict.kind === 'violates';
}

/** Adds what was seen. What is only warned of stays out of the verdict. */
function merged(source: Source, judgement: Judgement, found: readonly VisualFinding[], options: ScrubOptions): Judgement {
  const violating = found.filter(({ action }) => action !== 'warn').map(({ finding }) => finding);
  if (violating.length === 0) return judgement;
  const findings = [...judgement.findings, ...violating];
  const entry = options.allowed?.(sha256Of(source));
  if (entry !== undefined) return { ...judgement, findings, verdict: { kind: 'allowed', reason: entry.reason, owner: entry.owner } };
  if (judgement.verdict.kind === 'violates') return { ...judgement, findings };
  return { ...judgement, findings, verdict: { kind: 'violates', plan: KEEP_ALL } };
}

const KEEP_ALL = { actionOf: () => ({ kind: 'keep' }) as const, touches: () => false };

function actionFor(rules: VisualRules, ruleId: string): string | undefined {
  const key = ruleId.slice('exifence/visual-'.length);
  if (key === 'regions') return 'redact';
  return rules[key as 'faces' | 'text' | 'codes' | 'place' | 'background']?.action;
}

/** What the encoder and the colours of the original brought along is held against the policy like any file. */
async function cleanOf(bytes: Uint8Array, options: ScrubOptions): Promise<Uint8Array | undefined> {
  const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), { ...options, allowed: () => undefined });
  if (replacement !== undefined) {
    const clean = concatBytes(replacement.pieces);
    await replacement.verify(new MemorySource(clean));
    return clean;
  }
  return outcome.verdict.kind === 'clean' ? bytes : undefined;
}

function wholeOf(source: Source): Uint8Array {
  if (source.byteLength > MAX_BYTES) throw new VisualError('too-large', `the file has more than ${MAX_BYTES} bytes`, 'look at it by hand');
  return source.read(0, source.byteLength);
}

/** Throws what is not foreseen. */
function notLookedAt(error: unknown): Verdict {
  if (!(error instanceof VisualError)) throw error;
  const { code, message, hint } = error;
  return { kind: 'unreadable', unreadable: { code: `picture-${code}`, byteOffset: 0, message: `could not check: ${message}`, hint } };
}

function receiptOf({ changes, background, proof }: Redacted): VisualReceipt {
  return {
    changed: true,
    boxes: changes.map(({ rule, style, box }) => ({ rule, style, ...box })),
    ...(background === undefined ? {} : { background }),
    proof,
  };
}
