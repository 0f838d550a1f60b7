import { describe, expect, it } from 'vitest';
import { PolicyError, renderPolicyError } from '../../src/policy/problem.js';
import { load, problemsOf } from './helpers.js';

const SHA = 'a'.repeat(64);
const entry = (changes: Record<string, string> = {}): string => {
  const fields = { sha256: `"${SHA}"`, reason: 'known place', owner: 'desk', expires: '2030-01-31', ...changes };
  return Object.entries(fields)
    .map(([key, value], index) => `${index === 0 ? '  - ' : '    '}${key}: ${value}\n`)
    .join('');
};
const rules = (text: string): string => `version: 1\nrules:\n  ${text}\n`;
const paths = (glob: string): string => `version: 1\noverrides:\n  - paths: [${glob}]\n`;

/** Name, text, `line:column` of each mistake with its message, and the hint of the first. */
const TABLE: readonly (readonly [name: string, text: string, mistakes: readonly string[], hint: string | undefined])[] = [
  // What YAML has beyond a policy's needs.
  ['empty', '', ['1:1 the policy is empty'], 'begin with: version: 1'],
  ['comments only', '# nothing\n', ['1:1 the policy is empty'], 'begin with: version: 1'],
  ['null', '~\n', ['1:1 the policy is empty'], 'begin with: version: 1'],
  [
    'a word',
    'hello\n',
    ['1:1 the policy: expected a mapping with version, extends, rules, beyond, …, found the text hello'],
    'known here: version',
  ],
  ['a word beyond', 'version: 1\nbeyond: { xattr: removed }\n', ['2:18 removed: did you mean remove?'], 'xattr is keep'],
  [
    'a template that leaves the folder',
    'version: 1\nbeyond: { filename: { action: rename, template: "../{hash8}.{ext}" } }\n',
    ['2:49 template is a name that ends in .{ext}'],
    'of letters, digits',
  ],
  ['a list', '- version: 1\n', ['1:1 the policy: expected a mapping with version, extends, rules, beyond, …, found a list'], undefined],
  ['an anchor', 'version: 1\nrules: &r\n  text: keep\n', ['2:8 aliases and anchors are refused'], 'write the value out'],
  ['an alias', 'version: 1\nrules: *r\n', ['2:8 aliases and anchors are refused'], 'write the value out'],
  ['a tag', 'version: !!int 1\n', ['1:10 tags are refused'], 'write the plain value'],
  ['a tag of its own', 'version: 1\nrules: !js/eval {}\n', ['2:8 tags are refused'], 'write the plain value'],
  ['a directive', '%YAML 1.1\n---\nversion: 1\n', ['1:1 YAML directives are refused'], 'delete the line'],
  ['two documents', 'version: 1\n---\nversion: 1\n', ['2:1 a second document begins here'], 'a policy is one document'],
  ['a merge key', 'version: 1\n<<: { git: { enforce: fix } }\n', ['2:1 merge keys are refused'], 'write the values out'],
  [
    'a key twice',
    'version: 1\nrules: { text: keep }\nrules: { time: keep }\n',
    ['3:1 rules is written twice'],
    'it stands in line 2 already',
  ],
  ['a category twice', rules('{ text: keep, text: remove }'), ['3:17 text is written twice'], 'it stands in line 3 already'],
  ['a list as key', 'version: 1\n? [a]\n: b\n', ['2:3 a key must be one word'], 'look for a colon too many'],
  ['a number as key', 'version: 1\n1: x\n', ['2:1 1: not a key known here'], 'known here: version'],
  ['an empty key', 'version: 1\n"": x\n', ['2:1 "": not a key known here'], 'known here: version'],
  [
    'a prototype',
    'version: 1\n__proto__: { text: keep }\nconstructor: 1\n',
    ['2:1 __proto__: not a key known here', '3:1 constructor: not a key known here'],
    'known here: version',
  ],
  ['a tab', 'version: 1\nrules:\n\ttext: keep\n', ['3:1 a tab cannot indent'], 'use spaces'],
  ['a tab after spaces', 'version: 1\nrules:\n  text: keep\n  \ttime: keep\n', ['4:3 a tab cannot indent'], 'use spaces'],
  ['a bracket open', 'version: 1\nrules: { text: keep\n', ['3:1 a { or [ is not closed before this'], 'close it with } or ]'],
  ['a quote open', 'version: 1\nextends: "strict\n', ['3:1 this is not YAML: Missing closing "quote'], undefined],
  ['a sign', 'version: 1\nextends: @strict\n', ['2:10 a plain word cannot begin with this character'], 'put the text in quotes'],
  ['indentation', 'version: 1\nrules:\n  text: keep\n time: keep\n', ['4:1 the indentation does not fit'], 'give all keys of one mapping'],
  ['bytes that are not UTF-8', 'version: 1\nextends: str\ufffdct\n', ['2:13 the text is not UTF-8'], 'save the file as UTF-8'],
  ['a control character', 'version: 1\n# \u001b[2J\n', ['2:3 a control character has no place here'], 'delete it'],
  ['zero bytes', 'v\0e\0r\0', ['1:2 a control character has no place here'], 'delete it'],
  ['a lone surrogate', 'version: 1\n# \ud800\n', ['2:3 a control character has no place here'], 'delete it'],
  // Versions.
  ['no version', 'extends: strict\n', ['1:1 version is missing'], 'begin with: version: 1'],
  [
    'a later version',
    'version: 2\n',
    ['1:10 version: expected the number 1, found the number 2'],
    'the policy is for a later exifence: update it',
  ],
  ['a version as text', 'version: "1"\n', ['1:10 version: expected the number 1, found the text 1'], 'write it without quotes'],
  ['a version as word', 'version: one\n', ['1:10 version: expected the number 1, found the text one'], 'write version: 1'],
  // Keys.
  ['a slip in a key', 'version: 1\nrule: {}\n', ['2:1 rule: did you mean rules?'], 'known here: version, extends, rules'],
  ['another case', 'version: 1\nRules: {}\n', ['2:1 Rules: did you mean rules?'], 'known here: version'],
  ['a category at the top', 'version: 1\nlocation: remove\n', ['2:1 location has no place here'], 'write it under rules, indented'],
  ['a slip in a category', rules('locaton: remove'), ['3:3 locaton: did you mean location?'], 'known here: location, device'],
  ['an underscore', rules('ai_prompt: keep'), ['3:3 ai_prompt: did you mean ai-prompt?'], 'known here: location'],
  ['another word for a category', rules('gps: remove'), ['3:3 gps: did you mean location?'], 'known here: location'],
  ['no category', rules('weather: keep'), ['3:3 weather: not a key known here'], 'known here: location'],
  ['hostile text', rules('"\\u001b[31m\\u202etext": keep'), ['3:3 \\x1b[31m\\u{202e}text: not a key known here'], 'known here: location'],
  ['a long key', rules(`${'k'.repeat(200)}: keep`), [`3:3 ${'k'.repeat(40)}…: not a key known here`], 'known here: location'],
  // Rules.
  ['no rules', 'version: 1\nrules:\n', ['2:1 rules is empty'], 'delete the line'],
  [
    'rules as a list',
    'version: 1\nrules: []\n',
    ['2:8 rules: expected a mapping with location, device, camera, person, …, found a list'],
    undefined,
  ],
  [
    'rules as a list of words',
    'version: 1\nrules:\n  - text\n',
    ['3:3 rules: expected a mapping with location, device, camera, person, …, found a list'],
    undefined,
  ],
  ['a slip in an action', rules('text: remov'), ['3:9 remov: did you mean remove?'], 'text is keep or remove, or a mapping with action'],
  ['another word for an action', rules('text: delete'), ['3:9 delete: did you mean remove?'], 'text is keep or remove'],
  ['no action', rules('text: sometimes'), ['3:9 sometimes: not known as text'], 'text is keep or remove'],
  [
    'an action as boolean',
    rules('text: true'),
    ['3:9 text: expected keep, remove or a mapping with action, found true'],
    'known here: action',
  ],
  [
    'an action as number',
    rules('time: 0'),
    ['3:9 time: expected keep, coarsen, remove or a mapping with action, precision, found the number 0'],
    'known here: action, precision',
  ],
  ['an action as list', rules('text: [keep]'), ['3:9 text: expected keep, remove or a mapping with action, found a list'], undefined],
  ['rendering removed', rules('rendering: remove'), ['3:14 rendering can only be kept'], 'the picture looks different'],
  [
    'rendering removed at length',
    rules('rendering: { action: remove }'),
    ['3:24 rendering can only be kept'],
    'the picture looks different',
  ],
  ['a device coarsened', rules('device: coarsen'), ['3:11 device cannot be coarsened'], 'only location and time can be coarsened'],
  [
    'a device coarsened at length',
    rules('device: { action: coarsen, precision: 1km }'),
    ['3:21 device cannot be coarsened', '3:30 precision has no place here'],
    'only location and time',
  ],
  [
    'a precision for what goes',
    rules('location: { action: remove, precision: 1km }'),
    ['3:31 precision has no place here'],
    'precision goes with action: coarsen',
  ],
  ['a precision without action', rules('location: { precision: 1km }'), ['3:3 action is missing'], 'expected keep, remove or coarsen'],
  ['a slip in a long form', rules('location: { acton: remove }'), ['3:15 acton: did you mean action?'], 'known here: action'],
  [
    'a precision without unit',
    rules('location: { action: coarsen, precision: 10 }'),
    ['3:43 precision: expected text, found the number 10'],
    'a number needs its unit',
  ],
  [
    'a precision of another unit',
    rules('location: { action: coarsen, precision: 10mi }'),
    ['3:43 precision is a grid from 0.1km to 1000km or from 0.001deg to 10deg, such as 10km or 0.1deg'],
    'found 10mi',
  ],
  [
    'a precision out of range',
    rules('location: { action: coarsen, precision: 0km }'),
    ['3:43 precision is a grid from 0.1km to 1000km or from 0.001deg to 10deg, such as 10km or 0.1deg'],
    'found 0km',
  ],
  [
    'a unit of time',
    rules('time: { action: coarsen, precision: hour }'),
    ['3:39 hour: not known as precision'],
    'precision is day, month or year',
  ],
  [
    'a unit of time in the plural',
    rules('time: { action: coarsen, precision: months }'),
    ['3:39 months: did you mean month?'],
    'precision is day',
  ],
  // Doors.
  [
    'a door as a word',
    'version: 1\ngit: fix\n',
    ['2:6 git: expected a mapping with enforce, sniff, found the text fix'],
    'write enforce: fix below it, indented',
  ],
  ['a slip in an enforcement', 'version: 1\nci: { enforce: blok }\n', ['2:16 blok: did you mean block?'], 'enforce is fix, block or warn'],
  [
    'an enforcement as boolean',
    'version: 1\ngit: { enforce: false }\n',
    ['2:17 enforce: expected fix, block or warn, found false'],
    undefined,
  ],
  [
    'a folder as a word',
    'version: 1\nwatch: { folders: inbox }\n',
    ['2:19 folders: expected a list, found the text inbox'],
    'write each item on a line of its own',
  ],
  ['a folder without path', 'version: 1\nwatch:\n  folders:\n    - recursive: true\n', ['4:7 path is missing'], 'expected text'],
  [
    'a word for a boolean',
    'version: 1\nwatch:\n  folders:\n    - { path: a, recursive: yes }\n',
    ['4:29 recursive: expected true or false, found the text yes'],
    'write true or false',
  ],
  ['an empty folder', 'version: 1\nwatch: { folders: [""] }\n', ['2:20 item 1 of folders is a path and cannot be empty'], undefined],
  [
    'a time without unit',
    'version: 1\nwatch: { settle: 500 }\n',
    ['2:18 settle: expected text, found the number 500'],
    'a number needs its unit',
  ],
  [
    'a time out of range',
    'version: 1\nwatch: { settle: 5m }\n',
    ['2:18 settle is a time from 100ms to 99s, such as 500ms or 2s'],
    'found 5m',
  ],
  // Extending.
  [
    'a slip in a preset',
    'version: 1\nextends: balancd\n',
    ['2:10 balancd: did you mean balanced?'],
    'extends is balanced, strict or location-only',
  ],
  [
    'no preset',
    'version: 1\nextends: [strict, company]\n',
    ['2:19 company: not known as item 2 of extends'],
    'the relative path of a file that ends in .yaml',
  ],
  ['nothing to extend', 'version: 1\nextends: []\n', ['2:10 extends names nothing to extend'], undefined],
  [
    'an absolute path',
    'version: 1\nextends: /etc/policy.yaml\n',
    ['2:10 /etc/policy.yaml: not known as extends'],
    'the relative path of a file',
  ],
  ['a file where none can be read', 'version: 1\nextends: base.yaml\n', ['2:10 a file cannot be extended here'], 'extend a preset'],
  // Overrides.
  ['an override without paths', 'version: 1\noverrides:\n  - rules: { text: keep }\n', ['3:5 paths is missing'], 'expected a list'],
  [
    'an override with a word for paths',
    'version: 1\noverrides:\n  - paths: a/**\n',
    ['3:12 paths: expected a list, found the text a/**'],
    'write each item',
  ],
  ['an override without globs', paths(''), ['3:12 paths names no path'], undefined],
  [
    'a slip in an override',
    'version: 1\noverrides:\n  - paths: [a]\n    rules: { txt: keep }\n',
    ['4:14 txt: did you mean text?'],
    'known here: location',
  ],
  ['an absolute glob', paths('/a'), ['3:13 item 1 of paths cannot begin at the root'], 'relative to the folder of the policy file'],
  ['a glob with a dot folder', paths('a, ./b'), ['3:16 item 2 of paths has a folder named .'], 'without . and ..'],
  ['a glob for a folder', paths('a/'), ['3:13 item 1 of paths is for files and cannot end in /'], 'write ** behind it'],
  ['a glob with a bracket open', paths('"a[b"'), ['3:13 item 1 of paths has a [ without a ] after it'], 'write \\[ for a bracket'],
  ['a glob with a brace open', paths('"a{b"'), ['3:13 item 1 of paths has a { without a } after it'], 'write \\{ for a brace'],
  ['a glob with a range', paths('"{1..9}"'), ['3:13 item 1 of paths has a range in braces, which is not known'], 'list the values'],
  [
    'a glob with too many braces',
    paths('"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"'),
    ['3:13 item 1 of paths has braces that stand for more than 32 patterns'],
    'write several globs',
  ],
  ['a glob negated', paths('"!a"'), ['3:13 item 1 of paths cannot be negated'], 'a later override wins'],
  ['an extended glob', paths('"+(a|b)"'), ['3:13 item 1 of paths has a pattern such as +(a|b), which is not known'], 'write {a,b}'],
  ['stars beside letters', paths('a/b**'), ['3:13 item 1 of paths has ** beside other characters'], 'a/**/b'],
  ['a long glob', paths('a'.repeat(257)), ['3:13 item 1 of paths is longer than 256 characters'], 'found aaaa'],
  // The allow-list.
  [
    'an entry without reason',
    `version: 1\nallow:\n  - sha256: "${SHA}"\n    owner: x\n    expires: 2030-01-01\n`,
    ['3:5 reason is missing'],
    'expected text',
  ],
  [
    'an entry without anything',
    'version: 1\nallow:\n  - {}\n',
    ['3:5 sha256 is missing', '3:5 reason is missing', '3:5 owner is missing', '3:5 expires is missing'],
    'expected text',
  ],
  [
    'an entry as a word',
    `version: 1\nallow:\n  - ${SHA}\n`,
    [
      '3:5 item 1 of allow: expected a mapping with sha256, reason, owner, expires, found the text aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…',
    ],
    'known here: sha256',
  ],
  [
    'a hash cut short',
    `version: 1\nallow:\n${entry({ sha256: 'abc' })}`,
    ['3:13 sha256 is a SHA-256 of 64 hexadecimal digits, as sha256sum prints it'],
    'found abc',
  ],
  [
    'a hash taken for a number',
    `version: 1\nallow:\n${entry({ sha256: '1'.repeat(64) })}`,
    [`3:13 sha256: expected text, found the number ${Number('1'.repeat(64))}`],
    'put it in quotes',
  ],
  ['an empty reason', `version: 1\nallow:\n${entry({ reason: '" "' })}`, ['4:13 reason cannot be empty'], 'found'],
  [
    'a date in another form',
    `version: 1\nallow:\n${entry({ expires: '31.1.2030' })}`,
    ['6:14 expires is a day written YYYY-MM-DD'],
    'found 31.1.2030',
  ],
  [
    'a month that does not exist',
    `version: 1\nallow:\n${entry({ expires: '2030-13-01' })}`,
    ['6:14 expires is a day written YYYY-MM-DD'],
    'found 2030-13-01',
  ],
  [
    'a leap day in another year',
    `version: 1\nallow:\n${entry({ expires: '2027-02-29' })}`,
    ['6:14 expires names a day that does not exist'],
    'leap years',
  ],
  [
    'an entry twice',
    `version: 1\nallow:\n${entry()}${entry({ sha256: `"${SHA.toUpperCase()}"` })}`,
    ['7:13 this file is on the allow-list twice'],
    'it stands in line 3 already',
  ],
];

describe('a mistake in a policy', () => {
  it.each(TABLE)('%s', (_name, text, mistakes, hint) => {
    const problems = problemsOf(text);
    expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(mistakes);
    if (hint === undefined) expect(problems[0]?.hint).toBeUndefined();
    else expect(problems[0]?.hint).toContain(hint);
  });

  it('was looked at from many sides', () => {
    expect(TABLE.length).toBeGreaterThanOrEqual(60);
    expect(new Set(TABLE.map(([name]) => name)).size).toBe(TABLE.length);
  });

  it('is listed with all others, in the order of the text', () => {
    const text = 'version: 1\nwatch: { enforce: no }\nrules:\n  zzz: keep\n  text: kep\n  yyy: keep\ngit: { enfroce: fix }\nci: 1\n';
    expect(problemsOf(text).map(({ line }) => line)).toEqual([2, 4, 5, 6, 7, 8]);
  });

  it('is shown with file, line, column, caret and hint', () => {
    const error = errorOf('version: 1\nrules:\n  locaton: remove # GPS\n');
    expect(renderPolicyError(error)).toBe(
      [
        '.privacyrc.yaml:3:3: locaton: did you mean location?',
        '  3 |   locaton: remove # GPS',
        '    |   ^^^^^^^',
        `    = ${error.problems[0]?.hint}`,
      ].join('\n'),
    );
    expect(error.userMessage).toBe(renderPolicyError(error));
  });

  it('is underlined where it is, also behind escaped characters and on a long line', () => {
    const long = `version: 1 ${' '.repeat(5000)} # ${'x'.repeat(5000)}\nrules: { "\u202e": keep,${' '.repeat(9000)} txt: keep }`;
    const [first, second] = problemsOf(long);
    expect(first?.sourceLine.slice(first.caretAt, first.caretAt + first.caretLength)).toBe('"\\u{202e}"');
    expect(second?.sourceLine.slice(second.caretAt, second.caretAt + second.caretLength)).toBe('txt');
    expect(second?.sourceLine.length).toBeLessThan(120);
    expect(second?.sourceLine.startsWith('…')).toBe(true);
  });

  it('never brings a control character of the policy to the terminal', () => {
    const text = 'version: 1\n"\u0085\u202e\\u001b[2J": "\\u0007"\nrules: { text: "\\u001b]0;x\\u0007" }\nextends: "\\u009b.yaml"\n';
    const shown = renderPolicyError(errorOf(text));
    expect(shown).toContain('\\x1b');
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is found in a file with CRLF and with a byte order mark', () => {
    expect(load('\ufeffversion: 1\r\nrules:\r\n  text: remove\r\n').version).toBe(1);
    const [problem] = problemsOf('\ufeffversion: 1\r\nrules:\r\n  txt: remove\r\n');
    expect(problem).toMatchObject({ line: 3, column: 3, sourceLine: '  txt: remove', caretAt: 2, caretLength: 3 });
    expect(problemsOf('\ufeffverson: 1')[0]).toMatchObject({ line: 1, column: 1 });
  });
});

function errorOf(text: string): PolicyError {
  try {
    load(text);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error('the policy was loaded');
}
