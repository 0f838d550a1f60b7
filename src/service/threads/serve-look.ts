import { fstatSync } from 'node:fs';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { MemorySource } from '../../bytes/memory-source.js';
import type { Receipt } from '../../core/receipt.js';
import type { Replacement } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { sha256Of } from '../../engine/digest.js';
import { judge } from '../../engine/judge.js';
import type { ScrubOptions } from '../../engine/options.js';
import { type PlannedScrub, planScrub } from '../../engine/scrub.js';
import { realFileOps } from '../../io/file-ops.js';
import { FileSource } from '../../io/file-source.js';
import { carryEdits } from './carried-edits.js';
import { carryError } from './carried-error.js';
import { carryJudgement } from './carried-judgement.js';
import type { CarriedSource, Looked, LookTask, Opening, Proof, Request, TaskResult } from './messages.js';

/** Who asked may have gone without a word; longer than this no disk takes to write what was answered. */
const LONGEST_WAIT_MS = 30 * 60_000;

/**
 * Takes one file as far as it goes without writing: reads it, holds it against the policy, plans the edit, and then, when it is
 * handed what was written, proves that. What was parsed is kept until then: nothing is parsed twice. Where there is nothing to
 * write, that is all, and no port is opened for it.
 */
export async function serveLook(task: LookTask, say: (opening: Opening) => void): Promise<TaskResult> {
  try {
    const { looked, verify } = look(task);
    if (verify === undefined) return looked;
    const { port1, port2 } = new MessageChannel();
    say({ key: task.key, looked, port: port2 });
    try {
      // More than once where the name was taken meanwhile: it is then written under another.
      for (let request = await next(port1); request.kind === 'prove'; request = await next(port1))
        port1.postMessage(await prove(verify, request.output));
    } finally {
      port1.close();
    }
    return undefined;
  } catch (error) {
    return { kind: 'failed', error: carryError(error) };
  }
}

/** Says what was seen, and what will prove the replacement, where there is one. */
function look(task: LookTask): { looked: Looked; verify: Replacement<Receipt>['verify'] | undefined } {
  const { artifact, name, policy, tool, scrubs, asksForHash, tellsPlace } = task;
  const source = sourceOf(task.source);
  const options: ScrubOptions = { artifact, ...(name === undefined ? {} : { name }), policy, tool, now: () => new Date().toISOString() };
  const judgement = judge(source, options);
  const { outcome, edits, verify }: PlannedScrub = scrubs ? planScrub(source, judgement, options) : { outcome: judgement };
  const isWrong = outcome.verdict.kind === 'violates' || outcome.verdict.kind === 'unreadable';
  return {
    looked: {
      kind: 'looked',
      judgement: carryJudgement(outcome, tellsPlace),
      ...(edits === undefined ? {} : { edits: carryEdits(edits) }),
      ...(asksForHash && isWrong ? { contentSha256: sha256Of(source) } : {}),
    },
    verify,
  };
}

async function prove(verify: Replacement<Receipt>['verify'], output: CarriedSource): Promise<Proof> {
  try {
    return { kind: 'proven', receipt: await verify(sourceOf(output)) };
  } catch (error) {
    return { kind: 'failed', error: carryError(error) };
  }
}

/** The descriptor is the asking thread's, which closes it. */
function sourceOf(carried: CarriedSource): Source {
  if ('bytes' in carried) return new MemorySource(carried.bytes);
  return new FileSource(carried.fd, fstatSync(carried.fd, { bigint: true }), realFileOps);
}

/** What is said next; the end, where nobody is there any more. */
function next(port: MessagePort): Promise<Request> {
  return new Promise((resolve) => {
    const told = (request: Request): void => {
      clearTimeout(timer);
      port.off('message', told);
      port.off('close', onClose);
      resolve(request);
    };
    const onClose = (): void => told({ kind: 'end' });
    const timer = setTimeout(onClose, LONGEST_WAIT_MS);
    port.on('message', told);
    port.on('close', onClose);
  });
}
