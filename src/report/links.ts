import { displayText } from '../core/display.js';
import type { Links } from '../core/link.js';
import type { Style } from './style.js';

/** Names shown of one group where not all are asked for. */
const SHOWN_FILES = 5;

/** Lines without a line end; none where nothing joins. */
export function prettyLinks({ links, incomplete }: Links, style: Style, verbose: boolean): string[] {
  const lines = links.map(({ what, files, count, values = [] }) => {
    const shown = verbose ? files : files.slice(0, SHOWN_FILES);
    const more = files.length > shown.length ? `, and ${files.length - shown.length} more` : '';
    const revealed = values.length === 0 ? '' : ` (${values.map((value) => displayText(value.reveal())).join(', ')})`;
    const several = count === 1 ? '' : `, ${count} times over`;
    return `${style.bold(`${files.length} files`)} are joined by the same ${what}${several}${revealed}: ${style.dim(shown.join(', ') + more)}`;
  });
  if (incomplete) lines.push('there were more serial numbers and ids than are held in memory: more files may be joined');
  return lines;
}

/** For a machine; values only where they were asked for. */
export function jsonLinks({ links, incomplete }: Links): object {
  return {
    linksIncomplete: incomplete,
    links: links.map(({ kind, files, count, values }) => ({
      kind,
      files,
      count,
      ...(values === undefined ? {} : { values: values.map((value) => value.reveal()) }),
    })),
  };
}
