// The daemon as people run it, on a disk that is really full or read-only, and with real extended attributes and access lists.
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasTool } from '../io/helpers.js';
import { mounted } from '../support/mounted.js';
import { HoldScene, shot } from '../watch/hold-scene.js';
import { until } from '../watch/start.js';

const disk = mounted('size=256k,mode=0700');
const whyNot = typeof disk === 'string' ? disk : undefined;
if (typeof disk !== 'string') disk.unmount();

let scene: HoldScene;
const undo: (() => void)[] = [];
beforeEach(() => {
  scene = new HoldScene();
});
afterEach(async () => {
  await scene.remove();
  for (const work of undo.splice(0)) work();
});

function mount(options: string): string {
  const made = mounted(options);
  if (typeof made === 'string') throw new Error(made);
  undo.push(() => made.unmount());
  return made.path;
}

/** Leaves not a byte on the disk. */
function fill(path: string): string {
  const filler = join(path, 'filler.bin');
  expect(() => {
    for (let kilobytes = 0; kilobytes < 1024; kilobytes++) writeFileSync(filler, Buffer.alloc(1024), { flag: 'a' });
  }).toThrow(/ENOSPC/);
  return filler;
}

describe.skipIf(whyNot !== undefined)(`on disks of their own${whyNot === undefined ? '' : ` (SKIPPED: ${whyNot})`}`, () => {
  it.each([
    ['in-place', 'the folder'],
    ['in-place', 'the vault'],
    ['outbox', 'the outbox'],
  ] as const)('%s: where %s is full nothing is touched, and it goes on when there is space', async (mode, what) => {
    const full = mount('size=256k,mode=0700');
    const folder = what === 'the folder' ? full : scene.at('in');
    if (what !== 'the folder') mkdirSync(folder);
    if (what === 'the vault') scene.env = { EXIFENCE_STATE_DIR: join(full, 'state') };
    writeFileSync(
      scene.at('policy.yaml'),
      `version: 1\nextends: strict\nwatch:\n  settle: 100ms\n  folders: [{ path: "${folder}"${mode === 'outbox' ? `, outbox: "${join(full, 'out')}"` : ''} }]\n`,
    );
    const daemon = await scene.daemon();
    const path = join(folder, 'a.jpg');
    if (what === 'the folder') writeFileSync(path.replace('.jpg', '.crdownload'), shot());
    const filler = fill(full);
    if (what === 'the folder') execFileSync('mv', [path.replace('.jpg', '.crdownload'), path]);
    else writeFileSync(path, shot());
    await until(() => daemon.log().includes('"disk-full"'));
    expect(readFileSync(path)).toEqual(shot());
    rmSync(filler);
    const output = mode === 'outbox' ? join(full, 'out', 'a.jpg') : path;
    const isClean = (): boolean => {
      try {
        return !readFileSync(output).includes('CANARY');
      } catch {
        return false;
      }
    };
    await until(isClean, 40_000);
    await until(() => /"event":"cleaned"/.test(daemon.log()));
    await daemon.stop();
    expect(daemon.log()).not.toContain('"event":"bug"');
    expect(await scene.run('verify', output)).toMatchObject({ code: 0 });
    expect(await scene.run('verify-log')).toMatchObject({ code: 0 });
    if (mode === 'in-place') {
      expect(await scene.run('undo', path)).toMatchObject({ code: 0 });
      expect(readFileSync(path)).toEqual(shot());
    }
  });

  it('leaves a read-only folder as it is, says so once, and goes on when it can be written', async () => {
    const path = mount('size=1m,mode=0700');
    scene.policy(`    - { path: "${path}" }\n`);
    const daemon = await scene.daemon();
    writeFileSync(join(path, 'a.crdownload'), shot());
    execFileSync('mv', [join(path, 'a.crdownload'), join(path, 'a.jpg')]);
    execFileSync('mount', ['-o', 'remount,ro', path]);
    await until(() => daemon.log().includes('"read-only-file-system"'));
    expect(readFileSync(join(path, 'a.jpg'))).toEqual(shot());
    execFileSync('mount', ['-o', 'remount,rw', path]);
    await until(() => !readFileSync(join(path, 'a.jpg')).includes('CANARY'), 40_000);
    expect(daemon.log().match(/"read-only-file-system"/g)).toHaveLength(1);
  });
});

describe('an outbox', () => {
  it('is not written through a link that leads out of it', async () => {
    scene.policy('    - { path: in, outbox: out }\n');
    mkdirSync(scene.at('elsewhere'));
    mkdirSync(scene.at('in/sub'), { recursive: true });
    mkdirSync(scene.at('out'));
    symlinkSync(scene.at('elsewhere'), scene.at('out/sub'));
    const daemon = await scene.daemon();
    scene.put('in/sub/a.jpg');
    await until(() => daemon.log().includes('"outbox-failed"'));
    expect(scene.names('elsewhere')).toEqual([]);
    rmSync(scene.at('out/sub'));
    await until(() => scene.exists('out/sub/a.jpg'), 40_000);
    expect(scene.leaks('out/sub/a.jpg')).toBe(false);
  });
});

const tools = ['setfattr', 'getfattr', 'setfacl', 'getfacl'].filter((name) => !hasTool(name));

describe.skipIf(tools.length > 0)(`attributes${tools.length > 0 ? ` (SKIPPED: no ${tools.join(', ')})` : ''}`, () => {
  const attributes = (path: string): string =>
    execFileSync('sh', ['-c', 'getfattr -d -- "$1" | tail -n +2; getfacl -cpn -- "$1"', 'sh', path], { encoding: 'utf8' });
  const give = (path: string): void => {
    execFileSync('setfattr', ['-n', 'user.exifence.test', '-v', 'stays', path]);
    execFileSync('setfacl', ['-m', 'u:12345:r', path]);
    execFileSync('touch', ['-d', '2020-09-13T12:26:40Z', path]);
  };
  const arrive = (name: string): { shown: string; mode: number } => {
    const path = scene.put(`${name}.crdownload`);
    give(path);
    const was = { shown: attributes(path), mode: lstatSync(path).mode };
    execFileSync('mv', [path, scene.at(name)]);
    expect(was.shown).toMatch(/user\.exifence\.test="stays"[\s\S]*user:12345:r/);
    return was;
  };

  it.each([
    ['in place', '    - { path: in }\n', 'in/a.jpg'],
    ['in an outbox', '    - { path: in, outbox: out }\n', 'out/a.jpg'],
  ])('survive %s, with owner, mode and time', async (_name, folders, output) => {
    scene.policy(folders);
    await scene.daemon();
    const was = arrive('in/a.jpg');
    await until(() => scene.exists(output) && !scene.leaks(output));
    expect(attributes(scene.at(output))).toBe(was.shown);
    expect(lstatSync(scene.at(output))).toMatchObject({ mode: was.mode, mtimeMs: 1_600_000_000_000 });
  });

  it('come back with what is undone, also where the file is gone', async () => {
    scene.policy('    - { path: in }\n');
    const daemon = await scene.daemon();
    const was = arrive('in/a.jpg');
    await until(() => !scene.leaks('in/a.jpg') && /"event":"cleaned"/.test(daemon.log()));
    for (const remove of [false, true]) {
      if (remove) rmSync(scene.at('in/a.jpg'));
      expect(await scene.run('undo', 'in/a.jpg')).toMatchObject({ code: 0 });
      expect(scene.leaks('in/a.jpg')).toBe(true);
      expect(attributes(scene.at('in/a.jpg'))).toBe(was.shown);
      expect(lstatSync(scene.at('in/a.jpg'))).toMatchObject({ mode: was.mode, mtimeMs: 1_600_000_000_000 });
    }
  });

  it('that tell where a file comes from do not go out with a copy', async () => {
    scene.policy('    - { path: in, outbox: out }\n');
    const daemon = await scene.daemon();
    const path = scene.put('in/a.crdownload');
    execFileSync('setfattr', ['-n', 'user.xdg.origin.url', '-v', 'https://secret.example/', path]);
    execFileSync('mv', [path, scene.at('in/a.jpg')]);
    await until(() => scene.exists('out/a.jpg'));
    expect(execFileSync('getfattr', ['-d', '--', scene.at('out/a.jpg')], { encoding: 'utf8' })).not.toContain('secret');
    await until(() => daemon.log().includes('extended attributes were not copied'));
  });
});
