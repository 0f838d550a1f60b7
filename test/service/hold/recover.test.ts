import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileSource } from '../../../src/io/file-source.js';
import type { HeldRecord } from '../../../src/service/hold/record.js';
import { recoverRoom } from '../../../src/service/hold/recover.js';
import { HeldRoom } from '../../../src/service/hold/room.js';
import { takeIn } from '../../../src/service/hold/take-in.js';
import { watchedOps } from '../../io/faulty-ops.js';
import { folder } from '../../io/helpers.js';

function recordOf(path: string, id: string): HeldRecord {
  const { dev, ino, mode, mtimeNs, size } = lstatSync(path, { bigint: true });
  return {
    schema: 'exifence/held@1',
    id,
    file: path,
    folder: '/watched',
    original: 'moved',
    quarantined: true,
    arrivedAt: '2026-11-23T00:00:00.000Z',
    arrivedMs: 1,
    attributes: { dev: String(dev), ino: String(ino), mode: Number(mode) & 0o777, mtimeNs: String(mtimeNs), sizeBytes: Number(size) },
    spot: {},
    policyFolder: '/',
  };
}

function arrived(name = 'a.jpg'): string {
  const path = join(folder(), name);
  writeFileSync(path, 'a picture');
  chmodSync(path, 0o644);
  return path;
}

describe('putting the room in order', () => {
  it('waits for a daemon that is taking a picture in, and takes nothing of it for what a kill has left', async () => {
    const path = arrived();
    const place = folder();
    let order: Promise<unknown> | undefined;
    const room = new HeldRoom(
      place,
      watchedOps(({ name }) => {
        // The record is there and the picture is not: another daemon starts at this moment.
        if (name === 'rename' && existsSync(join(place, '00000001.json'))) order ??= recoverRoom(new HeldRoom(place));
      }),
    );
    const source = openFileSource(path, room.ops);
    const { record } = await takeIn(room, source, recordOf(path, '00000001'));
    source.close();
    expect(await order).toEqual({ finished: 0, givenBack: 0 });
    expect(room.read(record.id)?.file).toBe(path);
    expect(readFileSync(room.picturePath(record.id), 'utf8')).toBe('a picture');
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(place).sort()).toEqual(['00000001.json', '00000001.picture']);
  });

  it('gives back what was not taken in, with its permissions', async () => {
    const path = arrived();
    const room = new HeldRoom(folder());
    await room.write(recordOf(path, '00000002'));
    chmodSync(path, 0o600);
    expect(await recoverRoom(room)).toEqual({ finished: 0, givenBack: 1 });
    expect(lstatSync(path).mode & 0o777).toBe(0o644);
    expect(room.list()).toEqual({ records: [], broken: [] });
  });

  it('leaves alone what somebody has put in the place of the original', async () => {
    const path = arrived();
    const room = new HeldRoom(folder());
    await room.write(recordOf(path, '00000003'));
    writeFileSync(room.picturePath('00000003').toString(), 'a picture', { mode: 0o600 });
    writeFileSync(path, 'another one');
    await recoverRoom(room);
    expect(readFileSync(path, 'utf8')).toBe('another one');
    expect(room.hasPicture('00000003')).toBe(true);
  });

  it('lists what is no record of ours as broken, and does not fail on it', async () => {
    const room = new HeldRoom(folder());
    const texts = [
      '',
      '{',
      'null',
      '[]',
      '{"schema":"exifence/held@1"}',
      JSON.stringify({ ...recordOf(arrived(), '0000000a'), file: 'relative' }),
      'x'.repeat(100_000),
    ];
    for (const [index, text] of texts.entries()) writeFileSync(join(room.folder, `1000000${index}.json`), text);
    const spots = [null, { place: null }, { place: { latitude: '1', longitude: 2 } }, { taken: {} }];
    for (const [index, spot] of spots.entries())
      writeFileSync(join(room.folder, `2000000${index}.json`), JSON.stringify({ ...recordOf(arrived(), `2000000${index}`), spot }));
    await recoverRoom(room);
    const { records, broken } = room.list();
    expect(records).toEqual([]);
    expect(broken).toHaveLength(texts.length + spots.length);
  });
});
