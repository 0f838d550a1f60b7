import type { Finding } from '../../src/core/decision.js';
import type { Enforcement } from '../../src/core/door.js';
import type { Judgement, Verdict } from '../../src/core/judgement.js';
import type { Receipt } from '../../src/core/receipt.js';
import type { Look } from '../../src/core/rewrite.js';
import type { Source } from '../../src/core/source.js';
import type { WatchJob } from '../../src/doors/watch/file-worker.js';

/**
 * A toy image: `TOY`, one letter (`s` holds a secret, `c` is clean), the size of what follows as eight digits, then as much.
 * The daemon's own work does not depend on what an image is.
 */
const HEAD_BYTES = 12;

export function toy(kind: 's' | 'c', bodyBytes = 20_000, mark = 'b'): Buffer {
  return Buffer.from(`TOY${kind}${String(bodyBytes).padStart(8, '0')}${mark.repeat(bodyBytes)}`);
}

export function isClean(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).toString() === 'TOYc' && bytes.length === HEAD_BYTES + Number(bytes.subarray(4, HEAD_BYTES).toString());
}

function judgeToy(source: Source): Verdict {
  const head = Buffer.from(source.read(0, Math.min(HEAD_BYTES, source.byteLength))).toString();
  if (!head.startsWith('TOY')) return { kind: 'not-an-image' };
  const declared = head.length < HEAD_BYTES ? Number.POSITIVE_INFINITY : Number(head.slice(4)) + HEAD_BYTES;
  if (source.byteLength < declared) {
    return {
      kind: 'unreadable',
      unreadable: { code: 'truncated', byteOffset: source.byteLength, message: 'it ends too early', hint: 'restore it' },
    };
  }
  return head[3] === 's' ? { kind: 'violates', plan: { actionOf: () => ({ kind: 'remove' }), touches: () => true } } : { kind: 'clean' };
}

function lookAtToy(source: Source): Look<Judgement, Receipt> {
  const verdict = judgeToy(source);
  const findings = verdict.kind === 'violates' ? [{ category: 'location' } as Finding] : [];
  const outcome: Judgement = { artifact: 'toy', verdict, decisions: [], findings };
  if (verdict.kind !== 'violates') return { outcome };
  const pieces = [Buffer.from('TOYc'), source.read(4, source.byteLength - 4)];
  return {
    outcome,
    replacement: {
      pieces,
      verify: async (output) => {
        if (!isClean(Buffer.from(output.read(0, output.byteLength)))) throw new Error('the toy is not clean');
        return {} as Receipt;
      },
    },
  };
}

export function toyJob(enforce: Enforcement): WatchJob {
  return { enforce, look: (source) => (enforce === 'fix' ? lookAtToy(source) : { outcome: lookAtToy(source).outcome }) };
}
