import { describe, expect, it } from 'vitest';
import { AI_PROMPT_KEYWORDS, AI_PROMPT_RULES, isAiPromptKeyword, looksLikeAiPrompt, matches } from '../../src/metadata/ai-prompt.js';

describe.each(AI_PROMPT_RULES)('rule $name', (rule) => {
  it.each(rule.flags)('flags %j', (text) => {
    expect(matches(rule, text)).toBe(true);
    expect(looksLikeAiPrompt(text)).toBe(true);
  });

  it.each(rule.passes)('lets %j pass', (text) => {
    expect(looksLikeAiPrompt(text)).toBe(false);
  });
});

describe('looksLikeAiPrompt', () => {
  it.each([
    '',
    'A castle at dawn, seen from the river',
    'SAMSUNG',
    'Photographer: Ada\nSampler of fabrics',
    '{"width": 100, "height": 50}',
    'https://example.org/?prompt=none',
    'Screenshot',
  ])('lets %j pass', (text) => {
    expect(looksLikeAiPrompt(text)).toBe(false);
  });

  it('looks at the first 64 Ki characters only', () => {
    const prompt = '\nNegative prompt: blurry';
    expect(looksLikeAiPrompt('x'.repeat(60_000) + prompt)).toBe(true);
    expect(looksLikeAiPrompt('x'.repeat(70_000) + prompt)).toBe(false);
  });

  it.each(['"prompt":', '"seed":', 'Steps: 1,', 'firefly ', '<lora:', '\\', ' ', '\n', '--v', '"c":"steps"'])(
    'comes to an end on 64 Ki of %j',
    (piece) => {
      expect(typeof looksLikeAiPrompt(piece.repeat(Math.ceil(65_536 / piece.length)))).toBe('boolean');
    },
  );
});

describe('isAiPromptKeyword', () => {
  it.each(['parameters', 'prompt', 'Workflow', 'invokeai_metadata', 'sd-metadata', 'Dream', 'dream', 'fooocus_scheme', 'sui_image_params'])(
    'knows %s',
    (keyword) => {
      expect(isAiPromptKeyword(keyword)).toBe(true);
    },
  );

  it.each(['Title', 'Author', 'Description', 'Comment', 'Software', 'Creation Time', ''])('does not take %j for one', (keyword) => {
    expect(isAiPromptKeyword(keyword)).toBe(false);
  });

  it('holds lower case only', () => {
    for (const keyword of AI_PROMPT_KEYWORDS) expect(keyword).toBe(keyword.toLowerCase());
    expect(AI_PROMPT_KEYWORDS.size).toBeGreaterThan(30);
  });
});
