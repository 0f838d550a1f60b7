/** A range of characters, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * One kind of sensitive text. Rules see a line as it was read and once more without its spaces, which readers of pictures drop and
 * make up; a rule ships with what it flags and what it must not.
 */
export interface TextRule {
  readonly id: string;
  /** What a person calls it. */
  readonly what: string;
  /** Finds in a text. `spaced` is false for the look without spaces, where words run into each other. */
  find(text: string, spaced: boolean): readonly Range[];
  readonly flags: readonly string[];
  readonly passes: readonly string[];
}

/** Longest text that a rule is given: a line of letters, or a few joined. */
export const MAX_TEXT = 2000;

/** All matches of a pattern (with the flag g), kept where `holds` says so. Patterns here have no nested repeats. */
export function matches(text: string, pattern: RegExp, holds: (found: string) => boolean = () => true): Range[] {
  const ranges: Range[] = [];
  for (const match of text.matchAll(pattern)) {
    if (match[0].length > 0 && holds(match[0])) ranges.push({ from: match.index, to: match.index + match[0].length });
  }
  return ranges;
}
