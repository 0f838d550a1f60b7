import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADVERSARIAL, adversarialCases, adversarialNote } from '../support/shared.js';
import { type BoundCase, CASES, cutCases } from './cases.js';
import type { Measured } from './child.js';

/** Seconds that reading one file may take: of the processor, which a busy machine does not add to. */
const SECONDS = 2;

/** Seconds of the clock after which a process is taken for one that hangs, and ended; every beginning of a file takes longer. */
const HANG_SECONDS = 30;
const CUT_SECONDS = 240;

/** What a process may take beyond three times the metadata. */
const SPARE_MIB = 64;
const TIMES_METADATA = 3;

const AT_ONCE = 2;
const MIB = 2 ** 20;

interface Row {
  readonly name: string;
  readonly format: string;
  readonly seconds: number;
  readonly overMiB: number;
  readonly allowedMiB: number;
  readonly outcome: string;
}

const [childPath = ''] = process.argv.slice(2);
const only = process.argv.slice(3).join(' ');

function measure(path: string, mode: string): Promise<Measured | string> {
  const timeout = (mode === 'cut' ? CUT_SECONDS : HANG_SECONDS) * 1000;
  return new Promise((resolve) => {
    execFile(process.execPath, [childPath, path, mode], { timeout, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Measured);
      else resolve(error.killed === true ? 'hangs' : `breaks: ${stderr.trim().split('\n').slice(-6).join(' ').slice(0, 300)}`);
    });
  });
}

async function rowOf(item: Omit<BoundCase, 'write'>, path: string, baselineMiB: number): Promise<Row> {
  const measured = await measure(path, item.mode ?? 'once');
  const { name, format } = item;
  if (typeof measured === 'string')
    return { name, format, seconds: Number.POSITIVE_INFINITY, overMiB: Number.POSITIVE_INFINITY, allowedMiB: 0, outcome: measured };
  const { seconds, peakMiB, metadataBytes, outcome } = measured;
  const allowedMiB = (TIMES_METADATA * metadataBytes) / MIB + SPARE_MIB;
  return { name, format, seconds, overMiB: Math.max(0, peakMiB - baselineMiB), allowedMiB, outcome };
}

const isBroken = ({ seconds, overMiB, allowedMiB }: Row): boolean => seconds > SECONDS || overMiB > allowedMiB;

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'exifence-bounds-'));
  try {
    const baselineMiB = await baseline(folder);
    const built = [...CASES, ...(await cutCases())].filter(({ name, format }) => only === '' || `${format} ${name}`.includes(only));
    const shared = only === '' ? adversarialCases() : [];
    const jobs = [
      ...built.map((item, index) => async () => {
        const path = join(folder, `${index}.${item.extension}`);
        item.write(path);
        try {
          return await rowOf(item, path, baselineMiB);
        } finally {
          rmSync(path, { force: true });
        }
      }),
      ...shared.map(({ file_hex, format }) => {
        const name = Buffer.from(file_hex, 'hex').toString();
        return () => rowOf({ name, format: `${format} (shared)`, extension: '' }, join(ADVERSARIAL, name), baselineMiB);
      }),
    ];
    const rows = await inTurn(jobs);
    return report(rows, baselineMiB);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peak memory of a process that reads the smallest of files. */
async function baseline(folder: string): Promise<number> {
  const [first] = CASES;
  const path = join(folder, `empty.${first?.extension}`);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path, Buffer.from('89504e470d0a1a0a', 'hex'));
  const measured = await measure(path, 'once');
  if (typeof measured === 'string') throw new Error(`the empty run ${measured}`);
  return measured.peakMiB;
}

async function inTurn(jobs: readonly (() => Promise<Row>)[]): Promise<Row[]> {
  const rows: Row[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < jobs.length; index = next++) rows[index] = await (jobs[index] as () => Promise<Row>)();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return rows;
}

function report(rows: readonly Row[], baselineMiB: number): number {
  const formats = [...new Set(rows.map(({ format }) => format))].sort();
  const shown = (row: Row): string => `${row.seconds.toFixed(2)} s, ${row.overMiB.toFixed(0)} of ${row.allowedMiB.toFixed(0)} MiB`;
  console.log(
    `an empty run takes ${baselineMiB.toFixed(0)} MiB; seconds are those of the processor; memory is beyond the empty run${adversarialNote}`,
  );
  console.table(
    formats.map((format) => {
      const own = rows.filter((row) => row.format === format);
      const slowest = own.reduce((worst, row) => (row.seconds > worst.seconds ? row : worst));
      const largest = own.reduce((worst, row) => (row.overMiB / row.allowedMiB > worst.overMiB / worst.allowedMiB ? row : worst));
      return {
        format,
        files: own.length,
        slowest: `${slowest.seconds.toFixed(2)} s: ${slowest.name}`,
        largest: `${largest.overMiB.toFixed(0)} of ${largest.allowedMiB.toFixed(0)} MiB: ${largest.name}`,
      };
    }),
  );
  const broken = rows.filter(isBroken);
  for (const row of broken) console.log(`out of bounds: ${row.format}, ${row.name}: ${shown(row)} (${row.outcome})`);
  if (process.env.BOUNDS_ALL !== undefined)
    for (const row of rows) console.log(`${row.format}, ${row.name}: ${shown(row)} (${row.outcome})`);
  console.log(`${rows.length} files, ${broken.length} out of bounds`);
  return broken.length === 0 ? 0 : 1;
}

process.exitCode = await main();
