import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { MemorySource } from '../../bytes/memory-source.js';
import { displayPath } from '../../core/display.js';
import type { FileResult } from '../../core/result.js';
import { UsageError } from '../../core/usage-error.js';
import { judge } from '../../engine/judge.js';
import { looksLikeImage } from '../../engine/looks-like-image.js';
import type { ScrubOptions } from '../../engine/options.js';
import { scrubBytes, withReplacement } from '../../engine/scrub.js';
import { indexEntries } from '../../io/git/index-entries.js';
import { inWorkTree, type Repository } from '../../io/git/repository.js';
import { git } from '../../io/git/run.js';
import { isFile, treeEntries } from '../../io/git/staged.js';
import { reasonOf, resultOf } from '../file-job.js';
import { fileOptions } from '../file-options.js';
import { POLICY_FILE_BYTES, Policies, readPolicyFile, today } from '../policies.js';
import type { BlobJudge, FixedBlob, JudgedBlob, PolicyView } from './blob-judge.js';

/** The engine, with the policies as they are staged (or committed) wherever git has them. */
export async function openEngineJudge(repository: Repository, view: PolicyView): Promise<BlobJudge> {
  const policies = new Policies({
    ...(view.policy === undefined ? {} : { override: view.policy }),
    cwd: repository.top,
    today: today(),
    readFile: policyReader(repository, view),
  });
  const optionsFor = (path: Buffer) => fileOptions(policies, path, inWorkTree(repository, path));
  return {
    async judge(path, bytes) {
      const { options, enforce } = await optionsFor(path);
      return judgeBlob(path, bytes, options, enforce[view.door ?? 'git']);
    },
    async enforcementFor(path) {
      return (await optionsFor(path)).enforce[view.door ?? 'git'];
    },
    looksLikeImage,
  };
}

function judgeBlob(path: Buffer, bytes: Uint8Array, options: ScrubOptions, enforce: JudgedBlob['enforce']): JudgedBlob {
  const named = { artifact: options.artifact, nameBytes: path };
  const source = new MemorySource(bytes);
  const judgement = judge(source, options);
  const result: FileResult = { ...named, ...resultOf(judgement, undefined, 'violates'), notes: [] };
  if (judgement.verdict.kind !== 'violates') return { result, enforce };
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

/** Policy files as git has them; from the disk where git has none of that name, and outside of the work tree. */
function policyReader(repository: Repository, { treeish, isFixed }: PolicyView): (file: string) => string | undefined {
  // Policy files, and what they may extend.
  const wanted = (key: string): boolean => /\.ya?ml$/i.test(key);
  const entries = treeish === undefined ? indexEntries(repository.place, wanted) : treeEntries(repository.place, treeish, wanted);
  const oids = new Map(entries.filter(isFile).map(({ path, oid }) => [path.toString(), oid]));
  return (file) => {
    const path = relative(repository.top, resolve(file)).split(sep).join('/');
    const oid = oids.get(path);
    if (oid === undefined && isFixed === true && path !== '..' && !path.startsWith('../')) return undefined;
    if (oid === undefined) return existsSync(file) ? readPolicyFile(file) : undefined;
    const text = git(repository.place, ['cat-file', 'blob', oid]);
    if (text.length > POLICY_FILE_BYTES)
      throw new UsageError(`the policy file ${displayPath(file)} is larger than ${POLICY_FILE_BYTES} bytes`);
    return text.toString();
  };
}
