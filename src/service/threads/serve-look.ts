import { fstatSync } from 'node:fs';
import { type MessagePort, threadId } from 'node:worker_threads';
import { MemorySource } from '../../bytes/memory-source.js';
import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Replacement } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { sha256Of } from '../../engine/digest.js';
import { judge } from '../../engine/judge.js';
import type { ScrubOptions } from '../../engine/options.js';
import { planScrub } from '../../engine/scrub.js';
import { realFileOps } from '../../io/file-ops.js';
import { FileSource } from '../../io/file-source.js';
import { carryEdits } from './carried-edits.js';
import { carryError } from './carried-error.js';
import { carryJudgement } from './carried-judgement.js';
import type { Answer, CarriedSource, LookTask, Request } from './messages.js';

/** Who asked may have gone without a word; longer than this no disk takes to write what was answered. */
const LONGEST_WAIT_MS = 30 * 60_000;

/**
 * Takes one file as far as it goes without writing: reads it, holds it against the policy, plans the edit, and then, when it is
 * handed what was written, proves that. What was parsed is kept until then: nothing is parsed twice.
 */
export async function serveLook(task: LookTask): Promise<void> {
  const { port } = task;
  answer(port, { kind: 'begun', threadId });
  try {
    const replacement = look(task);
    if (replacement === undefined) return;
    // More than once where the name was taken meanwhile: it is then written under another.
    for (let request = await next(port); request.kind === 'prove'; request = await next(port)) await prove(replacement, request, port);
  } catch (error) {
    answer(port, { kind: 'failed', error: carryError(error) });
  } finally {
    port.close();
  }
}

async function prove(
  { verify }: Pick<Replacement<Receipt>, 'verify'>,
  { output }: Extract<Request, { kind: 'prove' }>,
  port: MessagePort,
): Promise<void> {
  try {
    answer(port, { kind: 'proven', receipt: await verify(sourceOf(output)) });
  } catch (error) {
    answer(port, { kind: 'failed', error: carryError(error) });
  }
}

/** Answers what was seen. Gives what will prove the replacement, where there is one. */
function look(task: LookTask): Pick<Replacement<Receipt>, 'verify'> | undefined {
  const { artifact, name, policy, tool, scrubs, asksForHash, tellsPlace, port } = task;
  const source = sourceOf(task.source);
  const options: ScrubOptions = { artifact, ...(name === undefined ? {} : { name }), policy, tool, now: () => new Date().toISOString() };
  const { outcome, edits, verify } = scrubs ? planScrub(source, judge(source, options), options) : { outcome: judge(source, options) };
  const isWrong = outcome.verdict.kind === 'violates' || outcome.verdict.kind === 'unreadable';
  answer(port, {
    kind: 'looked',
    judgement: carryJudgement(outcome satisfies Judgement, tellsPlace),
    ...(edits === undefined ? {} : { edits: carryEdits(edits) }),
    ...(asksForHash && isWrong ? { contentSha256: sha256Of(source) } : {}),
  });
  return verify === undefined ? undefined : { verify };
}

function answer(port: MessagePort, said: Answer): void {
  port.postMessage(said);
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
