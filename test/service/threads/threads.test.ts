import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/bytes/apply-edits.js';
import { MemorySource } from '../../../src/bytes/memory-source.js';
import { seal } from '../../../src/core/sealed.js';
import type { Source } from '../../../src/core/source.js';
import { sha256Of } from '../../../src/engine/digest.js';
import type { ScrubOptions } from '../../../src/engine/options.js';
import { ProofError } from '../../../src/engine/prove.js';
import { lookAndScrub } from '../../../src/engine/scrub.js';
import { openFileSource } from '../../../src/io/file-source.js';
import { IoError } from '../../../src/io/io-error.js';
import { spotOf } from '../../../src/service/hold/spot.js';
import { carryEdits, editsOf } from '../../../src/service/threads/carried-edits.js';
import { carryError, errorOf } from '../../../src/service/threads/carried-error.js';
import { carryJudgement } from '../../../src/service/threads/carried-judgement.js';
import { LookThreads } from '../../../src/service/threads/look-threads.js';
import { temporaryFolder } from '../../support/cli.js';
import { jpegWith, preset } from '../../support/exif.js';
import { buildExif } from '../../support/tiff.js';
import { until } from '../../watch/start.js';

const script = new URL('../../../dist/look-worker.mjs', import.meta.url);
const badScript = new URL('./bad-worker.mjs', import.meta.url);
const opened: LookThreads[] = [];
const folder = temporaryFolder();

function threadsOf(options: Partial<ConstructorParameters<typeof LookThreads>[0]> = {}): LookThreads {
  const threads = new LookThreads({ script, ...options });
  opened.push(threads);
  return threads;
}

afterAll(async () => {
  for (const threads of opened) await threads.close();
  folder.remove();
});

const leaking = jpegWith(buildExif({ orientation: 6, serial: 'CANARY-4711', gps: { latitude: 48.8584, longitude: 2.2945 } }));
const clean = jpegWith(null);
const damaged = leaking.subarray(0, 60);

function optionsFor(artifact: string, more: Partial<ScrubOptions> = {}): ScrubOptions {
  return { artifact, policy: preset('strict'), now: () => '2026-01-01T00:00:00.000Z', tool: 'exifence test', ...more };
}

const FIX = { scrubs: true, tellsPlace: false };

function fileOf(bytes: Uint8Array, name = 'a.jpg'): string {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
}

describe('a look in another thread', () => {
  const threads = threadsOf();

  it('says the same as a look in this one, of files and of bytes, and proves what was written', async () => {
    const here = lookAndScrub(new MemorySource(leaking), optionsFor('a.jpg'));
    const file = openFileSource(fileOf(leaking));
    try {
      for (const source of [file, new MemorySource(leaking)] as Source[]) {
        const { look, end } = await threads.look(source, optionsFor('a.jpg'), FIX);
        expect(look.outcome.verdict.kind).toBe('violates');
        expect(look.outcome.findings).toEqual(here.outcome.findings);
        expect(look.outcome.format).toBe('jpeg');
        const bytes = concatBytes(look.replacement?.pieces ?? []);
        expect(Buffer.compare(bytes, concatBytes(here.replacement?.pieces ?? []))).toBe(0);
        expect(Buffer.from(bytes).includes('CANARY')).toBe(false);
        const proof = await look.replacement?.verify(openFileSource(fileOf(bytes, 'b.jpg')));
        const expected = await here.replacement?.verify(new MemorySource(bytes));
        expect({ ...proof, at: '' }).toEqual({ ...expected, at: '' });
        end();
      }
    } finally {
      file.close();
    }
  });

  it('does not take what was written for proven where it is not what was meant', async () => {
    for (const wrong of [leaking, Buffer.concat([clean, Buffer.from('more')]), damaged]) {
      const { look, end } = await threads.look(new MemorySource(leaking), optionsFor('a.jpg'), FIX);
      await expect(look.replacement?.verify(new MemorySource(wrong))).rejects.toBeInstanceOf(ProofError);
      const right = new MemorySource(concatBytes(look.replacement?.pieces ?? []));
      for (let turn = 0; turn < 2; turn++) expect((await look.replacement?.verify(right))?.format).toBe('jpeg');
      end();
    }
  });

  it('only judges where nothing is to be written, and passes clean, unread and other files as what they are', async () => {
    const verdictOf = async (bytes: Uint8Array, name = 'a.jpg', scrubs = true) => {
      const { look, end } = await threads.look(new MemorySource(bytes), optionsFor(name, { name }), { scrubs, tellsPlace: false });
      end();
      return look;
    };
    expect(await verdictOf(leaking, 'a.jpg', false)).toMatchObject({ outcome: { verdict: { kind: 'violates' } } });
    expect((await verdictOf(leaking, 'a.jpg', false)).replacement).toBeUndefined();
    expect((await verdictOf(clean)).outcome.verdict.kind).toBe('clean');
    expect((await verdictOf(Buffer.from('text'), 'a.txt')).outcome.verdict.kind).toBe('not-an-image');
    const { verdict } = (await verdictOf(damaged)).outcome;
    const local = lookAndScrub(new MemorySource(damaged), optionsFor('a.jpg', { name: 'a.jpg' })).outcome.verdict;
    expect(verdict).toEqual(local);
    expect(verdict.kind).toBe('unreadable');
  });

  it('asks for exceptions by the hash of the content, and only where something is wrong', async () => {
    const asked: string[] = [];
    const entry = { sha256: '', reason: 'why', owner: 'who', expires: '2099-01-01', origin: { file: 'f', line: 1, column: 1 } };
    const allowed = (sha256: string) => {
      asked.push(sha256);
      return entry;
    };
    const { look } = await threads.look(new MemorySource(leaking), optionsFor('a.jpg', { allowed }), FIX);
    expect(look).toEqual({ outcome: expect.objectContaining({ verdict: { kind: 'allowed', reason: 'why', owner: 'who' } }) });
    expect(asked).toEqual([sha256Of(new MemorySource(leaking))]);
    await threads.look(new MemorySource(clean), optionsFor('a.jpg', { allowed }), FIX);
    expect(asked).toHaveLength(1);
  });

  it('carries no value along, but where it was taken if that is asked for', async () => {
    const local = lookAndScrub(new MemorySource(leaking), optionsFor('a.jpg'));
    const carried = (tellsPlace: boolean): string => JSON.stringify(carryJudgement(local.outcome, tellsPlace));
    expect(carried(false)).not.toMatch(/CANARY|48[.,]/);
    expect(carried(true)).not.toContain('CANARY');
    const { look, end } = await threads.look(new MemorySource(leaking), optionsFor('a.jpg'), { scrubs: true, tellsPlace: true });
    end();
    expect(spotOf(local.outcome).place?.latitude).toBeCloseTo(48.8584, 3);
    expect(spotOf(look.outcome)).toEqual(spotOf(local.outcome));
    expect(JSON.stringify(look.outcome)).not.toMatch(/48[.,]8/);
  });

  it('takes many files at a time, each answer to its own file', async () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      jpegWith(buildExif({ orientation: (index % 8) + 1, serial: `S-${index}`, gps: { latitude: index, longitude: 1 } })),
    );
    await Promise.all(
      many.map(async (bytes, index) => {
        const options = optionsFor(`${index}.jpg`);
        const { look, end } = await threads.look(new MemorySource(bytes), options, FIX);
        const output = concatBytes(look.replacement?.pieces ?? []);
        const proof = await look.replacement?.verify(new MemorySource(output));
        end();
        expect(proof?.artifact).toBe(`${index}.jpg`);
        expect(proof?.before.sha256).toBe(sha256Of(new MemorySource(bytes)));
      }),
    );
    expect(threads.numbers.threads).toBeGreaterThan(0);
    expect(threads.numbers.waiting).toBe(0);
  });

  it('lets a thread go that was not asked for its proof', async () => {
    const one = threadsOf({ mostThreads: 1 });
    for (let index = 0; index < 5; index++) (await one.look(new MemorySource(leaking), optionsFor('a.jpg'), FIX)).end();
    const { look } = await one.look(new MemorySource(clean), optionsFor('a.jpg'), FIX);
    expect(look.outcome.verdict.kind).toBe('clean');
  });

  it('ends threads that have nothing to do, and starts one when a file is on its way', async () => {
    const idle = threadsOf({ idleMs: 50 });
    expect(idle.numbers.threads).toBe(0);
    idle.warm();
    await until(() => idle.numbers.threads === 1);
    await until(() => idle.numbers.threads === 0);
    const { look } = await idle.look(new MemorySource(clean), optionsFor('a.jpg'), FIX);
    expect(look.outcome.verdict.kind).toBe('clean');
  });
});

describe('a thread that comes upon what it cannot bear', () => {
  const bad = (more = {}) => threadsOf({ script: badScript, mostThreads: 1, ...more });
  const wellAfter = async (threads: LookThreads): Promise<void> => {
    const { look, end } = await threads.look(new MemorySource(leaking), optionsFor('a.jpg'), FIX);
    expect((await look.replacement?.verify(new MemorySource(concatBytes(look.replacement.pieces))))?.format).toBe('jpeg');
    end();
  };

  it.each([
    ['hangs', 'limit-time', { limitMs: 300, limitMsPerMiB: 0 }],
    ['says nothing', 'limit-thread', { limitMs: 300, limitMsPerMiB: 0 }],
    ['bursts', 'limit-memory', { heapMb: 24 }],
    ['exits', 'limit-thread', {}],
    ['throws', 'limit-thread', {}],
  ])('that %s makes a file that could not be checked, and the next file gets a thread that works', async (artifact, code, more) => {
    const threads = bad(more);
    const { look, end } = await threads.look(new MemorySource(leaking), optionsFor(artifact), FIX);
    end();
    expect(look.replacement).toBeUndefined();
    expect(look.outcome.verdict).toMatchObject({ kind: 'unreadable', unreadable: { code, byteOffset: 0 } });
    expect(JSON.stringify(look)).not.toContain('CANARY');
    await wellAfter(bad());
    await wellAfter(threads);
  });

  it('costs no other file its check that the thread had at the same time', async () => {
    const threads = bad({ limitMs: 800, limitMsPerMiB: 0, filesPerThread: 4 });
    const one = async (artifact: string) => {
      const { look, end } = await threads.look(new MemorySource(leaking), optionsFor(artifact), FIX);
      end();
      return look.outcome.verdict.kind;
    };
    expect(await Promise.all(['a.jpg', 'hangs', 'b.jpg', 'c.jpg', 'exits', 'd.jpg'].map(one))).toEqual([
      'violates',
      'unreadable',
      'violates',
      'violates',
      'unreadable',
      'violates',
    ]);
  });

  it('makes a file be tried again whose proof was under way', async () => {
    const threads = bad({ filesPerThread: 4 });
    const { look, end } = await threads.look(new MemorySource(leaking), optionsFor('a.jpg'), FIX);
    const lost = threads.look(new MemorySource(leaking), optionsFor('exits'), FIX);
    await expect(
      (async () => {
        await lost;
        return look.replacement?.verify(new MemorySource(clean));
      })(),
    ).rejects.toMatchObject({ code: 'thread-lost' });
    end();
    await wellAfter(threads);
  });

  it('that cannot be started at all leaves the work to the thread that asks, and says so once', async () => {
    const told: string[] = [];
    const threads = threadsOf({ script: new URL('./not-there.mjs', import.meta.url), onTrouble: (message) => told.push(message) });
    for (let index = 0; index < 3; index++) await wellAfter(threads);
    expect(told).toHaveLength(1);
  });
});

describe('what goes between threads', () => {
  it('keeps one buffer one, and sends no more than a view shows', () => {
    const zeros = new Uint8Array(10);
    const view = Buffer.alloc(1000, 1).subarray(5, 8);
    const edits = [zeros, zeros, view].map((bytes, index) => ({ byteOffset: index * 10, byteLength: 10, bytes }));
    const carried = structuredClone(carryEdits(edits));
    expect(carried.buffers.map(({ buffer }) => buffer.byteLength)).toEqual([10, 3]);
    expect(editsOf(carried).map(({ bytes }) => [...bytes])).toEqual(edits.map(({ bytes }) => [...bytes]));
  });

  it('keeps each error what it is, and tells of a bug only name and place', () => {
    for (const error of [new ProofError('residue', 'x is there', 7), new IoError('disk-full', 'no space', 'make some')]) {
      const again = errorOf(structuredClone(carryError(error)));
      expect(again).toBeInstanceOf(error.constructor);
      expect({ ...again, message: again.message }).toEqual({ ...error, message: error.message });
    }
    const bug = errorOf(structuredClone(carryError(new RangeError('CANARY'))));
    expect([bug.name, bug.message, bug.stack].join()).not.toContain('CANARY');
    expect(bug.name).toBe('RangeError');
    expect(JSON.stringify(carryError(seal('CANARY')))).not.toContain('CANARY');
  });
});
