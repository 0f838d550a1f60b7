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
  /** Where the answers go, and where the file that was written is handed in. */
  readonly port: MessagePort;
}

/** What the thread says. */
export type Answer =
  /** The file is at hand: its time runs from here. */
  | { readonly kind: 'begun'; readonly threadId: number }
  | {
      readonly kind: 'looked';
      readonly judgement: CarriedJudgement;
      /** Set where there is something to write: the thread then waits for what was written. */
      readonly edits?: CarriedEdits;
      readonly contentSha256?: string;
    }
  | { readonly kind: 'proven'; readonly receipt: Receipt }
  | { readonly kind: 'failed'; readonly error: CarriedError };

/** What the thread is told while it waits. */
export type Request = { readonly kind: 'prove'; readonly output: CarriedSource } | { readonly kind: 'end' };
