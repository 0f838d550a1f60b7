import { displayPath } from '../core/display.js';
import { TOOL } from '../core/tool.js';
import type { ScrubOptions } from '../engine/options.js';
import { nameOf } from '../io/path-bytes.js';
import type { EffectivePolicy } from '../policy/types.js';
import type { Policies } from './policies.js';

export interface FileOptions {
  readonly options: ScrubOptions;
  /** What each door does about a violation. */
  readonly enforce: EffectivePolicy['enforce'];
  /** Folder that paths in the policy start at. */
  readonly folder: string;
}

/**
 * How one file is judged and scrubbed. Its policy is looked for from `place` upwards; by default that is the file's own path.
 * Throws `PolicyError` or `UsageError`.
 */
export async function fileOptions(policies: Policies, path: Buffer, place: Uint8Array | string = path): Promise<FileOptions> {
  const { policy, effective, allowed } = await policies.forFile(place);
  const options: ScrubOptions = {
    artifact: displayPath(path),
    name: nameOf(path),
    policy: effective,
    ...(allowed === undefined ? {} : { allowed }),
    now: () => new Date().toISOString(),
    tool: TOOL,
  };
  return { options, enforce: effective.enforce, folder: policy.rootDirectory ?? policies.options.cwd };
}
