import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Of } from '../../src/engine/digest.js';
import { openFileSource } from '../../src/io/file-source.js';
import type { VaultSettings } from '../../src/policy/types.js';
import { DEFAULT_VAULT_SETTINGS } from '../../src/policy/watch-settings.js';
import { identityIn, makeKey } from '../../src/service/vault/keys.js';
import type { VaultRecord } from '../../src/service/vault/record.js';
import { undo } from '../../src/service/vault/undo.js';
import { Vault } from '../../src/service/vault/vault.js';
import { folder } from '../io/helpers.js';

const ORIGINAL = Buffer.from('the original, with a place in it');
const CLEAN = Buffer.from('the clean one');
const digestOf = (path: string): { sha256: string; sizeBytes: number } => {
  const source = openFileSource(path);
  try {
    return { sha256: sha256Of(source), sizeBytes: source.byteLength };
  } finally {
    source.close();
  }
};

interface Scene {
  readonly vault: Vault;
  readonly place: string;
  readonly file: string;
  /** Puts the original by, and the clean one in its place, as the daemon does. */
  clean(original?: Buffer): Promise<VaultRecord>;
}

function scene(settings: Partial<VaultSettings> = {}, now?: () => Date): Scene {
  const place = folder();
  const file = join(folder(), 'photo.jpg');
  const vault = new Vault(place, { ...DEFAULT_VAULT_SETTINGS, ...settings }, undefined, now, 100);
  return {
    vault,
    place,
    file,
    async clean(original = ORIGINAL) {
      writeFileSync(file, original);
      chmodSync(file, 0o640);
      utimesSync(file, 1_700_000_000, 1_600_000_000);
      const before = digestOf(file);
      const source = openFileSource(file);
      const clean = join(place, '..', 'clean');
      writeFileSync(clean, CLEAN);
      const id = await vault.keep(Buffer.from(file), source, { before, after: digestOf(clean) });
      source.close();
      rmSync(clean);
      writeFileSync(file, CLEAN);
      utimesSync(file, 1_700_000_000, 1_600_000_000);
      return vault.records().find((record) => record.id === id) as VaultRecord;
    },
  };
}

describe('the vault', () => {
  it('keeps originals for their owner’s eyes only, and brings them back as they were', async () => {
    const { vault, place, file, clean } = scene();
    const record = await clean();
    for (const name of readdirSync(place)) expect(statSync(join(place, name)).mode & 0o777).toBe(0o600);
    expect(await undo(record, { vault })).toMatchObject({ changed: true, after: record.before });
    expect(readFileSync(file)).toEqual(ORIGINAL);
    expect(statSync(file)).toMatchObject({ mode: 0o100640, mtimeMs: 1_600_000_000_000 });
    expect(vault.isUndone(Buffer.from(file), openFileSource(file))).toBe(true);
    expect((await undo(record, { vault })).changed).toBe(false);
  });

  it('brings back a file that was deleted since', async () => {
    const { vault, file, clean } = scene();
    const record = await clean();
    rmSync(file);
    await undo(record, { vault });
    expect(readFileSync(file)).toEqual(ORIGINAL);
    expect(statSync(file)).toMatchObject({ mode: 0o100640, mtimeMs: 1_600_000_000_000 });
  });

  it('leaves what was changed since, unless told otherwise, and then keeps that too', async () => {
    const { vault, file, clean } = scene();
    const record = await clean();
    writeFileSync(file, 'drawn over');
    await expect(undo(record, { vault })).rejects.toMatchObject({ code: 'changed-since' });
    expect(readFileSync(file, 'utf8')).toBe('drawn over');
    await undo(record, { vault, force: true });
    expect(readFileSync(file)).toEqual(ORIGINAL);
    const kept = vault.records().at(-1) as VaultRecord;
    expect(await vault.withOriginal(kept, undefined, async (source) => Buffer.from(source.read(0, source.byteLength)).toString())).toBe(
      'drawn over',
    );
  });

  it('keeps the same content of the same file once', async () => {
    const { vault, clean } = scene();
    expect((await clean()).id).toBe((await clean()).id);
    expect(vault.records()).toHaveLength(1);
    await clean(Buffer.from('another one'));
    expect(vault.records()).toHaveLength(2);
  });

  it('lets the oldest go where there is too much, and nothing else', async () => {
    let at = 1_700_000_000_000;
    const { vault, clean } = scene({ sizeBytes: 300 }, () => {
      at += 1000;
      return new Date(at);
    });
    for (let index = 0; index < 5; index++) await clean(Buffer.alloc(100, index));
    const kept = vault.records();
    expect(kept.map(({ before }) => before.sizeBytes)).toEqual([100, 100, 100]);
    expect(kept.every((record) => vault.has(record))).toBe(true);
  });

  it('refuses what is larger than all of it', async () => {
    const { vault, clean } = scene({ sizeBytes: 10 });
    await expect(clean()).rejects.toMatchObject({ code: 'vault-too-small' });
    expect(vault.records()).toEqual([]);
  });

  it('lets go what was kept for its time, and what runs that were stopped have left', async () => {
    let now = Date.now();
    const { vault, place, clean } = scene({ keepMs: 1000 }, () => new Date(now));
    await clean();
    expect(await vault.tidy()).toBe(0);
    const orphan = join(place, '20261123T100000000-00000000.orig');
    writeFileSync(orphan, 'no record');
    // One that gets its record meanwhile is being put in.
    const young = join(place, '20261123T100000000-00000001.orig');
    writeFileSync(young, 'soon with a record');
    setTimeout(() => writeFileSync(young.replace('.orig', '.json'), '{}'), 20);
    expect(await vault.tidy()).toBe(0);
    expect([existsSync(orphan), existsSync(young)]).toEqual([false, true]);
    now += 2 * 60 * 60 * 1000;
    expect(await vault.tidy()).toBe(1);
    expect(readdirSync(place).sort()).toEqual(['20261123T100000000-00000001.json', '20261123T100000000-00000001.orig']);
  });

  it('brings nothing back that is not what was put in', async () => {
    const { vault, place, file, clean } = scene();
    const record = await clean();
    writeFileSync(join(place, `${record.id}.orig`), 'the original, with a place in iT');
    await expect(undo(record, { vault })).rejects.toMatchObject({ code: 'vault-damaged' });
    expect(readFileSync(file)).toEqual(CLEAN);
  });

  it('passes over records that are none of ours', async () => {
    const { vault, place, clean } = scene();
    await clean();
    writeFileSync(join(place, '20261123T100000000-00000000.json'), '{"schema":"exifence/vault@1","id":"../../etc"}');
    writeFileSync(join(place, '20261123T100000001-00000000.json'), 'null');
    expect(vault.records()).toHaveLength(1);
  });
});

describe('an encrypted vault', () => {
  it('shows nothing of the originals, and opens by the passphrase only', async () => {
    const { vault, place, file, clean } = scene({ encrypt: true });
    await expect(clean()).rejects.toMatchObject({ code: 'no-vault-key' });
    await makeKey(place, 'correct horse', 10);
    await expect(makeKey(place, 'another', 10)).rejects.toMatchObject({ code: 'exists' });
    const record = await clean(Buffer.concat([ORIGINAL, Buffer.alloc(300_000, 7)]));
    for (const name of readdirSync(place)) {
      expect(readFileSync(join(place, name)).includes('with a place in it')).toBe(false);
      expect(statSync(join(place, name)).mode & 0o777).toBe(0o600);
    }
    await expect(identityIn(place, 'wrong horse')).rejects.toMatchObject({ code: 'wrong-passphrase' });
    await expect(undo(record, { vault })).rejects.toMatchObject({ code: 'no-vault-key' });
    await undo(record, { vault, identity: await identityIn(place, 'correct horse') });
    expect(readFileSync(file).subarray(0, ORIGINAL.length)).toEqual(ORIGINAL);
    expect(readFileSync(file)).toHaveLength(ORIGINAL.length + 300_000);
    expect(readdirSync(place).filter((name) => name.endsWith('.plain'))).toEqual([]);
  });

  it('says so where the encrypted original is damaged', async () => {
    const { vault, place, file, clean } = scene({ encrypt: true });
    await makeKey(place, 'correct horse', 10);
    const record = await clean();
    const sealed = readFileSync(join(place, `${record.id}.age`));
    sealed[sealed.length - 3] = (sealed[sealed.length - 3] as number) ^ 1;
    writeFileSync(join(place, `${record.id}.age`), sealed);
    await expect(undo(record, { vault, identity: await identityIn(place, 'correct horse') })).rejects.toThrow();
    expect(readFileSync(file)).toEqual(CLEAN);
  });
});
