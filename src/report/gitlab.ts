import { createHash } from 'node:crypto';
import type { FileResult } from '../core/result.js';
import { entriesOf, relativeName } from './rules.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** GitLab's code quality report: a list of issues, each with a fingerprint of its own. */
export function gitlabReport(results: readonly FileResult[]): string {
  const issues = results.flatMap((result) =>
    entriesOf(result).map(({ ruleId, message, fingerprint, isWarning, byteOffset }, at) => ({
      type: 'issue',
      check_name: ruleId,
      description: message,
      categories: ['Security'],
      severity: isWarning ? 'minor' : 'major',
      fingerprint: createHash('sha256')
        .update(`${result.artifact}\0${ruleId}\0${fingerprint ?? message}\0${byteOffset}\0${at}`)
        .digest('hex'),
      location: { path: pathOf(result), lines: { begin: 1 } },
    })),
  );
  return JSON.stringify(issues, null, 2);
}

/** GitLab finds the file by its name in the repository; one that is no text is shown as well as it can be. */
function pathOf(result: FileResult): string {
  try {
    const name = utf8.decode(relativeName(result));
    return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) ? result.artifact : name;
  } catch {
    return result.artifact.replace(/^\.\//, '');
  }
}
