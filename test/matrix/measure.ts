import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canariesIn } from '../support/canary.js';
import { decodeShown, type Shown } from './decode.js';
import { Hide, type MatrixRow } from './row.js';
import { Refusal, type Tool } from './tools.js';

export type Outcome =
  /** Nothing that was hidden is left, and the picture is the same. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'leaks' }
  /** Nothing is left, but the picture is turned, has other pixels, or cannot be decoded any more. */
  | { readonly kind: 'pixels' }
  /** Nothing is left, but the colour profile is gone. */
  | { readonly kind: 'colours' }
  /** The tool gives an error and leaves the file as it was. */
  | { readonly kind: 'refuses'; readonly reason: string };

/** Builds a row's picture, has a tool scrub it, and looks at what came out. Throws where the row hides nothing that can be found. */
export async function measure(row: MatrixRow, tool: Tool): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'exifence-matrix-'));
  try {
    const hide = new Hide(row.row);
    const bytes = Buffer.from(row.build(hide));
    if (hide.hidden.length === 0 || canariesIn(bytes, hide.hidden).length < hide.hidden.length)
      throw new Error(`row ${row.row} does not hold what it hides`);
    const path = join(folder, `picture.${row.extension}`);
    await writeFile(path, bytes);
    const before = await decodeShown(path);
    try {
      await tool.scrub(path);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { kind: 'refuses', reason: error.message };
    }
    const after = await readFile(path);
    if (canariesIn(after, hide.hidden).length > 0) return { kind: 'leaks' };
    return before === undefined ? { kind: 'gone' } : compared(before, await decodeShown(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compared(before: Shown, after: Shown | undefined): Outcome {
  if (after === undefined || !after.pixels.equals(before.pixels)) return { kind: 'pixels' };
  return before.icc !== undefined && after.icc === undefined ? { kind: 'colours' } : { kind: 'gone' };
}
