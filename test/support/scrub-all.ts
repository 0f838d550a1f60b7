import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MemorySource } from '../../src/bytes/memory-source.js';
import type { Judgement } from '../../src/core/judgement.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { presetPolicy } from '../../src/policy/presets.js';

export interface ScrubbedFile {
  readonly file: string;
  readonly before: string;
  /** Path of the output: the scrubbed bytes, or the original's where it was clean. Absent where it was refused. */
  readonly after?: string;
  readonly judgement: Judgement;
  readonly proofFailure?: string;
}

export type PresetName = Parameters<typeof presetPolicy>[0];

/** Scrubs files below `root` into a temporary folder under a preset, as the command does it. */
export async function scrubAll(
  root: string,
  files: readonly string[],
  preset: PresetName,
): Promise<{ results: ScrubbedFile[]; cleanUp: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'exifence-corpus-'));
  const results: ScrubbedFile[] = [];
  for (const file of files) results.push(await scrubOne(root, file, preset, folder));
  return { results, cleanUp: () => rmSync(folder, { recursive: true, force: true }) };
}

async function scrubOne(root: string, file: string, preset: PresetName, folder: string): Promise<ScrubbedFile> {
  const before = join(root, file);
  const bytes = readFileSync(before);
  const policy = presetPolicy(preset).effectiveFor(undefined);
  const options = { artifact: file, name: file, policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' };
  const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), options);
  if (outcome.verdict.kind !== 'clean' && replacement === undefined) return { file, before, judgement: outcome };
  try {
    const output = replacement === undefined ? bytes : (await scrubBytes(replacement)).bytes;
    const after = join(folder, file);
    mkdirSync(dirname(after), { recursive: true });
    writeFileSync(after, output);
    return { file, before, after, judgement: outcome };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ProofError') throw error;
    return { file, before, judgement: outcome, proofFailure: error.message };
  }
}
