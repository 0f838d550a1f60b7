import { readFile, writeFile } from 'node:fs/promises';
import { measure, type Outcome } from './measure.js';
import { ROW_GROUPS } from './rows.js';
import { type Column, cellOf, type MeasuredGroup, page, summary, withSupportTable } from './table.js';
import { exifence, PEERS, type Tool } from './tools.js';

const AT_ONCE = 4;

/** Measures every row with every tool that is installed; writes the page and the README's table, unless told to `--check`. Gives the exit code. */
async function main(): Promise<number> {
  const tools: Tool[] = [exifence];
  const columns: Column[] = [];
  for (const tool of [exifence, ...PEERS]) {
    const version = await tool.version();
    if (version === undefined) console.log(`not installed, no column: ${tool.name}`);
    else {
      columns.push({ name: tool.name, version });
      if (tool !== exifence) tools.push(tool);
    }
  }
  const groups: MeasuredGroup[] = [];
  for (const { name, rows } of ROW_GROUPS) {
    const jobs = rows.flatMap((row) => tools.map((tool) => () => measure(row, tool)));
    const outcomes = await inTurn(jobs);
    const measured = rows.map((row, index) => ({ row, outcomes: outcomes.slice(index * tools.length, (index + 1) * tools.length) }));
    groups.push({ name, rows: measured });
    console.log(`${name}: ${rows.length} places`);
  }
  if (!process.argv.includes('--check')) {
    await writeFile('docs/leak-matrix.md', page(groups, columns));
    await writeFile('README.md', withSupportTable(await readFile('README.md', 'utf8'), groups));
  }
  return report(groups, columns);
}

function report(groups: readonly MeasuredGroup[], columns: readonly Column[]): number {
  const bad = groups.flatMap(({ rows }) => rows).filter(({ outcomes }) => !['gone', 'refuses'].includes((outcomes[0] as Outcome).kind));
  for (const { row, outcomes } of bad) console.log(`row ${row.row} (${row.place}): ${cellOf(outcomes[0] as Outcome, true)}`);
  console.log(summary(groups, columns).join('\n'));
  console.log(`${groups.flatMap(({ rows }) => rows).length} places; Exifence leaves or damages something in ${bad.length}`);
  return bad.length === 0 ? 0 : 1;
}

/** Results in the order of the jobs, a few of which run at the same time. */
async function inTurn<T>(jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < jobs.length; index = next++) results[index] = await (jobs[index] as () => Promise<T>)();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

process.exitCode = await main();
