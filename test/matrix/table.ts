import type { Outcome } from './measure.js';
import type { MatrixRow } from './row.js';

interface MeasuredRow {
  readonly row: MatrixRow;
  /** One for each tool, in the order of the header. */
  readonly outcomes: readonly Outcome[];
}

export interface MeasuredGroup {
  readonly name: string;
  readonly rows: readonly MeasuredRow[];
}

export interface Column {
  readonly name: string;
  readonly version: string;
}

const WORDS: Readonly<Record<Outcome['kind'], string>> = {
  gone: 'gone',
  leaks: '**leaks**',
  pixels: 'other pixels',
  colours: 'colours lost',
  refuses: 'refuses',
};

/** The cell of our own column says why where it refuses; peers only that they do. */
export function cellOf(outcome: Outcome, ours: boolean): string {
  return outcome.kind === 'refuses' && ours ? `refuses: \`${outcome.reason}\`` : WORDS[outcome.kind];
}

const BEGIN = '<!-- support table: made by `npm run matrix` -->';
const END = '<!-- end of the support table -->';

/** The page `docs/leak-matrix.md`. */
export function page(groups: readonly MeasuredGroup[], columns: readonly Column[]): string {
  const lines = [
    '# The leak matrix',
    '',
    'Where metadata hides, place by place, and what is left of it by each tool. Made by `npm run matrix`: every row is a picture built by',
    '`test/matrix/rows/` that hides words and numbers in that place; each tool scrubs a copy; the output is searched for them raw, in UTF-16,',
    'reversed, in hexadecimal, in base64 and within compressed streams, and decoded by a decoder that belongs to none of the tools.',
    '',
    '- **gone**: nothing is left, and the picture is the same: pixels, turn, colour profile.',
    '- **leaks**: something that was hidden is still in the file.',
    '- **other pixels**: nothing is left, but the picture is turned, encoded anew with loss, or does not decode any more.',
    '- **colours lost**: nothing is left, but neither is the colour profile.',
    '- **refuses**: an error, and the file as it was.',
    '',
    `Measured with ${columns.map(({ name, version }) => `${name} (${version})`).join(', ')}. Exifence ran under the preset \`strict\`.`,
    '',
    ...summary(groups, columns),
  ];
  for (const { name, rows } of groups) {
    lines.push('', `## ${name}`, '', `| # | place | ${columns.map((column) => column.name).join(' | ')} |`);
    lines.push(`| --- | --- |${' --- |'.repeat(columns.length)}`);
    for (const { row, outcomes } of rows)
      lines.push(`| ${row.row} | ${row.place} | ${outcomes.map((outcome, index) => cellOf(outcome, index === 0)).join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

/** How each tool did over all places. */
export function summary(groups: readonly MeasuredGroup[], columns: readonly Column[]): string[] {
  const rows = groups.flatMap((group) => group.rows);
  const lines = ['| tool | gone | leaks | other pixels | colours lost | refuses |', '| --- | --- | --- | --- | --- | --- |'];
  for (const [index, { name }] of columns.entries()) {
    const count = (kind: Outcome['kind']): number => rows.filter(({ outcomes }) => outcomes[index]?.kind === kind).length;
    lines.push(
      `| ${name} | ${count('gone')} of ${rows.length} | ${count('leaks')} | ${count('pixels')} | ${count('colours')} | ${count('refuses')} |`,
    );
  }
  return lines;
}

/** The README with its support table in place of the one it has. Throws where it has none. */
export function withSupportTable(readme: string, groups: readonly MeasuredGroup[]): string {
  const start = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error('README.md has no place for the support table');
  const lines = [
    '| container | places measured | gone, picture the same | refused with a reason | leaks |',
    '| --- | --- | --- | --- | --- |',
  ];
  for (const { name, rows } of groups) {
    const count = (...kinds: readonly Outcome['kind'][]): number =>
      rows.filter(({ outcomes }) => kinds.includes((outcomes[0] as Outcome).kind)).length;
    lines.push(`| ${name} | ${rows.length} | ${count('gone')} | ${count('refuses')} | ${count('leaks', 'pixels', 'colours')} |`);
  }
  return `${readme.slice(0, start)}${BEGIN}\n\n${lines.join('\n')}\n\n${readme.slice(end)}`;
}
