import { webcrypto } from 'node:crypto';
import { LastLook } from './last-look.js';
import { lookAt } from './look.js';
import { Models } from './models/runtime.js';
import { decodeCanvas, shownRaster } from './picture/canvas.js';
import { previewOf } from './preview.js';
import type { Random } from './redact/styles.js';
import { redactPicture } from './redact.js';
import type { LookRequest, Redacted, RedactRequest, Seen } from './request.js';
import type { Box } from './types.js';

/** Looks at pictures and changes them; here or in another thread. Each call may throw `VisualError`. */
export interface VisualEngine {
  look(bytes: Uint8Array, request: LookRequest): Promise<Seen>;
  /** `undefined` where there is nothing to change. */
  redact(bytes: Uint8Array, request: RedactRequest): Promise<Redacted | undefined>;
  /** Both pictures side by side as PNG, boxes drawn on the first. */
  preview(before: Uint8Array, after: Uint8Array, boxes: readonly Box[]): Promise<Uint8Array>;
  /** Lets go of models and threads. */
  close(): Promise<void>;
}

/** Works in the thread that calls. */
export class LocalEngine implements VisualEngine {
  readonly #models = new Map<string, Models>();
  /** A picture is judged, then redacted: its detectors run once. */
  readonly #lastLook = new LastLook();

  constructor(readonly random: Random = secureRandom) {}

  async look(bytes: Uint8Array, request: LookRequest): Promise<Seen> {
    const seen = await lookAt(await shownRaster(await decodeCanvas(bytes)), request, this.#modelsFor(request));
    const detections = seen.detections.map(({ kind, rule, box, confidence }) => ({ kind, rule, box, confidence }));
    this.#lastLook.keep(bytes, request, detections);
    return { ...seen, detections };
  }

  redact(bytes: Uint8Array, request: RedactRequest): Promise<Redacted | undefined> {
    return redactPicture(bytes, request, this.#modelsFor(request), this.random, this.#lastLook.find(bytes, request));
  }

  preview(before: Uint8Array, after: Uint8Array, boxes: readonly Box[]): Promise<Uint8Array> {
    return previewOf(before, after, boxes);
  }

  async close(): Promise<void> {
    this.#models.clear();
  }

  #modelsFor({ models }: LookRequest): Models {
    const key = JSON.stringify(models);
    const known = this.#models.get(key) ?? new Models(models);
    this.#models.set(key, known);
    return known;
  }
}

/** Noise that nobody can take out again by guessing a seed. */
function secureRandom(): number {
  const [value] = webcrypto.getRandomValues(new Uint32Array(1)) as unknown as [number];
  return value / 2 ** 32;
}
