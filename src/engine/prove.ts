import { isReaderError } from '../core/error.js';
import type { Format, Inspection } from '../core/format.js';
import type { Judgement } from '../core/judgement.js';
import { DEFAULT_LIMITS } from '../core/limits.js';
import type { Part } from '../core/part.js';
import type { Receipt, ReceiptDecision } from '../core/receipt.js';
import type { Source } from '../core/source.js';
import { decide } from '../policy/decide.js';
import { sha256Of, sha256OfPieces } from './digest.js';
import type { ScrubOptions } from './options.js';
import { readWith, regionBytes } from './read.js';
import { secondOpinion } from './second-opinion.js';

/** The written file is not what was promised. The original must stay. `at` names the part, never a value. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
  constructor(
    readonly code: 'unreadable-output' | 'residue' | 'residue-second-parser' | 'picture-changed' | 'pixels-changed' | 'profile-changed',
    message: string,
    readonly byteOffset = 0,
  ) {
    super(message);
  }
}

interface Scrub {
  readonly source: Source;
  readonly judgement: Judgement;
  readonly format: Format;
  readonly output: Source;
  readonly options: ScrubOptions;
}

/**
 * Reads the output again with our own reader and with a second, independent parser; the picture must be the same and
 * nothing that the policy removes may be left. Gives the receipt, or throws `ProofError`.
 */
export async function proveScrubbed(scrub: Scrub): Promise<Receipt> {
  const { source, judgement, format, output, options } = scrub;
  const before = judgement.inspection as Inspection;
  const after = readAgain(scrub);
  requireNoResidue(after, options);
  requireSamePicture(before, after);
  requireSameProfile(scrub, before, after);
  const reencoded = before.picture.needsReencoding === true;
  const digest = (from: Source, inspection: Inspection): string => pixelDigest(format, from, inspection, reencoded, options);
  const pixels = digest(source, before);
  if (digest(output, after) !== pixels) throw new ProofError('pixels-changed', 'the encoded pixels are not the same after the edit');
  const residue = await secondOpinion(format.id, output, options.policy);
  if (residue !== undefined) throw new ProofError('residue-second-parser', `a second parser still finds ${residue}`);
  return {
    schema: 'exifence/receipt@1',
    artifact: options.artifact,
    format: format.id,
    before: { sha256: sha256Of(source), sizeBytes: source.byteLength },
    after: { sha256: sha256Of(output), sizeBytes: output.byteLength },
    pixels: { sha256: pixels, reencoded },
    policySha256: options.policy.sha256,
    tool: options.tool,
    decisions: receiptDecisions(judgement),
    at: options.now(),
  };
}

function readAgain({ format, output, options }: Scrub): Inspection {
  try {
    return readWith(format, output, options.limits ?? DEFAULT_LIMITS);
  } catch (error) {
    if (!isReaderError(error)) throw error;
    throw new ProofError('unreadable-output', `the written file does not read back: ${error.message}`, error.byteOffset);
  }
}

function requireNoResidue(after: Inspection, options: ScrubOptions): void {
  const left = decide(after.parts, options.policy).find(({ action }) => action.kind !== 'keep');
  if (left !== undefined) throw new ProofError('residue', `${left.part.path} (${left.rule}) is still there`, left.part.region.byteOffset);
}

function requireSamePicture({ picture: before }: Inspection, { picture: after }: Inspection): void {
  for (const key of ['width', 'height', 'orientation', 'frameCount'] as const) {
    if (before[key] !== after[key]) throw new ProofError('picture-changed', `${key} was ${before[key]} and became ${after[key]}`);
  }
}

function requireSameProfile({ judgement }: Scrub, before: Inspection, after: Inspection): void {
  const [old, now] = [before.picture.iccProfile, after.picture.iccProfile];
  if (old === undefined) return;
  if (now === undefined) throw new ProofError('profile-changed', 'the colour profile is gone');
  const edited = judgement.decisions.some(({ part, action }) => part.carrier === 'ICC' && action.kind !== 'keep');
  if (!edited && Buffer.compare(old, now) !== 0) throw new ProofError('profile-changed', 'the colour profile is not the same');
}

function pixelDigest(format: Format, from: Source, inspection: Inspection, reencoded: boolean, options: ScrubOptions): string {
  if (reencoded && format.decodedPixels !== undefined) {
    return sha256OfPieces(format.decodedPixels(from, inspection, options.limits ?? DEFAULT_LIMITS));
  }
  return sha256OfPieces(regionBytes(from, inspection.picture.pixels));
}

function receiptDecisions({ decisions }: Judgement): ReceiptDecision[] {
  const made: ReceiptDecision[] = [];
  for (const { part, action, rule } of decisions)
    if (action.kind !== 'keep') made.push({ at: (part satisfies Part).path, category: rule, action: action.kind });
  return made;
}
