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

/** Exceptions lie one to a file, so that two branches that allow two pictures never conflict. Relative to the folder they hold for. */
export const ALLOW_FOLDER = '.exifence/allow';

/** The name of an exception's file: the SHA-256 of the content that it allows. */
export function allowFileName(sha256: string): string {
  return `${sha256}.yaml`;
}

/** The hash that a file's name stands for; `undefined` where it is no name of an exception. */
export function allowedBy(name: string): string | undefined {
  return /^([0-9a-f]{64})\.yaml$/.exec(name)?.[1];
}
