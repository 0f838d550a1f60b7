import { UsageError } from '../../core/usage-error.js';

/** Where the interface of the forge is, and what for. */
export interface CommentPlace {
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly pullRequest: number;
  readonly token: string;
}

/** Our own comment is known by it, so that it is kept up to date and there is never a second one. */
const MARKER = '<!-- exifence -->';
/** GitHub's limit is 65,536 characters. */
export const MAX_COMMENT_BYTES = 60_000;
const PAGE = 100;
const MOST_PAGES = 30;
const TIMEOUT_MS = 15_000;

/** Writes the comment, or brings it up to date. A body of `undefined` is said only where there is a comment already. Throws `UsageError`. */
export async function keepComment(place: CommentPlace, body: string | undefined, resolved: string): Promise<void> {
  const existing = await findOwn(place);
  if (existing === undefined && body === undefined) return;
  const text = `${MARKER}\n${body ?? resolved}`;
  const path = existing === undefined ? `issues/${place.pullRequest}/comments` : `issues/comments/${existing}`;
  await call(place, existing === undefined ? 'POST' : 'PATCH', path, { body: text });
}

async function findOwn(place: CommentPlace): Promise<number | undefined> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await call(place, 'GET', `issues/${place.pullRequest}/comments?per_page=${PAGE}&page=${page}`);
    if (!Array.isArray(answer)) throw new UsageError('the comment could not be written: the list of comments is of another form');
    for (const comment of answer as { id?: unknown; body?: unknown; user?: { type?: unknown } }[])
      if (
        typeof comment.id === 'number' &&
        typeof comment.body === 'string' &&
        comment.body.startsWith(MARKER) &&
        comment.user?.type === 'Bot'
      )
        return comment.id;
    if (answer.length < PAGE) return undefined;
  }
  return undefined;
}

async function call({ apiUrl, repository, token }: CommentPlace, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${apiUrl}/repos/${repository}/${path}`, {
    method,
    headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new UsageError(`the comment could not be written: ${error instanceof Error ? error.name : 'no answer'}`);
  });
  if (!response.ok)
    throw new UsageError(
      `the comment could not be written: the server answered ${response.status}${response.status === 403 ? '; it needs pull-requests: write, which pull requests of forks do not get' : ''}`,
    );
  return response.json();
}
