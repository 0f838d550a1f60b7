import type { AnnotationProperties } from '@actions/core';
import { groupByCategory } from '../../report/group.js';
import type { Verdict } from './verdict.js';

/** What takes annotations: the runner, by way of its toolkit, which escapes what it is given. */
export interface Annotator {
  error(message: string, properties?: AnnotationProperties): void;
  warning(message: string, properties?: AnnotationProperties): void;
  notice(message: string, properties?: AnnotationProperties): void;
}

/**
 * GitHub shows ten of each level for a step, and drops the rest without a word. The step's own failure is one of the errors; what is said
 * of policies and of a comment that could not be written are notices.
 */
const BUDGET = { error: 9, warning: 10, notice: 8 } as const;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Annotates the worst ones of each level; where there are more, the last one counts the rest. */
export function annotate(to: Annotator, verdicts: readonly Verdict[]): void {
  for (const level of ['error', 'warning', 'notice'] as const) {
    const members = verdicts.filter((verdict) => verdict.level === level);
    const shown = members.length > BUDGET[level] ? members.slice(0, BUDGET[level] - 1) : members;
    for (const verdict of shown) to[level](messageOf(verdict), { title: titleOf(verdict), ...placeOf(verdict) });
    if (shown.length < members.length)
      to[level](`${members.length - shown.length} more images: the job's summary and report have all`, { title: 'Exifence' });
  }
}

function titleOf({ result }: Verdict): string {
  if (result.status === 'unproven') return 'Image could not be proven clean';
  return result.status === 'fixed' ? 'Image cleaned' : 'Image leaks';
}

function messageOf({ result, where }: Verdict): string {
  const { unreadable, judgement } = result;
  const what =
    unreadable === undefined
      ? groupByCategory(judgement?.findings ?? [])
          .map(({ category, count, carriers }) => `${category}: ${count} in ${carriers.join(', ')}`)
          .join('; ')
      : `${unreadable.code} at byte ${unreadable.byteOffset}: ${unreadable.message}. What to do: ${unreadable.hint}`;
  return `${result.artifact}: ${what} (${where})`;
}

/** GitHub finds the file by its name in the repository; one that is not text cannot be named to it. */
function placeOf({ item }: Verdict): AnnotationProperties {
  try {
    const file = utf8.decode(item.request.path);
    // A line end within a name would be taken for the end of the command where a runner does not undo the escape.
    return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(file) ? {} : { file, startLine: 1 };
  } catch {
    return {};
  }
}
