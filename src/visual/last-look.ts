import { createHash } from 'node:crypto';
import type { LookRequest } from './request.js';
import type { Detection } from './types.js';

/** What the last look found, so that what follows on the same bytes need not look again. Holds nothing that was read. */
export class LastLook {
  #last: { readonly sha256: string; readonly request: LookRequest; readonly detections: readonly Detection[] } | undefined;

  keep(bytes: Uint8Array, request: LookRequest, detections: readonly Detection[]): void {
    this.#last = { sha256: sha256Of(bytes), request, detections };
  }

  /** What was found of what is asked for now; `undefined` where something else was looked for, or at other bytes. */
  find(bytes: Uint8Array, wanted: LookRequest): readonly Detection[] | undefined {
    const last = this.#last;
    if (last === undefined || !covers(last.request, wanted) || last.sha256 !== sha256Of(bytes)) return undefined;
    const asked = { face: wanted.faces, text: wanted.text !== false, code: wanted.codes, region: false };
    return last.detections.filter(({ kind }) => asked[kind]);
  }
}

function covers(done: LookRequest, wanted: LookRequest): boolean {
  if (wanted.place || (wanted.faces && !done.faces) || (wanted.codes && !done.codes)) return false;
  const sameText = wanted.text === false || JSON.stringify(done.text) === JSON.stringify(wanted.text);
  return sameText && JSON.stringify(done.models) === JSON.stringify(wanted.models);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
