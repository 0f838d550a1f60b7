import { BEYOND, type BeyondKind } from '../core/beyond.js';
import { CATEGORIES } from '../core/category.js';
import { DOORS, type Enforcement } from '../core/door.js';
import type { Action } from '../core/part.js';
import type { VisualAction } from '../core/visual.js';
import type { EffectivePolicy } from './types.js';

const ACTION_RANK: Readonly<Record<Action['kind'], number>> = { keep: 0, coarsen: 1, remove: 2 };
const BEYOND_RANK: Readonly<Record<BeyondKind, number>> = { keep: 0, warn: 1, block: 2, mend: 2 };
const ENFORCE_RANK: Readonly<Record<Enforcement, number>> = { warn: 0, block: 1, fix: 1 };

const VISUAL = ['faces', 'text', 'codes', 'place', 'background'] as const;
const VISUAL_RANK: Readonly<Record<VisualAction, number>> = { keep: 0, warn: 1, block: 2, redact: 2 };

/** What the second policy lets pass that the first does not, one line each; the same for the same pair. */
export function loosenings(before: EffectivePolicy, after: EffectivePolicy): string[] {
  const lines: string[] = [];
  for (const category of CATEGORIES) {
    const [was, is] = [before.rules[category].action, after.rules[category].action];
    if (ACTION_RANK[is.kind] < ACTION_RANK[was.kind]) lines.push(`${category}: ${was.kind} becomes ${is.kind}`);
    else if (was.kind === 'coarsen' && is.kind === 'coarsen' && JSON.stringify(was.precision) !== JSON.stringify(is.precision))
      lines.push(`${category}: is coarsened to another precision`);
  }
  for (const what of BEYOND) {
    const [was, is] = [before.beyond[what].action.kind, after.beyond[what].action.kind];
    if (BEYOND_RANK[is] < BEYOND_RANK[was]) lines.push(`${what}: ${was} becomes ${is}`);
  }
  for (const door of DOORS) {
    const [was, is] = [before.enforce[door], after.enforce[door]];
    if (ENFORCE_RANK[is] < ENFORCE_RANK[was]) lines.push(`${door}: enforce ${was} becomes ${is}`);
  }
  for (const what of VISUAL) {
    const [was, is] = [before.visual?.[what]?.action ?? 'keep', after.visual?.[what]?.action ?? 'keep'];
    if (VISUAL_RANK[is] < VISUAL_RANK[was]) lines.push(`visual.${what}: ${was} becomes ${is}`);
  }
  return lines;
}
