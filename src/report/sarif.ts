import { createHash } from 'node:crypto';
import type { FileResult } from '../core/result.js';
import { entriesOf, REPORT_RULES, type ReportEntry, uriOf } from './rules.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** GitHub takes no more results of one run, and refuses the file as a whole. */
const MOST_RESULTS = 25_000;

/** SARIF 2.1.0: one run, a result for each rule that a file breaks. No value of any image is in it. */
export function sarifReport(results: readonly FileResult[], tool: string): string {
  const [name = 'exifence', version = '0'] = tool.split(' ');
  const found = results.flatMap((result) => byRule(result).map((entries) => sarifResult(result, entries)));
  const unproven = results.filter(({ unreadable }) => unreadable !== undefined);
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name,
            version,
            informationUri: 'https://www.npmjs.com/package/exifence',
            rules: REPORT_RULES.map(({ id, about }) => ({
              id,
              name: id.replace('exifence/', ''),
              shortDescription: { text: about },
              fullDescription: { text: `The image can reveal what the privacy policy does not let it: ${about}.` },
              help: {
                text: 'exifence explain FILE shows what was found and which line of the policy decided; exifence scrub FILE takes it out.',
              },
              defaultConfiguration: { level: 'error' },
              properties: { tags: ['security', 'privacy'], 'security-severity': '7.0' },
            })),
          },
        },
        automationDetails: { id: 'exifence/' },
        columnKind: 'unicodeCodePoints',
        originalUriBaseIds: { SRCROOT: { description: { text: 'the root of what was looked at' } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [
              ...unproven.map((result) => ({
                level: 'error',
                message: { text: `${result.unreadable?.code}: not proven clean` },
                locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(result), uriBaseId: 'SRCROOT' } } }],
              })),
              ...(found.length > MOST_RESULTS
                ? [{ level: 'warning', message: { text: `${found.length - MOST_RESULTS} more results are left out of this file` } }]
                : []),
            ],
          },
        ],
        results: found.slice(0, MOST_RESULTS),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

/** SARIF 3.11.5 and 3.11.6: `{0}` is a placeholder and `[text](target)` a link, unless braces are doubled and brackets escaped. */
function messageText(text: string): string {
  return text.replace(/[{}]/g, '$&$&').replace(/[[\]]/g, '\\$&');
}

function byRule(result: FileResult): ReportEntry[][] {
  const groups = new Map<string, ReportEntry[]>();
  for (const entry of entriesOf(result)) {
    const group = groups.get(entry.ruleId);
    if (group === undefined) groups.set(entry.ruleId, [entry]);
    else group.push(entry);
  }
  return [...groups.values()];
}

function sarifResult(file: FileResult, entries: readonly ReportEntry[]): object {
  const [first] = entries as [ReportEntry];
  const more = entries.length === 1 ? '' : ` (and ${entries.length - 1} more)`;
  const fingerprint = fingerprintOf(file, entries);
  return {
    ruleId: first.ruleId,
    ruleIndex: REPORT_RULES.findIndex(({ id }) => id === first.ruleId),
    level: first.isWarning ? 'warning' : 'error',
    message: { text: messageText(`${file.artifact}: ${first.message}${more}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file), uriBaseId: 'SRCROOT' },
          // Code scanning wants a line where SARIF wants bytes for what is no text: both are said.
          region: {
            startLine: first.line ?? 1,
            byteOffset: first.byteOffset,
            ...(first.byteLength > 0 ? { byteLength: first.byteLength } : {}),
          },
        },
      },
    ],
    partialFingerprints: { 'exifenceFinding/v1': fingerprint, primaryLocationLineHash: `${fingerprint}:1` },
  };
}

/** The parts' own fingerprints know the content; without them the name and the rule have to do. */
function fingerprintOf(file: FileResult, entries: readonly ReportEntry[]): string {
  const hash = createHash('sha256');
  const known = entries.map(({ fingerprint }) => fingerprint).filter((fingerprint) => fingerprint !== undefined);
  if (known.length > 0) for (const fingerprint of known.sort()) hash.update(`${fingerprint}\0`);
  else hash.update(`${uriOf(file)}\0${entries.map(({ ruleId, message }) => `${ruleId}\0${message}`).join('\0')}`);
  return hash.digest('hex').slice(0, 32);
}
