import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stateFolder } from '../../src/io/state/state-folder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exifence-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('the state folder', () => {
  it('lies where the system keeps state', () => {
    const of = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string => stateFolder(env, platform, '/home/me').path;
    expect(of({}, 'linux')).toBe('/home/me/.local/state/exifence');
    expect(of({ XDG_STATE_HOME: '/state' }, 'linux')).toBe('/state/exifence');
    expect(of({ XDG_STATE_HOME: 'relative' }, 'linux')).toBe('/home/me/.local/state/exifence');
    expect(of({}, 'darwin')).toBe('/home/me/Library/Application Support/exifence');
    expect(of({ EXIFENCE_STATE_DIR: '/else' }, 'darwin')).toBe('/else');
    expect(() => of({ EXIFENCE_STATE_DIR: 'else' }, 'linux')).toThrow(/no absolute path/);
  });

  it.skipIf(process.platform === 'win32')('is its owner’s alone, also where it was there before', () => {
    const place = join(folder, 'deep', 'state');
    mkdirSync(place, { recursive: true });
    chmodSync(place, 0o777);
    const room = stateFolder({ EXIFENCE_STATE_DIR: place }).room('vault');
    expect([mode(place), mode(room)]).toEqual([0o700, 0o700]);
  });

  it.skipIf(process.platform === 'win32')('is no link that somebody put in its place', () => {
    mkdirSync(join(folder, 'theirs'));
    symlinkSync(join(folder, 'theirs'), join(folder, 'state'));
    expect(() => stateFolder({ EXIFENCE_STATE_DIR: join(folder, 'state') }).room('held')).toThrow(/is no folder/);
  });
});
