import { displayText } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';

/** What set the workflow off, as far as it matters here. Names of branches are a stranger's. */
export type Event =
  | {
      readonly kind: 'pull-request';
      readonly number: number;
      readonly base: string;
      readonly baseRef: string;
      readonly head: string;
      readonly headRef: string;
      /** The branch is of this repository, not of a fork. */
      readonly isOwn: boolean;
    }
  | { readonly kind: 'merge-group'; readonly base: string; readonly head: string }
  | {
      readonly kind: 'push';
      /** All zeros where the ref is new. */
      readonly before: string;
      readonly after: string;
      readonly ref: string;
      readonly defaultBranch: string | undefined;
    }
  /** A branch or tag was deleted: nothing is added. */
  | { readonly kind: 'deleted' }
  /** Started by hand, by the clock, or by anything else: what is checked out counts. */
  | { readonly kind: 'other' };

/** `webhook-events-and-payloads` in GitHub's documentation. Throws `UsageError` for events that are no safe place, and for payloads of another form. */
export function readEvent(name: string, payload: unknown): Event {
  const fields = new Fields(name, payload);
  switch (name) {
    case 'pull_request_target':
      throw new UsageError(
        'pull_request_target hands secrets to what a stranger wrote. Run on pull_request instead: mode suggest needs no right to write',
      );
    case 'pull_request':
    case 'pull_request_review':
      return {
        kind: 'pull-request',
        number: fields.number('pull_request', 'number'),
        base: fields.oid('pull_request', 'base', 'sha'),
        baseRef: fields.text('pull_request', 'base', 'ref'),
        head: fields.oid('pull_request', 'head', 'sha'),
        headRef: fields.text('pull_request', 'head', 'ref'),
        // A fork that was deleted has no repository any more.
        isOwn: fields.maybe('pull_request', 'head', 'repo', 'full_name') === fields.text('pull_request', 'base', 'repo', 'full_name'),
      };
    case 'merge_group':
      return { kind: 'merge-group', base: fields.oid('merge_group', 'base_sha'), head: fields.oid('merge_group', 'head_sha') };
    case 'push': {
      const after = fields.oid('after');
      if (/^0+$/.test(after)) return { kind: 'deleted' };
      const defaultBranch = fields.maybe('repository', 'default_branch');
      return { kind: 'push', before: fields.oid('before'), after, ref: fields.text('ref'), defaultBranch };
    }
    default:
      return { kind: 'other' };
  }
}

class Fields {
  constructor(
    readonly event: string,
    readonly payload: unknown,
  ) {}

  #at(path: readonly string[]): unknown {
    let value = this.payload;
    for (const key of path) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return value;
  }

  maybe(...path: string[]): string | undefined {
    const value = this.#at(path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  text(...path: string[]): string {
    const value = this.maybe(...path);
    if (value === undefined || value.length > 1024 || value.includes('\0')) throw this.#wrong(path, 'no text');
    return value;
  }

  oid(...path: string[]): string {
    const value = this.text(...path);
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) throw this.#wrong(path, 'no object id');
    return value;
  }

  number(...path: string[]): number {
    const value = this.#at(path);
    if (!Number.isSafeInteger(value)) throw this.#wrong(path, 'no number');
    return value as number;
  }

  #wrong(path: readonly string[], what: string): UsageError {
    return new UsageError(`the payload of the event ${displayText(this.event)} has ${what} at ${path.join('.')}`);
  }
}
