import { readAttributes } from '../../io/extended-attributes.js';
import { IoError } from '../../io/io-error.js';
import type { EffectivePolicy } from '../../policy/types.js';
import { attributeFindings } from './attribute-job.js';

/**
 * Why the extended attributes of a file must not go along with a clean copy of it: the policy does not let one stay that is known to tell
 * something. `undefined` where they may go.
 */
export async function whyAttributesStay(path: Buffer, policy: EffectivePolicy): Promise<string | undefined> {
  const { kind } = policy.beyond.xattr.action;
  if (kind === 'keep' || kind === 'warn') return undefined;
  try {
    const telling = attributeFindings(await readAttributes(path), policy).filter(({ finding }) => finding.at !== 'xattr/unknown');
    return telling.length === 0 ? undefined : 'extended attributes were not copied: the policy does not let all of them go out (xattr)';
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return `extended attributes were not copied: ${error.message}`;
  }
}
