import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/decision.js';
import { groupByCategory } from '../../src/report/group.js';

const finding = (category: Finding['category'], action: Finding['action'], byteOffset: number): Finding => ({
  ruleId: `exifence/${category}`,
  category,
  carrier: 'Exif',
  message: 'm',
  at: `p${byteOffset}`,
  byteOffset,
  byteLength: 1,
  action,
  origin: { file: 'policy.yaml', line: 3, column: 1 },
});

describe('findings for a person', () => {
  it('are told by category, with what was really done to them', () => {
    const groups = groupByCategory([
      finding('time', 'remove', 30),
      finding('location', 'coarsen', 20),
      finding('time', 'coarsen', 10),
      finding('device', 'remove', 5),
    ]);
    expect(groups.map(({ category, count, done, firstByteOffset }) => [category, count, done, firstByteOffset])).toEqual([
      ['time', 2, 'removed or coarsened', 10],
      ['location', 1, 'coarsened', 20],
      ['device', 1, 'removed', 5],
    ]);
  });

  it('may be as many as a file has bytes for', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => finding('hidden', 'remove', 200_000 - index));
    expect(groupByCategory(many)[0]).toMatchObject({ count: 200_000, firstByteOffset: 1 });
  });
});
