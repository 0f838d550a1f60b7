import { type DestinationStream, type Logger, pino } from 'pino';
import type { Receipt } from '../../core/receipt.js';
import { TOOL } from '../../core/tool.js';
import { type Style, styleFor } from '../../report/style.js';
import type { CategoryCounts, WatchEvent, WatchLog } from './events.js';

export interface LogStreams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Standard output gets plain lines on the state of the daemon (`ready` among them) and, on a terminal, on each file. Where
 * standard error is no terminal it gets all of it as JSON, one object a line. `EXIFENCE_LOG_LEVEL` sets the level.
 */
export function openLog(streams: LogStreams): WatchLog {
  const style = styleFor(streams.stdout, streams.env);
  const wanted = streams.env.EXIFENCE_LOG_LEVEL ?? 'info';
  const level = LEVELS.includes(wanted) ? wanted : 'info';
  const verbose = level === 'debug' || level === 'trace';
  const logger = streams.stderr.isTTY === true ? undefined : jsonLogger(streams.stderr, level);
  return (event) => {
    for (const line of humanLines(event, style, streams.stdout.isTTY === true, verbose)) streams.stdout.write(`${line}\n`);
    if (logger !== undefined) logEvent(logger, event);
  };
}

function jsonLogger(stream: DestinationStream & NodeJS.WritableStream, level: string): Logger {
  return pino({ base: { tool: TOOL, pid: process.pid }, level, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

function logEvent(logger: Logger, event: WatchEvent): void {
  const { kind, ...fields } = event;
  const record = {
    event: kind,
    ...fields,
    ...(event.kind === 'cleaned' && event.receipt !== undefined ? { receipt: briefly(event.receipt) } : {}),
  };
  if (kind === 'fine') logger.debug(record);
  else if (kind === 'bug') logger.error(record);
  else if (
    kind === 'unreadable' ||
    kind === 'held-on' ||
    kind === 'failed' ||
    kind === 'violates' ||
    kind === 'folder-gone' ||
    kind === 'left-out' ||
    kind === 'policy-refused' ||
    kind === 'trouble'
  )
    logger.warn(record);
  else logger.info(record);
}

/** What ties a log line to a file before and after; each single decision is the receipt's own matter. */
function briefly({ format, before, after, pixels, policySha256 }: Receipt): Partial<Receipt> {
  return { format, before, after, pixels, policySha256 };
}

/** On the state of the daemon always; on single files where a person watches, or asked for it. */
function humanLines(event: WatchEvent, style: Style, onTerminal: boolean, verbose: boolean): string[] {
  switch (event.kind) {
    case 'watching':
      return [`watching ${event.folder}${event.recursive ? '' : ' (not what is below it)'}`];
    case 'sweeping':
      return [`sweeping ${event.folder}: ${event.done} files done`];
    case 'swept':
      return [`swept ${event.folder}: ${event.files} files in ${event.durationMs} ms`];
    case 'ready':
      return [style.green(`ready: watching ${event.folders} ${event.folders === 1 ? 'folder' : 'folders'}`)];
    case 'metrics':
      return [`metrics: http://127.0.0.1:${event.port}/metrics`];
    case 'policy-changed':
      return ['the policy has changed: files are looked at anew'];
    case 'policy-refused':
      return [style.yellow(`the changed policy cannot be used, the last good one goes on: ${event.message}`)];
    case 'stopping':
      return ['stopping: finishing the file at hand'];
    case 'stopped':
      return [`stopped: ${event.cleaned} cleaned, ${event.unreadable} could not be proven clean`];
    default:
      return onTerminal ? fileLines(event, style, verbose) : [];
  }
}

function fileLines(event: WatchEvent, style: Style, verbose: boolean): string[] {
  switch (event.kind) {
    case 'cleaned':
      return [
        `${style.green('✓')} ${event.file}  ${doneTo(event)} ${style.dim(`(${event.durationMs} ms)`)}`,
        ...event.notes.map((note) => `    ${style.dim(note)}`),
      ];
    case 'held':
      return [
        `${style.cyan('⏸')} ${event.file}  held as ${event.id} until ${event.until}`,
        ...event.notes.map((note) => `    ${style.dim(note)}`),
      ];
    case 'released':
      return [
        `${style.green('✓')} ${event.output}  released${listOf(event.removed) === '' ? '' : `, removed ${listOf(event.removed)}`}`,
        ...event.notes.map((note) => `    ${style.dim(note)}`),
      ];
    case 'held-on':
      return [
        `${style.yellow('?')} ${event.file}  ${style.yellow(`still held as ${event.id}`)}`,
        `    ${event.unreadable.code}: ${event.unreadable.message}`,
        `    ${style.dim(`what to do: ${event.unreadable.hint}`)}`,
      ];
    case 'violates':
      return [`${style.red('✗')} ${event.file}  ${style.red('violates the policy')}: ${listOf(event.found)}`];
    case 'undone':
      return [`${style.dim('·')} ${event.file}  ${style.dim('stays as it is: it was brought back')}`];
    case 'fine':
      return verbose ? [`${style.dim('·')} ${event.file}  ${style.dim(event.verdict)}`] : [];
    case 'unreadable':
    case 'failed':
      return [
        `${style.yellow('?')} ${event.file}  ${style.yellow('could not be proven clean')}`,
        `    ${event.unreadable.code} at byte ${event.unreadable.byteOffset}: ${event.unreadable.message}`,
        `    ${style.dim(`what to do: ${event.unreadable.hint}`)}`,
      ];
    case 'bug':
      return [style.red(`this is a bug in exifence (${event.error} ${event.at}); please report it`)];
    case 'vault-expired':
      return [style.dim(`${event.originals} originals in the vault have expired`)];
    case 'folder-gone':
      return [style.yellow(`${event.folder} is gone; waiting for it to come back`)];
    case 'folder-back':
      return [`${event.folder} is back`];
    case 'left-out':
      return [style.yellow(`not looked into: ${event.path}: ${event.message}`)];
    case 'strays':
      return [
        `took away ${event.removed} temporary files of a run that was stopped`,
        ...event.finished.map((file) => `finished ${file}`),
        ...event.left.map(({ file, reason }) => style.yellow(`left ${file}: ${reason}`)),
      ];
    case 'receipts-mended':
      return [
        style.dim(
          `the log of receipts was mended: ${event.written} receipts written that were owed, ${event.tornBytes} bytes of half a line taken off`,
        ),
      ];
    case 'trouble':
      return [style.yellow(event.message), `    ${style.dim(`what to do: ${event.hint}`)}`];
    default:
      return [];
  }
}

function doneTo({ removed, output, receipt }: Extract<WatchEvent, { kind: 'cleaned' }>): string {
  const what = receipt === undefined && Object.keys(removed).length === 0 ? 'clean as it is' : `removed ${listOf(removed)}`;
  return output === undefined ? what : `${what} → ${output}`;
}

function listOf(counts: CategoryCounts): string {
  return Object.entries(counts)
    .map(([category, count]) => `${category} ${count}`)
    .join(', ');
}
