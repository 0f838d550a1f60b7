import type { Decision } from '../../core/decision.js';
import type { HiddenKind, HiddenPicture, ReportPicture } from '../../core/hidden-picture.js';
import type { FileResult, FileStatus } from '../../core/result.js';
import { codeHtml, plainHtml } from '../html.js';

/** Rows of one file; a page is for people. */
const MAX_ROWS = 500;

const STATUS: Readonly<Record<FileStatus, string>> = {
  clean: 'clean',
  fixed: 'fixed',
  'would-fix': 'would be fixed',
  violates: 'violates the policy',
  allowed: 'allowed as it is',
  unproven: 'could not be proven clean',
  skipped: 'not looked into',
};

const KIND: Readonly<Record<HiddenKind, string>> = {
  'cropped-away': 'Cropped away, and still there',
  'painted-over': 'Painted over, and still there',
  'other-picture': 'Another picture',
  'not-compared': 'A picture that could not be compared',
  'cropped-for-show': 'Cropped only when it is shown',
  'under-transparency': 'Colours under transparent pixels',
  remains: 'Rest of an older picture (aCropalypse)',
};

/** The part of the page on one file; `undefined` where there is nothing to say. */
export function fileSection(result: FileResult, reveal: boolean, withPictures: boolean): string | undefined {
  const { artifact, status, unreadable, judgement, hidden = [], beyond = [], notes } = result;
  if (status === 'skipped' && notes.length === 0) return undefined;
  if (status === 'clean' && hidden.length === 0 && beyond.length === 0 && notes.length === 0) return undefined;
  const lines = [`<section><h2>${plainHtml(artifact)}</h2><p class="status ${status}">${STATUS[status]}</p>`];
  if (unreadable !== undefined) {
    const { code, byteOffset, message, hint } = unreadable;
    lines.push(`<p>${codeHtml(code)} at byte ${byteOffset}: ${plainHtml(message)}. What to do: ${plainHtml(hint)}.</p>`);
  }
  for (const each of hidden) lines.push(hiddenPicture(each, withPictures ? result.shown : undefined, withPictures));
  lines.push(...findingRows(judgement?.decisions ?? [], reveal));
  for (const { beyond: what, message, at } of beyond) lines.push(`<p>${plainHtml(what)}: ${plainHtml(message)} ${codeHtml(at)}</p>`);
  for (const note of notes) lines.push(`<p>${plainHtml(note)}</p>`);
  return `${lines.join('\n')}</section>\n`;
}

function hiddenPicture(
  { kind, message, at, byteOffset, picture, scrubbed }: HiddenPicture,
  shown: ReportPicture | undefined,
  withPictures: boolean,
): string {
  const fate = scrubbed ? '' : ' It stays when the file is scrubbed.';
  const figures = [
    ...(shown === undefined ? [] : [figure(shown, 'what the file shows')]),
    ...(picture === undefined || !withPictures ? [] : [figure(picture, 'what could be recovered from it')]),
  ];
  const pair =
    picture === undefined
      ? '<p>No picture could be recovered here.</p>'
      : withPictures
        ? `<div class="pair">${figures.join('')}</div>`
        : '<p>This page holds no more pictures.</p>';
  return `<h3>${plainHtml(KIND[kind])}</h3><p>${plainHtml(message)} (${codeHtml(at)}, byte ${byteOffset}).${fate}</p>${pair}`;
}

function figure({ mediaType, bytes, width, height }: ReportPicture, caption: string): string {
  const data = Buffer.from(bytes).toString('base64');
  return `<figure><img alt="${plainHtml(caption)}" width="${width}" height="${height}" src="data:${mediaType};base64,${data}"><figcaption>${plainHtml(caption)}</figcaption></figure>`;
}

function findingRows(decisions: readonly Decision[], reveal: boolean): string[] {
  const found = decisions.filter(({ action }) => action.kind !== 'keep');
  if (found.length === 0) return [];
  const rows = found.slice(0, MAX_ROWS).map(({ part, rule, action, origin }) => {
    const value = part.value === undefined ? '' : reveal ? part.value.reveal() : part.value.toString();
    const what = part.note === undefined ? part.carrier : `${part.carrier}, ${part.note}`;
    const cells = [rule, part.path, what, value, `${action.kind === 'remove' ? 'removed' : 'coarsened'} by ${origin.file}:${origin.line}`];
    return `<tr>${cells.map((cell) => `<td>${plainHtml(cell)}</td>`).join('')}</tr>`;
  });
  const more = found.length > MAX_ROWS ? `<p>and ${found.length - MAX_ROWS} more</p>` : '';
  const head = '<tr><th>reveals</th><th>where</th><th>what</th><th>value</th><th>what a scrub does</th></tr>';
  return [`<table><thead>${head}</thead><tbody>${rows.join('\n')}</tbody></table>${more}`];
}
