import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { countResults, type FileResult } from '../../core/result.js';
import { TOOL } from '../../core/tool.js';
import { UsageError } from '../../core/usage-error.js';
import type { Repository } from '../../io/git/repository.js';
import { type GitPlace, tryGit } from '../../io/git/run.js';
import { openRunFolder, type RunFolder } from '../../io/git/run-folder.js';
import { jobSummary } from '../../report/job-summary.js';
import { jsonReport } from '../../report/json.js';
import { prettyResult, prettySummary } from '../../report/pretty.js';
import { sarifReport } from '../../report/sarif.js';
import { styleFor } from '../../report/style.js';
import { openEngineJudge } from '../../service/blobs/engine-judge.js';
import { staleResult } from '../../service/policies.js';
import { checkRange } from '../../service/range/check-range.js';
import { loosenedBy } from '../../service/range/loosened.js';
import { requestsIn } from '../../service/range/requests.js';
import { type Annotator, annotate } from './annotate.js';
import { keepComment, MAX_COMMENT_BYTES } from './comment.js';
import { type Event, readEvent } from './event.js';
import { type Inputs, readInputs } from './inputs.js';
import { isOwnCommit, type Mended, mendedTree, pushMended, storeMended, targetOf } from './mend.js';
import type { OutputName } from './metadata.js';
import { forwardPatch } from './patch.js';
import { quietly, readPayload, withToken } from './runner.js';
import { type Task, taskFor } from './scope.js';
import { byWeight, exitCodeFor, mended, statusFor, type Verdict, verdictOf } from './verdict.js';
import { openFolder, refuseLinks, temporaryRoot, workspaceOf, writeReport } from './workspace.js';

/** What the door needs of the runner's toolkit. */
export interface Toolkit extends Annotator {
  getInput(name: string): string;
  setOutput(name: string, value: string): void;
  setFailed(message: string): void;
  info(message: string): void;
  readonly summary: { addRaw(text: string): unknown; write(): Promise<unknown> };
}

interface Checked {
  readonly scanned: number;
  readonly results: readonly FileResult[];
  readonly verdicts: readonly Verdict[];
  /** What is to be said of policies and exceptions. */
  readonly policyResults: readonly FileResult[];
  readonly fixed: number;
  readonly patchPath: string | undefined;
  /** What to do next; Markdown and plain text at once. */
  readonly advice: readonly string[];
  /** What another program said: for the log alone. */
  readonly said: readonly string[];
}

/** Looks at what set the workflow off, reports it in every way asked for, and gives the exit code. Throws `UsageError`, `PolicyError`, `GitError`. */
export async function checkChange(env: NodeJS.ProcessEnv, toolkit: Toolkit): Promise<number> {
  const workspace = workspaceOf(env);
  const inputs = readInputs((name) => toolkit.getInput(name), workspace);
  refuseLinks('working-directory', workspace, inputs.directory);
  if (inputs.sarifFile !== undefined) refuseLinks('sarif-file', workspace, inputs.sarifFile);
  const event = readEvent(env.GITHUB_EVENT_NAME ?? '', readPayload(env.GITHUB_EVENT_PATH));
  const { repository, prefix } = openFolder(workspace, inputs.directory, env);
  const opened: Opened = { repository: withCredentials(repository, inputs, env), prefix, workspace, env };
  const task = taskFor(opened.repository.place, event, inputs);
  const checked = task === undefined ? NOTHING : await look(opened, inputs, event, task);
  await tell(checked, inputs, event, opened, toolkit);
  return exitCodeFor(checked.verdicts);
}

/** Where the run is. */
interface Opened {
  readonly repository: Repository;
  /** Only what lies below it is looked at: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Real, absolute. */
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
}

const NOTHING: Checked = { scanned: 0, results: [], verdicts: [], policyResults: [], fixed: 0, patchPath: undefined, advice: [], said: [] };

function withCredentials(repository: Repository, { token }: Inputs, env: NodeJS.ProcessEnv): Repository {
  const hasOwn = tryGit(repository.place, ['config', '--get-regexp', '^http\\..*\\.extraheader$']) !== undefined;
  return { ...repository, place: withToken(repository.place, env.GITHUB_SERVER_URL, token, hasOwn) };
}

async function look({ repository, prefix, env }: Opened, inputs: Inputs, event: Event, task: Task): Promise<Checked> {
  const { place } = repository;
  const { head } = task.scope;
  const view = {
    treeish: task.policyFrom,
    door: 'ci',
    isFixed: true,
    fingerprints: true,
    ...(inputs.policy === undefined ? {} : { policy: inputs.policy }),
  } as const;
  const judge = await openEngineJudge(repository, view);
  const requests = requestsIn(place, task.scope, prefix);
  // A name that was mistyped must not read as clean.
  if (requests.length === 0 && prefix !== '' && ![head, task.policyFrom].some((commit) => hasFolder(place, commit, prefix)))
    throw new UsageError(
      `input working-directory: neither the change nor its base has a folder "${displayText(prefix.slice(0, -1))}"; name one from the top of the workspace`,
    );
  const results: FileResult[] = [];
  const verdicts: Verdict[] = [];
  const mendeds: Mended[] = [];
  let folder: RunFolder | undefined;
  for await (const item of checkRange(repository, judge, requests)) {
    const light = { ...item, result: withoutParts(item.result) };
    const verdict = verdictOf(light, inputs);
    if (verdict === undefined) {
      if (item.result.status !== 'skipped') results.push(light.result);
      continue;
    }
    if (inputs.mode !== 'check' && item.result.status === 'violates') {
      folder ??= openRunFolder(repository.gitDir);
      const stored = await storeMended(repository, folder, item);
      if (stored !== undefined) mendeds.push({ ...stored, item: light });
    }
    // What holds the picture's bytes must not outlive its turn.
    const { fix: _, ...rest } = verdict.item;
    verdicts.push({ ...verdict, item: rest });
  }
  folder?.remove();
  const outcome = mendeds.length === 0 ? NOT_MENDED : mend(repository, inputs, event, head, mendeds, env);
  const done = new Set(outcome.isPushed ? mendeds.map(({ item }) => keyOf(item.request)) : []);
  const final = verdicts.map((verdict) => (done.has(keyOf(verdict.item.request)) ? mended(verdict) : verdict)).sort(byWeight);
  return {
    scanned: requests.length,
    results: [...results, ...final.map(({ result }) => result)],
    policyResults: [
      ...(task.policyFrom === head ? [] : await loosenedBy(repository, task.policyFrom, head)),
      ...((await judge.staleEntries?.()) ?? []).filter(({ kind }) => kind === 'expired').map(staleResult),
    ],
    verdicts: final,
    fixed: outcome.isPushed || outcome.patchPath !== undefined ? mendeds.length : 0,
    patchPath: outcome.patchPath,
    advice: [...outcome.advice, ...adviceFor(final, inputs)],
    said: outcome.said,
  };
}

function hasFolder(place: GitPlace, commit: string, prefix: string): boolean {
  const name = `${commit}:${prefix.slice(0, -1)}`;
  return tryGit(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', name]) !== undefined;
}

function keyOf({ oid, path }: { readonly oid: string; readonly path: Buffer }): string {
  return `${oid} ${path.toString('latin1')}`;
}

interface Outcome {
  readonly isPushed: boolean;
  readonly patchPath: string | undefined;
  readonly advice: readonly string[];
  readonly said: readonly string[];
}

const NOT_MENDED: Outcome = { isPushed: false, patchPath: undefined, advice: [], said: [] };

function mend(
  { place }: Repository,
  inputs: Inputs,
  event: Event,
  head: string,
  mendeds: readonly Mended[],
  env: NodeJS.ProcessEnv,
): Outcome {
  const tree = mendedTree(place, head, mendeds);
  const target = inputs.mode === 'fix' ? targetOf(event, head, env.GITHUB_REF) : undefined;
  let why = 'The clean versions are in a patch.';
  let said: readonly string[] = [];
  if (target !== undefined && isOwnCommit(place, head))
    why = 'The last commit is a fix already, so no second one was made. The clean versions are in a patch.';
  else if (target !== undefined) {
    const { commit, outcome } = pushMended(place, target, tree, mendeds, inputs.commitMessage);
    if (outcome.kind === 'pushed')
      return {
        isPushed: true,
        patchPath: undefined,
        said,
        advice: [
          `Commit ${commit} on top of ${head} has the clean versions. The commits before it still hold the originals: squash them when merging, or make them anew before anyone else fetches them.`,
        ],
      };
    why =
      outcome.kind === 'moved'
        ? 'The branch was moved meanwhile, so nothing was pushed: the run for its new head will see to it. The clean versions are in a patch.'
        : 'The push was refused: the branch may be protected, or the token may not write (`permissions: contents: write`). The clean versions are in a patch.';
    if (outcome.kind === 'refused') said = [outcome.why.message];
  } else if (inputs.mode === 'fix') why = 'Nothing can be pushed to where this change comes from. The clean versions are in a patch.';
  const patchPath = join(mkdtempSync(join(temporaryRoot(env), 'exifence-')), 'exifence.patch');
  writeFileSync(patchPath, forwardPatch(place, head, tree), { mode: 0o600 });
  return { isPushed: false, patchPath, advice: [why, applyCommand(env)], said };
}

/** The one command that applies the patch. The workflow uploads it under this name: the samples show how. */
function applyCommand({ GITHUB_RUN_ID: runId }: NodeJS.ProcessEnv): string {
  const download = runId !== undefined && /^\d+$/.test(runId) ? `gh run download ${runId} --name exifence-patch && ` : '';
  return `To apply it: \`${download}git apply --index exifence.patch && git commit --amend --no-edit\``;
}

function adviceFor(verdicts: readonly Verdict[], { mode }: Inputs): string[] {
  const advice: string[] = [];
  const errors = verdicts.filter(({ level }) => level === 'error');
  if (mode === 'check' && errors.some(({ result, item }) => result.status === 'violates' && item.standing === 'present'))
    advice.push('To clean them: `npx exifence scrub FILE`, then `git add FILE` and `git commit --amend --no-edit`.');
  if (errors.some(({ item }) => item.standing !== 'present'))
    advice.push(
      'Commits on the way still hold images that leak, though the head does not: squash them, or take them out with `git rebase --interactive`.',
    );
  if (errors.some(({ result }) => result.status === 'unproven'))
    advice.push('What could not be checked is not called clean. Each one says why, and what to do.');
  return advice;
}

async function tell(checked: Checked, inputs: Inputs, event: Event, opened: Opened, toolkit: Toolkit): Promise<void> {
  const { env } = opened;
  const { results, verdicts, advice, scanned } = checked;
  const style = styleFor({ isTTY: false }, env);
  const counts = countResults(results);
  const code = exitCodeFor(verdicts);
  quietly(process.stdout, () => {
    for (const { result, where } of verdicts)
      for (const line of prettyResult({ ...result, notes: [...result.notes, where] }, style, false)) toolkit.info(line);
    toolkit.info(`exifence: ${scanned} files looked at; ${prettySummary(counts, style)}`);
    for (const { artifact, notes } of checked.policyResults) for (const note of notes) toolkit.info(`! ${artifact}  ${note}`);
    for (const line of [...advice, ...checked.said]) toolkit.info(`exifence: ${line}`);
  });
  const status = statusFor(counts, code);
  const heading = HEADINGS[status];
  const items = [
    ...verdicts.map(({ result, level, where }) => ({ result, level, where })),
    ...checked.policyResults.map((result) => ({ result, level: 'warning' as const, where: 'policy' })),
  ];
  const content = { title: heading, filesScanned: scanned, items, results, advice };
  const outputs = writeReports(checked, inputs, opened);
  const said: Readonly<Record<OutputName, string>> = {
    status,
    violations: String(counts.violates),
    'files-scanned': String(scanned),
    fixed: String(checked.fixed),
    'could-not-check': String(counts.unproven),
    'patch-path': checked.patchPath ?? '',
    ...outputs,
  };
  for (const [name, value] of Object.entries(said)) toolkit.setOutput(name, value);
  if (inputs.summary && env.GITHUB_STEP_SUMMARY) await summarise(toolkit, jobSummary(content));
  if (inputs.annotate) {
    annotate(toolkit, verdicts);
    for (const { artifact, notes } of checked.policyResults.slice(0, 1))
      toolkit.notice(`${artifact}: ${notes.join('; ')}`, { title: 'Policy changes' });
  }
  if (inputs.comment && event.kind === 'pull-request')
    await comment(event, inputs, env, toolkit, jobSummary(content, MAX_COMMENT_BYTES), verdicts.length > 0);
  if (code !== EXIT.ok) toolkit.setFailed(`${heading}: ${prettySummary(counts, style)}`);
}

const HEADINGS = {
  clean: 'Exifence: no image leaks',
  fixed: 'Exifence: images were cleaned',
  violations: 'Exifence: images leak',
  'could-not-check': 'Exifence: not everything could be checked',
} as const;

/** The verdict stands whether or not the summary can be written. */
async function summarise(toolkit: Toolkit, text: string): Promise<void> {
  try {
    toolkit.summary.addRaw(text);
    await toolkit.summary.write();
  } catch {
    toolkit.info('exifence: the summary of the job could not be written');
  }
}

function writeReports(
  { results, verdicts, policyResults }: Checked,
  inputs: Inputs,
  { workspace, env }: Opened,
): Record<'sarif-file' | 'report-json', string> {
  const folder = mkdtempSync(join(temporaryRoot(env), 'exifence-'));
  const reportJson = join(folder, 'report.json');
  writeFileSync(reportJson, `${jsonReport([...results, ...policyResults], TOOL, 'ci')}\n`, { mode: 0o600 });
  if (inputs.sarifFile !== undefined) {
    const found = verdicts.map(({ result }) => result);
    writeReport('sarif-file', workspace, inputs.sarifFile, `${sarifReport(found, TOOL)}\n`);
  }
  return { 'sarif-file': inputs.sarifFile ?? '', 'report-json': reportJson };
}

async function comment(
  { number }: Extract<Event, { kind: 'pull-request' }>,
  { token }: Inputs,
  env: NodeJS.ProcessEnv,
  toolkit: Toolkit,
  body: string,
  hasFindings: boolean,
): Promise<void> {
  const repository = env.GITHUB_REPOSITORY ?? '';
  if (token === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository))
    return toolkit.notice('exifence: no comment was written: there is no token');
  const place = { apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com', repository, pullRequest: number, token };
  try {
    await keepComment(place, hasFindings ? body : undefined, 'Exifence: no image of this pull request leaks.');
  } catch (error) {
    // The verdict stands whether or not it can be commented on.
    if (!(error instanceof UsageError)) throw error;
    toolkit.notice(`exifence: ${error.userMessage}`);
  }
}

/** What is needed of a result until the end of the run: the parts of ten thousand files are not. */
function withoutParts(result: FileResult): FileResult {
  if (result.judgement === undefined) return result;
  const { inspection: _, ...judgement } = result.judgement;
  const { verdict } = judgement;
  return { ...result, judgement: { ...judgement, decisions: [], verdict: verdict.kind === 'violates' ? { ...verdict } : verdict } };
}
