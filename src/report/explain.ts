import { CATEGORY_HELP } from '../core/category.js';
import type { Decision } from '../core/decision.js';
import { displayText } from '../core/display.js';
import type { Judgement } from '../core/judgement.js';
import type { Part } from '../core/part.js';
import type { Style } from './style.js';

/** Every part of a file: what it is, what it reveals, which policy line decided, what will happen to it. */
export function explainPretty(judgement: Judgement, style: Style, reveal: boolean): string[] {
  const decided = new Map(judgement.decisions.map((decision) => [decision.part.path, decision]));
  const lines: string[] = [];
  for (const part of judgement.inspection?.parts ?? []) explainPart(lines, part, decided, undefined, 0, style, reveal);
  return lines;
}

function explainPart(
  lines: string[],
  part: Part,
  decided: ReadonlyMap<string, Decision>,
  above: Decision | undefined,
  depth: number,
  style: Style,
  reveal: boolean,
): void {
  const decision = decided.get(part.path) ?? above;
  const name = depth === 0 ? part.path : part.path.slice(part.path.lastIndexOf('/') + 1);
  const where = `${part.region.byteOffset}+${part.region.byteLength}`;
  const what = part.note === undefined ? part.carrier : `${part.carrier}, ${part.note}`;
  const value = part.value === undefined ? '' : ` = ${reveal ? displayText(part.value.reveal()) : part.value.toString()}`;
  lines.push(`${'  '.repeat(depth)}${style.bold(displayText(name))}${value}  ${style.dim(`(${what}; bytes ${where})`)}`);
  if (decision !== undefined && (part.children === undefined || part.atomic === true || above === undefined || decided.has(part.path))) {
    lines.push(`${'  '.repeat(depth)}  ${fateOf(part, decision, above, style)}`);
  }
  const passOn = decision !== undefined && decided.has(part.path) ? decision : above;
  for (const child of part.children ?? []) explainPart(lines, child, decided, passOn, depth + 1, style, reveal);
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

/** The same for a machine. Values only where asked for. */
export function explainJson(judgement: Judgement, reveal: boolean): string {
  const decided = new Map(judgement.decisions.map((decision) => [decision.part.path, decision]));
  const { verdict } = judgement;
  const report = {
    schema: 'exifence/explain@1',
    path: judgement.artifact,
    format: judgement.format,
    verdict: verdict.kind,
    ...(verdict.kind === 'unreadable' ? { unreadable: verdict.unreadable } : {}),
    parts: (judgement.inspection?.parts ?? []).map((part) => explainedPart(part, decided, undefined, reveal)),
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
