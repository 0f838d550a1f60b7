import { describe, expect, it } from 'vitest';
import { cornersOf, type Point } from '../../src/visual/detect/rotated-box.js';
import { rowsOf, stackedRows } from '../../src/visual/detect/rows.js';
import type { SeenLine } from '../../src/visual/detect/text.js';
import { boxOfPoints } from '../../src/visual/picture/boxes.js';

/** A line of a page of 1000 by 1000 that is turned clockwise by so many quarters. */
function line(text: string, x: number, y: number, width: number, quarters: number): SeenLine {
  let center: Point = { x: x + width / 2, y };
  let along: Point = { x: 1, y: 0 };
  for (let turn = 0; turn < quarters; turn++) {
    center = { x: 1000 - center.y, y: center.x };
    along = { x: -along.y, y: along.x };
  }
  const box = { center, along, width, height: 20 };
  return {
    box,
    outline: boxOfPoints(cornersOf(box)),
    letters: [...text].map((letter, at) => ({ text: letter, at: at / text.length })),
    text,
    confidence: 1,
  };
}

describe('rows of text', () => {
  it.each([0, 1, 2, 3])('are put together on a page turned by %i quarters', (quarters) => {
    const page = [
      line('0044', 300, 100, 80, quarters),
      line('4111', 100, 100, 80, quarters),
      line('1111', 200, 101, 80, quarters),
      line('far away', 800, 100, 90, quarters),
      line('below', 100, 128, 90, quarters),
    ];
    const rows = rowsOf(page).map((row) => row.map(({ text }) => text).join('|'));
    expect(rows).toEqual(expect.arrayContaining(['4111|1111|0044', 'far away', 'below']));
    expect(rows).toHaveLength(3);
    expect(stackedRows(rowsOf(page)).map((pair) => pair.map(({ text }) => text).join('|'))).toEqual(['4111|1111|0044|below']);
  });

  it('never join lines that are read in different directions', () => {
    expect(rowsOf([line('a', 100, 500, 80, 0), line('b', 740, 500, 80, 2)])).toHaveLength(2);
  });
});
