import { UsageError } from '../core/usage-error.js';

/** One mistake in a policy. All texts are safe to show on a terminal. */
export interface PolicyProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count them. */
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
  /** The line, or what surrounds the mistake where the line is long. */
  readonly sourceLine: string;
  /** Where in `sourceLine` the mistake begins, from 0, and how much to underline. */
  readonly caretAt: number;
  readonly caretLength: number;
}

/** The policy cannot be used. Lists all that was found, in the order of the text. */
export class PolicyError extends UsageError {
  override readonly name = 'PolicyError';
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    super(renderProblems(problems));
    this.problems = Object.freeze([...problems]);
  }
}

/** Every mistake with its line, a caret and a hint; several lines, no colour, no line end. */
export function renderPolicyError(error: PolicyError): string {
  return renderProblems(error.problems);
}

function renderProblems(problems: readonly PolicyProblem[]): string {
  return problems.map(renderProblem).join('\n');
}

function renderProblem({ file, line, column, message, hint, sourceLine, caretAt, caretLength }: PolicyProblem): string {
  const gutter = ' '.repeat(String(line).length);
  const lines = [
    `${file}:${line}:${column}: ${message}`,
    `  ${line} | ${sourceLine}`,
    `  ${gutter} | ${' '.repeat(caretAt)}${'^'.repeat(caretLength)}`,
  ];
  if (hint !== undefined) lines.push(`  ${gutter} = ${hint}`);
  return lines.join('\n');
}
