import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayHaveLost } from '../../src/doors/watch/backends/event-flood.js';
import { FolderLocks } from '../../src/doors/watch/folder-locks.js';
import { stateFolder } from '../../src/io/state/state-folder.js';
import { folder } from '../io/helpers.js';
import { allClean, type Daemon, sleep, start, until } from './start.js';
import { isClean, toy } from './toy.js';

const clean = (path: string) => existsSync(path) && isClean(readFileSync(path));

function requireNoTrouble(daemon: Daemon): void {
  expect([...daemon.of('unreadable'), ...daemon.of('failed'), ...daemon.of('bug')]).toEqual([]);
}

describe('storms', () => {
  it('cleans a file that is renamed ten times in a second, once, and two that swap their names', async () => {
    const directory = folder();
    const daemon = await start(directory);
    writeFileSync(join(directory, '0.jpg'), toy('s'));
    for (let index = 0; index < 10; index++) {
      await sleep(90);
      renameSync(join(directory, `${index}.jpg`), join(directory, `${index + 1}.jpg`));
    }
    await until(() => clean(join(directory, '10.jpg')));
    writeFileSync(join(directory, 'a.jpg'), toy('s', 10_000, 'a'));
    writeFileSync(join(directory, 'b.jpg'), toy('s', 30_000, 'b'));
    for (let index = 0; index < 7; index++) {
      renameSync(join(directory, 'a.jpg'), join(directory, 't.jpg'));
      renameSync(join(directory, 'b.jpg'), join(directory, 'a.jpg'));
      renameSync(join(directory, 't.jpg'), join(directory, 'b.jpg'));
      await sleep(40);
    }
    await until(() => allClean(directory));
    expect(readFileSync(join(directory, 'a.jpg')).equals(toy('c', 30_000, 'b'))).toBe(true);
    expect(readFileSync(join(directory, 'b.jpg')).equals(toy('c', 10_000, 'a'))).toBe(true);
    await sleep(600);
    expect(daemon.of('cleaned')).toHaveLength(3);
    expect(readdirSync(directory).sort()).toEqual(['10.jpg', 'a.jpg', 'b.jpg']);
    requireNoTrouble(daemon);
  });

  it('cleans each of 150 files of a folder that is renamed, moved out and in while it is worked on', async () => {
    const directory = folder();
    const away = folder();
    const daemon = await start(directory);
    mkdirSync(join(directory, 'one'));
    for (let index = 0; index < 150; index++) writeFileSync(join(directory, 'one', `${index}.jpg`), toy('s', 2_000, String(index % 10)));
    await sleep(200);
    renameSync(join(directory, 'one'), join(directory, 'two'));
    await sleep(150);
    renameSync(join(directory, 'two'), join(away, 'two'));
    await sleep(150);
    renameSync(join(away, 'two'), join(directory, 'three'));
    await until(() => allClean(directory));
    for (let index = 0; index < 150; index++)
      expect(readFileSync(join(directory, 'three', `${index}.jpg`)).equals(toy('c', 2_000, String(index % 10)))).toBe(true);
    // Under watch where it is now.
    await sleep(500);
    writeFileSync(join(directory, 'three', 'late.jpg'), toy('s'));
    await until(() => clean(join(directory, 'three', 'late.jpg')));
    expect(readdirSync(join(directory, 'three'))).toHaveLength(151);
    expect(daemon.of('cleaned')).toHaveLength(151);
    requireNoTrouble(daemon);
  });

  it('takes a file under the name that an editor, a browser or a sync client gives it in the end', async () => {
    const directory = folder();
    const daemon = await start(directory);
    const steps: [string, string][] = [
      ['a.jpg.crdownload', 'a.jpg'],
      ['Unconfirmed 12.crdownload', 'b.jpg'],
      ['c.jpg.part', 'c.jpg'],
      ['d.tmp', 'd.jpg'],
      ['.syncthing.e.jpg.tmp', 'e.jpg'],
      ['~syncthing~f.jpg.tmp', 'f.jpg'],
      ['.goutputstream-ABC123', 'g.jpg'],
      ['.h.jpg.Xy12Zz', 'h.jpg'],
      ['i.jpg~', 'i.jpg'],
      ['.j.jpg.swp', 'j.jpg'],
    ];
    for (const [, name] of steps.slice(6)) writeFileSync(join(directory, name), toy('s', 500));
    for (const [temporary] of steps) writeFileSync(join(directory, temporary), toy('s', 9_000));
    await sleep(700);
    for (const [temporary] of steps) expect({ temporary, clean: clean(join(directory, temporary)) }).toEqual({ temporary, clean: false });
    for (const [temporary, name] of steps) renameSync(join(directory, temporary), join(directory, name));
    await until(() => allClean(directory));
    for (const [, name] of steps) expect(readFileSync(join(directory, name)).length).toBe(toy('s', 9_000).length);
    requireNoTrouble(daemon);
  });

  it('takes empty files, holes and links that fill up or change later', async () => {
    const directory = folder();
    const outside = folder();
    const daemon = await start(directory, { giveUpMs: 300 });
    const empty = join(directory, 'empty.jpg');
    writeFileSync(empty, '');
    const sparse = join(directory, 'sparse.jpg');
    writeFileSync(sparse, '');
    truncateSync(sparse, toy('s', 90_000).length);
    writeFileSync(join(directory, 'linked.jpg'), toy('s'));
    linkSync(join(directory, 'linked.jpg'), join(outside, 'same.jpg'));
    const swapped = join(directory, 'swapped.jpg');
    writeFileSync(join(outside, 'victim.jpg'), toy('s'));
    symlinkSync(join(outside, 'victim.jpg'), swapped);
    symlinkSync(directory, join(directory, 'loop'));
    await sleep(800);
    writeFileSync(empty, toy('s'));
    writeFileSync(sparse, toy('s', 90_000), { flag: 'r+' });
    rmSync(swapped);
    writeFileSync(swapped, toy('s', 3_000));
    await until(() => [empty, sparse, swapped, join(outside, 'same.jpg')].every(clean));
    expect(clean(join(outside, 'victim.jpg'))).toBe(false);
    expect(daemon.of('bug')).toEqual([]);
  });

  it('takes names of 255 bytes, with line ends, and folders as deep as a path can be', async () => {
    const directory = folder();
    const daemon = await start(directory);
    const long = join(directory, `${'n'.repeat(251)}.jpg`);
    const lines = join(directory, 'a\nb\r\t\u202e.jpg');
    let deep = directory;
    while (deep.length < 3_800) {
      deep = join(deep, 'd'.repeat(100));
      mkdirSync(deep);
    }
    const paths = [long, lines, join(deep, 'x.jpg')];
    for (const path of paths) writeFileSync(path, toy('s'));
    await until(() => paths.every(clean));
    for (const path of paths) writeFileSync(path, toy('s', 70));
    await until(() => paths.every(clean));
    requireNoTrouble(daemon);
  });

  it('finds what comes into every folder while the first sweep runs', async () => {
    const directory = folder();
    for (let index = 0; index < 20; index++) {
      mkdirSync(join(directory, String(index)));
      for (let file = 0; file < 5; file++) writeFileSync(join(directory, String(index), `${file}.jpg`), toy('s', 200));
    }
    const starting = start(directory);
    for (let index = 0; index < 30; index++) {
      mkdirSync(join(directory, `new-${index}`, 'deep'), { recursive: true });
      writeFileSync(join(directory, `new-${index}`, 'deep', 'x.jpg'), toy('s', 200));
      writeFileSync(join(directory, String(index % 20), `late-${index}.jpg`), toy('s', 200));
      await sleep(5);
    }
    const daemon = await starting;
    await until(() => allClean(directory));
    await sleep(600);
    const files = daemon.of('cleaned').map(({ file }) => file);
    expect(new Set(files).size).toBe(160);
    expect(files).toHaveLength(160);
    requireNoTrouble(daemon);
  });

  it('goes on where the folder is removed and made again faster than it is checked', async () => {
    const parent = folder();
    const directory = join(parent, 'inbox');
    mkdirSync(directory);
    await start(directory, { guardMs: 300 });
    for (let round = 0; round < 3; round++) {
      rmSync(directory, { recursive: true });
      mkdirSync(directory);
      writeFileSync(join(directory, 'a.jpg'), toy('s'));
      await until(() => clean(join(directory, 'a.jpg')));
      await sleep(400);
      writeFileSync(join(directory, 'b.jpg'), toy('s'));
      await until(() => clean(join(directory, 'b.jpg')));
    }
  });

  it('says that the folder is gone where a link takes its place or that of a folder above, follows none, and goes on after', async () => {
    const parent = folder();
    const elsewhere = folder();
    const above = join(parent, 'above');
    const directory = join(above, 'inbox');
    mkdirSync(directory, { recursive: true });
    mkdirSync(join(elsewhere, 'inbox'));
    const daemon = await start(directory, { guardMs: 100 });
    renameSync(directory, join(above, 'was'));
    symlinkSync(join(elsewhere, 'inbox'), directory);
    writeFileSync(join(elsewhere, 'inbox', 'victim.jpg'), toy('s'));
    await until(() => daemon.of('folder-gone').length === 1);
    rmSync(directory);
    renameSync(join(above, 'was'), directory);
    await until(() => daemon.of('folder-back').length === 1);
    renameSync(above, join(parent, 'moved'));
    symlinkSync(elsewhere, above);
    await until(() => daemon.of('folder-gone').length === 2);
    await sleep(600);
    expect(clean(join(elsewhere, 'inbox', 'victim.jpg'))).toBe(false);
    rmSync(above);
    renameSync(join(parent, 'moved'), above);
    writeFileSync(join(directory, 'a.jpg'), toy('s'));
    await until(() => clean(join(directory, 'a.jpg')));
    expect(daemon.of('folder-back')).toHaveLength(2);
  });
});

describe('two daemons', () => {
  it('never share a folder, nor what is below one; a refusal takes nothing, and a dead one is no hindrance', () => {
    const directory = folder();
    const state = stateFolder({ EXIFENCE_STATE_DIR: join(folder(), 'state') });
    const at = (path: string, recursive = true) => ({ path: join(directory, path), recursive });
    for (const path of ['x/y', 'x/y-z', 'free']) mkdirSync(join(directory, path), { recursive: true });
    const one = new FolderLocks(state);
    const two = new FolderLocks(state);
    one.hold([at('x/y')]);
    for (const folders of [[at('x')], [at('x/y')], [at('free'), at('x')]])
      expect(() => two.hold(folders)).toThrow('another exifence watches');
    // Its own may lie within each other; and what is beside, or not looked into, is no matter.
    two.hold([at('x', false), at('x/y-z'), at('free')]);
    expect(() => one.hold([at('x/y'), at('')])).toThrow('by its watch over');
    one.releaseAll();
    two.hold([at('x'), at('x/y')]);
    expect(() => one.hold([at('x/y-z')])).toThrow('another exifence watches');
    two.releaseAll();
    expect(readdirSync(state.room('run'))).toEqual([]);
    writeFileSync(join(state.room('run'), 'folder-1-2.lock.folder'), JSON.stringify(at('x')));
    one.hold([at('x/y')]);
    one.releaseAll();
    expect(readdirSync(state.room('run'))).toEqual([]);
  });
});

describe('a library that does not tell of dropped changes', () => {
  it('is taken to have dropped some where more came at once than surely fit', () => {
    expect(mayHaveLost(15, 64)).toBe(false);
    expect(mayHaveLost(16, 64)).toBe(true);
  });
});
