import type { Category } from '../../core/category.js';
import type { Finding, RuleOrigin } from '../../core/decision.js';
import type { VisualAction, VisualReport, VisualRules } from '../../core/visual.js';
import type { Seen } from '../../visual/request.js';

/** What each kind of text in a picture tells; the others are `text`. */
const CATEGORY_OF: Readonly<Record<string, Category>> = {
  'text/address': 'location',
  'text/coordinates': 'location',
  'text/plate': 'location',
  'text/network-address': 'device',
  'text/hostname': 'device',
  'text/email': 'person',
  'text/phone': 'person',
  'text/card': 'person',
  'text/iban': 'person',
  'text/name': 'person',
  'text/handle': 'person',
  'text/user-name': 'person',
  'text/id-number': 'person',
  face: 'person',
};

/** A finding about the picture, and what the policy does about it. */
export interface VisualFinding {
  readonly finding: Finding;
  readonly action: Exclude<VisualAction, 'keep'>;
}

/** What was seen, held against the policy. Findings name kinds and places, never what was read. */
export function visualFindings(seen: Seen, rules: VisualRules): VisualFinding[] {
  const found: VisualFinding[] = [];
  const add = (
    what: string,
    rule: { readonly action: VisualAction; readonly origin: RuleOrigin } | undefined,
    message: string,
    category: Category,
  ): void => {
    if (rule === undefined || rule.action === 'keep') return;
    const finding: Finding = {
      ruleId: `exifence/${what}`,
      category,
      carrier: 'picture',
      message,
      at: `picture/${what}#${found.length}`,
      byteOffset: 0,
      byteLength: 0,
      action: 'remove',
      origin: rule.origin,
    };
    found.push({ finding, action: rule.action });
  };
  for (const { kind, rule, box } of seen.detections) {
    const at = `at ${box.x},${box.y}, ${box.width} by ${box.height} pixels`;
    const category = CATEGORY_OF[rule] ?? 'text';
    if (kind === 'face') add('visual-faces', rules.faces, `the picture shows a face ${at}`, category);
    else if (kind === 'code') add('visual-codes', rules.codes, `the picture shows a code (${rule.slice('code/'.length)}) ${at}`, category);
    else add('visual-text', rules.text, `the picture shows text (${rule.replace('text/', '')}) ${at}`, category);
  }
  for (const { x, y, width, height } of seen.undone.regions)
    add(
      'visual-regions',
      rules.regions && { action: 'redact', origin: rules.regions.origin },
      `a region is not covered at ${x},${y}, ${width} by ${height} pixels`,
      'hidden',
    );
  if (seen.undone.background) add('visual-background', rules.background, 'the picture shows its background', 'location');
  const signals = seen.place?.found.length ?? 0;
  if (signals > 0)
    add(
      'visual-place',
      rules.place,
      `${signals} signals of place found; ${seen.place?.notChecked.length} kinds were not looked for`,
      'location',
    );
  return found;
}

/** The same for reports: kinds, places and counts. */
export function visualReport(seen: Seen): VisualReport {
  const signals: Record<string, number> = {};
  for (const { signal } of seen.place?.found ?? []) signals[signal] = (signals[signal] ?? 0) + 1;
  return {
    width: seen.width,
    height: seen.height,
    seen: seen.detections.map(({ rule, box, confidence }) => ({ rule, ...box, confidence: Number(confidence.toFixed(3)) })),
    ...(seen.place === undefined ? {} : { place: { signals, notChecked: seen.place.notChecked } }),
  };
}
