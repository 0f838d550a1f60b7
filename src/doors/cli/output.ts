import { countResults, exitCodeOf, type FileResult } from '../../core/result.js';
import { TOOL } from '../../core/tool.js';
import type { ReportFormat } from '../../report/formats.js';
import { prettyLinks } from '../../report/links.js';
import { prettyResult, prettySummary } from '../../report/pretty.js';
import { machineReport } from '../../report/report.js';
import { styleFor } from '../../report/style.js';
import type { Linkage } from '../../service/linkage.js';
import { Policies, staleResult, today } from '../../service/policies.js';
import { type Progress, progressOn } from './progress.js';
import type { Terminal } from './terminal.js';

/** What `scan` and `scrub` are told of how to report. */
export interface ScanOptions {
  readonly policy?: string;
  readonly format: ReportFormat;
  readonly stdin0?: boolean;
  readonly verbose?: boolean;
}

/** What else a command reports. */
export interface ReportExtras {
  /** Reported after the files. */
  readonly linkage?: Linkage;
}

type Jobs = (policies: Policies, progress: Progress) => AsyncIterable<FileResult>;

/** Runs the jobs, reports them as asked, and gives the exit code. */
export async function report(
  command: string,
  options: ScanOptions,
  terminal: Terminal,
  jobs: Jobs,
  { linkage }: ReportExtras = {},
): Promise<number> {
  const policies = policiesFor(options.policy, terminal);
  const progress = await progressOn(terminal);
  const results: FileResult[] = [];
  const style = styleFor(terminal.stdout, terminal.env);
  for await (const result of jobs(policies, progress)) {
    linkage?.add(result);
    results.push(withoutParts(result));
    if (options.format !== 'pretty') continue;
    const lines = prettyResult(result, style, options.verbose === true);
    if (lines.length > 0) progress.aside(() => terminal.stdout.write(`${lines.join('\n')}\n`));
  }
  const links = linkage?.links();
  const counts = countResults(results);
  const stale = await policies.staleEntries();
  if (options.format !== 'pretty')
    terminal.stdout.write(
      `${machineReport(options.format, { results: [...results, ...stale.map(staleResult)], tool: TOOL, command, links })}\n`,
    );
  else terminal.stdout.write(`${prettySummary(counts, style)}\n`);
  if (options.format === 'pretty' && links !== undefined)
    for (const line of prettyLinks(links, style, options.verbose === true)) terminal.stdout.write(`${line}\n`);
  const tellingNames = results.filter(({ beyond }) =>
    beyond?.some(({ beyond: what, action }) => what === 'filename' && action === 'warn'),
  ).length;
  if (options.format === 'pretty' && tellingNames > 0 && options.verbose !== true)
    terminal.stdout.write(
      `${style.dim(`${tellingNames} ${tellingNames === 1 ? 'name tells' : 'names tell'} what the policy removes; -v shows which`)}\n`,
    );
  const mendable = results.some(({ status, judgement, beyond }) => status === 'violates' && (judgement?.findings.length || beyond?.length));
  if (options.format === 'pretty' && mendable)
    terminal.stdout.write(`${style.dim('exifence explain FILE shows what was found; exifence scrub takes it out')}\n`);
  for (const { message } of stale) terminal.stderr.write(`exifence: ${message}\n`);
  return exitCodeOf(counts);
}

/** What is needed of a result until the end of the run: the parts of ten thousand files are not. */
function withoutParts({ shown: _, ...result }: FileResult): FileResult {
  const hidden = result.hidden?.map(({ picture: __, ...told }) => told);
  const small = { ...result, ...(hidden === undefined ? {} : { hidden }) };
  if (small.judgement === undefined) return small;
  const { inspection: ___, ...judgement } = small.judgement;
  return { ...small, judgement: { ...judgement, decisions: [] } };
}

/** The policies as they stand today, seen from the terminal's folder. */
export function policiesFor(override: string | undefined, terminal: Terminal): Policies {
  return new Policies({
    ...(override === undefined ? {} : { override }),
    cwd: terminal.cwd(),
    today: today(),
  });
}
