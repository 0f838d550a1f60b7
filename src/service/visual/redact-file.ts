import { concatBytes } from '../../bytes/apply-edits.js';
import type { RuleOrigin } from '../../core/decision.js';
import { displayPath } from '../../core/display.js';
import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { FileResult } from '../../core/result.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { UsageError } from '../../core/usage-error.js';
import type { VisualRules } from '../../core/visual.js';
import { openFileSource } from '../../io/file-source.js';
import { rewriteFile } from '../../io/replace-file.js';
import { writeNewFile } from '../../io/write-new.js';
import type { RedactRequest } from '../../visual/request.js';
import { reasonOf, resultOf } from '../file-job.js';
import { fileOptions } from '../file-options.js';
import type { Policies } from '../policies.js';
import { visualEngine } from './engine.js';
import { looksAtPictures } from './requests.js';
import { lookAndRedact } from './visual-look.js';

/** What to do with one picture. */
export interface RedactJob {
  /** What was asked for; the policy's own rules if left out. */
  readonly request?: RedactRequest;
  /** Where the result goes; in place if left out. */
  readonly target?: Buffer;
  /** Where both pictures go, side by side, the boxes drawn on the first. */
  readonly preview?: Buffer;
  readonly dryRun: boolean;
}

/** Redacts one file. Throws `UsageError`, and what a policy that cannot be used throws. */
export async function redactFile(path: Buffer, policies: Policies, job: RedactJob): Promise<FileResult> {
  const { options, folder } = await fileOptions(policies, path);
  const rules = job.request === undefined ? options.policy.visual : rulesOf(job.request);
  if (!looksAtPictures(rules))
    throw new UsageError(
      'nothing says what to redact; name it (--faces, --text, --codes, --boxes x,y,width,height) or write it in the policy under visual',
    );
  const named = { artifact: options.artifact, nameBytes: path };
  const engine = await visualEngine();
  const context = { options, rules, folder, engine, ...(job.request === undefined ? {} : { request: job.request }) };
  let before: Uint8Array | undefined;
  let looked: Look<Judgement, Receipt> | undefined;
  const look = async (source: Source): Promise<Look<Judgement, Receipt>> => {
    looked = await lookAndRedact(source, context);
    if (job.preview !== undefined && looked.replacement !== undefined) before = source.read(0, source.byteLength).slice();
    return looked;
  };
  try {
    const result = await carryOut(path, job, look);
    const { replacement } = looked ?? {};
    if (job.preview === undefined || before === undefined || replacement === undefined) return { ...named, ...result };
    const boxes = (looked?.outcome.visual?.seen ?? []).map(({ x, y, width, height }) => ({ x, y, width, height }));
    const changed = (result.receipt?.visual?.boxes ?? boxes).map(({ x, y, width, height }) => ({ x, y, width, height }));
    const picture = await engine.preview(before, concatBytes(replacement.pieces), changed);
    await writeNewFile(job.preview, [picture], async () => undefined);
    return { ...named, ...result, notes: [...result.notes, `preview written to ${displayPath(job.preview)}: it shows the original`] };
  } catch (error) {
    return { ...named, status: 'unproven', unreadable: reasonOf(error), notes: [] };
  }
}

async function carryOut(
  path: Buffer,
  { target, dryRun }: RedactJob,
  look: (source: Source) => Promise<Look<Judgement, Receipt>>,
): Promise<Omit<FileResult, 'artifact'>> {
  if (target === undefined && !dryRun) {
    const { outcome, proof, notes } = await rewriteFile(path, look);
    return { ...resultOf(outcome, proof, proof === undefined ? 'violates' : 'fixed'), notes };
  }
  const source = openFileSource(path);
  try {
    const { outcome, replacement } = await look(source);
    if (dryRun) return { ...resultOf(outcome, undefined, replacement === undefined ? 'violates' : 'would-fix'), notes: [] };
    if (replacement === undefined || target === undefined) {
      const { kind } = outcome.verdict;
      if ((kind !== 'clean' && kind !== 'allowed') || target === undefined)
        return { ...resultOf(outcome, undefined, 'violates'), notes: [] };
      await writeNewFile(target, [source.read(0, source.byteLength)], async () => undefined, { attributes: source.stat });
      return { ...resultOf(outcome, undefined, 'fixed'), output: displayPath(target), outputBytes: target, notes: [] };
    }
    const proof = await writeNewFile(target, replacement.pieces, (output) => replacement.verify(output), { attributes: source.stat });
    return { ...resultOf(outcome, proof, 'fixed'), output: displayPath(target), outputBytes: target, notes: [] };
  } finally {
    source.close();
  }
}

const COMMAND_LINE: RuleOrigin = { file: 'command line', line: 1, column: 1 };

/** What was asked for on the command line, as rules: for findings, and for what is looked for. */
function rulesOf({ faces, text, codes, background, regions, faceStyle }: RedactRequest): VisualRules {
  const redact = { action: 'redact', origin: COMMAND_LINE } as const;
  return {
    ...(faces ? { faces: { ...redact, style: faceStyle } } : {}),
    ...(text === false ? {} : { text: { ...redact, ...text } }),
    ...(codes ? { codes: redact } : {}),
    ...(background === undefined ? {} : { background: { ...redact, backdrop: background.kind } }),
    regions: { boxes: regions.map(({ box, unit }) => ({ ...box, unit })), origin: COMMAND_LINE },
  };
}
