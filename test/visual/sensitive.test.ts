import { describe, expect, it } from 'vitest';
import { customPatterns } from '../../src/visual/sensitive/custom.js';
import { findSensitive, TEXT_RULES } from '../../src/visual/sensitive/find.js';
import { mayBeName } from '../../src/visual/sensitive/names.js';

const rulesIn = (text: string): string[] => [...new Set(findSensitive([...text]).map(({ rule }) => rule))];

describe('rules of sensitive text', () => {
  it('were looked at', () => expect(TEXT_RULES.length).toBeGreaterThan(8));

  for (const { id, flags, passes } of TEXT_RULES) {
    it.each(flags)(`${id} flags %s`, (text) => expect(rulesIn(text)).toContain(id));
    it.each(passes)(`${id} passes %s`, (text) => expect(rulesIn(text)).not.toContain(id));
    it.each(flags)(`${id} flags %s without its spaces`, (text) => {
      // A name of an account, and a token without a mark, are known by the space around them only.
      if (id === 'handle' || id === 'plate') return;
      expect(rulesIn(text.replaceAll(' ', ''))).toContain(id);
    });
  }

  it('gives ranges in the letters that were read', () => {
    const letters = [...'mail: jane@example.org now'];
    const [match] = findSensitive(letters).filter(({ rule }) => rule === 'email');
    expect(letters.slice(match?.from, match?.to).join('')).toBe('jane@example.org');
  });

  it('finds across spaces that were made up', () => expect(rulesIn('jane @ exam ple . org')).toContain('email'));

  it('takes full-width signs for plain ones', () => expect(rulesIn('jane＠example．org')).toContain('email'));
});

describe('patterns of the policy', () => {
  it('find without spaces too', async () => {
    const custom = await customPatterns(['project-[a-z]+']);
    expect(findSensitive([...'PROJECT - XRAY'], custom).map(({ rule }) => rule)).toContain('custom-1');
  });

  it('take linear time where backtracking would not end', async () => {
    const custom = await customPatterns(['(a+)+$']);
    expect(findSensitive([...`${'a'.repeat(1500)}!`], custom).filter(({ rule }) => rule === 'custom-1')).toEqual([]);
  });

  it.each(['(', 'a{2000}', '(?=x)'])('refuses %s', async (pattern) => {
    await expect(customPatterns([pattern])).rejects.toMatchObject({ code: 'custom-pattern' });
  });
});

describe('names on badges', () => {
  it.each(['Jane Doe', 'JaneDoe', 'ANNA', 'Jean-Luc Picard'])('%s may be one', (text) => expect(mayBeName(text)).toBe(true));
  it.each(['VISITOR', '12345', 'the long sentence', 'Welcome'])('%s is none', (text) => expect(mayBeName(text)).toBe(false));
});
