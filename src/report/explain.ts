import type { BeyondFinding } from '../core/beyond.js';
import { CATEGORY_HELP } from '../core/category.js';
import type { Decision } from '../core/decision.js';
import { displayText } from '../core/display.js';
import type { Judgement } from '../core/judgement.js';
import type { Part } from '../core/part.js';
import type { Style } from './style.js';

/** What all lines of one explanation share. */
interface View {
  readonly lines: string[];
  readonly decided: ReadonlyMap<string, Decision>;
  readonly style: Style;
  readonly reveal: boolean;
}

/** Every part of a file: what it is, what it reveals, which policy line decided, what will happen to it. */
export function explainPretty(judgement: Judgement, style: Style, reveal: boolean): string[] {
  const decided = new Map(judgement.decisions.map((decision) => [decision.part.path, decision]));
  const view: View = { lines: [], decided, style, reveal };
  for (const part of partsOf(judgement)) explainPart(view, part, undefined, undefined);
  return view.lines;
}

/** A packet of XMP is its properties: it has no parts around them. */
function partsOf({ inspection, decisions }: Judgement): readonly Part[] {
  return inspection?.parts ?? decisions.map(({ part }) => part);
}

/** `within` is the part around it, `above` the decision that this part goes along with. */
function explainPart(view: View, part: Part, within: Part | undefined, above: Decision | undefined, depth = 0): void {
  const { lines, decided, style, reveal } = view;
  const own = decided.get(part.path);
  const name = within !== undefined && part.path.startsWith(`${within.path}/`) ? part.path.slice(within.path.length + 1) : part.path;
  const where = `${part.region.byteOffset}+${part.region.byteLength}`;
  const what = part.note === undefined ? part.carrier : `${part.carrier}, ${displayText(part.note)}`;
  const value = part.value === undefined ? '' : ` = ${reveal ? displayText(part.value.reveal()) : part.value.toString()}`;
  const indent = '  '.repeat(depth);
  lines.push(`${indent}${style.bold(displayText(name))}${value}  ${style.dim(`(${what}; bytes ${where})`)}`);
  const decision = own ?? above;
  if (decision !== undefined && (own !== undefined || part.children === undefined))
    lines.push(`${indent}  ${fateOf(part, decision, above, style)}`);
  for (const child of part.children ?? []) explainPart(view, child, part, own ?? above, depth + 1);
}

function fateOf(part: Part, decision: Decision, above: Decision | undefined, style: Style): string {
  const origin = style.dim(`${decision.origin.file}:${decision.origin.line}`);
  const reveals = [...new Set([part.category, ...(part.alsoReveals ?? [])])].filter((category) => category !== 'rendering');
  const says =
    reveals.length === 0
      ? 'reveals nothing'
      : reveals.length === 1
        ? `can reveal ${reveals[0]}: ${CATEGORY_HELP[reveals[0] as keyof typeof CATEGORY_HELP]}`
        : `can reveal ${reveals.join(', ')}`;
  if (above !== undefined && above === decision) return `${says} → ${style.red('removed')} with what it lies in  ${origin}`;
  switch (decision.action.kind) {
    case 'remove':
      return `${says} → ${style.red('removed')} by rule ${decision.rule}  ${origin}`;
    case 'coarsen':
      return `${says} → ${style.yellow('coarsened')} by rule ${decision.rule}  ${origin}`;
    case 'keep':
      return part.required
        ? `${says} → ${style.green('kept')}: the picture needs it`
        : `${says} → ${style.green('kept')} by rule ${decision.rule}  ${origin}`;
  }
}

/** What lies beside the bytes and may not stay: what it is, what will happen to it, which policy line decided. */
export function explainBeyond(beyond: readonly BeyondFinding[], style: Style): string[] {
  return beyond.flatMap(({ at, beyond: what, message, action, origin }) => [
    `${style.bold(displayText(at))}  ${style.dim('(beside the bytes)')}`,
    `  ${displayText(message)} → ${action === 'mend' ? style.red(MENDED[what]) : action === 'warn' ? style.yellow('reported, and let pass') : style.red('blocked')}  ${style.dim(`${origin.file}:${origin.line}`)}`,
  ]);
}

const MENDED = { sidecar: 'written anew, or blocked where it cannot be', filename: 'named anew', xattr: 'removed' } as const;

/** The same for a machine. Values only where asked for. */
export function explainJson(judgement: Judgement, reveal: boolean, beyond: readonly BeyondFinding[]): string {
  const decided = new Map(judgement.decisions.map((decision) => [decision.part.path, decision]));
  const { verdict } = judgement;
  const report = {
    schema: 'exifence/explain@1',
    path: judgement.artifact,
    format: judgement.format,
    verdict: verdict.kind,
    ...(verdict.kind === 'unreadable' ? { unreadable: verdict.unreadable } : {}),
    beyond,
    parts: partsOf(judgement).map((part) => explainedPart(part, decided, undefined, reveal)),
  };
  return JSON.stringify(report, null, 2);
}

function explainedPart(part: Part, decided: ReadonlyMap<string, Decision>, above: Decision | undefined, reveal: boolean): object {
  const own = decided.get(part.path);
  const decision = own ?? above;
  return {
    path: part.path,
    carrier: part.carrier,
    category: part.category,
    ...(part.alsoReveals === undefined ? {} : { alsoReveals: part.alsoReveals }),
    byteOffset: part.region.byteOffset,
    byteLength: part.region.byteLength,
    required: part.required,
    ...(part.note === undefined ? {} : { note: part.note }),
    ...(part.value === undefined ? {} : { value: reveal ? part.value.reveal() : part.value.toString() }),
    ...(decision === undefined ? {} : { action: decision.action.kind, rule: decision.rule, origin: decision.origin }),
    ...(part.children === undefined ? {} : { children: part.children.map((child) => explainedPart(child, decided, decision, reveal)) }),
  };
}
