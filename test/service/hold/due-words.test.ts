import { describe, expect, it } from 'vitest';
import { durationWords } from '../../../src/service/hold/due-words.js';

describe('how long something takes', () => {
  it('is said in its two greatest units', () => {
    expect(durationWords(-1)).toBe('now');
    expect(durationWords(0)).toBe('now');
    expect(durationWords(1)).toBe('in 1s');
    expect(durationWords(90_000)).toBe('in 1m 30s');
    expect(durationWords(3_600_000)).toBe('in 1h');
    expect(durationWords(86_400_000 + 5 * 60_000)).toBe('in 1d');
    expect(durationWords(3650 * 86_400_000)).toBe('in 3650d');
  });
});
