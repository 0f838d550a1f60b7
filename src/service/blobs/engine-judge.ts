import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { MemorySource } from '../../bytes/memory-source.js';
import { displayPath } from '../../core/display.js';
import type { Judgement } from '../../core/judgement.js';
import type { FileResult } from '../../core/result.js';
import { UsageError } from '../../core/usage-error.js';
import { judge } from '../../engine/judge.js';
import { looksLikeImage } from '../../engine/looks-like-image.js';
import type { ScrubOptions } from '../../engine/options.js';
import { lookAndScrub, scrubBytes, withReplacement } from '../../engine/scrub.js';
import { indexEntries, pathKey } from '../../io/git/index-entries.js';
import { inWorkTree, type Repository } from '../../io/git/repository.js';
import { git } from '../../io/git/run.js';
import { emptyTree, isFile, type StagedEntry, stagedEntries, treeEntries } from '../../io/git/staged.js';
import { blobId } from '../../io/git/write-blob.js';
import { reasonOf, resultOf } from '../file-job.js';
import { fileOptions } from '../file-options.js';
import { POLICY_FILE_BYTES, Policies, type PoliciesOptions, readPolicyFile, today } from '../policies.js';
import type { BlobJudge, FixedBlob, JudgedBlob, PolicyView } from './blob-judge.js';

/** The engine, with the policies as they are staged (or committed) wherever git has them. */
export async function openEngineJudge(repository: Repository, view: PolicyView): Promise<BlobJudge> {
  const policies = policiesIn(repository, view);
  const optionsFor = (path: Buffer) => fileOptions(policies, path, inWorkTree(repository, path));
  return {
    async judge(path, bytes) {
      const { options: forFile, enforce, folder } = await optionsFor(path);
      const options = { ...forFile, fingerprints: view.fingerprints === true };
      const door = view.door ?? 'git';
      const source = new MemorySource(bytes);
      const { visual } = options.policy;
      // Hooks look at pictures only where the policy asks for it: it takes seconds.
      if (visual === undefined || (door === 'git' && visual.hook?.looks !== true))
        return judgeBlob(path, source, judge(source, options), options, enforce[door]);
      const { pictureReading } = await import('../visual/picture-reading.js');
      const judgement = await (await pictureReading(visual, folder, { judge, lookAndScrub })).judge(source, options);
      const shows = judgement.findings.some(({ carrier }) => carrier === 'picture');
      // Pixels are changed by people, on their own machine: a commit that shows too much is refused, never mended in passing.
      return judgeBlob(path, source, judgement, options, shows && enforce[door] === 'fix' ? 'block' : enforce[door], shows);
    },
    async enforcementFor(path) {
      return (await optionsFor(path)).enforce[view.door ?? 'git'];
    },
    looksLikeImage,
    async sniff() {
      return (await policies.forFolder(repository.top)).git.sniff;
    },
    staleEntries: () => policies.staleEntries(),
  };
}

/** The policies of a repository as the index or a commit has them. */
export function policiesIn(repository: Repository, view: PolicyView): Policies {
  return new Policies({
    ...(view.policy === undefined ? {} : { override: view.policy }),
    cwd: repository.top,
    today: today(),
    ...policyFiles(repository, view),
  });
}

function judgeBlob(
  path: Buffer,
  source: MemorySource,
  judgement: Judgement,
  options: ScrubOptions,
  enforce: JudgedBlob['enforce'],
  shows = false,
): JudgedBlob {
  const named = { artifact: options.artifact, nameBytes: path };
  const result: FileResult = { ...named, ...resultOf(judgement, undefined, 'violates'), notes: [] };
  if (judgement.verdict.kind !== 'violates') return { result, enforce };
  if (shows) return { result, enforce, fix: async () => ({ result }) };
  const fix = async (): Promise<FixedBlob> => {
    try {
      const { outcome, replacement } = withReplacement(source, judgement, options);
      if (replacement === undefined) return { result: { ...named, ...resultOf(outcome, undefined, 'violates'), notes: [] } };
      const { bytes: clean, receipt } = await scrubBytes(replacement);
      return { bytes: clean, result: { ...named, ...resultOf(outcome, receipt, 'fixed'), notes: [] } };
    } catch (error) {
      return { result: { ...named, status: 'unproven', unreadable: reasonOf(error), notes: [] } };
    }
  };
  return { result, enforce, fix };
}

/** Policy files and exceptions as git has them; from the disk where git has none of that name, and outside of the work tree. */
function policyFiles(repository: Repository, { treeish, isFixed }: PolicyView): Pick<PoliciesOptions, 'readFile' | 'listFolder'> {
  // Policy files, what they may extend, and exceptions.
  const wanted = (key: string): boolean => /\.ya?ml$/i.test(key);
  const entries = treeish === undefined ? indexEntries(repository.place, wanted) : treeEntries(repository.place, treeish, wanted);
  const oids = new Map(withContent(repository, entries.filter(isFile)).map(({ path, oid }) => [path.toString(), oid]));
  const within = (file: string): string | undefined => {
    const path = relative(repository.top, resolve(file)).split(sep).join('/');
    return path === '..' || path.startsWith('../') ? undefined : path;
  };
  return {
    readFile: (file) => {
      const path = within(file);
      const oid = path === undefined ? undefined : oids.get(path);
      if (oid === undefined && isFixed === true && path !== undefined) return undefined;
      if (oid === undefined) return existsSync(file) ? readPolicyFile(file) : undefined;
      const text = git(repository.place, ['cat-file', 'blob', oid]);
      if (text.length > POLICY_FILE_BYTES)
        throw new UsageError(`the policy file ${displayPath(file)} is larger than ${POLICY_FILE_BYTES} bytes`);
      return text.toString();
    },
    // An exception counts once it is part of what is committed: outside of the repository there is nobody to have agreed to it.
    listFolder: (folder) => {
      const path = within(folder);
      return path === undefined
        ? []
        : [...oids.keys()].filter((key) => key.startsWith(`${path}/`)).map((key) => key.slice(path.length + 1));
    },
  };
}

/** Ids of a file of no bytes: what the index has for a file that is staged empty, or only announced (intent-to-add). */
const EMPTY = new Set([blobId(Buffer.alloc(0), 40), blobId(Buffer.alloc(0), 64)]);

/** Without those that are only announced: their content is still in the folder. Without those in conflict, which have no one content. */
function withContent(repository: Repository, entries: readonly (StagedEntry & { readonly stage?: number })[]): readonly StagedEntry[] {
  const settled = entries.filter(({ stage }) => stage === undefined || stage === 0);
  if (!settled.some(({ oid, stage }) => stage !== undefined && EMPTY.has(oid))) return settled;
  const staged = new Set(stagedEntries(repository.place, () => true, emptyTree(repository.place)).map(({ path }) => pathKey(path)));
  return settled.filter(({ oid, path }) => !EMPTY.has(oid) || staged.has(pathKey(path)));
}
