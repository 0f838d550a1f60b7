import { type Coming, comingsOf, type HistoryBlob, historyBlobs, type Revisions, refsHolding } from '../../io/git/history.js';
import type { Repository } from '../../io/git/repository.js';
import type { BlobJudge } from '../blobs/blob-judge.js';
import { type BlobAnswer, judgedBlobs } from '../blobs/judged-blobs.js';

/** A blob of the history that leaks or could not be checked, and who still holds it. */
export interface Held {
  readonly answer: BlobAnswer<HistoryBlob>;
  /** Commits that bring it in, with the name each gives it. */
  readonly comings: readonly Coming[];
  /** Full names of the branches and tags whose history has one of these. */
  readonly refs: readonly string[];
}

export interface HistoryScan {
  readonly scanned: number;
  /** Every image that was judged, by what came of it. */
  readonly answers: readonly BlobAnswer<HistoryBlob>[];
  readonly held: readonly Held[];
}

export interface Progress {
  begin(total: number): void;
  step(): void;
  end(): void;
}

/** Reading the blobs is git's work: as many of its processes as there are cores to be had everywhere. */
const READERS = 2;

/** Judges every blob of the history once. Throws `GitError`, `PolicyError`. */
export async function scanHistory(
  repository: Repository,
  judge: BlobJudge,
  revisions: Revisions,
  progress: Progress,
): Promise<HistoryScan> {
  const { place } = repository;
  const requests: HistoryBlob[] = [];
  for await (const blob of historyBlobs(place, revisions)) requests.push(blob);
  progress.begin(requests.length);
  const answers: BlobAnswer<HistoryBlob>[] = [];
  const read = async (from: number, to: number): Promise<void> => {
    for await (const answer of judgedBlobs(repository, judge, requests.slice(from, to), { onBlob: () => progress.step() })) {
      const { fix: _, ...rest } = answer;
      if (rest.result.status !== 'skipped') answers.push({ ...rest, result: light(rest.result) });
    }
  };
  try {
    const size = Math.ceil(requests.length / READERS);
    await Promise.all(Array.from({ length: READERS }, (_, at) => read(at * size, (at + 1) * size)));
  } finally {
    progress.end();
  }
  const wanted = answers.filter(({ result }) => result.status === 'violates' || result.status === 'unproven');
  const comings = await comingsOf(place, revisions, new Set(wanted.map(({ request }) => request.oid)));
  const commits = new Set([...comings.values()].flatMap((of) => of.map(({ commit }) => commit)));
  const holding = commits.size === 0 ? new Map<string, string[]>() : await refsHolding(place, commits);
  const held = wanted.map((answer) => {
    const of = comings.get(answer.request.oid) ?? [];
    return { answer, comings: of, refs: [...new Set(of.flatMap(({ commit }) => holding.get(commit) ?? []))] };
  });
  return { scanned: requests.length, answers, held };
}

/** The parts of ten thousand images are not needed until the end. */
function light<R extends { readonly judgement?: { readonly inspection?: unknown } }>(result: R): R {
  if (result.judgement === undefined) return result;
  const { inspection: _, ...judgement } = result.judgement;
  return { ...result, judgement: { ...judgement, decisions: [] } };
}
