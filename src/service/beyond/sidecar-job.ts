import type { BeyondAction, BeyondFinding } from '../../core/beyond.js';
import { displayPath } from '../../core/display.js';
import { isReaderError } from '../../core/error.js';
import type { FileResult } from '../../core/result.js';
import { openFileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import { nameOf } from '../../io/path-bytes.js';
import type { BeyondRule, Rules } from '../../policy/types.js';
import { type JobMode, runFileJob } from '../file-job.js';
import type { Policies } from '../policies.js';
import { brokenRule } from './broken-rule.js';
import { APPLE_DOUBLE, type SidecarKind } from './sidecar-kinds.js';

const APPLE_DOUBLE_MAGIC = 0x00051607;

export interface SidecarJob {
  readonly path: Buffer;
  readonly kind: SidecarKind;
  /** The picture whose policy applies; the sidecar's own path where it stands alone. */
  readonly owner: Buffer;
  readonly rule: BeyondRule;
  readonly rules: Rules;
  readonly mode: JobMode;
}

/** Judges one sidecar and, where the policy says `fix` and the mode writes, writes it anew. Throws as `runFileJob` does. */
export async function runSidecarJob(job: SidecarJob, policies: Policies): Promise<FileResult> {
  const { kind, path, owner, rule } = job;
  const mode = rule.action.kind === 'mend' ? job.mode : judgeOnly(job.mode);
  if (kind.reading === 'opaque') return opaqueJob(job, mode, policies);
  const reading = kind.reading === 'xmp' ? ('xmp' as const) : ('image' as const);
  const result = await runFileJob(path, policies, mode, { reading, place: owner });
  return rule.action.kind === 'warn' ? lettingPass(result, rule) : result;
}

/** A name is a claim: what shows itself as a picture is judged as one, and what a Mac's second file claims by its name it must show. */
async function opaqueJob(job: SidecarJob, mode: JobMode, policies: Policies): Promise<FileResult> {
  const { kind, path, owner, rule } = job;
  if (kind === APPLE_DOUBLE && startsAsAppleDouble(path)) return opaqueResult(job);
  const result = await runFileJob(path, policies, mode, { place: owner });
  if (result.status === 'skipped') return kind === APPLE_DOUBLE || isOfAnotherKind(job) ? result : opaqueResult(job);
  return rule.action.kind === 'warn' ? lettingPass(result, rule) : result;
}

function judgeOnly(mode: JobMode): JobMode {
  return { kind: 'judge', fingerprints: 'fingerprints' in mode && mode.fingerprints };
}

function lettingPass(result: FileResult, rule: BeyondRule): FileResult {
  if (result.status !== 'violates' && result.status !== 'unproven') return result;
  const { unreadable, ...rest } = result;
  const why = unreadable === undefined ? [] : [`${unreadable.code}: ${unreadable.message}`];
  return { ...rest, status: 'allowed', notes: [...result.notes, ...why, warnNote(rule)] };
}

function warnNote({ origin }: BeyondRule): string {
  return `let pass with this warning by ${origin.file}:${origin.line}`;
}

/** What is not looked into is held against the rules by all that its kind can tell. */
function opaqueResult({ path, kind, rule, rules, mode }: SidecarJob): FileResult {
  const named = { artifact: displayPath(path), nameBytes: path };
  const broken = brokenRule(kind.reveals, rules);
  if (broken === undefined) return { ...named, status: 'skipped', notes: [] };
  const finding: BeyondFinding = {
    ruleId: 'exifence/sidecar',
    beyond: 'sidecar',
    category: broken.category,
    message: `${kind.what} can reveal ${broken.category}, and is not looked into`,
    at: `sidecar/${kind.id}`,
    action: actionOf(rule.action),
    mended: false,
    origin: broken.origin,
  };
  const result = { ...named, beyond: [finding] };
  if (rule.action.kind === 'warn') return { ...result, status: 'allowed', notes: [warnNote(rule)] };
  if (mode.kind === 'copy') return { ...result, status: 'skipped', notes: [`not copied: ${finding.message}`] };
  return { ...result, status: 'violates', notes: [`what to do: ${kind.hint}`] };
}

/** RFC 1740, appendix B: the magic number of AppleDouble. */
function startsAsAppleDouble(path: Buffer): boolean {
  const head = headOf(path, 4);
  return head.byteLength === 4 && head.readUInt32BE(0) === APPLE_DOUBLE_MAGIC;
}

/** Words of an album export. */
const TAKEOUT_WORDS = ['"photoTakenTime"', '"geoData', '"googlePhotosOrigin"', '"creationTime"'] as const;
const TAKEOUT_LOOK_BYTES = 1 << 20;

/**
 * Many a `sprite.json` lies beside a `sprite.png`: what has not the picture's whole name in its own has to show itself as an
 * export.
 */
function isOfAnotherKind({ kind, path, owner }: SidecarJob): boolean {
  if (kind.id !== 'takeout') return false;
  const [own, picture] = [nameOf(path).toString('latin1').toLowerCase(), nameOf(owner).toString('latin1').toLowerCase()];
  if (own.startsWith(`${picture}.`)) return false;
  const head = headOf(path, TAKEOUT_LOOK_BYTES).toString('latin1');
  return !TAKEOUT_WORDS.some((word) => head.includes(word));
}

/** The first bytes; none where it cannot be read: the file's own job says why. */
function headOf(path: Buffer, maxBytes: number): Buffer {
  try {
    const source = openFileSource(path);
    try {
      return Buffer.from(source.read(0, Math.min(maxBytes, source.byteLength)));
    } finally {
      source.close();
    }
  } catch (error) {
    if (error instanceof IoError || isReaderError(error)) return Buffer.alloc(0);
    throw error;
  }
}

function actionOf({ kind }: BeyondAction): BeyondFinding['action'] {
  return kind === 'keep' ? 'warn' : kind;
}
