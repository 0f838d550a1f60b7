import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { ProofError } from '../../src/engine/prove.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { rewriteFile } from '../../src/io/replace-file.js';
import { presetPolicy } from '../../src/policy/presets.js';
import type { Input } from './inputs.js';
import { type Mutation, mutated, mutations, withRightChecks } from './mutations.js';

/** `torn`: a file on disk that is neither the original nor what was proven. `uncaught`: an error that no reader may raise. */
type Outcome = 'clean' | 'scrubbed' | 'unreadable' | 'not-an-image' | 'not-proven' | 'torn' | 'uncaught';

export interface FuzzCase {
  readonly index: number;
  readonly input: Input;
  readonly preset: Preset;
  readonly changes: readonly Mutation[];
  readonly bytes: Buffer;
}

export interface Ran {
  readonly outcome: Outcome;
  /** The format that read it, or `none`. */
  readonly format: string;
  readonly error?: string;
}

const PRESETS = ['strict', 'balanced', 'location-only'] as const;
type Preset = (typeof PRESETS)[number];
const POLICIES = Object.fromEntries(PRESETS.map((name) => [name, presetPolicy(name).effectiveFor(undefined)])) as Record<
  Preset,
  ReturnType<ReturnType<typeof presetPolicy>['effectiveFor']>
>;

/** Every so many cases the file on disk is scrubbed in place, flushed and compared; the others stay in memory. */
const ON_DISK_EVERY = 50;

/** The case of an index: the same for the same seed and inputs, whatever ran before. */
export function caseOf(seed: number, index: number, inputs: readonly Input[]): FuzzCase {
  const arbitrary = fc.noBias(fc.tuple(fc.nat(inputs.length - 1), fc.constantFrom(...PRESETS), mutations, fc.boolean()));
  const [[chosen, preset, changes, checks]] = fc.sample(arbitrary, { seed: (seed + Math.imul(index, 0x9e3779b1)) | 0, numRuns: 1 }) as [
    [number, Preset, Mutation[], boolean],
  ];
  const input = inputs[chosen] as Input;
  const bytes = mutated(input.bytes, changes);
  return { index, input, preset, changes, bytes: checks ? withRightChecks(bytes) : bytes };
}

export async function runCase(item: FuzzCase): Promise<Ran> {
  const options = { artifact: 'fuzz', policy: POLICIES[item.preset], now: () => '2024-01-01T00:00:00Z', tool: 'fuzz' };
  let format = 'none';
  try {
    const { outcome, replacement } = lookAndScrub(new MemorySource(item.bytes), options);
    format = outcome.format ?? 'none';
    if (replacement === undefined) return { outcome: outcome.verdict.kind as Outcome, format };
    const { bytes } = await scrubBytes(replacement);
    if (item.index % ON_DISK_EVERY === 0 && !(await holdsOnDisk(item.bytes, bytes, options))) return { outcome: 'torn', format };
    return { outcome: 'scrubbed', format };
  } catch (error) {
    if (error instanceof ProofError) return { outcome: 'not-proven', format, error: `${error.code}: ${error.message}` };
    return { outcome: 'uncaught', format, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** True where the file scrubbed in place holds exactly what was proven in memory, and nothing lies beside it. */
async function holdsOnDisk(before: Uint8Array, after: Uint8Array, options: Parameters<typeof lookAndScrub>[1]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'exifence-fuzz-'));
  try {
    const path = join(folder, 'file');
    writeFileSync(path, before);
    await rewriteFile(Buffer.from(path), (source) => lookAndScrub(source, options));
    return readFileSync(path).equals(after) && readdirSync(folder).length === 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
