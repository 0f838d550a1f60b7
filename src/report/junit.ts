import { countResults, type FileResult } from '../core/result.js';
import { entriesOf } from './rules.js';

/** JUnit XML as test reporters of CI systems read it: one test case a file, a failure for violations, an error for what could not be checked. */
export function junitReport(results: readonly FileResult[], tool: string): string {
  const counts = countResults(results);
  const shown = results.filter(({ status }) => status !== 'skipped');
  const head = `tests="${shown.length}" failures="${counts.violates + counts['would-fix']}" errors="${counts.unproven}" skipped="${counts.allowed}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(tool)}" ${head}>`,
    `  <testsuite name="exifence" ${head}>`,
    ...shown.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(result: FileResult): string {
  const open = `    <testcase name="${xml(result.artifact)}" classname="exifence"`;
  const lines = entriesOf(result).filter(({ isWarning }) => !isWarning);
  const text = xml(lines.map(({ ruleId, message }) => `${ruleId}: ${message}`).join('\n'));
  if (result.status === 'unproven')
    return `${open}>\n      <error type="exifence/unproven" message="could not be proven clean">${text}</error>\n    </testcase>`;
  if (result.status === 'violates' || result.status === 'would-fix')
    return `${open}>\n      <failure type="${xml(lines[0]?.ruleId ?? 'exifence')}" message="violates the policy">${text}</failure>\n    </testcase>`;
  return result.status === 'allowed' ? `${open}>\n      <skipped message="on the allow-list"/>\n    </testcase>` : `${open}/>`;
}

/** XML 1.0 2.2: what is no character of XML cannot be written in it at all, escaped or not. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\t\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}
