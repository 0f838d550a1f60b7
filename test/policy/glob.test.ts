import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { compileGlobs, globMistake } from '../../src/policy/glob.js';

const matches = (glob: string, path: string): boolean => compileGlobs([glob]).matches(path);

describe('a glob', () => {
  it.each([
    ['a.jpg', ['a.jpg'], ['b.jpg', 'x/a.jpg', 'a.jpgg', 'A.JPG']],
    ['*.jpg', ['a.jpg', '.jpg', '.a.jpg'], ['x/a.jpg', 'a.jpeg']],
    ['**/*.jpg', ['a.jpg', 'x/a.jpg', '.x/y/.z/a.jpg'], ['a.png', 'a.jpg/b']],
    ['press/**', ['press/a', 'press/x/.y/a'], ['pres/a', 'x/press/a', 'pressa', 'press']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/x/bb', 'ab', 'x/a/b']],
    ['**/x/**/y', ['x/y', 'a/x/b/x/c/y'], ['x/z', 'y/x']],
    ['?.png', ['a.png', 'ä.png', '😀.png'], ['.png', 'ab.png', 'a/png']],
    ['[a-c]?[!0-9].png', ['b0x.png'], ['d0x.png', 'b05.png']],
    ['[]a].png', ['].png', 'a.png'], ['b.png']],
    ['*.{jpg,jp{e,}g}', ['a.jpg', 'a.jpeg'], ['a.png']],
    ['{a/b,c}/*.png', ['a/b/x.png', 'c/x.png'], ['a/x.png']],
    ['a\\*\\[1\\]\\{x\\}.png', ['a*[1]{x}.png'], ['ab[1]{x}.png']],
    ['photos (1)/*', ['photos (1)/a'], ['photos 1/a']],
    ['**', ['a', 'a/b', '.x/y'], []],
    ['*a*a*b', ['aab', 'xaxaxb'], ['aaa', 'ab']],
    ['new\nline', ['new\nline'], ['newline']],
  ])('%j', (glob, yes, no) => {
    expect(globMistake(glob)).toBeUndefined();
    for (const path of yes) expect(matches(glob, path), path).toBe(true);
    for (const path of no) expect(matches(glob, path), path).toBe(false);
  });

  it('answers as the library that everyone knows', () => {
    const piece = fc.constantFrom('a', 'b', '.', '*', '?', '[ab]', '[!a]', '{a,b}', '{a,*b,?}', 'ab');
    const segment = fc.oneof(
      { weight: 1, arbitrary: fc.constant('**') },
      { weight: 4, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')) },
    );
    const glob = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
    const name = fc.array(fc.constantFrom('a', 'b', '.', 'ab'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    let both = 0;
    fc.assert(
      fc.property(glob, fc.array(path, { minLength: 5, maxLength: 5 }), (pattern, paths) => {
        // Names of only dots are no names of files, and stars side by side are refused here.
        fc.pre(globMistake(pattern) === undefined);
        const isMatch = picomatch(pattern, { dot: true, noextglob: true, posix: true });
        // The library takes `a/**` for `a` itself too, but `*/**` not for `a`; here neither is.
        const isFolder = pattern.endsWith('/**')
          ? picomatch(pattern.slice(0, -3), { dot: true, noextglob: true, posix: true })
          : () => false;
        for (const candidate of paths.filter((text) => !/(^|\/)\.+(\/|$)/.test(text) && !isFolder(text))) {
          expect(matches(pattern, candidate), `${pattern} on ${candidate}`).toBe(isMatch(candidate));
          if (isMatch(candidate)) both++;
        }
      }),
      { numRuns: 1000 },
    );
    expect(both).toBeGreaterThan(100);
  });

  it('takes no more steps than its length times that of the path', () => {
    // Each of these takes a backtracking matcher longer than the age of the universe.
    expect(matches(`${'*a'.repeat(120)}b`, 'a'.repeat(4000))).toBe(false);
    expect(matches(`${'**/a/'.repeat(40)}b`, Array(2000).fill('a').join('/'))).toBe(false);
    expect(matches(`${'{a,aa}'.repeat(5)}*c`, `${'a'.repeat(4000)}b`)).toBe(false);
  });

  it('that is any text is compiled, or its mistake is named', () => {
    let good = 0;
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(fc.constantFrom(...'ab/*?[]{},\\!-^.()@+:'), { maxLength: 30 }).map((chars) => chars.join('')),
    );
    fc.assert(
      fc.property(text, fc.string(), (glob, path) => {
        const mistake = globMistake(glob);
        if (mistake !== undefined) expect(mistake).toMatch(/^[^\n]+\n[^\n]+$/);
        else {
          good++;
          expect(typeof (glob === '' ? false : matches(glob, path))).toBe('boolean');
        }
      }),
      { numRuns: 2000 },
    );
    expect(good).toBeGreaterThan(100);
  });
});
