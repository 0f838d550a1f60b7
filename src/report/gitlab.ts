import { createHash } from 'node:crypto';
import type { FileResult } from '../core/result.js';
import { entriesOf } from './rules.js';

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
      location: { path: result.artifact.replace(/^\.\//, ''), lines: { begin: 1 } },
    })),
  );
  return JSON.stringify(issues, null, 2);
}
