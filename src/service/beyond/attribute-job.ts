import type { BeyondFinding } from '../../core/beyond.js';
import type { FileResult } from '../../core/result.js';
import { type Attribute, type AttributeChange, changeAttributes, readAttributes } from '../../io/extended-attributes.js';
import { IoError, unreadableOfIo } from '../../io/io-error.js';
import type { EffectivePolicy } from '../../policy/types.js';
import type { JobMode } from '../file-job.js';
import { attributeKind } from './attribute-kinds.js';
import { brokenRule } from './broken-rule.js';

/** What the policy does not let stay, and the change that mends it. */
export interface AttributeFinding {
  readonly finding: BeyondFinding;
  readonly change: AttributeChange;
}

/** Holds attributes against the policy. Empty where `xattr` is `keep`. */
export function attributeFindings(attributes: readonly Attribute[], { rules, beyond }: EffectivePolicy): AttributeFinding[] {
  const { action } = beyond.xattr;
  if (action.kind === 'keep') return [];
  const kindOfAction = action.kind;
  return attributes.flatMap((attribute) => {
    const kind = attributeKind(attribute);
    const broken = kind === undefined ? undefined : brokenRule(kind.reveals, rules);
    if (kind === undefined || broken === undefined) return [];
    return [
      {
        finding: {
          ruleId: 'exifence/xattr',
          beyond: 'xattr' as const,
          category: broken.category,
          message: `the extended attribute ${kind.shown} (${kind.what}) can reveal ${broken.category}`,
          at: `xattr/${kind.shown}`,
          action: kindOfAction,
          mended: false,
          origin: broken.origin,
        },
        change: { name: attribute.name, value: kind.keepMark?.(attribute.value) ?? null },
      },
    ];
  });
}

/**
 * Holds the attributes of a file that was just judged against the policy and, where it is scrubbed in place, takes away what
 * may not stay: the file keeps its bytes, its inode and its times. A copy has none, and is not looked at.
 */
export async function withAttributes(path: Buffer, result: FileResult, policy: EffectivePolicy, mode: JobMode): Promise<FileResult> {
  const { action } = policy.beyond.xattr;
  if (action.kind === 'keep' || mode.kind === 'copy' || result.status === 'skipped') return result;
  try {
    const found = attributeFindings(await readAttributes(path), policy);
    if (found.length === 0) return result;
    const mends = action.kind === 'mend' && mode.kind === 'in-place' && result.status !== 'unproven';
    if (!mends) return judged(result, found, mode);
    await changeAttributes(
      path,
      found.map(({ change }) => change),
    );
    // Looked at again: a file system may take a change and not keep it.
    const left = attributeFindings(await readAttributes(path), policy);
    if (left.length > 0) return judged(result, left, mode);
    const beyond = [...(result.beyond ?? []), ...found.map(({ finding }) => ({ ...finding, mended: true }))];
    return { ...result, status: result.status === 'clean' ? 'fixed' : result.status, beyond };
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    // Not looked at is not clean.
    if (action.kind === 'warn' || result.status === 'unproven')
      return { ...result, notes: [...result.notes, `${error.message}; ${error.hint}`] };
    return { ...result, status: 'unproven', unreadable: unreadableOfIo(error) };
  }
}

function judged(result: FileResult, found: readonly AttributeFinding[], mode: JobMode): FileResult {
  const beyond = [...(result.beyond ?? []), ...found.map(({ finding }) => finding)];
  const action = found[0]?.finding.action;
  if (action === 'warn' || result.status === 'unproven') return { ...result, beyond };
  return {
    ...result,
    beyond,
    status: action === 'mend' && mode.kind === 'dry-run' && result.status !== 'violates' ? 'would-fix' : 'violates',
  };
}
