import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { it as base, describe, expect } from 'vitest';
import { type Held, HoldScene, shot } from './hold-scene.js';
import { sleep, until } from './start.js';

/** Each test has a home and a daemon of its own; most of the time they wait. */
const it = base.extend<{ scene: HoldScene }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads what a fixture needs from its first argument.
  scene: async ({}, use) => {
    const scene = new HoldScene();
    await use(scene);
    await scene.remove();
  },
});

describe.concurrent('a posting delay', () => {
  it('takes a picture out of sight, and lets it appear clean with its attributes', async ({ scene }) => {
    scene.policy('    - { path: in, hold: 5s }\n');
    await scene.daemon();
    scene.put('in/a.jpg', shot(), 0o640);
    utimesSync(scene.at('in/a.jpg'), 1_600_000_000, 1_600_000_000);
    scene.put('in/notes.txt', Buffer.from('no picture'));
    await until(() => scene.heldCount() === 1 && !scene.exists('in/a.jpg'));
    expect(scene.names('in')).toEqual(['notes.txt']);
    expect(await scene.held()).toMatchObject([{ file: scene.at('in/a.jpg'), why: 'hold' }]);
    await until(() => scene.exists('in/a.jpg'));
    expect(scene.leaks('in/a.jpg')).toBe(false);
    expect(scene.mode('in/a.jpg')).toBe(0o640);
    expect(statSync(scene.at('in/a.jpg')).mtimeMs).toBe(1_600_000_000_000);
    // What was released does not arrive again.
    await sleep(600);
    expect(scene.names('in')).toEqual(['a.jpg', 'notes.txt']);
    expect(await scene.held()).toEqual([]);
    expect((await scene.run('undo', 'in/a.jpg')).code).toBe(0);
    await sleep(600);
    expect(scene.leaks('in/a.jpg')).toBe(true);
    expect((await scene.run('verify-log')).code).toBe(0);
  });

  it('outlives the daemon, which releases at its start what has become due', async ({ scene }) => {
    scene.policy('    - { path: in, hold: 6s }\n');
    const first = await scene.daemon();
    scene.put('in/a.jpg');
    scene.put('in/b.jpg');
    await until(() => scene.heldCount() === 2);
    await first.stop('SIGKILL');
    await until(() => readdirSync(scene.at('in')).length === 0);
    await sleep(6_000);
    expect(scene.names('in')).toEqual([]);
    const second = await scene.daemon();
    await until(() => scene.exists('in/a.jpg') && scene.exists('in/b.jpg'));
    await second.stop();
    await scene.daemon();
    await sleep(600);
    expect(scene.names('in')).toEqual(['a.jpg', 'b.jpg']);
    expect(scene.heldCount()).toBe(0);
  });

  it('leaves the original of an outbox where it is, private, until the clean copy appears', async ({ scene }) => {
    scene.policy('    - { path: in, outbox: out, hold: 5s }\n');
    const first = await scene.daemon();
    mkdirSync(scene.at('in/sub'));
    scene.put('in/sub/a.jpg');
    await until(() => scene.heldCount() === 1 && scene.mode('in/sub/a.jpg') === 0o600);
    expect(scene.names('out')).toEqual([]);
    await first.stop();
    const second = await scene.daemon();
    await until(() => scene.exists('out/sub/a.jpg'));
    expect(scene.leaks('out/sub/a.jpg')).toBe(false);
    expect(scene.mode('out/sub/a.jpg')).toBe(0o644);
    expect(scene.leaks('in/sub/a.jpg')).toBe(true);
    expect(scene.mode('in/sub/a.jpg')).toBe(0o600);
    await second.stop();
    await scene.daemon();
    await sleep(600);
    expect(scene.names('out')).toEqual(['sub', 'sub/a.jpg']);
    expect(scene.heldCount()).toBe(0);
  });

  it('goes on for an original that is given another name, and begins anew for one that is changed', async ({ scene }) => {
    scene.policy('    - { path: in, outbox: out, hold: 1h }\n');
    await scene.daemon();
    scene.put('in/a.jpg');
    await until(() => scene.heldCount() === 1 && scene.mode('in/a.jpg') === 0o600);
    const [before] = await scene.held();
    renameSync(scene.at('in/a.jpg'), scene.at('in/b.jpg'));
    await until(() => readFileSync(scene.at('state/held', `${before?.id}.json`), 'utf8').includes('in/b.jpg'));
    expect((await scene.held()).map(({ id, file }) => [id, file])).toEqual([[before?.id, scene.at('in/b.jpg')]]);
    appendFileSync(scene.at('in/b.jpg'), 'more');
    await until(() => !scene.exists(`state/held/${before?.id}.json`));
    const after = await scene.held();
    expect(after).toHaveLength(1);
    expect((await scene.run('release', after[0]?.id as string)).code).toBe(0);
    expect(scene.names('out')).toEqual(['b.jpg']);
    expect(scene.mode('out/b.jpg')).toBe(0o644);
    expect(scene.leaks('out/b.jpg')).toBe(false);
  });

  it('puts nothing through a link that has taken the place of its folder', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n');
    await scene.daemon();
    mkdirSync(scene.at('in/sub'));
    scene.put('in/sub/a.jpg');
    await until(() => scene.heldCount() === 1);
    mkdirSync(scene.at('elsewhere'));
    rmSync(scene.at('in/sub'), { recursive: true });
    symlinkSync(scene.at('elsewhere'), scene.at('in/sub'));
    expect((await scene.run('release', '--all')).code).toBe(3);
    expect(scene.names('elsewhere')).toEqual([]);
    expect(scene.heldCount()).toBe(1);
  });

  it('holds nothing of what lies in the state folder, also where that is watched', async ({ scene }) => {
    scene.env = { EXIFENCE_STATE_DIR: scene.at('in/state') };
    scene.policy('    - { path: in, mode: quarantine }\n');
    const daemon = await scene.daemon();
    scene.put('in/a.jpg');
    await until(() => scene.exists('in/state/held') && !scene.exists('in/a.jpg'));
    await daemon.stop();
    await scene.daemon();
    await sleep(400);
    expect(scene.names('in/state/held').filter((name) => name.endsWith('.picture'))).toHaveLength(1);
  });

  it('never writes over what has taken the name meanwhile', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n');
    await scene.daemon();
    scene.put('in/a.jpg');
    await until(() => scene.heldCount() === 1);
    mkdirSync(scene.at('in/a.jpg'));
    expect((await scene.run('release', '--all')).stdout).toContain('another file has its name');
    expect(statSync(scene.at('in/a.jpg')).isDirectory()).toBe(true);
    expect(scene.leaks('in/a (2).jpg')).toBe(false);
  });

  it('is over for what lay there longer before anybody looked, and not for what came anew', async ({ scene }) => {
    scene.policy('    - { path: in, hold: 4s }\n');
    scene.put('in/old.jpg');
    await sleep(4_300);
    scene.put('in/new.jpg');
    const first = await scene.daemon();
    await until(() => !scene.leaks('in/old.jpg') && scene.heldCount() === 1);
    expect(scene.exists('in/new.jpg')).toBe(false);
    await until(() => scene.exists('in/new.jpg'));
    await first.stop();
    await scene.daemon();
    await sleep(400);
    expect(scene.names('in')).toEqual(['new.jpg', 'old.jpg']);
  });

  it('holds on to what cannot be proven clean, and tells', async ({ scene }) => {
    scene.policy('    - { path: in, hold: 1s }\n');
    const daemon = await scene.daemon();
    scene.put('in/broken.jpg', shot().subarray(0, 60));
    await until(() => scene.heldCount() === 1);
    await until(() => /"held-on"/.test(daemon.log()));
    expect(scene.names('in')).toEqual([]);
    const [held] = await scene.held();
    expect(held?.problem?.code).toBeTruthy();
    const { code, stdout } = await scene.run('release', held?.id as string);
    expect(code).toBe(3);
    expect(stdout).toContain('what to do');
    expect(daemon.log()).not.toContain('CANARY');
  });

  it('waits for a program that still writes', async ({ scene }) => {
    scene.policy('    - { path: in, hold: 1h }\n');
    await scene.daemon();
    const bytes = shot();
    writeFileSync(scene.at('in/a.jpg'), bytes.subarray(0, 50));
    await sleep(300);
    expect(scene.exists('in/a.jpg')).toBe(true);
    appendFileSync(scene.at('in/a.jpg'), bytes.subarray(50));
    await until(() => scene.heldCount() === 1 && readdirSync(scene.at('state/held')).some((name) => name.endsWith('.picture')));
    const picture = readdirSync(scene.at('state/held')).find((name) => name.endsWith('.picture')) as string;
    expect(readFileSync(scene.at('state/held', picture)).equals(bytes)).toBe(true);
  });

  it('closes the other names of a file to others', async ({ scene }) => {
    scene.policy('    - { path: in, hold: 1h }\n');
    mkdirSync(scene.at('elsewhere'));
    await scene.daemon();
    scene.put('elsewhere/a.jpg');
    linkSync(scene.at('elsewhere/a.jpg'), scene.at('in/a.jpg'));
    await until(() => scene.heldCount() === 1 && scene.mode('elsewhere/a.jpg') === 0o600);
  });

  it('takes names that are not UTF-8, and those of 255 bytes', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n');
    await scene.daemon();
    const odd = Buffer.concat([Buffer.from(`${scene.at('in')}/`), Buffer.from([0xff, 0x1b, 0x5b]), Buffer.from('.jpg')]);
    writeFileSync(odd, shot());
    const long = `${'x'.repeat(251)}.jpg`;
    scene.put(`in/${long}`);
    await until(() => scene.heldCount() === 2);
    const { stdout } = await scene.run('held');
    expect(stdout).toContain('\\xff\\x1b');
    expect(stdout).not.toContain('\u001b');
    mkdirSync(scene.at('in', long));
    expect((await scene.run('release', '--all')).code).toBe(0);
    expect(readFileSync(odd).includes('CANARY')).toBe(false);
    expect(scene.leaks(`in/${'x'.repeat(247)} (2).jpg`)).toBe(false);
  });
});

describe.concurrent('until away', () => {
  const PARIS = { latitude: 48.8584, longitude: 2.2945 };
  const VERSAILLES = { latitude: 48.8049, longitude: 2.1204 };
  const NEAR = { latitude: 48.86, longitude: 2.3 };

  it('holds a picture until a newer one was taken far enough away', async ({ scene }) => {
    scene.policy('    - { path: in, hold: { until-away: 2km, at-most: 7d } }\n');
    const first = await scene.daemon();
    scene.put('in/paris.jpg', shot({ ...PARIS, taken: '2021:07:14 10:00:00' }));
    await until(() => scene.heldCount() === 1);
    scene.put('in/near.jpg', shot({ ...NEAR, taken: '2021:07:14 11:00:00' }));
    await until(() => scene.heldCount() === 2);
    // An older picture from far away that comes late says nothing about where one is now.
    scene.put('in/old.jpg', shot({ latitude: -33.8568, longitude: 151.2153, taken: '2021:07:13 10:00:00' }));
    await until(() => !scene.exists('in/old.jpg') || !scene.leaks('in/old.jpg'));
    scene.put('in/plain.jpg', shot({ taken: '2021:07:14 11:30:00' }));
    await until(() => scene.heldCount() >= 3 && !scene.exists('in/plain.jpg'));
    expect((await scene.held()).map(({ file }) => file.split('/').at(-1)).sort()).toEqual(['near.jpg', 'paris.jpg', 'plain.jpg']);
    await first.stop('SIGKILL');
    await scene.daemon();
    await sleep(300);
    expect(scene.heldCount()).toBe(3);
    scene.put('in/away.jpg', shot({ ...VERSAILLES, taken: '2021:07:14 12:00:00' }));
    await until(() => scene.exists('in/paris.jpg') && scene.exists('in/near.jpg'));
    expect(scene.leaks('in/paris.jpg')).toBe(false);
    expect((await scene.held()).map(({ file }) => file.split('/').at(-1)).sort()).toEqual(['away.jpg', 'plain.jpg']);
  });

  it('does not believe a clock that is ahead, and ends after its longest wait', async ({ scene }) => {
    scene.policy('    - { path: in, hold: { until-away: 100m, at-most: 6s } }\n');
    await scene.daemon();
    scene.put('in/a.jpg', shot({ ...PARIS, taken: '2021:07:14 10:00:00' }));
    await until(() => scene.heldCount() === 1);
    scene.put('in/ahead.jpg', shot({ ...VERSAILLES, taken: '2099:01:01 00:00:00' }));
    await until(() => scene.heldCount() === 2);
    await sleep(300);
    expect(scene.heldCount()).toBe(2);
    await until(() => scene.heldCount() === 0);
    expect(scene.names('in')).toEqual(['a.jpg', 'ahead.jpg']);
  });

  it('tells nobody where one was', async ({ scene }) => {
    scene.policy('    - { path: in, hold: { until-away: 2km } }\n');
    const daemon = await scene.daemon();
    scene.put('in/a.jpg', shot({ ...PARIS, taken: '2021:07:14 10:00:00' }));
    await until(() => scene.heldCount() === 1);
    const outputs = [daemon.log(), (await scene.run('held')).stdout, (await scene.run('held', '--format', 'json')).stdout];
    await scene.run('release', '--all', '--now');
    for (const text of [
      ...outputs,
      readFileSync(scene.at('state/receipts/receipts.ndjson'), 'utf8'),
      readFileSync(scene.at('state/journal/journal.ndjson'), 'utf8'),
    ])
      expect(text).not.toMatch(/48\.85|2\.29/);
    expect((await scene.run('held', '--reveal')).code).toBe(0);
  });
});

describe.concurrent('quarantine', () => {
  it('lets nothing out until it is released, with the daemon or without', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n');
    const daemon = await scene.daemon();
    scene.put('in/a.jpg');
    scene.put('in/b.jpg');
    await until(() => scene.heldCount() === 2);
    await sleep(300);
    expect(scene.names('in')).toEqual([]);
    expect((await scene.run('release', 'in/a.jpg')).code).toBe(0);
    expect(scene.leaks('in/a.jpg')).toBe(false);
    await sleep(500);
    expect(scene.names('in')).toEqual(['a.jpg']);
    await daemon.stop();
    expect((await scene.run('release', '--all')).code).toBe(0);
    expect(scene.leaks('in/b.jpg')).toBe(false);
    expect(await scene.held()).toEqual([]);
    await scene.daemon();
    await sleep(400);
    expect(scene.names('in')).toEqual(['a.jpg', 'b.jpg']);
  });

  it('keeps to its delay unless told otherwise', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine, hold: 1h, outbox: out }\n');
    await scene.daemon();
    scene.put('in/a.jpg');
    await until(() => scene.heldCount() === 1);
    const early = await scene.run('release', '--all');
    expect(early.code).toBe(0);
    expect(early.stdout).toContain('still in its delay');
    expect(scene.names('out')).toEqual([]);
    expect((await scene.run('release', '--all', '--now')).stdout).toContain('out/a.jpg');
    expect(scene.leaks('out/a.jpg')).toBe(false);
    expect(scene.names('in')).toEqual([]);
  });

  it('rejects into the vault, or for good where that is said', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n    - { path: bare, mode: quarantine, vault: off }\n');
    await scene.daemon();
    for (const name of ['in/a.jpg', 'in/b.jpg', 'bare/c.jpg']) scene.put(name);
    await until(() => scene.heldCount() === 3);
    const rejected = await scene.run('reject', 'in/a.jpg');
    expect(rejected).toMatchObject({ code: 0 });
    expect(rejected.stdout).toContain('vault');
    expect((await scene.run('vault', 'list')).stdout).toContain('in/a.jpg');
    const bare = await scene.run('reject', 'bare/c.jpg');
    expect(bare.code).toBe(1);
    expect(bare.stdout).toContain('--delete');
    expect(scene.heldCount()).toBe(2);
    expect((await scene.run('reject', 'bare/c.jpg', 'in/b.jpg', '--delete')).code).toBe(0);
    expect(scene.heldCount()).toBe(0);
    expect(scene.names('state/held').filter((name) => name.endsWith('.picture'))).toEqual([]);
    await sleep(300);
    expect([...scene.names('in'), ...scene.names('bare')]).toEqual([]);
    expect((await scene.run('verify-log')).code).toBe(0);
  });

  it('says what to do where something else was meant', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n');
    expect((await scene.run('held')).stdout).toBe('nothing is held\n');
    expect(await scene.run('release')).toMatchObject({ code: 2 });
    expect((await scene.run('release', 'deadbeef')).stderr).toContain('nothing is held at all');
    const daemon = await scene.daemon();
    for (const _ of [1, 2]) {
      scene.put('in/a.jpg');
      await until(() => !scene.exists('in/a.jpg'));
    }
    await until(() => scene.heldCount() === 2);
    expect((await scene.run('release', 'in/a.jpg')).stderr).toContain('whole id');
    expect((await scene.run('reject', 'in/none\u001b[31m.jpg')).stderr).toContain('\\x1b[31m');
    for (const name of ['held', 'release', 'reject']) expect((await scene.run(name, '--help')).stdout).toContain('Examples:');
    await daemon.stop();
    expect((await scene.run('release', '--all')).code).toBe(0);
    expect(scene.names('in')).toEqual(['a (2).jpg', 'a.jpg']);
  });

  it('judges by the policy of the day of the release', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n');
    const daemon = await scene.daemon();
    scene.put('in/a.jpg');
    await until(() => scene.heldCount() === 1);
    await daemon.stop();
    scene.policy('    - { path: in, mode: quarantine }\n', 'rules: { device: keep }\n');
    expect((await scene.run('release', '--all')).code).toBe(0);
    // The policy lets the serial number stay by now.
    expect(scene.leaks('in/a.jpg')).toBe(true);
    const tags = readFileSync(scene.at('in/a.jpg'));
    expect(tags.equals(shot())).toBe(false);
  });

  it('stays whole where its folder is gone, and comes out when that is back', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n');
    const daemon = await scene.daemon();
    scene.put('in/a.jpg');
    await until(() => scene.heldCount() === 1);
    await daemon.stop();
    rmSync(scene.at('in'), { recursive: true });
    const gone = await scene.run('release', '--all');
    expect(gone.code).toBe(3);
    expect(gone.stdout).toContain('make the folder again');
    mkdirSync(scene.at('in'));
    expect((await scene.run('release', '--all')).code).toBe(0);
    expect(scene.leaks('in/a.jpg')).toBe(false);
  });

  it('lists a record that was damaged, and where its picture is', async ({ scene }) => {
    scene.policy('    - { path: in, mode: quarantine }\n');
    await scene.daemon();
    scene.put('in/a.jpg');
    await until(() => scene.heldCount() === 1);
    const { id } = (await scene.held())[0] as Held;
    writeFileSync(scene.at('state/held', `${id}.json`), '{"schema":"exifence/held@1"');
    const { code, stdout } = await scene.run('held');
    expect(code).toBe(0);
    expect(stdout).toContain(`${id}.picture`);
    expect(readFileSync(scene.at('state/held', `${id}.picture`)).equals(shot())).toBe(true);
  });
});
