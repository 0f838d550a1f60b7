import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Source } from '../../core/source.js';
import type { VisualReceipt } from '../../core/visual.js';
import { sha256Of, sha256OfPieces } from '../../engine/digest.js';
import { judge } from '../../engine/judge.js';
import type { ScrubOptions } from '../../engine/options.js';
import { ProofError } from '../../engine/prove.js';
import { regionBytes } from '../../engine/read.js';
import { secondOpinion } from '../../engine/second-opinion.js';

interface Redaction {
  readonly source: Source;
  readonly judgement: Judgement;
  readonly output: Source;
  /** What was proven to show nothing of what was redacted. */
  readonly bytes: Uint8Array;
  readonly options: ScrubOptions;
  readonly visual: VisualReceipt;
}

/**
 * Reads the written file again: it must be the very bytes in which nothing was found any more, hold no preview and nothing that the
 * policy removes, and be as large and turned as the original was. Gives the receipt, or throws `ProofError`.
 */
export async function proveRedacted({ source, judgement, output, bytes, options, visual }: Redaction): Promise<Receipt> {
  const sha256 = sha256Of(output);
  if (sha256 !== sha256OfPieces([bytes])) throw new ProofError('picture-changed', 'the written file is not the one that was proven');
  const after = judge(output, { ...options, allowed: () => undefined });
  if (after.inspection === undefined || after.verdict.kind !== 'clean') throw new ProofError('residue', 'the written file is not clean');
  const preview = after.inspection.parts.find(({ category }) => category === 'preview' || category === 'hidden');
  if (preview !== undefined) throw new ProofError('residue', `${preview.path} is in the written file`, preview.region.byteOffset);
  const before = judgement.inspection?.picture;
  const changed = before === undefined ? undefined : changedShape(before, after.inspection.picture, after.inspection.format);
  if (changed !== undefined) throw new ProofError('picture-changed', `${changed} has changed`);
  const residue = await secondOpinion(after.inspection.format, output, options.policy);
  if (residue !== undefined) throw new ProofError('residue-second-parser', `a second parser still finds ${residue}`);
  return {
    schema: 'exifence/receipt@1',
    artifact: options.artifact,
    format: after.inspection.format,
    before: { sha256: sha256Of(source), sizeBytes: source.byteLength },
    after: { sha256, sizeBytes: output.byteLength },
    pixels: { sha256: sha256OfPieces(regionBytes(output, after.inspection.picture.pixels)), reencoded: true },
    policySha256: options.policy.sha256,
    tool: options.tool,
    decisions: judgement.findings.map(({ at, category, action }) => ({ at, category, action })),
    visual,
    at: options.now(),
  };
}

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
}

/** What differs in size or turn. Decoders of AVIF give pixels turned already: there it is the size as shown that stays. */
function changedShape(before: Shape, after: Shape, format: string): keyof Shape | undefined {
  const turned = format === 'heif' && after.orientation === 1 && before.orientation > 4;
  const meant: Shape = {
    width: turned ? before.height : before.width,
    height: turned ? before.width : before.height,
    orientation: format === 'heif' ? 1 : before.orientation,
  };
  return (['width', 'height', 'orientation'] as const).find((key) => meant[key] !== after[key]);
}
