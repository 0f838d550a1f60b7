// The git door with a judge that knows images by their text, so that what is tested is git and not the formats.
// `LEAK(...)` violates and is cut out by a fix; `BROKEN` is unreadable; `STUCK` cannot be proven clean.

import { displayPath } from '../../src/core/display.js';
import type { Enforcement } from '../../src/core/door.js';
import type { FileResult } from '../../src/core/result.js';
import { HOOK_NAMES } from '../../src/doors/git/hook-run.js';
import { runHook } from '../../src/doors/git/run-hook.js';
import { GitError } from '../../src/io/git/run.js';
import type { BlobJudge } from '../../src/service/blobs/blob-judge.js';

const enforce = (process.env.TEST_ENFORCE ?? 'block') as Enforcement;
const finding = {
  ruleId: 'exifence/location',
  category: 'location',
  carrier: 'Exif',
  message: 'Exif can reveal location',
  at: 'APP1/Exif',
  byteOffset: 0,
  byteLength: 1,
  action: 'remove',
  origin: { file: 'test', line: 7, column: 1 },
} as const;

const judge: BlobJudge = {
  async judge(path, bytes) {
    const text = Buffer.from(bytes).toString('latin1');
    const named = { artifact: displayPath(path), nameBytes: path, notes: [] };
    const unproven: FileResult = {
      ...named,
      status: 'unproven',
      unreadable: { code: 'truncated', byteOffset: 42, message: 'it ends early', hint: 'restore it' },
    };
    if (text.includes('BROKEN')) return { result: unproven, enforce };
    if (!text.includes('LEAK')) return { result: { ...named, status: 'clean' }, enforce };
    const judgement = { artifact: named.artifact, verdict: { kind: 'clean' }, decisions: [], findings: [finding] } as const;
    const clean = Buffer.from(text.replace(/LEAK\([^)]*\)/g, ''), 'latin1');
    return {
      result: { ...named, status: 'violates', judgement },
      enforce,
      fix: async () => (text.includes('STUCK') ? { result: unproven } : { result: { ...named, status: 'fixed', judgement }, bytes: clean }),
    };
  },
  sniff: async () => (process.env.TEST_SNIFF === 'content' ? 'content' : 'names'),
  enforcementFor: async () => enforce,
  looksLikeImage: (head) => Buffer.from(head).toString('latin1').startsWith('JPEG'),
};

const [, name, ...args] = process.argv.slice(2);
const fix = args.includes('--fix');
const hook = HOOK_NAMES.find((known) => known === name);
if (hook === undefined) throw new Error('which hook?');
runHook(hook, {
  place: { cwd: process.cwd(), env: process.env },
  stdio: process,
  fix,
  args: args.filter((arg) => arg !== '--fix'),
  openJudge: async () => judge,
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof GitError ? error.message : String(error)}\n`);
    process.exitCode = error instanceof GitError ? 3 : 70;
  },
);
