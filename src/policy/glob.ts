/**
 * Path globs, matched without regular expressions: no pattern, however hostile, takes more time than its length times
 * the path's. `*`, `?` and `[a-z]` stay within one path segment, `**` is any number of whole segments, `{a,b}` is
 * either, `\` takes the next character as it is. Names that begin with a dot are names like any other.
 */
export const MAX_GLOB_LENGTH = 256;

/** Alternatives that the braces of one glob may spell out. */
const MAX_ALTERNATIVES = 32;
const MAX_BRACE_DEPTH = 4;

export interface GlobSet {
  readonly globs: readonly string[];
  /** Patterns behind the globs, braces spelt out. */
  readonly alternatives: number;
  /** `path` is relative, with `/`. */
  matches(path: string): boolean;
}

/** What is wrong with a glob. */
class GlobError extends Error {
  override readonly name = 'GlobError';
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] };

type Segment = '**' | readonly Token[];

const ANY_NAME: Segment = [{ kind: 'star' }];

/** What is wrong with a glob, and after a line break what to do; `undefined` where nothing is. */
export function globMistake(glob: string): string | undefined {
  // Too short or too long is for the schema to say.
  if (glob === '' || glob.length > MAX_GLOB_LENGTH) return undefined;
  try {
    compileGlob(glob);
    return undefined;
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    return `${error.message}\n${error.hint}`;
  }
}

/** Globs without a mistake, made ready. */
export function compileGlobs(globs: readonly string[]): GlobSet {
  const patterns = globs.flatMap(compileGlob);
  return Object.freeze({
    globs: Object.freeze([...globs]),
    alternatives: patterns.length,
    matches(path: string): boolean {
      const names = path.split('/').map((name) => Array.from(name));
      return patterns.some((pattern) => matchesPath(pattern, names));
    },
  });
}

/** Paths that a glob without a mistake matches, one for each of its alternatives: to ask what a policy says of files that are yet to come. */
export function examplesOf(glob: string): string[] {
  return compileGlob(glob).map((segments) =>
    segments.map((segment) => (segment === '**' ? 'x' : segment.map(exampleChar).join(''))).join('/'),
  );
}

function exampleChar(token: Token): string {
  if (token.kind === 'char') return token.char;
  return token.kind === 'class' && !token.negated ? (token.ranges[0]?.[0] ?? 'x') : 'x';
}

function compileGlob(glob: string): Segment[][] {
  if (glob.startsWith('!')) throw new GlobError('cannot be negated', 'name the paths that it is for; a later override wins');
  if (/(?<!\\)[?*+@!]\(/.test(glob))
    throw new GlobError('has a pattern such as +(a|b), which is not known', 'write {a,b}, or \\( for a parenthesis in a name');
  const expanded = new BraceReader(glob).read();
  return expanded.map((alternative) => {
    const segments = splitSegments(alternative).map(compileSegment);
    // `a/**` is what lies within `a`, and not a file named `a`.
    return segments.at(-1) === '**' ? [...segments, ANY_NAME] : segments;
  });
}

/** Spells out braces. Escapes are left as they are, for the segment's compiler to read. */
class BraceReader {
  #at = 0;

  constructor(readonly glob: string) {}

  read(): string[] {
    return this.#sequence(0);
  }

  #sequence(depth: number): string[] {
    let made = [''];
    for (; this.#at < this.glob.length; this.#at++) {
      const char = this.glob[this.#at] as string;
      if (depth > 0 && (char === ',' || char === '}')) break;
      let next = [char];
      if (char === '\\') {
        if (this.#at + 1 >= this.glob.length) throw new GlobError('ends in a backslash', 'folders are parted by / on every system');
        this.#at++;
        next = [char + this.glob[this.#at]];
      } else if (char === '{') {
        next = this.#alternatives(depth + 1);
      } else if (char === '}') {
        throw new GlobError('has a } without a { before it', 'write \\} for a brace in a name');
      }
      if (made.length * next.length > MAX_ALTERNATIVES) throw tooMany();
      made = made.flatMap((start) => next.map((end) => start + end));
    }
    return made;
  }

  /** From `{` to `}`; leaves the position on the `}`. */
  #alternatives(depth: number): string[] {
    if (depth > MAX_BRACE_DEPTH) throw new GlobError(`has braces more than ${MAX_BRACE_DEPTH} deep`, 'write several globs');
    const all: string[] = [];
    const start = this.#at;
    let count = 0;
    do {
      this.#at++;
      all.push(...this.#sequence(depth));
      count++;
      if (all.length > MAX_ALTERNATIVES) throw tooMany();
      if (this.#at >= this.glob.length) throw new GlobError('has a { without a } after it', 'write \\{ for a brace in a name');
    } while (this.glob[this.#at] === ',');
    if (count === 1) {
      const range = this.glob.slice(start, this.#at).includes('..');
      throw range
        ? new GlobError('has a range in braces, which is not known', 'list the values: {1,2,3}, or take a class: [1-3]')
        : new GlobError('has braces with one alternative only', 'write {a,b}, or \\{ for a brace in a name');
    }
    return all;
  }
}

function tooMany(): GlobError {
  return new GlobError(`has braces that stand for more than ${MAX_ALTERNATIVES} patterns`, 'write several globs, or * for what differs');
}

function splitSegments(pattern: string): string[] {
  if (pattern.startsWith('/') || /^[A-Za-z]:/.test(pattern))
    throw new GlobError('cannot begin at the root', 'write it relative to the folder of the policy file');
  const segments = pattern.split('/');
  for (const segment of segments) {
    if (segment === '' && pattern.endsWith('/'))
      throw new GlobError('is for files and cannot end in /', 'write ** behind it for all that lies within the folder');
    if (segment === '') throw new GlobError('has an empty folder name', 'write one / between folders');
    if (segment === '.' || segment === '..')
      throw new GlobError(`has a folder named ${segment}`, 'write it relative to the folder of the policy file, without . and ..');
  }
  return segments;
}

function compileSegment(segment: string): Segment {
  if (segment === '**') return '**';
  const chars = Array.from(segment);
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string;
    if (char === '\\') {
      at++;
      tokens.push({ kind: 'char', char: chars[at] ?? '/' });
    } else if (char === '*') {
      if (chars[at + 1] === '*') throw new GlobError('has ** beside other characters', 'write ** as a folder of its own: a/**/b');
      tokens.push({ kind: 'star' });
    } else if (char === '?') {
      tokens.push({ kind: 'any' });
    } else if (char === '[') {
      at = readClass(chars, at, tokens);
    } else {
      tokens.push({ kind: 'char', char });
    }
  }
  return tokens;
}

/** Reads `[a-z]`, `[!a]` or `[^a]`; gives the position of its `]`. */
function readClass(chars: readonly string[], start: number, tokens: Token[]): number {
  let at = start + 1;
  const negated = chars[at] === '!' || chars[at] === '^';
  if (negated) at++;
  const ranges: [string, string][] = [];
  for (let first = true; first || chars[at] !== ']'; first = false) {
    if (chars[at] === '[' && chars[at + 1] === ':')
      throw new GlobError('has a class such as [:alpha:], which is not known', 'write the range: [a-zA-Z]');
    if (chars[at] === '\\') at++;
    const low = chars[at];
    const ranged = chars[at + 1] === '-' && chars[at + 2] !== undefined && chars[at + 2] !== ']';
    if (ranged) at += chars[at + 2] === '\\' ? 3 : 2;
    const high = chars[at];
    if (low === undefined || high === undefined || at + 1 >= chars.length)
      throw new GlobError('has a [ without a ] after it', 'write \\[ for a bracket in a name');
    if (low > high) throw new GlobError('has a range that runs backwards', 'write the lower end first: [a-z]');
    ranges.push([low, high]);
    at++;
  }
  tokens.push({ kind: 'class', negated, ranges });
  return at;
}

/** Greedy: only the last `**` ever needs to take one more name, so that the time is bounded by both lengths. */
function matchesPath(pattern: readonly Segment[], names: readonly (readonly string[])[]): boolean {
  return matchesGreedily(
    pattern,
    names,
    (segment) => segment === '**',
    (segment, name) => segment !== '**' && matchesName(segment, name),
  );
}

function matchesName(tokens: readonly Token[], chars: readonly string[]): boolean {
  return matchesGreedily(tokens, chars, ({ kind }) => kind === 'star', matchesChar);
}

function matchesChar(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char;
  if (token.kind === 'class') return token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated;
  return token.kind === 'any';
}

function matchesGreedily<P, S>(
  pattern: readonly P[],
  subject: readonly S[],
  isStar: (item: P) => boolean,
  fits: (item: P, thing: S) => boolean,
): boolean {
  let at = 0;
  let taken = 0;
  let star = -1;
  let takenByStar = 0;
  while (taken < subject.length) {
    const item = pattern[at];
    if (item !== undefined && isStar(item)) {
      star = at++;
      takenByStar = taken;
    } else if (item !== undefined && fits(item, subject[taken] as S)) {
      at++;
      taken++;
    } else if (star >= 0) {
      at = star + 1;
      taken = ++takenByStar;
    } else {
      return false;
    }
  }
  while (at < pattern.length && isStar(pattern[at] as P)) at++;
  return at === pattern.length;
}
