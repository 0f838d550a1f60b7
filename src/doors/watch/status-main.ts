import { displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { stateFolder } from '../../io/state/state-folder.js';
import { openHeld } from '../../service/hold/open-room.js';
import type { LogStreams } from './log.js';
import type { Snapshot } from './operations/board.js';
import { type Answer, askDaemons } from './operations/status-server.js';

export interface StatusOptions {
  readonly format: string;
  /** For supervisors: one word, and the exit code. */
  readonly health?: boolean;
}

/** `exifence status`: exit 0 where a daemon runs and is well, 1 where none runs, 3 where one does not answer or has problems to tell. */
export async function statusMain({ format, health }: StatusOptions, streams: LogStreams): Promise<number> {
  const state = stateFolder(streams.env);
  const answers = await askDaemons(state);
  const code = exitOf(answers);
  if (health === true) {
    streams.stdout.write(`${code === EXIT.ok ? 'healthy' : answers.length === 0 ? 'not running' : 'unhealthy'}\n`);
    return code;
  }
  const index = openHeld(state, () => true);
  index.refresh();
  const held = index.size;
  if (format === 'json')
    streams.stdout.write(`${JSON.stringify({ schema: 'exifence/status-report@1', held, daemons: answers }, null, 2)}\n`);
  else {
    if (answers.length === 0)
      streams.stdout.write('no daemon runs; start one with exifence watch, or for good with exifence service install\n');
    for (const answer of answers) streams.stdout.write(answer.kind === 'silent' ? silent(answer.pid) : textOf(answer.snapshot));
    if (held > 0) streams.stdout.write(`held: ${held} ${held === 1 ? 'picture' : 'pictures'}; exifence held lists them\n`);
  }
  return code;
}

function exitOf(answers: readonly Answer[]): number {
  if (answers.length === 0) return EXIT.violations;
  const well = answers.every(
    (answer) =>
      answer.kind === 'answers' &&
      answer.snapshot.policyRefused === undefined &&
      answer.snapshot.totals.bugs === 0 &&
      answer.snapshot.folders.every(({ gone }) => gone !== true),
  );
  return well ? EXIT.ok : EXIT.unproven;
}

function silent(pid: number): string {
  return `the daemon ${pid} runs and does not answer; stop it, and start it again\n`;
}

function textOf(snapshot: Snapshot): string {
  const { pid, startedAt, ready, folders, numbers, totals, lastFiles, problems, policyRefused, rssBytes, threads } = snapshot;
  const lines = [
    `daemon ${pid}, since ${displayText(startedAt)}, ${ready ? 'ready' : 'in its first sweep'}, ${Math.round(rssBytes / 2 ** 20)} MiB`,
    ...folders.map(
      ({ path, mode, outbox, holds, backend, gone }) =>
        `  ${path}  ${mode}${outbox === undefined ? '' : ` → ${outbox}`}${holds ? ', held back' : ''}${backend === undefined ? '' : `, ${backend}`}${gone === true ? ', GONE' : ''}`,
    ),
    `queue: ${numbers.settling} coming to rest, ${numbers.waiting} waiting, ${numbers.running} at hand${threads === undefined ? '' : `; ${threads.threads} threads`}`,
    `since the start: ${totals.cleaned} cleaned, ${totals.fine} fine, ${totals.held} held, ${totals.violates} left in violation, ${totals.unreadable} not proven clean, ${totals.failed} tried again`,
  ];
  if (policyRefused !== undefined)
    lines.push(`the changed policy cannot be used, the last good one goes on: ${displayText(policyRefused)}`);
  if (lastFiles.length > 0) lines.push('last files:', ...lastFiles.map(({ at, file, what }) => `  ${at}  ${file}  ${displayText(what)}`));
  if (problems.length > 0) lines.push('problems:', ...problems.map(({ at, file, what }) => `  ${at}  ${file}  ${displayText(what)}`));
  return `${lines.join('\n')}\n`;
}
