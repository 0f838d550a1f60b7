import type { MessagePort } from 'node:worker_threads';
import type { Receipt } from '../../core/receipt.js';
import type { EffectivePolicy } from '../../policy/types.js';
import type { CarriedEdits } from './carried-edits.js';
import type { CarriedError } from './carried-error.js';
import type { CarriedJudgement } from './carried-judgement.js';

/** Bytes for another thread: a descriptor, which holds for the whole process, or the bytes themselves. */
export type CarriedSource = { readonly fd: number } | { readonly bytes: Uint8Array };

/** One file to be looked at. All of it is plain data. */
export interface LookTask {
  /** Tells the talks of one pool apart. */
  readonly key: number;
  readonly source: CarriedSource;
  readonly artifact: string;
  readonly name?: Uint8Array | string;
  readonly policy: EffectivePolicy;
  readonly tool: string;
  /** Whether an edit is wanted where the policy is violated. */
  readonly scrubs: boolean;
  /** Whether the content's hash is wanted where something is wrong: exceptions are named by it. */
  readonly asksForHash: boolean;
  /** Whether the parts are wanted with what they say of place and time. */
  readonly tellsPlace: boolean;
}

/** What was seen. */
export interface Looked {
  readonly kind: 'looked';
  readonly judgement: CarriedJudgement;
  readonly contentSha256?: string;
  /** Set where there is something to write. */
  readonly edits?: CarriedEdits;
}

interface Failed {
  readonly kind: 'failed';
  readonly error: CarriedError;
}

/** The end of a task that there is nothing to write for; `undefined` where the rest was said in a talk. */
export type TaskResult = Looked | Failed | undefined;

/** Said while the task goes on: there is something to write, and a port to talk on. */
export interface Opening {
  readonly key: number;
  readonly looked: Looked;
  readonly port: MessagePort;
}

/** What the thread says on the port. */
export type Proof = { readonly kind: 'proven'; readonly receipt: Receipt } | Failed;

/** What the thread is told on the port: to prove what was written, or that it can go. */
export type Request = { readonly kind: 'prove'; readonly output: CarriedSource } | { readonly kind: 'end' };
