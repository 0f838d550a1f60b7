// The daemon where the kernel drops changes, and where it gives no watches: settings of the whole machine, which only root may change.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/cli.js';
import { jpegWith } from '../support/exif.js';
import { buildExif } from '../support/tiff.js';
import { sleep, until } from '../watch/start.js';

const CLI = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const SETTINGS = '/proc/sys/fs/inotify';
const whyNot = reasonNot();

/** Why the settings cannot be changed here. */
function reasonNot(): string | undefined {
  try {
    const file = join(SETTINGS, 'max_queued_events');
    writeFileSync(file, readFileSync(file));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

const leaking = jpegWith(buildExif({ serial: 'CANARY-4711', gps: { latitude: 48.8584, longitude: 2.2945 } }));
const undo: (() => void)[] = [];
let child: ChildProcess | undefined;

afterEach(async () => {
  child?.kill('SIGCONT');
  child?.kill('SIGKILL');
  await sleep(100);
  for (const work of undo.splice(0).reverse()) work();
});

function set(name: string, value: number): void {
  const file = join(SETTINGS, name);
  const before = readFileSync(file);
  undo.push(() => writeFileSync(file, before));
  writeFileSync(file, String(value));
}

async function daemon(folder: string, state: string): Promise<() => string> {
  child = spawn(process.execPath, [CLI, 'watch', '--policy', join(state, '..', 'policy.yaml'), folder], {
    env: { ...process.env, EXIFENCE_STATE_DIR: state },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (out += chunk));
  await until(() => /^ready\b/m.test(out));
  return () => out;
}

function scene(backend: 'chokidar' | 'native' = 'chokidar'): { in: string; state: string } {
  const made = temporaryFolder();
  undo.push(() => made.remove());
  const places = { in: join(made.path, 'in'), state: join(made.path, 'state') };
  mkdirSync(places.in);
  writeFileSync(join(made.path, 'policy.yaml'), `version: 1\nextends: strict\nwatch: { settle: 100ms, backend: ${backend}, vault: off }\n`);
  return places;
}

const leaksIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.jpg') && readFileSync(join(folder, name)).includes('CANARY'),
  ).length;

describe.skipIf(whyNot !== undefined)(`where the system keeps too little${whyNot === undefined ? '' : ` (SKIPPED: ${whyNot})`}`, () => {
  it.each(['chokidar', 'native'] as const)('finds what came while changes were dropped, and says so (%s)', async (backend) => {
    const at = scene(backend);
    set('max_queued_events', 64);
    const out = await daemon(at.in, at.state);
    child?.kill('SIGSTOP');
    for (let index = 0; index < 300; index++) writeFileSync(join(at.in, `${index}.jpg`), leaking);
    child?.kill('SIGCONT');
    await until(() => leaksIn(at.in) === 0, 30_000);
    expect(out()).toContain('than the system keeps');
  });

  it('looks through the folders regularly where there are no watches left, and says so', async () => {
    const at = scene();
    for (let index = 0; index < 40; index++) mkdirSync(join(at.in, String(index)));
    set('max_user_watches', 10);
    const out = await daemon(at.in, at.state);
    expect(out()).toContain('gives no more watches');
    for (let index = 0; index < 40; index++) writeFileSync(join(at.in, String(index), 'a.jpg'), leaking);
    await until(() => leaksIn(at.in) === 0, 60_000);
  });
});
