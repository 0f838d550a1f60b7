import { writeFileSync } from 'node:fs';
import { displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { countResults, type FileResult } from '../../core/result.js';
import { TOOL } from '../../core/tool.js';
import { UsageError } from '../../core/usage-error.js';
import { isWhole } from '../../io/git/fetch.js';
import { openAnyRepository, type Repository } from '../../io/git/repository.js';
import { GitError, git, oneLine } from '../../io/git/run.js';
import type { ReportFormat } from '../../report/formats.js';
import { prettyResult, prettySummary } from '../../report/pretty.js';
import { machineReport } from '../../report/report.js';
import { styleFor } from '../../report/style.js';
import { openEngineJudge } from '../../service/blobs/engine-judge.js';
import { staleResult } from '../../service/policies.js';
import { checkRange, type Standing } from '../../service/range/check-range.js';
import { loosenedBy } from '../../service/range/loosened.js';
import { requestsIn } from '../../service/range/requests.js';

export interface CiOptions {
  readonly base: string;
  readonly head: string;
  readonly policy?: string;
  readonly format: ReportFormat;
  readonly output?: string;
}

interface Terminal {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
  readonly env: NodeJS.ProcessEnv;
  cwd(): string;
}

const STANDING: Readonly<Record<Standing, string>> = {
  present: '',
  mended: '; the head has it clean, the commit still holds it',
  past: '; the head has it no more, the commit still holds it',
};

/** `exifence ci`: judges what the commits between two bring in, by content, with policy and exceptions as the base has them. */
export async function ciMain(options: CiOptions, terminal: Terminal): Promise<number> {
  try {
    return await check(options, terminal);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    terminal.stderr.write(`exifence: ${error.message}\n`);
    return EXIT.unproven;
  }
}

async function check(options: CiOptions, terminal: Terminal): Promise<number> {
  const repository = openAnyRepository({ cwd: terminal.cwd(), env: terminal.env });
  const [base, head] = [commitOf(repository, '--base', options.base), commitOf(repository, '--head', options.head)];
  if (!isWhole(repository.place, { heads: [head], bases: [base] })) {
    terminal.stderr.write(CUT_OFF);
    return EXIT.unproven;
  }
  const view = { treeish: base, door: 'ci', isFixed: true, fingerprints: options.format !== 'pretty' } as const;
  const judge = await openEngineJudge(repository, { ...view, ...(options.policy === undefined ? {} : { policy: options.policy }) });
  const results: FileResult[] = [];
  let code: number = EXIT.ok;
  for await (const { result, request, standing, enforce } of checkRange(
    repository,
    judge,
    requestsIn(repository.place, { kind: 'range', head, known: [base] }, ''),
  )) {
    if (result.status === 'skipped') continue;
    const isNews = result.status === 'violates' || result.status === 'unproven';
    const where = `added by commit ${request.commit.slice(0, 12)}${STANDING[standing]}`;
    results.push(light(isNews ? { ...result, notes: [...result.notes, where] } : result));
    if (!isNews || enforce === 'warn') continue;
    code = result.status === 'unproven' ? EXIT.unproven : Math.max(code, EXIT.violations);
  }
  results.push(
    ...(await loosenedBy(repository, base, head)),
    ...((await judge.staleEntries?.()) ?? []).filter(({ kind }) => kind === 'expired').map(staleResult),
  );
  tell(results, options, terminal);
  return code;
}

function tell(results: readonly FileResult[], { format, output }: CiOptions, { stdout, env }: Terminal): void {
  const machine = format === 'pretty' ? undefined : `${machineReport(format, { results, tool: TOOL, command: 'ci' })}\n`;
  if (machine !== undefined && output !== undefined) writeOut(output, machine);
  if (machine !== undefined && output === undefined) {
    stdout.write(machine);
    return;
  }
  const style = styleFor(stdout, env);
  const lines = [
    ...results.flatMap((result) => prettyResult(result, style, false)),
    prettySummary(countResults(results.filter(({ policyNotes }) => policyNotes === undefined)), style),
  ];
  stdout.write(`${lines.join('\n')}\n`);
}

const CUT_OFF =
  'exifence: this clone is shallow, and commits between base and head are cut off: what they bring in could not be checked. Fetch them, with git fetch --unshallow or GIT_DEPTH: 0\n';

function writeOut(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--output: ${displayText(file)} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** A revision as a commit's full id; what looks like an option is none. */
function commitOf({ place }: Repository, option: string, revision: string): string {
  // What CI systems say where there is nothing before: a pipeline of no merge request, the first push of a branch.
  if (revision === '' || /^0{40,64}$/.test(revision))
    throw new UsageError(
      `${option}: ${revision === '' ? 'is empty' : 'names no commit'}, as variables of CI systems are where there is no commit before; give a branch instead, as in --base origin/main`,
    );
  try {
    return oneLine(git(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])).toString();
  } catch (error) {
    if (!(error instanceof GitError) || error.exitCode === undefined) throw error;
    throw new UsageError(`${option}: there is no commit ${displayText(revision)} here; in a shallow clone, fetch it first`);
  }
}

function light(result: FileResult): FileResult {
  if (result.judgement === undefined) return result;
  const { inspection: _, ...judgement } = result.judgement;
  return { ...result, judgement: { ...judgement, decisions: [] } };
}
