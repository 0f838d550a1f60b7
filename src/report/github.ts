import type { FileResult } from '../core/result.js';
import { entriesOf, relativeName } from './rules.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Workflow commands, one line a file and rule: GitHub shows them at the file. What is text from outside cannot start a command of its own. */
export function githubReport(results: readonly FileResult[]): string {
  const lines: string[] = [];
  for (const result of results) {
    const byRule = new Map<string, { message: string; count: number; isWarning: boolean }>();
    for (const { ruleId, message, isWarning } of entriesOf(result)) {
      const known = byRule.get(ruleId);
      if (known === undefined) byRule.set(ruleId, { message, count: 1, isWarning });
      else known.count++;
    }
    const file = fileOf(result);
    for (const [ruleId, { message, count, isWarning }] of byRule) {
      const more = count === 1 ? '' : ` (and ${count - 1} more)`;
      const place = file === undefined ? '' : `file=${property(file)},line=1,`;
      lines.push(
        `::${isWarning ? 'warning' : 'error'} ${place}title=${property(ruleId)}::${data(`${result.artifact}: ${message}${more}`)}`,
      );
    }
  }
  return lines.join('\n');
}

/** GitHub finds the file by its name; one that is no text, or holds a line end, cannot be named to it. */
function fileOf(result: FileResult): string | undefined {
  try {
    const name = utf8.decode(relativeName(result));
    return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) ? undefined : name;
  } catch {
    return undefined;
  }
}

/** The runner undoes these, and takes the first `::` and the first line end for its own. */
function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
