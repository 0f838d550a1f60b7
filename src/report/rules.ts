import { BEYOND, BEYOND_HELP } from '../core/beyond.js';
import { CATEGORIES, CATEGORY_HELP } from '../core/category.js';
import type { FileResult } from '../core/result.js';

/** What can be found, for reports that list their rules. */
export interface ReportRule {
  /** As findings have it: `exifence/location`. */
  readonly id: string;
  readonly about: string;
}

/** What could not be proven clean. */
const UNPROVEN_RULE = 'exifence/unproven';

export const REPORT_RULES: readonly ReportRule[] = [
  ...CATEGORIES.filter((category) => category !== 'rendering').map((category) => ({
    id: `exifence/${category}`,
    about: CATEGORY_HELP[category],
  })),
  ...BEYOND.map((beyond) => ({ id: `exifence/${beyond}`, about: BEYOND_HELP[beyond] })),
  { id: 'exifence/allow-expired', about: 'an exception of the allow-list that no longer holds' },
  { id: 'exifence/allow-unused', about: 'an exception of the allow-list that nothing needs any more' },
  { id: 'exifence/policy-loosened', about: 'a change of the rules that lets more pass than before' },
  { id: UNPROVEN_RULE, about: 'an image that could not be proven clean: damaged, mislabelled, or of a kind that is not read' },
];

/** One line of a report: what one rule found in one file. Never a value. */
export interface ReportEntry {
  readonly ruleId: string;
  readonly message: string;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** Of this file's content, this part and this rule; where it was asked for. */
  readonly fingerprint: string | undefined;
  /** From 1, in files of text. */
  readonly line?: number;
  /** The policy lets it pass. */
  readonly isWarning: boolean;
}

/** What a result says against a file; nothing for what is clean, allowed or mended. */
export function entriesOf(result: FileResult): ReportEntry[] {
  const { unreadable, judgement, beyond, status } = result;
  const entries: ReportEntry[] = [];
  if (unreadable !== undefined)
    entries.push({
      ruleId: UNPROVEN_RULE,
      message: `${unreadable.code} at byte ${unreadable.byteOffset}: ${unreadable.message}. What to do: ${unreadable.hint}`,
      byteOffset: unreadable.byteOffset,
      byteLength: 0,
      fingerprint: undefined,
      isWarning: false,
    });
  else if (status === 'violates' || status === 'would-fix')
    for (const { ruleId, message, byteOffset, byteLength, fingerprint } of judgement?.findings ?? [])
      entries.push({ ruleId, message, byteOffset, byteLength, fingerprint, isWarning: false });
  for (const { ruleId, message, action, mended } of beyond ?? [])
    if (!mended) entries.push({ ruleId, message, byteOffset: 0, byteLength: 0, fingerprint: undefined, isWarning: action === 'warn' });
  for (const { ruleId, message, line } of result.policyNotes ?? [])
    entries.push({ ruleId, message, line: line ?? 1, byteOffset: 0, byteLength: 0, fingerprint: undefined, isWarning: true });
  return entries;
}

/** RFC 3986: the path as a relative reference, byte by byte; names need be no text. */
export function uriOf(result: FileResult): string {
  let uri = '';
  for (const byte of relativeName(result)) {
    const char = String.fromCharCode(byte);
    uri += /[A-Za-z0-9._~/-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return uri;
}

/** The name from the folder that was started in, without the dot that stands for it. */
export function relativeName({ artifact, nameBytes }: FileResult): Buffer {
  const name = Buffer.from(nameBytes ?? Buffer.from(artifact));
  return name[0] === 0x2e && name[1] === 0x2f ? name.subarray(2) : name;
}
