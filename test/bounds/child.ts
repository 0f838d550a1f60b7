import { readFileSync } from 'node:fs';
import { MemorySource } from '../../src/bytes/memory-source.js';
import type { Part } from '../../src/core/part.js';
import type { Source } from '../../src/core/source.js';
import { lookAndScrub } from '../../src/engine/scrub.js';
import { openFileSource } from '../../src/io/file-source.js';
import { presetPolicy } from '../../src/policy/presets.js';

/** What one process says of reading one file: processor seconds, peak memory in MiB, bytes of metadata, and how it ended. */
export interface Measured {
  readonly seconds: number;
  readonly peakMiB: number;
  readonly metadataBytes: number;
  readonly outcome: string;
}

const POLICY = presetPolicy('strict').effectiveFor(undefined);

async function read(source: Source, name: string): Promise<{ metadataBytes: number; outcome: string }> {
  const options = { artifact: name, name, policy: POLICY, now: () => '2024-01-01T00:00:00Z', tool: 'bounds' };
  const { outcome } = await lookAndScrub(source, options);
  const { verdict, inspection } = outcome;
  const parts = inspection?.parts.filter(({ carrier }) => carrier !== 'pixels') ?? [];
  // A drawing and a document are text from end to end: there is nothing in them that need not be read.
  if (inspection?.format === 'svg' || inspection?.format === 'pdf')
    return { metadataBytes: source.byteLength, outcome: verdict.kind === 'unreadable' ? verdict.unreadable.code : verdict.kind };
  const metadataBytes = parts.reduce((sum: number, { region }: Part) => sum + region.byteLength, 0);
  return { metadataBytes, outcome: verdict.kind === 'unreadable' ? verdict.unreadable.code : verdict.kind };
}

/** Every beginning of a file, one after the other; the slowest counts. */
async function readCut(path: string): Promise<{ metadataBytes: number; outcome: string; slowest: number }> {
  const source = openFileSource(Buffer.from(path));
  const whole = Buffer.from(source.read(0, source.byteLength));
  source.close();
  let slowest = 0;
  for (let length = 0; length < whole.length; length++) {
    const before = process.cpuUsage();
    await read(new MemorySource(whole.subarray(0, length)), path);
    slowest = Math.max(slowest, seconds(process.cpuUsage(before)));
  }
  return { metadataBytes: whole.length, outcome: `${whole.length} beginnings read`, slowest };
}

/** What `maxRSS` says is no less than what the process that started this one held; the status file counts anew. */
function peakMiB(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}

const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;

async function main(): Promise<void> {
  const [path = '', mode] = process.argv.slice(2);
  const before = process.cpuUsage();
  let result: { metadataBytes: number; outcome: string; slowest?: number };
  if (mode === 'cut') result = await readCut(path);
  else {
    const source = openFileSource(Buffer.from(path));
    result = await read(source, path);
    source.close();
  }
  const measured: Measured = {
    seconds: result.slowest ?? seconds(process.cpuUsage(before)),
    peakMiB: peakMiB(),
    metadataBytes: result.metadataBytes,
    outcome: result.outcome,
  };
  process.stdout.write(JSON.stringify(measured));
}

await main();
