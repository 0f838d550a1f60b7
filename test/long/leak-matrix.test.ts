import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { measure } from '../matrix/measure.js';
import { ROW_GROUPS } from '../matrix/rows.js';
import { cellOf, type MeasuredGroup, withSupportTable } from '../matrix/table.js';
import { exifence } from '../matrix/tools.js';

const text = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

describe('the leak matrix', () => {
  it('has each place once', () => {
    const numbers = ROW_GROUPS.flatMap(({ rows }) => rows.map(({ row }) => row));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeGreaterThan(90);
  });

  it('is what the page and the README say of us, and no row leaks', async () => {
    const groups: MeasuredGroup[] = [];
    for (const { name, rows } of ROW_GROUPS)
      groups.push({ name, rows: await Promise.all(rows.map(async (row) => ({ row, outcomes: [await measure(row, exifence)] }))) });
    const cells = groups.flatMap(({ rows }) =>
      rows.map(({ row, outcomes: [outcome] }) => ({ row, cell: outcome && cellOf(outcome, true) })),
    );
    expect(cells.filter(({ cell }) => cell !== 'gone' && !cell?.startsWith('refuses')).map(({ row }) => row.place)).toEqual([]);
    const page = text('docs/leak-matrix.md');
    expect(cells.filter(({ row, cell }) => !page.includes(`| ${row.row} | ${row.place} | ${cell} |`)).map(({ row }) => row.place)).toEqual(
      [],
    );
    expect(withSupportTable(text('README.md'), groups)).toBe(text('README.md'));
  });
});
