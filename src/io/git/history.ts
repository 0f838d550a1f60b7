import { createInterface } from 'node:readline';
import { isNoOid } from './pushed.js';
import { GitError, type GitPlace, git, startGit } from './run.js';

/** An object of the history by the first name that git met it under. */
export interface HistoryBlob {
  readonly oid: string;
  /** Bytes, up to a line end if the name holds one. Empty for a blob that only a tag names. */
  readonly path: Buffer;
}

/** Where the history is looked at from. */
export interface Revisions {
  /** `--all`, or full ids of commits. */
  readonly from: readonly string[];
}

/** Every blob that is reached from the revisions, once. Streams: a history has millions. Throws `GitError`. */
export async function* historyBlobs(place: GitPlace, { from }: Revisions): AsyncGenerator<HistoryBlob> {
  const blobsOnly = ['--objects', '--filter=object:type=blob', '--filter-provided-objects'];
  const { child, ended } = startGit(place, ['rev-list', ...blobsOnly, ...from, '--']);
  child.stdin.end();
  for await (const line of linesOf(child.stdout)) {
    const space = line.indexOf(' ');
    const oid = space < 0 ? line : line.slice(0, space);
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid))
      throw new GitError('rev-list', undefined, 'its output is not in the form that was asked for');
    yield { oid, path: Buffer.from(space < 0 ? '' : line.slice(space + 1), 'latin1') };
  }
  await ended;
}

/** Lines as git ends them: a carriage return is part of a name. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  let pending = '';
  stream.setEncoding('latin1');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    yield* lines;
  }
  if (pending !== '') yield pending;
}

/** A blob's coming in: by which commit, under which name. */
export interface Coming {
  readonly commit: string;
  readonly path: Buffer;
}

/** The commits that bring each of these blobs in, with the names they give it, in one pass over the history. Throws `GitError`. */
export async function comingsOf(place: GitPlace, { from }: Revisions, oids: ReadonlySet<string>): Promise<Map<string, Coming[]>> {
  const comings = new Map<string, Coming[]>();
  if (oids.size === 0) return comings;
  const commits = git(place, ['rev-list', ...from, '--']);
  const { child, ended } = startGit(place, ['diff-tree', '--stdin', '-r', '-m', '--root', '--raw', '-z', '--no-renames', '--no-abbrev']);
  child.stdin.end(commits);
  let commit = '';
  let pending = '';
  let entry: string | undefined;
  child.stdout.setEncoding('latin1');
  for await (const chunk of child.stdout as AsyncIterable<string>) {
    const fields = (pending + chunk).split('\0');
    pending = fields.pop() ?? '';
    for (const field of fields) {
      if (entry !== undefined) {
        const oid = entry.split(' ')[3] as string;
        if (oids.has(oid) && !isNoOid(oid)) {
          const known = comings.get(oid) ?? [];
          if (known.every((other) => other.commit !== commit || other.path.toString('latin1') !== field))
            known.push({ commit, path: Buffer.from(field, 'latin1') });
          comings.set(oid, known);
        }
        entry = undefined;
      } else if (field.startsWith(':')) entry = field;
      else commit = field.trim();
    }
  }
  await ended;
  return comings;
}

/** For each of the commits, the branches and tags that reach it, by their full names. Walks the history as seldom as it can. Throws `GitError`. */
export async function refsHolding(place: GitPlace, commits: ReadonlySet<string>): Promise<Map<string, string[]>> {
  const refs = git(place, ['for-each-ref', '--format=%(refname)']).toString().split('\n').filter(Boolean);
  const holding = new Map<string, string[]>([...commits].map((commit) => [commit, []]));
  if (commits.size <= refs.length) {
    for (const commit of commits)
      holding.set(commit, git(place, ['for-each-ref', '--format=%(refname)', '--contains', commit]).toString().split('\n').filter(Boolean));
    return holding;
  }
  for (const ref of refs) {
    const { child, ended } = startGit(place, ['rev-list', ref, '--']);
    child.stdin.end();
    child.stdout.setEncoding('latin1');
    for await (const line of createInterface({ input: child.stdout })) holding.get(line)?.push(ref);
    // A tag may stand for a tree or a blob, which has no history.
    await ended.catch(() => undefined);
  }
  return holding;
}
