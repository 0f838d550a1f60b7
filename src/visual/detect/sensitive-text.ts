import type { Models } from '../models/runtime.js';
import { grown } from '../picture/boxes.js';
import type { Raster } from '../picture/raster.js';
import type { CustomPattern } from '../sensitive/custom.js';
import { findSensitive, type Match } from '../sensitive/find.js';
import { mayBeName } from '../sensitive/names.js';
import type { Box, Detection } from '../types.js';
import { detectFaces } from './faces.js';
import { type Point, type Quarters, turnsFor } from './rotated-box.js';
import { boxesOfRange, CELL_GAP, lettersOf, rowsOf, stackedRows } from './rows.js';
import type { SeenLine } from './text.js';

/** A box of text is widened by this much of its height: accents, descenders and shadows. */
const PADDING = 0.18;

/** What a rule knows in the lines that were read; names only near a face. */
export async function sensitiveText(
  raster: Raster,
  lines: readonly SeenLine[],
  custom: readonly CustomPattern[],
  models: Models,
  knownFaces?: readonly Detection[],
): Promise<Detection[]> {
  const wide = rowsOf(lines);
  const cells = rowsOf(lines, CELL_GAP).filter((cell) => !wide.some((row) => row.length === cell.length && row[0] === cell[0]));
  const rows = [...wide, ...cells];
  const found: Detection[] = [];
  const add = (rule: string, box: Box, confidence: number): void => {
    const padded = grown(box, PADDING * Math.min(box.width, box.height), PADDING * Math.min(box.width, box.height), raster);
    const known = found.some((other) => other.rule === `text/${rule}` && padded !== undefined && isWithin(padded, other.box));
    if (padded !== undefined && !known) found.push({ kind: 'text', rule: `text/${rule}`, box: padded, confidence });
  };
  for (const [index, row] of [...rows, ...stackedRows(wide)].entries()) {
    const letters = lettersOf(row);
    const texts = letters.map(({ text }) => text);
    const stacked = index >= rows.length;
    const end = texts.length - (row.at(-1)?.letters.length ?? 0);
    const apart = stacked ? [...within(texts, 0, end, custom), ...within(texts, end, texts.length, custom)] : [];
    for (const { rule, from, to } of findSensitive(texts, custom)) {
      // What lies in one of the two rows alone was found there.
      if (apart.some((one) => one.rule === rule && WHOLE.has(rule) && one.from < to && from < one.to)) continue;
      if (stacked && (to <= end || from >= end || !goesOn(rule, texts.slice(0, end).join('')))) continue;
      for (const box of boxesOfRange(letters, from, to)) add(rule, box, row[0]?.confidence ?? 0);
    }
  }
  for (const line of await namesNearFaces(raster, lines, models, knownFaces)) add('name', line.outline, line.confidence);
  return found;
}

/** What one row has whole does not go on in the next. */
const WHOLE = new Set(['email', 'card', 'iban']);

function within(texts: readonly string[], start: number, end: number, custom: readonly CustomPattern[]): Match[] {
  return findSensitive(texts.slice(start, end), custom).map((match) => ({ ...match, from: match.from + start, to: match.to + start }));
}

function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** What is written over two rows: numbers in groups, addresses, and a value below the word that says what it is. */
function goesOn(rule: string, upper: string): boolean {
  if (rule === 'secret' || rule === 'user-name') return /[:=]\s*$/.test(upper);
  return (
    rule === 'card' || rule === 'iban' || rule === 'address' || rule === 'coordinates' || rule === 'email' || rule.startsWith('custom-')
  );
}

async function namesNearFaces(
  raster: Raster,
  lines: readonly SeenLine[],
  models: Models,
  knownFaces: readonly Detection[] | undefined,
): Promise<SeenLine[]> {
  const names = lines.filter(({ text, confidence }) => confidence > 0.5 && mayBeName(text));
  if (names.length === 0) return [];
  const smallest = Math.min(...names.map(({ outline }) => Math.min(outline.width, outline.height)));
  // A name that is read across is near a face that is seen upright.
  const turns = [...new Set(names.flatMap(({ box: { along } }) => [0 as const, ...turnsBeside(along)]))];
  const faces = knownFaces ?? (await detectFaces(raster, models, { least: smallest / LETTERS_TO_FACE / PADDED, turns }));
  return names.filter((line) => faces.some(({ box }) => isOnBadge(line, box)));
}

/** So much of the way to the diagonal, and a face beside the text may stand in either of two ways. */
const TILTED = 0.4;

function turnsBeside({ x, y }: Point): Quarters[] {
  const [less, more] = [Math.abs(x), Math.abs(y)].sort((a, b) => a - b) as [number, number];
  return less < TILTED * more ? [turnsFor({ x, y })] : [turnsFor({ x, y: 0 }), turnsFor({ x: 0, y })];
}

/** Letters of a badge are smaller than its face by this much; a face's box is padded to so much of its size. */
const LETTERS_TO_FACE = 0.7;
const PADDED = 1.5;

/** A badge hangs below its face or carries it beside the name, as the name is read; its letters are smaller than the face. */
function isOnBadge({ outline, box: { center, along } }: SeenLine, face: Box): boolean {
  const size = Math.max(face.width, face.height);
  const [x, y] = [center.x - face.x - face.width / 2, center.y - face.y - face.height / 2];
  const beside = x * along.x + y * along.y;
  const below = y * along.x - x * along.y;
  return (
    Math.min(outline.width, outline.height) < LETTERS_TO_FACE * size &&
    Math.abs(beside) < BESIDE * size &&
    below > -size &&
    below < BELOW * size
  );
}

/** How far from its face's middle a badge is, in sizes of the face. */
const BESIDE = 3;
const BELOW = 4.5;
