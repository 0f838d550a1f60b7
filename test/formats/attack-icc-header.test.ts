import { describe, expect, it } from 'vitest';
import { jpeg } from '../../src/formats/jpeg/jpeg.js';
import { expectLaws, scrubUnder } from '../support/container.js';
import { srgbProfile } from '../support/icc.js';
import { buildJpeg, iccSegments } from '../support/jpeg.js';
import { BALANCED, LOCATION_ONLY, STRICT } from '../support/payload.js';

const withHeader = (at: number, value: string | readonly number[]): Buffer => {
  const profile = Buffer.from(srgbProfile());
  (typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value)).copy(profile, at);
  return buildJpeg({ segments: iccSegments(profile) });
};

describe('header fields of a profile that no decoder looks at', () => {
  it.each([
    ['creation date', 24, 'CANARY7Q2XKP', new Array(12).fill(0)],
    ['device attributes', 56, 'CANARY7Q', new Array(8).fill(0)],
  ] as const)('a %s that holds text is emptied', (_name, at, text, empty) => {
    const file = withHeader(at, text);
    expectLaws(jpeg, file, [STRICT, BALANCED, LOCATION_ONLY]);
    expect(scrubUnder(jpeg, file, BALANCED).output.equals(withHeader(at, empty))).toBe(true);
  });

  it.each([
    ['a date', 24, [7, 208, 0, 12, 0, 31, 0, 23, 0, 59, 0, 59]],
    ['a date as a little-endian writer puts it', 24, [208, 7, 12, 0, 31, 0, 23, 0, 59, 0, 59, 0]],
    ['a date with day and month before the year', 24, [0, 10, 7, 206, 0, 19, 0, 30, 0, 52, 0, 42]],
    ['a transparent medium', 63, [1]],
  ] as const)('%s stays', (_name, at, value) => {
    const file = withHeader(at, [...value]);
    expect(scrubUnder(jpeg, file, STRICT).output.equals(file)).toBe(true);
  });
});
