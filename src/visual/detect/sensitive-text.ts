import type { Models } from '../models/runtime.js';
import { grown } from '../picture/boxes.js';
import type { Raster } from '../picture/raster.js';
import type { CustomPattern } from '../sensitive/custom.js';
import { findSensitive } from '../sensitive/find.js';
import { mayBeName } from '../sensitive/names.js';
import type { Box, Detection } from '../types.js';
import { detectFaces } from './faces.js';
import { boxesOfRange, lettersOf, rowsOf, stackedRows } from './rows.js';
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
  const rows = rowsOf(lines);
  const found: Detection[] = [];
  const add = (rule: string, box: Box, confidence: number): void => {
    const padded = grown(box, PADDING * Math.min(box.width, box.height), PADDING * Math.min(box.width, box.height), raster);
    if (padded !== undefined) found.push({ kind: 'text', rule: `text/${rule}`, box: padded, confidence });
  };
  for (const [index, row] of [...rows, ...stackedRows(rows)].entries()) {
    const letters = lettersOf(row);
    const texts = letters.map(({ text }) => text);
    const stacked = index >= rows.length;
    const end = texts.length - (row.at(-1)?.letters.length ?? 0);
    for (const { rule, from, to } of findSensitive(texts, custom)) {
      // What lies in one of the two rows alone was found there.
      if (stacked && (to <= end || from >= end || !goesOn(rule, texts.slice(0, end).join('')))) continue;
      for (const box of boxesOfRange(letters, from, to)) add(rule, box, row[0]?.confidence ?? 0);
    }
  }
  for (const line of await namesNearFaces(raster, lines, models, knownFaces)) add('name', line.outline, line.confidence);
  return found;
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
  const faces = knownFaces ?? (await detectFaces(raster, models, { least: smallest / LETTERS_TO_FACE / PADDED }));
  return names.filter(({ outline }) => faces.some(({ box }) => isOnBadge(outline, box)));
}

/** Letters of a badge are smaller than its face by this much; a face's box is padded to so much of its size. */
const LETTERS_TO_FACE = 0.7;
const PADDED = 1.5;

/** A badge hangs below its face or carries it beside the name; its letters are smaller than the face. */
function isOnBadge(text: Box, face: Box): boolean {
  const x = text.x + text.width / 2;
  const y = text.y + text.height / 2;
  return (
    Math.min(text.width, text.height) < LETTERS_TO_FACE * face.height &&
    x > face.x - 2.5 * face.width &&
    x < face.x + 3.5 * face.width &&
    y > face.y - 0.5 * face.height &&
    y < face.y + 5 * face.height
  );
}
