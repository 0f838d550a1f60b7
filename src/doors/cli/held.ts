import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { type Style, styleFor } from '../../report/style.js';
import { untilWords } from '../../service/hold/due-words.js';
import type { HeldIndex } from '../../service/hold/held-index.js';
import { arrivedFile, dueMs, type HeldRecord, outputOf } from '../../service/hold/record.js';
import type { BrokenEntry } from '../../service/hold/room.js';
import { pathFields } from '../../service/receipts/entry.js';
import { heldFor } from './held-choice.js';
import type { Terminal } from './terminal.js';

export interface HeldOptions {
  readonly format: 'pretty' | 'json';
  readonly reveal?: boolean;
}

/** `exifence held`. Exit 0, also where nothing is. Throws `UsageError`. */
export async function runHeld({ format, reveal = false }: HeldOptions, terminal: Terminal): Promise<number> {
  const { index, list } = heldFor(terminal);
  if (format === 'json') {
    const held = list.records.map((record) => jsonOf(record, index, reveal));
    terminal.stdout.write(`${JSON.stringify({ schema: 'exifence/held-list@1', held, broken: list.broken }, null, 2)}\n`);
    return EXIT.ok;
  }
  const style = styleFor(terminal.stdout, terminal.env);
  for (const record of list.records) terminal.stdout.write(`${linesOf(record, index, style, reveal).join('\n')}\n`);
  for (const entry of list.broken) terminal.stdout.write(`${brokenLines(entry, index.room.folder, style).join('\n')}\n`);
  const count = list.records.length + list.broken.length;
  terminal.stdout.write(`${count === 0 ? 'nothing is' : count === 1 ? '1 picture is' : `${count} pictures are`} held\n`);
  return EXIT.ok;
}

function linesOf(record: HeldRecord, index: HeldIndex, style: Style, reveal: boolean): string[] {
  const { id, arrivedAt, problem, folder } = record;
  const lines = [
    `${style.bold(id)}  ${displayPath(arrivedFile(record))}`,
    `    ${style.dim('arrived')} ${arrivedAt.slice(0, 19)}Z ${style.dim('in')} ${displayPath(folder)}`,
    `    ${style.dim('until')}   ${untilWords(record, index.clock)}`,
  ];
  if (record.output !== undefined) lines.push(`    ${style.dim('goes to')} ${displayPath(outputOf(record))}`);
  lines.push(`    ${style.dim('place')}   ${placeWords(record, reveal)}`);
  if (problem !== undefined)
    lines.push(
      `    ${style.yellow(`not released: ${problem.code}: ${problem.message}`)}`,
      `    ${style.dim(`what to do: ${problem.hint}`)}`,
    );
  return lines;
}

function placeWords({ spot: { place, taken } }: HeldRecord, reveal: boolean): string {
  if (place === undefined && taken === undefined) return 'tells neither where nor when it was taken';
  const known = [place === undefined ? [] : ['where'], taken === undefined ? [] : ['when']].flat().join(' and ');
  if (!reveal) return `[sealed] (tells ${known}; --reveal shows it)`;
  const time = taken?.utcMs ?? taken?.localMs;
  return [
    ...(place === undefined ? [] : [`${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`]),
    ...(time === undefined ? [] : [new Date(time).toISOString().slice(0, taken?.utcMs === undefined ? 19 : undefined)]),
  ].join(' at ');
}

function brokenLines({ id, hasPicture }: BrokenEntry, folder: string, style: Style): string[] {
  return [
    `${style.bold(id)}  ${style.yellow('its record cannot be read')}`,
    `    ${hasPicture ? `the original is whole: ${displayPath(folder)}/${id}.picture` : 'there is no picture beside it'}; look at it by hand`,
  ];
}

/** What machines read. Place and time are sealed unless they are asked for. */
function jsonOf(record: HeldRecord, index: HeldIndex, reveal: boolean): object {
  const { id, folder, quarantined, hold, arrivedAt, arrivedMs, original, spot, problem, sha256, attributes } = record;
  const due = dueMs(record);
  const nowMs = index.clock.nowMs();
  return {
    id,
    ...pathFields('file', arrivedFile(record)),
    folder,
    ...pathFields('output', outputOf(record)),
    original: original === 'left' ? 'private, where it arrived' : 'private, in the state folder',
    why: quarantined ? 'quarantine' : hold?.kind === 'away' ? 'until-away' : 'hold',
    ...(hold === undefined ? {} : { hold }),
    arrivedAt,
    heldForMs: Math.max(0, Math.round(nowMs - arrivedMs)),
    ...(due === undefined
      ? {}
      : { dueInMs: Math.max(0, Math.round(due - nowMs)), dueAt: new Date(index.clock.wallMs() + due - nowMs).toISOString() }),
    until: untilWords(record, index.clock),
    sizeBytes: attributes.sizeBytes,
    ...(sha256 === undefined ? {} : { sha256 }),
    place: spot.place === undefined ? null : reveal ? spot.place : '[sealed]',
    taken: spot.taken === undefined ? null : reveal ? spot.taken : '[sealed]',
    ...(problem === undefined ? {} : { problem }),
  };
}
