import { UsageError } from '../../core/usage-error.js';
import { completeRange, fetchRef, hasCommit } from '../../io/git/fetch.js';
import { type GitPlace, git, oneLine } from '../../io/git/run.js';
import type { Scope } from '../../service/range/requests.js';
import type { Event } from './event.js';
import type { Inputs } from './inputs.js';

/** What is to be looked at, and whose policy counts. */
export interface Task {
  readonly scope: Scope;
  /** The commit that policies and allow-list come from: the base of a change, which the change cannot loosen. */
  readonly policyFrom: string;
}

const REMOTE = 'origin';

/** Finds out what changed, and fetches what a shallow clone lacks for it. Throws `UsageError` where it cannot be had, and `GitError`. */
export function taskFor(place: GitPlace, event: Event, inputs: Pick<Inputs, 'scope'>): Task | undefined {
  if (event.kind === 'deleted') return undefined;
  const ends = endsOf(place, event);
  const { head, base } = ends;
  const known = base === undefined ? [] : [base, ...ends.alsoKnown];
  const needs = inputs.scope === 'all' ? 'tip' : inputs.scope === 'history' ? 'all' : 'range';
  const remote = { name: REMOTE, refs: ends.refs };
  const isThere =
    needs === 'tip'
      ? hasCommit(place, head) || completeRange(place, { heads: [head], bases: [head] }, remote)
      : completeRange(place, { heads: [head], bases: needs === 'all' ? [] : known }, remote);
  if (!isThere) {
    throw new UsageError(
      'the history that this change needs is not here and could not be fetched. Give actions/checkout fetch-depth: 0, or let it keep its credentials',
    );
  }
  if (base !== undefined && !hasCommit(place, base)) throw new UsageError('the base of this change could not be fetched');
  const policyFrom = base ?? head;
  if (needs === 'tip' || (needs === 'range' && event.kind === 'other')) return { scope: { kind: 'tree', head }, policyFrom };
  return { scope: { kind: 'range', head, known: needs === 'all' ? [] : known.filter((oid) => hasCommit(place, oid)) }, policyFrom };
}

interface EventEnds {
  readonly head: string;
  readonly base: string | undefined;
  readonly alsoKnown: readonly string[];
  readonly refs: readonly string[];
}

function endsOf(place: GitPlace, event: Exclude<Event, { kind: 'deleted' }>): EventEnds {
  switch (event.kind) {
    case 'pull-request': {
      // The branch it goes to may have moved since the event: what it has by now is nothing new either.
      const tip = fetchRef(place, REMOTE, `refs/heads/${event.baseRef}`);
      return {
        head: event.head,
        base: event.base,
        alsoKnown: tip === undefined ? [] : [tip],
        refs: [`refs/pull/${event.number}/head`, `refs/heads/${event.headRef}`],
      };
    }
    case 'merge-group':
      return { head: event.head, base: event.base, alsoKnown: [], refs: [] };
    case 'push': {
      const { after, before, ref, defaultBranch } = event;
      const trunk = defaultBranch === undefined ? undefined : `refs/heads/${defaultBranch}`;
      const isTrunk = trunk === undefined || trunk === ref;
      const tip = isTrunk ? undefined : fetchRef(place, REMOTE, trunk);
      if (!/^0+$/.test(before)) {
        // After a forced push the server may not give away what was there before.
        if (hasCommit(place, before) || completeRange(place, { heads: [before], bases: [before] }, { name: REMOTE, refs: [] }))
          return { head: after, base: before, alsoKnown: tip === undefined ? [] : [tip], refs: [ref] };
      }
      return { head: after, base: tip, alsoKnown: [], refs: [ref] };
    }
    case 'other':
      return { head: oneLine(git(place, ['rev-parse', '--verify', 'HEAD^{commit}'])).toString(), base: undefined, alsoKnown: [], refs: [] };
  }
}
