import { dirname, join } from 'node:path';

/** Names of a policy file, best first. */
export const POLICY_FILE_NAMES = ['.privacyrc.yaml', '.privacyrc.yml'] as const;

/** Where the policy of files in an absolute folder may lie, nearest first, up to the root of the file system. */
export function candidatePolicyPaths(directory: string): string[] {
  const candidates: string[] = [];
  for (let folder = directory; ; folder = dirname(folder)) {
    for (const name of POLICY_FILE_NAMES) candidates.push(join(folder, name));
    if (dirname(folder) === folder) return candidates;
  }
}
