import { describe, expect, it } from 'vitest';
import { checkAllow, isExpired } from '../../src/policy/allow.js';
import { load } from './helpers.js';

const sha = (digit: string): string => digit.repeat(64);
const policy = load(`version: 1
allow:
  - { sha256: "${sha('A')}", reason: the place is the point, owner: desk, expires: 2026-05-01 }
  - { sha256: "${sha('b')}", reason: press picture, owner: "Jo, Al", expires: 2026-05-02 }
  - { sha256: "${sha('c')}", reason: sample, owner: qa, expires: 2028-02-29 }
`);

describe('the allow-list', () => {
  it('is read in full', () => {
    expect(policy.allow[0]).toEqual({
      sha256: sha('a'),
      reason: 'the place is the point',
      owner: 'desk',
      expires: '2026-05-01',
      origin: { file: '.privacyrc.yaml', line: 3, column: 7 },
    });
    expect(policy.allow).toHaveLength(3);
  });

  it('lets an entry hold through its last day', () => {
    const [entry] = policy.allow;
    if (entry === undefined) throw new Error('no entry');
    expect(isExpired(entry, '2026-04-30')).toBe(false);
    expect(isExpired(entry, '2026-05-01')).toBe(false);
    expect(isExpired(entry, '2026-05-02')).toBe(true);
  });

  it('tells what is expired and what was of no use', () => {
    const names = (today: string, ...used: string[]): Record<string, string[]> => {
      const { expired, unused } = checkAllow(policy.allow, new Set(used.map(sha)), today);
      return { expired: expired.map(({ sha256 }) => sha256[0] as string), unused: unused.map(({ sha256 }) => sha256[0] as string) };
    };
    expect(names('2026-05-01')).toEqual({ expired: [], unused: ['a', 'b', 'c'] });
    expect(names('2026-05-02', 'a', 'b')).toEqual({ expired: ['a'], unused: ['c'] });
    expect(names('2030-01-01', 'a', 'b', 'c')).toEqual({ expired: ['a', 'b', 'c'], unused: [] });
    expect(names('2026-01-01', 'a', 'b', 'c', 'd')).toEqual({ expired: [], unused: [] });
  });
});
