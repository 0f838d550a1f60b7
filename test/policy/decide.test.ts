import { describe, expect, it } from 'vitest';
import type { Part } from '../../src/core/part.js';
import { decide, planOf } from '../../src/policy/decide.js';
import { load } from './helpers.js';

const part = (path: string, changes: Partial<Part> = {}): Part => ({
  path,
  carrier: 'Exif',
  category: 'rendering',
  region: { byteOffset: 0, byteLength: 1 },
  required: false,
  ...changes,
});
const policy = load(
  'version: 1\nextends: location-only\nrules: { time: { action: coarsen, precision: month }, device: remove }\n',
).effectiveFor(undefined);
const decided = (...parts: Part[]): string[] =>
  decide(parts, policy).map(({ part: { path }, action, rule }) => `${path} ${action.kind} by ${rule}`);

describe('a decision', () => {
  it('goes by the rule of the category, and names where that stands', () => {
    const [decision] = decide([part('gps', { category: 'location' })], policy);
    expect(decision).toMatchObject({ action: { kind: 'remove' }, rule: 'location', origin: { file: 'config/location-only.yaml' } });
    expect(decide([part('serial', { category: 'device' })], policy)[0]?.origin).toEqual({ file: '.privacyrc.yaml', line: 3, column: 55 });
  });

  it('is made for each leaf where the wrapper stays', () => {
    const children = [part('exif/gps', { category: 'location' }), part('exif/make', { category: 'camera' })];
    expect(decided(part('exif', { children }))).toEqual(['exif/gps remove by location', 'exif/make keep by camera']);
  });

  it('is one for a whole that goes', () => {
    const children = [part('note/make', { category: 'camera' })];
    expect(decided(part('note', { category: 'device', children }))).toEqual(['note remove by device']);
  });

  it('is one, the strictest, for what cannot be taken apart', () => {
    const children = [part('note/a', { category: 'camera', alsoReveals: ['location'] })];
    expect(decided(part('note', { category: 'camera', children, atomic: true }))).toEqual(['note remove by location']);
    expect(decided(part('blob', { category: 'camera', alsoReveals: ['text', 'device'] }))).toEqual(['blob remove by device']);
    expect(decided(part('blob', { category: 'camera', alsoReveals: ['text'] }))).toEqual(['blob keep by camera']);
  });

  it('keeps what the picture needs', () => {
    expect(decided(part('pixels', { category: 'location', required: true }))).toEqual(['pixels keep by location']);
  });

  it('coarsens what can be made coarse, lets be what is coarse, and removes the rest', () => {
    const time = (isCoarse: boolean): Part => part('date', { category: 'time', coarsenable: { kind: 'time', isCoarse: () => isCoarse } });
    expect(decided(time(false))).toEqual(['date coarsen by time']);
    expect(decided(time(true))).toEqual(['date keep by time']);
    expect(decided(part('zone', { category: 'time' }))).toEqual(['zone remove by time']);
    expect(decided(part('odd', { category: 'time', coarsenable: { kind: 'location', isCoarse: () => true } }))).toEqual([
      'odd remove by time',
    ]);
  });

  it('is carried out by the plan', () => {
    const gps = part('exif/gps', { category: 'location' });
    const make = part('exif/make', { category: 'camera' });
    const exif = part('exif', { children: [gps, make] });
    const icc = part('icc', { children: [part('icc/desc', { category: 'text' })] });
    const plan = planOf(decide([exif, icc], policy));
    expect([exif, gps, make, icc].map((each) => plan.touches(each))).toEqual([true, true, false, false]);
    expect([exif, gps, make].map((each) => plan.actionOf(each).kind)).toEqual(['keep', 'remove', 'keep']);
  });
});
