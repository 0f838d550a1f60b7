import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exifence, type Run, temporaryFolder } from '../support/cli.js';
import { jpegWith } from '../support/exif.js';
import { buildExif } from '../support/tiff.js';
import { until } from './start.js';

const CLI = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const leaking = (serial = 'CANARY-4711'): Buffer =>
  jpegWith(buildExif({ orientation: 6, serial, gps: { latitude: 48.8584, longitude: 2.2945 } }));
const clean = (): Buffer => jpegWith(null);

let folder: ReturnType<typeof temporaryFolder>;
let at: (...names: string[]) => string;
let env: NodeJS.ProcessEnv;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  at = (...names) => join(folder.path, ...names);
  env = { EXIFENCE_STATE_DIR: at('state') };
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await new Promise((resolve) =>
      child.exitCode !== null || child.signalCode !== null ? resolve(undefined) : child.once('close', resolve),
    );
  }
  folder.remove();
});

interface Daemon {
  readonly child: ChildProcess;
  readonly log: () => string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

function policy(watch: string): void {
  writeFileSync(at('policy.yaml'), `version: 1\nextends: strict\nwatch:\n  settle: 100ms\n${watch}`);
}

async function daemon(): Promise<Daemon> {
  const child = spawn(process.execPath, [CLI, 'watch', '--policy', at('policy.yaml')], {
    cwd: folder.path,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [out, log] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await until(() => /^ready\b/m.test(out) || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(log);
  return {
    child,
    log: () => log,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

const run = (...args: string[]): Promise<Run> => exifence(args, { cwd: folder.path, env });
const leaks = (path: string): boolean => readFileSync(path).includes('CANARY');
const names = (...place: string[]): string[] =>
  readdirSync(at(...place), { recursive: true })
    .map(String)
    .sort();

describe('an outbox', () => {
  beforeEach(() => {
    mkdirSync(at('camera', 'trip'), { recursive: true });
    policy('  folders: [{ path: camera, mode: outbox, outbox: to-post }]\n');
  });

  it('gets clean copies, and the originals stay, for their owner only', async () => {
    await daemon();
    writeFileSync(at('camera', 'trip', 'a.jpg'), leaking(), { mode: 0o644 });
    writeFileSync(at('camera', 'b.jpg'), clean());
    utimesSync(at('camera', 'b.jpg'), 1_600_000_000, 1_600_000_000);
    writeFileSync(at('camera', 'notes.txt'), 'no picture');
    writeFileSync(at('camera', 'broken.jpg'), leaking().subarray(0, 60));
    await until(() => existsSync(at('to-post', 'trip', 'a.jpg')) && existsSync(at('to-post', 'b.jpg')));
    await until(() => (statSync(at('camera', 'trip', 'a.jpg')).mode & 0o777) === 0o600);
    expect(leaks(at('to-post', 'trip', 'a.jpg'))).toBe(false);
    expect(readFileSync(at('camera', 'trip', 'a.jpg'))).toEqual(leaking());
    expect(readFileSync(at('to-post', 'b.jpg'))).toEqual(clean());
    expect(statSync(at('to-post', 'b.jpg')).mtimeMs).toBe(1_600_000_000_000);
    expect(statSync(at('to-post', 'trip', 'a.jpg')).mode & 0o777).toBe(0o644);
    // What is no picture, or cannot be read, does not come out.
    expect(names('to-post')).toEqual(['b.jpg', 'trip', join('trip', 'a.jpg')]);
  });

  it('never writes over what is there', async () => {
    mkdirSync(at('to-post'));
    writeFileSync(at('to-post', 'a.jpg'), 'somebody’s');
    await daemon();
    writeFileSync(at('camera', 'a.jpg'), leaking());
    await until(() => existsSync(at('to-post', 'a (2).jpg')));
    expect(readFileSync(at('to-post', 'a.jpg'), 'utf8')).toBe('somebody’s');
    expect(leaks(at('to-post', 'a (2).jpg'))).toBe(false);
  });

  it('may lie within the folder that is watched', async () => {
    policy('  folders: [{ path: camera, mode: outbox, outbox: camera/out }]\n');
    const running = await daemon();
    writeFileSync(at('camera', 'a.jpg'), leaking());
    await until(() => existsSync(at('camera', 'out', 'a.jpg')));
    writeFileSync(at('camera', 'b.jpg'), leaking());
    await until(() => existsSync(at('camera', 'out', 'b.jpg')));
    await running.stop();
    expect(names('camera')).toEqual(['a.jpg', 'b.jpg', 'out', join('out', 'a.jpg'), join('out', 'b.jpg'), 'trip']);
  });

  it('makes no second copy after a restart', async () => {
    const first = await daemon();
    writeFileSync(at('camera', 'a.jpg'), leaking());
    await until(() => existsSync(at('to-post', 'a.jpg')));
    await first.stop('SIGKILL');
    const second = await daemon();
    writeFileSync(at('camera', 'b.jpg'), leaking());
    await until(() => existsSync(at('to-post', 'b.jpg')));
    await second.stop();
    expect(names('to-post')).toEqual(['a.jpg', 'b.jpg']);
  });
});

describe('folders of one policy', () => {
  it('have modes and policies of their own', async () => {
    for (const name of ['shots', 'export', 'camera']) mkdirSync(at(name));
    policy('  folders:\n    - shots\n    - { path: export, policy: location-only }\n    - { path: camera, mode: outbox, outbox: out }\n');
    await daemon();
    for (const name of ['shots', 'export', 'camera']) writeFileSync(at(name, 'a.jpg'), leaking());
    await until(() => !leaks(at('shots', 'a.jpg')) && existsSync(at('out', 'a.jpg')));
    // Its policy takes places only.
    await until(() => !readFileSync(at('export', 'a.jpg')).equals(leaking()));
    expect(leaks(at('export', 'a.jpg'))).toBe(true);
    expect(leaks(at('camera', 'a.jpg'))).toBe(true);
    expect(leaks(at('out', 'a.jpg'))).toBe(false);
  });

  it('are refused where they make no sense', async () => {
    mkdirSync(at('camera'));
    policy('  folders: [{ path: camera, mode: outbox }]\n');
    expect(await run('watch', '--policy', 'policy.yaml')).toMatchObject({ code: 2, stderr: expect.stringContaining('outbox') });
    policy('  folders: [{ path: camera, mode: outbox, outbox: camera }]\n');
    expect(await run('watch', '--policy', 'policy.yaml')).toMatchObject({ code: 2 });
    policy('  folders: [gone]\n');
    expect(await run('watch', '--policy', 'policy.yaml')).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no folder') });
  });
});

describe('what the daemon has cleaned', () => {
  beforeEach(() => {
    mkdirSync(at('shots'));
    policy('  folders: [shots]\n');
  });

  it('can be brought back, stays then, and is on record', async () => {
    const running = await daemon();
    writeFileSync(at('shots', 'a.jpg'), leaking());
    chmodSync(at('shots', 'a.jpg'), 0o640);
    await until(() => !leaks(at('shots', 'a.jpg')));
    await until(() => existsSync(at('state', 'receipts', 'receipts.ndjson')));
    expect(await run('verify', 'shots/a.jpg')).toMatchObject({ code: 0, stdout: expect.stringMatching(/removed .*location \d/) });
    expect(await run('undo', 'shots/a.jpg')).toMatchObject({ code: 0 });
    expect(readFileSync(at('shots', 'a.jpg'))).toEqual(leaking());
    expect(statSync(at('shots', 'a.jpg')).mode & 0o777).toBe(0o640);
    await until(() => running.log().includes('"undone"'));
    await running.stop();
    const again = await daemon();
    writeFileSync(at('shots', 'b.jpg'), leaking('CANARY-B'));
    await until(() => !leaks(at('shots', 'b.jpg')));
    await again.stop();
    expect(readFileSync(at('shots', 'a.jpg'))).toEqual(leaking());
    expect(await run('verify-log')).toMatchObject({ code: 0, stdout: expect.stringContaining('3 receipts') });
    expect(await run('undo', '--last')).toMatchObject({ code: 0, stdout: expect.stringContaining('b.jpg') });
    // Values stay sealed everywhere but in the originals themselves.
    for (const place of ['receipts', 'journal'])
      for (const name of names('state', place)) expect(leaks(at('state', place, name))).toBe(false);
    expect(running.log()).not.toContain('CANARY');
  });

  it('is not to be had back where the vault is off', async () => {
    policy('  vault: off\n  folders: [shots]\n');
    await daemon();
    writeFileSync(at('shots', 'a.jpg'), leaking());
    await until(() => !leaks(at('shots', 'a.jpg')));
    expect(await run('undo', 'shots/a.jpg')).toMatchObject({ code: 2, stderr: expect.stringContaining('no original') });
    expect(existsSync(at('state', 'vault')) ? names('state', 'vault') : []).toEqual([]);
  });

  it('keeps its original encrypted where the policy says so, and is not touched before there is a key', async () => {
    policy('  vault: { encrypt: true }\n  folders: [shots]\n');
    const running = await daemon();
    writeFileSync(at('shots', 'a.jpg'), leaking());
    await until(() => running.log().includes('no-vault-key'));
    expect(readFileSync(at('shots', 'a.jpg'))).toEqual(leaking());
    writeFileSync(at('pass'), 'correct horse\n');
    expect(await run('vault', 'encrypt', '--passphrase-file', 'pass')).toMatchObject({ code: 0 });
    writeFileSync(at('shots', 'b.jpg'), leaking('CANARY-B'));
    await until(() => !leaks(at('shots', 'b.jpg')));
    for (const name of names('state', 'vault')) expect(leaks(at('state', 'vault', name))).toBe(false);
    expect(await exifence(['undo', 'shots/b.jpg'], { cwd: folder.path, env, stdin: 'wrong\n' })).toMatchObject({ code: 2 });
    expect(await run('undo', 'shots/b.jpg', '--passphrase-file', 'pass')).toMatchObject({ code: 0 });
    expect(readFileSync(at('shots', 'b.jpg'))).toEqual(leaking('CANARY-B'));
  });

  it('is one daemon’s work: a second on the same folder is refused, and one that was killed is no hindrance', async () => {
    const running = await daemon();
    expect(await run('watch', '--policy', 'policy.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('another exifence watches'),
    });
    await running.stop('SIGKILL');
    await (await daemon()).stop();
  });
});

describe('files that belong to a picture', () => {
  it('are told of and left as they are, unless the policy keeps them or they are pictures themselves', async () => {
    for (const name of ['shots', 'kept']) mkdirSync(at(name));
    policy('  folders: [{ path: shots }, { path: kept }]\noverrides:\n  - { paths: ["kept/**"], beyond: { sidecar: keep } }\n');
    const running = await daemon();
    const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/">CANARY</x:xmpmeta>';
    for (const name of ['shots', 'kept']) {
      for (const file of ['a.jpg', 'a.thm']) writeFileSync(at(name, file), leaking());
      for (const file of ['a.xmp', 'a.aae', 'other.json']) writeFileSync(at(name, file), xmp);
    }
    const told = (): string[] => [...running.log().matchAll(/shots\/(a\.(?:xmp|aae))/g)].map(([, name]) => String(name));
    await until(() => ['a.xmp', 'a.aae'].every((name) => told().includes(name)));
    await until(() => ['shots', 'kept'].every((name) => !leaks(at(name, 'a.jpg')) && !leaks(at(name, 'a.thm'))));
    expect(running.log()).toContain('the daemon does not look into files that belong to a picture');
    expect(running.log()).not.toMatch(/kept\/a\.(xmp|aae)|other\.json/);
    for (const file of ['a.xmp', 'a.aae', 'other.json']) expect(readFileSync(at('shots', file), 'utf8')).toBe(xmp);
  });
});
