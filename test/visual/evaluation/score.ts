import { coveredShare } from '../../../src/visual/redact/cover.js';
import type { Box } from '../../../src/visual/types.js';

/** Something that is in a picture, known because we put it there. */
export interface Truth {
  readonly what: string;
  readonly box: Box;
}

/** One picture of the labelled set. */
export interface Labelled {
  readonly name: string;
  readonly picture: Buffer;
  readonly truths: readonly Truth[];
  /** Groups that it counts in. */
  readonly group: string;
  /** Boxes that may be found and are not asked for: neither right nor wrong. */
  readonly neutral?: readonly Box[];
}

export interface Score {
  truths: number;
  found: number;
  detections: number;
  wrong: number;
  misses: string[];
  falseAlarms: string[];
}

export function emptyScore(): Score {
  return { truths: 0, found: 0, detections: 0, wrong: 0, misses: [], falseAlarms: [] };
}

/** So much of a thing must be covered for it to count as found: what is left of it tells nothing. */
const COVERED = 0.85;

/** Adds one picture: what was found counts by what it covers, as that is what is redacted. */
export function addTo(score: Score, labelled: Labelled, found: readonly { readonly rule: string; readonly box: Box }[]): void {
  const boxes = found.map(({ box }) => box);
  for (const { what, box } of labelled.truths) {
    score.truths++;
    const share = coveredShare(box, boxes);
    if (share >= COVERED) score.found++;
    else score.misses.push(`${labelled.name}: ${what} at ${box.x},${box.y} (${Math.round(share * 100)}% covered)`);
  }
  const known = [...labelled.truths.map(({ box }) => box), ...(labelled.neutral ?? [])];
  for (const { rule, box } of found) {
    score.detections++;
    if (coveredShare(box, known) > 0 || known.some((truth) => coveredShare(truth, [box]) > 0.2)) continue;
    score.wrong++;
    score.falseAlarms.push(`${labelled.name}: ${rule} at ${box.x},${box.y},${box.width},${box.height}`);
  }
}

export function recallOf({ truths, found }: Score): number {
  return truths === 0 ? 0 : found / truths;
}

export function precisionOf({ detections, wrong }: Score): number {
  return detections === 0 ? 1 : (detections - wrong) / detections;
}
