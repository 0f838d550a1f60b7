import { expect } from 'vitest';
import { applyEdits, concatBytes } from '../../src/bytes/apply-edits.js';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { isReaderError, type ReaderError } from '../../src/core/error.js';
import type { Format, Inspection } from '../../src/core/format.js';
import { DEFAULT_LIMITS, type Limits } from '../../src/core/limits.js';
import type { Region } from '../../src/core/part.js';
import { decide, planOf } from '../../src/policy/decide.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { flatten, KEEP_ALL, readContext } from './payload.js';

/** Reads bytes as a file of the format; images within it are not read. */
export function readBytes(format: Format, bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS): Inspection {
  return format.read(new MemorySource(bytes), readContext({ limits }));
}

export interface Scrubbed {
  readonly output: Buffer;
  readonly before: Inspection;
  readonly after: Inspection;
  /** Paths of the parts that went or changed. */
  readonly touched: readonly string[];
}

/** Scrubs bytes under a policy and reads the result again. */
export function scrubUnder(format: Format, bytes: Uint8Array, policy: EffectivePolicy): Scrubbed {
  const source = new MemorySource(bytes);
  const before = readBytes(format, bytes);
  const decisions = decide(before.parts, policy);
  const edits = format.edit(source, before, planOf(decisions));
  const output = Buffer.from(concatBytes(applyEdits(source, edits)));
  const touched = decisions.filter(({ action }) => action.kind !== 'keep').map(({ part }) => part.path);
  return { output, before, after: readBytes(format, output), touched };
}

/** The reader's error that the bytes raise; anything else that is thrown is a bug and thrown on. */
export function readError(format: Format, bytes: Uint8Array, limits?: Limits): ReaderError | undefined {
  try {
    readBytes(format, bytes, limits);
    return undefined;
  } catch (error) {
    if (isReaderError(error)) return error;
    throw error;
  }
}

function bytesOf(bytes: Uint8Array, regions: readonly Region[]): Buffer {
  return Buffer.concat(regions.map(({ byteOffset, byteLength }) => bytes.subarray(byteOffset, byteOffset + byteLength)));
}

function pixelsOf(format: Format, bytes: Uint8Array, inspection: Inspection, decoded: boolean): Buffer {
  if (!decoded || format.decodedPixels === undefined) return bytesOf(bytes, inspection.picture.pixels);
  return Buffer.concat([...format.decodedPixels(new MemorySource(bytes), inspection, DEFAULT_LIMITS)]);
}

/**
 * Holds a file that reads against the laws: its parts tile it, their paths are unique, keeping everything edits nothing,
 * and under each policy what is removed stays removed, twice is once, and the picture is the same.
 */
export function expectLaws(format: Format, bytes: Uint8Array, policies: readonly EffectivePolicy[]): void {
  const inspection = readBytes(format, bytes);
  let position = 0;
  for (const { region } of inspection.parts) {
    expect(region.byteOffset).toBe(position);
    expect(region.byteLength).toBeGreaterThanOrEqual(0);
    position += region.byteLength;
  }
  expect(position).toBe(bytes.length);
  const paths = flatten(inspection.parts).map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  expect(scrubUnder(format, bytes, KEEP_ALL).output.equals(bytes)).toBe(true);
  for (const policy of policies) {
    const { output, before, after } = scrubUnder(format, bytes, policy);
    expect(decide(after.parts, policy).filter(({ action }) => action.kind !== 'keep')).toEqual([]);
    expect(scrubUnder(format, output, policy).output.equals(output)).toBe(true);
    const decoded = before.picture.needsReencoding === true;
    expect(pixelsOf(format, output, after, decoded).equals(pixelsOf(format, bytes, before, decoded))).toBe(true);
    const same = ({ picture: { width, height, orientation, frameCount } }: Inspection) => [width, height, orientation, frameCount];
    expect(same(after)).toEqual(same(before));
  }
}
