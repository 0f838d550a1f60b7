import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readXmp } from '../../src/metadata/xmp/read-xmp.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { havePerl, oracleNote, readTags, type Tags } from '../support/exiftool.js';
import { BALANCED, KEEP_ALL, LOCATION_ONLY, placeAt, rewriteUnder, STRICT } from '../support/payload.js';
import { residueOf } from '../support/residue.js';
import { CORPUS, corpusFiles, corpusNote, haveCorpus } from '../support/shared.js';
import { buildXmp, RICH } from '../support/xmp.js';

/** Longer packets are whole files of text, not metadata. */
const LONGEST_PACKET = 4 << 20;

/** Every packet in the bytes, found by its markup, whatever the file's structure says. */
function packetsIn(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = bytes.indexOf('<x:xmpmeta'); at >= 0; at = bytes.indexOf('<x:xmpmeta', at + 1)) {
    const end = bytes.indexOf('</x:xmpmeta>', at);
    if (end > 0 && end - at < LONGEST_PACKET) found.push(bytes.subarray(at, end + 12));
  }
  return found;
}

const read = (bytes: Uint8Array) => readXmp(bytes, placeAt('XMP'));

const folder = mkdtempSync(join(tmpdir(), 'xmp-corpus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tagsOf(packets: readonly Uint8Array[], label: string): Promise<Tags[]> {
  const paths = packets.map((bytes, index) => {
    const path = join(folder, `${label}-${index}.xmp`);
    writeFileSync(path, bytes);
    return path;
  });
  const tags = await readTags(paths);
  return paths.map((path) => tags.get(path) ?? {});
}

describe.skipIf(!havePerl)(`XMP as ExifTool reads it${oracleNote}`, () => {
  it('is told apart in a packet with everything', async () => {
    const before = buildXmp(RICH);
    const after = rewriteUnder(read(before), BALANCED) as Uint8Array;
    const [old, now] = (await tagsOf([before, after], 'rich')) as [Tags, Tags];
    expect(residueOf(old).location.length).toBeGreaterThan(3);
    expect(residueOf(old).device.length).toBeGreaterThan(1);
    expect(residueOf(now)).toEqual({ location: [], device: [] });
    const tagOf = (tags: Tags, name: RegExp) => Object.entries(tags).find(([key]) => name.test(key))?.[1];
    for (const name of [
      /:Orientation$/,
      /:Creator$/,
      /:Description$/,
      /:Subject$/,
      /:CreateDate$/,
      /:CreatorTool$/,
      /:Make$/,
      /:Credit$/,
      /:CreatorWorkEmail$/,
    ]) {
      expect(tagOf(old, name), String(name)).toBeDefined();
      expect(tagOf(now, name), String(name)).toEqual(tagOf(old, name));
    }
  });
});

describe.skipIf(!haveCorpus)(`XMP packets of the corpus${corpusNote}`, () => {
  const files = corpusFiles('jpeg', 'png', 'webp', 'tiff', 'heif', 'avif', 'jxl', 'jp2', 'gif', 'psd', 'mov', 'mp4', 'svg', 'pdf');
  const packets = files.flatMap(({ file }) => packetsIn(readFileSync(`${CORPUS}/${file}`)));

  it('are read, nearly all of them', () => {
    expect(packets.length).toBeGreaterThan(60);
    const opaque = packets.filter((packet) => read(packet).packets[0]?.isOpaque === true);
    expect(opaque.length).toBeLessThan(packets.length / 10);
  });

  it('are scrubbed once and for all', () => {
    let changed = 0;
    for (const packet of packets) {
      expect(rewriteUnder(read(packet), KEEP_ALL)).toBe(packet);
      for (const policy of [BALANCED, STRICT, LOCATION_ONLY]) {
        const once = rewriteUnder(read(packet), policy);
        if (once !== packet) changed++;
        if (once !== null) expect(rewriteUnder(read(once), policy)).toBe(once);
      }
    }
    expect(changed).toBeGreaterThan(60);
  });

  describe.skipIf(!havePerl)(`by the oracle${oracleNote}`, () => {
    const scrubbed = (policy: EffectivePolicy) =>
      packets.map((packet) => rewriteUnder(read(packet), policy)).filter((bytes): bytes is Uint8Array => bytes !== null);

    it('leave no place and no device under the balanced policy', async () => {
      const before = (await tagsOf(packets, 'before')).map(residueOf);
      expect(before.filter(({ location }) => location.length > 0).length).toBeGreaterThan(5);
      expect(before.filter(({ device }) => device.length > 0).length).toBeGreaterThan(10);
      const after = (await tagsOf(scrubbed(BALANCED), 'balanced')).map(residueOf);
      expect(after.length).toBeGreaterThan(20);
      expect(after.filter(({ location, device }) => location.length + device.length > 0)).toEqual([]);
    }, 120_000);

    it('leave no place where only places go', async () => {
      const after = (await tagsOf(scrubbed(LOCATION_ONLY), 'location')).map(residueOf);
      expect(after.length).toBeGreaterThan(20);
      expect(after.flatMap(({ location }) => location)).toEqual([]);
    }, 120_000);

    it('leave well-formed XMP that holds no more than before', async () => {
      const kept = packets.filter((packet) => {
        const { packets: opened } = read(packet);
        return opened[0]?.isOpaque === false && rewriteUnder(read(packet), LOCATION_ONLY) !== null;
      });
      const before = await tagsOf(kept, 'whole');
      const after = await tagsOf(
        kept.map((packet) => rewriteUnder(read(packet), LOCATION_ONLY) as Uint8Array),
        'left',
      );
      const values = (tags: Tags) => new Set(Object.values(tags).map((value) => JSON.stringify(value)));
      for (const [index, tags] of after.entries()) {
        expect(Object.keys(tags).filter((name) => /:(?:Warning|Error)$/.test(name))).toEqual([]);
        const old = values(before[index] as Tags);
        const names = Object.keys(tags).filter((name) => name.startsWith('XMP:'));
        expect(names.filter((name) => !old.has(JSON.stringify(tags[name])))).toEqual([]);
      }
    }, 120_000);
  });
});
