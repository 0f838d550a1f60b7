import { createHash } from 'node:crypto';
import type { Decision, Finding } from '../core/decision.js';

/** The violations among the decisions. Fingerprints need the content's hash: alone, a part's hash could be guessed back. */
export function findingsOf(decisions: readonly Decision[], contentSha256: string | undefined): Finding[] {
  const findings: Finding[] = [];
  for (const decision of decisions) {
    const { part, action, rule, origin } = decision;
    if (action.kind === 'keep') continue;
    const ruleId = `exifence/${rule}`;
    findings.push({
      ruleId,
      category: rule,
      carrier: part.carrier,
      message: messageOf(decision),
      at: part.path,
      byteOffset: part.region.byteOffset,
      byteLength: part.region.byteLength,
      action: action.kind,
      origin,
      ...(contentSha256 === undefined ? {} : { fingerprint: fingerprint(contentSha256, ruleId, part.path) }),
    });
  }
  return findings;
}

function messageOf({ part, action, rule }: Decision): string {
  const what = part.note === undefined ? `${part.carrier} ${part.path}` : `${part.note} (${part.path})`;
  return action.kind === 'remove' ? `${what} can reveal ${rule}` : `${what} is more precise than the policy allows for ${rule}`;
}

function fingerprint(contentSha256: string, ruleId: string, path: string): string {
  return createHash('sha256').update(`${contentSha256}\0${ruleId}\0${path}`).digest('hex').slice(0, 32);
}
