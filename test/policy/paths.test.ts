import { join, parse, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { candidatePolicyPaths } from '../../src/policy/paths.js';

describe('where a policy may lie', () => {
  it('is every folder upwards, nearest first, to the root', () => {
    const { root } = parse(resolve('.'));
    const folder = join(root, 'a', 'b');
    expect(candidatePolicyPaths(folder)).toEqual(
      [folder, join(root, 'a'), root].flatMap((parent) => [join(parent, '.privacyrc.yaml'), join(parent, '.privacyrc.yml')]),
    );
    expect(candidatePolicyPaths(root)).toHaveLength(2);
  });
});
