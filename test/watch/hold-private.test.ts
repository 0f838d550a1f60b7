// What is held is nobody else's to read: asked as another user of the system would.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasTool, isRoot } from '../io/helpers.js';
import { HoldScene } from './hold-scene.js';
import { until } from './start.js';

const NOBODY = 65_534;
const canAsk = isRoot && hasTool('setpriv') && process.platform === 'linux';
const skipped = canAsk ? '' : ' [SKIPPED: only root with setpriv can ask as another user]';

let scene: HoldScene;
beforeEach(() => {
  scene = new HoldScene();
  // Nothing but what is held keeps the other user out.
  for (let folder = scene.at(); folder !== dirname(folder) && folder.length > 4; folder = dirname(folder)) chmodSync(folder, 0o755);
});
afterEach(() => scene.remove());

/** What another user finds when he reads everything that he can get at. */
function foundByAnother(...folders: string[]): { readonly names: string[]; readonly canary: boolean } {
  const { stdout } = spawnSync(
    'setpriv',
    [
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      'sh',
      '-c',
      'find "$@" -type f 2>/dev/null; find "$@" -type f -exec cat {} + 2>/dev/null',
      'sh',
      ...folders,
    ],
    { encoding: 'latin1', maxBuffer: 1 << 28, cwd: '/' },
  );
  return { names: stdout.split('\n').filter((line) => line.startsWith('/')), canary: stdout.includes('CANARY') };
}

describe.skipIf(!canAsk)(`what is held${skipped}`, () => {
  it('cannot be read by another user, at any moment from when it is taken in until it is out', async () => {
    scene.policy('    - { path: in, hold: 3s }\n    - { path: box, outbox: out, hold: 3s }\n    - { path: q, mode: quarantine }\n');
    await scene.daemon();
    expect(foundByAnother(scene.at()).canary).toBe(false);
    for (const name of ['in/a.jpg', 'box/b.jpg', 'q/c.jpg']) scene.put(name, undefined, 0o666);
    // The other user can read here: else the test would say nothing.
    scene.put('sign.jpg', undefined, 0o644);
    expect(foundByAnother(scene.at('sign.jpg')).canary).toBe(true);
    const places = ['in', 'box', 'out', 'q', 'state'].map((name) => scene.at(name));
    await until(
      () => readdirSync(scene.at('state/held')).filter((name) => name.endsWith('.json')).length >= 5 || !foundByAnother(...places).canary,
    );
    let looks = 0;
    await until(() => {
      looks++;
      if (foundByAnother(...places).canary) throw new Error('another user has read what is held');
      return scene.exists('in/a.jpg') && scene.exists('out/b.jpg');
    });
    expect(looks).toBeGreaterThan(20);
    expect((await scene.run('release', '--all')).code).toBe(0);
    const after = foundByAnother(...places);
    expect(after.canary).toBe(false);
    // The clean ones are for everybody, as their owner had it.
    expect(
      after.names
        .map((name) => name.slice(scene.at().length + 1))
        .filter((name) => !name.startsWith('box'))
        .sort(),
    ).toEqual(['in/a.jpg', 'out/b.jpg', 'q/c.jpg']);
    expect(foundByAnother(scene.at('state')).names).toEqual([]);
  });

  it('cannot be read where the state folder was open before, nor listed', async () => {
    scene.policy('    - { path: q, mode: quarantine }\n');
    execFileSync('mkdir', ['-p', '-m', '777', scene.at('state'), join(scene.at('state'), 'held')]);
    await scene.daemon();
    scene.put('q/c.jpg', undefined, 0o666);
    await until(() => !scene.exists('q/c.jpg'));
    const { names, canary } = foundByAnother(scene.at('state'));
    expect({ names, canary }).toEqual({ names: [], canary: false });
  });
});
