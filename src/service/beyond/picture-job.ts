import type { BeyondFinding } from '../../core/beyond.js';
import { displayPath } from '../../core/display.js';
import type { FileResult, FileStatus } from '../../core/result.js';
import { nameOf, siblingOf } from '../../io/path-bytes.js';
import type { EffectivePolicy } from '../../policy/types.js';
import { type JobMode, runFileJob } from '../file-job.js';
import type { Policies } from '../policies.js';
import { withAttributes } from './attribute-job.js';
import { nameFindings } from './file-names.js';
import { FolderIndex, type Sidecar } from './folder-index.js';
import { Renamer } from './renamer.js';
import { runSidecarJob } from './sidecar-job.js';
import type { SidecarKind } from './sidecar-kinds.js';

/** Takes files all the way, each with what lies beside its bytes. One for a run: folders are listed once. */
export class PictureJobs {
  readonly #folders = new FolderIndex();
  readonly #renamer = new Renamer(this.#folders);

  constructor(private readonly policies: Policies) {}

  /** True where the file is judged with another one, which is `inRun`: it needs no turn of its own. */
  async goesWith(path: Buffer, inRun: (owner: Buffer) => boolean): Promise<boolean> {
    const role = this.#folders.roleOf(path);
    if (role.kind !== 'sidecar' || role.owner === undefined || !inRun(role.owner)) return false;
    // Where a picture's sidecars are not looked at, what is a picture or a video itself still is.
    return (await this.policies.forFile(role.owner)).effective.beyond.sidecar.action.kind !== 'keep';
  }

  /** The file's own result first, then those of its sidecars. Throws as `runFileJob` does. */
  async run(named: Buffer, mode: JobMode): Promise<FileResult[]> {
    // It may have been renamed along with another of its stem.
    const path = this.#renamer.nowAt(named);
    const { effective } = await this.policies.forFile(path);
    const role = this.#folders.roleOf(path);
    if (role.kind === 'sidecar' && effective.beyond.sidecar.action.kind !== 'keep') {
      const owner = role.owner ?? path;
      const policy = role.owner === undefined ? effective : (await this.policies.forFile(owner)).effective;
      if (policy.beyond.sidecar.action.kind !== 'keep') return [await this.#sidecar(path, role.sidecar, owner, policy, mode)];
    }
    return this.#picture(path, effective, mode);
  }

  async #picture(path: Buffer, policy: EffectivePolicy, mode: JobMode): Promise<FileResult[]> {
    const sidecars = policy.beyond.sidecar.action.kind === 'keep' ? [] : this.#folders.sidecarsOf(path);
    const names = nameFindings(nameOf(path), policy);
    const renames = names.length > 0 && policy.beyond.filename.action.kind === 'mend';
    const first = await runFileJob(
      path,
      this.policies,
      renames && mode.kind === 'copy' ? this.#renamer.copyMode(path, mode, policy) : mode,
    );
    if (first.status === 'skipped') return [first];
    const result = await withAttributes(path, withNames(first, names, mode), policy, mode);
    const results: FileResult[] = [];
    for (const { path: beside, kind } of sidecars) {
      const besideMode =
        mode.kind === 'copy'
          ? { kind: 'copy' as const, target: siblingOf(mode.target, this.#renamer.nameBeside(path, beside, first)) }
          : mode;
      results.push(await this.#sidecar(beside, kind, path, policy, besideMode));
    }
    const judged = withSidecars(result, sidecars, results, policy);
    if (!renames || mode.kind !== 'in-place' || first.status === 'unproven') return [judged, ...results];
    return [await this.#renamer.rename(path, judged, policy), ...results];
  }

  async #sidecar(path: Buffer, kind: SidecarKind, owner: Buffer, policy: EffectivePolicy, mode: JobMode): Promise<FileResult> {
    const result = await runSidecarJob({ path, kind, owner, rule: policy.beyond.sidecar, rules: policy.rules, mode }, this.policies);
    const writes = policy.beyond.sidecar.action.kind === 'mend';
    const judged = owner.equals(path) ? result : { ...result, sidecarOf: displayPath(owner) };
    return withAttributes(path, judged, policy, writes || mode.kind === 'copy' ? mode : { kind: 'judge', fingerprints: false });
  }
}

/** Holds what the name tells against a file that is an image. A copy has a name of its own by then, where that is to be. */
function withNames(picture: FileResult, names: readonly BeyondFinding[], mode: JobMode): FileResult {
  if (names.length === 0) return picture;
  const mended = mode.kind === 'copy' && picture.outputBytes !== undefined && names[0]?.action === 'mend';
  const result = { ...picture, beyond: names.map((finding) => ({ ...finding, mended })) };
  if (names[0]?.action === 'warn' || (picture.status !== 'clean' && picture.status !== 'fixed')) return result;
  if (mended) return { ...result, status: 'fixed' };
  return { ...result, status: names[0]?.action === 'mend' && mode.kind !== 'judge' ? 'would-fix' : 'violates' };
}

/** A picture is not clean while a file beside it tells what it must not. */
function withSidecars(
  picture: FileResult,
  sidecars: readonly Sidecar[],
  results: readonly FileResult[],
  policy: EffectivePolicy,
): FileResult {
  const found: BeyondFinding[] = [];
  const worst: FileStatus[] = [];
  for (const [index, { status, judgement, beyond }] of results.entries()) {
    if (status !== 'violates' && status !== 'would-fix' && status !== 'unproven') continue;
    const { kind } = sidecars[index] as Sidecar;
    const told = judgement?.findings[0] ?? beyond?.[0];
    const rule = policy.beyond.sidecar;
    worst.push(status);
    found.push({
      ruleId: 'exifence/sidecar',
      beyond: 'sidecar',
      category: told?.category ?? 'hidden',
      message: told === undefined ? `its ${kind.what} could not be proven clean` : `its ${kind.what} can reveal ${told.category}`,
      at: `sidecar/${kind.id}`,
      action: rule.action.kind === 'block' ? 'block' : 'mend',
      mended: false,
      origin: told?.origin ?? rule.origin,
    });
  }
  if (found.length === 0) return picture;
  const passes = picture.status === 'clean' || picture.status === 'fixed' || picture.status === 'would-fix';
  const status: FileStatus = !passes ? picture.status : worst.every((each) => each === 'would-fix') ? 'would-fix' : 'violates';
  return { ...picture, status, beyond: [...(picture.beyond ?? []), ...found] };
}
