import { displayText } from '../core/display.js';
import { PolicyError, type PolicyProblem } from './problem.js';

/** No honest policy is longer. */
export const MAX_POLICY_BYTES = 256 * 1024;

/** More mistakes than these are not listed. */
export const MAX_PROBLEMS = 30;

/** More are not even noted, so that a hostile text cannot make us keep them all. */
const MAX_NOTED = 10 * MAX_PROBLEMS;

/** How much of a long line is shown. */
const SHOWN_CHARS = 100;

/** A range of the text in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A policy's text with its file name, and the mistakes found in it. */
export class PolicyText {
  readonly text: string;
  readonly #problems: { readonly start: number; readonly problem: PolicyProblem }[] = [];
  #lineStarts: number[] | undefined;

  /** `file` is shown as it is: it must be safe to show. */
  constructor(
    text: string,
    readonly file: string,
  ) {
    this.text = text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  /** Lines and columns from 1. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  }

  /** Notes a mistake; the same one twice is one. */
  report(span: Span, message: string, hint?: string): void {
    if (this.isFull) return;
    if (this.#problems.some(({ start, problem }) => start === span.start && problem.message === message)) return;
    this.#problems.push({ start: span.start, problem: this.#problemAt(span, message, hint) });
  }

  get problemCount(): number {
    return this.#problems.length;
  }

  /** True once no more mistakes are noted: to look for more is of no use. */
  get isFull(): boolean {
    return this.#problems.length >= MAX_NOTED;
  }

  /** In the order of the text, the first `MAX_PROBLEMS` of them. */
  problems(): PolicyProblem[] {
    const sorted = [...this.#problems].sort((a, b) => a.start - b.start).map(({ problem }) => problem);
    return sorted.slice(0, MAX_PROBLEMS);
  }

  /** Throws `PolicyError` if a mistake was noted. */
  throwProblems(): void {
    if (this.#problems.length > 0) throw new PolicyError(this.problems());
  }

  /** Notes a last mistake and throws: nothing after it can be read. */
  fail(span: Span, message: string, hint?: string): never {
    this.report(span, message, hint);
    throw new PolicyError(this.problems());
  }

  #problemAt(span: Span, message: string, hint: string | undefined): PolicyProblem {
    const start = this.#wholeChar(Math.min(span.start, this.text.length), -1);
    const end = this.#wholeChar(span.end, 1);
    const { line, column } = this.position(start);
    const lineStart = start - column + 1;
    const newline = this.text.indexOf('\n', lineStart);
    const lineEnd = newline < 0 ? this.text.length : newline;
    const from = this.#wholeChar(Math.max(lineStart, lineEnd - lineStart <= SHOWN_CHARS ? lineStart : start - SHOWN_CHARS / 2), -1);
    const to = this.#wholeChar(Math.min(lineEnd, from + SHOWN_CHARS), 1);
    const show = (a: number, b: number): string => displayText(this.text.slice(a, Math.max(a, b)).replace(/\r$/, ''));
    const lead = from > lineStart ? '…' : '';
    const before = lead + show(from, start);
    return Object.freeze({
      file: this.file,
      line,
      column,
      message,
      ...(hint === undefined ? {} : { hint }),
      sourceLine: before + show(start, to) + (to < lineEnd ? '…' : ''),
      caretAt: before.length,
      caretLength: Math.max(1, show(start, Math.min(end, to)).length),
    });
  }

  /** Moves an offset that would cut a surrogate pair. */
  #wholeChar(offset: number, step: 1 | -1): number {
    const isLow = (this.text.charCodeAt(offset) & 0xfc00) === 0xdc00;
    return isLow && (this.text.charCodeAt(offset - 1) & 0xfc00) === 0xd800 ? offset + step : offset;
  }

  #starts(): number[] {
    if (this.#lineStarts === undefined) {
      this.#lineStarts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
    }
    return this.#lineStarts;
  }
}
