// The daemon is killed before every call that writes, and every such call is failed, for each way a file is treated. Before the next start
// nothing is lost, torn or open to others; after it the file is clean, on record, its original to be had back, and nothing lies about.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../../src/service/vault/keys.js';
import { bundle } from '../io/helpers.js';
import { STRIDE, STRIDE_NOTE } from '../support/stride.js';
import { NAME, PASSPHRASE, World, type WorldKind } from '../watch/faults/world.js';

const KILLER = fileURLToPath(new URL('../support/kill-at.cjs', import.meta.url));
const FAILER = fileURLToPath(new URL('../support/fail-at.cjs', import.meta.url));

const KINDS: readonly (readonly [string, WorldKind])[] = [
  ['in place, with a vault', { mode: 'in-place', vault: 'on' }],
  ['in place, without a vault', { mode: 'in-place', vault: 'off' }],
  ['in place, with an encrypted vault', { mode: 'in-place', vault: 'encrypted' }],
  ['in place, a file with two names', { mode: 'in-place', vault: 'on', linked: true }],
  ['to an outbox', { mode: 'outbox', vault: 'on' }],
];

let place: string;
let program: string;
let keys: string;
let clean: Buffer;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'exifence-programs-'));
  program = bundle('watch/faults/program.ts', place, ['sharp', 'onnxruntime-node', 'zxing-wasm', 'zxing-wasm/reader', '@napi-rs/xattr']);
  keys = mkdtempSync(join(place, 'keys-'));
  await makeKey(keys, PASSPHRASE, 10);
  const world = new World({ mode: 'outbox', vault: 'on' });
  expect(await run(['once', world.base])).toMatchObject({ code: 0 });
  clean = readFileSync(join(world.out, NAME));
  expect(clean.includes('CANARY')).toBe(false);
  world.remove();
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, preload?: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...(preload === undefined ? [] : ['-r', preload]), program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.once('close', (code, signal) => resolve({ code, signal, stdout }));
  });
}

/** The names of the calls that write, in order. */
async function callsOf(kind: WorldKind, preload: string, variable: string): Promise<string[]> {
  const world = new World(kind, keys);
  const log = join(place, 'calls');
  writeFileSync(log, '');
  expect(await run(['once', world.base], { [variable]: log }, preload)).toMatchObject({ code: 0 });
  expect(await world.unfinished(clean)).toEqual([]);
  world.remove();
  const calls = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  expect(calls.length).toBeGreaterThan(20);
  return calls;
}

async function expectFinished(worlds: readonly World[], context: (at: number) => object): Promise<void> {
  expect(await run(['once', ...worlds.map(({ base }) => base)])).toMatchObject({ code: 0 });
  for (const [at, world] of worlds.entries()) {
    expect({ ...context(at), wrong: await world.unfinished(clean) }).toEqual({ ...context(at), wrong: [] });
    world.remove();
  }
}

describe.each(KINDS)('%s', (name, kind) => {
  it('is whole and private when the daemon is killed at any call, and done after the next start', async () => {
    const calls = await callsOf(kind, KILLER, 'KILL_LOG');
    const points = calls.map((_, at) => at).filter((at) => at % STRIDE === 0);
    const worlds = points.map(() => new World(kind, keys));
    const context = (at: number): object => ({ name, at: (points[at] as number) + 1, call: calls[points[at] as number] });
    let killed = 0;
    await Promise.all(
      [0, 1].map(async (lane) => {
        for (const [at, world] of worlds.entries()) {
          if (at % 2 !== lane) continue;
          const { signal } = await run(['once', world.base], { KILL_AT: String((points[at] as number) + 1) }, KILLER);
          if (signal === 'SIGKILL') killed++;
          expect({ ...context(at), wrong: world.broken(clean) }).toEqual({ ...context(at), wrong: [] });
        }
      }),
    );
    // The last calls of a run can come in another order than those of the first.
    expect(killed).toBeGreaterThanOrEqual(points.length - 2);
    await expectFinished(worlds, context);
    console.log(`${name}: killed at ${killed} calls${STRIDE_NOTE}: 0 lost, 0 torn, 0 leaked`);
  });

  it.each([
    ['ENOSPC', false],
    ['ENOSPC', true],
    ...(kind.vault !== 'off' && kind.linked !== true
      ? ([
          ['EIO', false],
          ['EACCES', false],
        ] as const)
      : []),
  ] as const)(
    'is whole and private when any call fails with %s (and all after it: %s), and done after the next start',
    async (errno, goesOn) => {
      const calls = await callsOf(kind, FAILER, 'FAIL_LOG');
      const points = calls.map((_, at) => at).filter((at) => at % STRIDE === 0);
      const worlds = points.map(() => new World(kind, keys));
      const context = (at: number): object => ({ name, errno, goesOn, at: (points[at] as number) + 1, call: calls[points[at] as number] });
      const { code, stdout } = await run([`failing:${errno}:${goesOn ? 1 : 0}:${STRIDE}`, ...worlds.map(({ base }) => base)], {}, FAILER);
      expect(code).toBe(0);
      const ends = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { outcome: string; bugs: string[] });
      expect(ends).toHaveLength(worlds.length);
      for (const [at, world] of worlds.entries()) {
        const { outcome, bugs } = ends[at] as (typeof ends)[number];
        // What the disk does is told as what it is.
        expect({ ...context(at), bugs, isKnown: /^(?:ready|IoError [a-z-]+)$/.test(outcome) ? '' : outcome }).toEqual({
          ...context(at),
          bugs: [],
          isKnown: '',
        });
        expect({ ...context(at), wrong: world.broken(clean) }).toEqual({ ...context(at), wrong: [] });
      }
      await expectFinished(worlds, context);
      console.log(
        `${name}: failed with ${errno} at ${points.length} calls${STRIDE_NOTE}${goesOn ? ' and all after' : ''}: 0 lost, 0 torn, 0 leaked`,
      );
    },
  );
});
