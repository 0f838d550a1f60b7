import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import type { Category } from '../../src/core/category.js';
import { isReaderError } from '../../src/core/error.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub } from '../../src/engine/scrub.js';
import { raw } from '../../src/formats/raw/raw.js';
import { tiff } from '../../src/formats/tiff/tiff.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { flatten, KEEP_ALL, LOCATION_ONLY, removing, STRICT } from '../support/payload.js';
import { buildCr3, buildCrw, buildRaf, cameraJpeg, RAW_DATA } from '../support/raw.js';
import { buildTiff, degreesToRationals } from '../support/tiff.js';
import { greyPage, greyTiff } from '../support/tiff-picture.js';

const look = (bytes: Uint8Array, policy: EffectivePolicy, name = 'x.raf') =>
  lookAndScrub(new MemorySource(bytes), { artifact: name, name, policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' });

const verdict = (bytes: Uint8Array, policy: EffectivePolicy, name?: string): string => {
  const { outcome } = look(bytes, policy, name);
  return outcome.verdict.kind === 'unreadable' ? outcome.verdict.unreadable.code : outcome.verdict.kind;
};

const read = (bytes: Uint8Array) => readWith(raw, new MemorySource(bytes), DEFAULT_LIMITS);
const found = (bytes: Uint8Array): Set<Category> =>
  new Set(
    flatten(read(bytes).parts).flatMap(({ required, category, alsoReveals }) => (required ? [] : [category, ...(alsoReveals ?? [])])),
  );

const cr3 = buildCr3({
  camera: [
    { tag: 0x10f, type: 2, value: 'Canon' },
    { tag: 0x13b, type: 2, value: 'an artist' },
  ],
  exif: [{ tag: 0xa431, type: 2, value: '0123456789' }],
  gps: [
    { tag: 1, type: 2, value: 'N' },
    { tag: 2, type: 5, value: degreesToRationals(48.85) },
  ],
  note: Buffer.from('a maker note'),
  time: 3_000_000_000,
  preview: cameraJpeg(),
});
const orf = (() => {
  const bytes = greyTiff([{ tag: 0x10f, type: 2, value: 'Olympus' }]);
  bytes.write('IIRO', 'latin1');
  return bytes;
})();
const cr2 = (() => {
  const bytes = Buffer.from(
    buildTiff([greyPage([{ tag: 0x10f, type: 2, value: 'Canon' }])], { lead: Buffer.from('CR\x02\0\0\0\0\0', 'latin1') }),
  );
  return bytes;
})();
const samples = { raf: buildRaf(), cr3, crw: buildCrw(), orf };

describe('camera raw', () => {
  it.each(Object.entries(samples))('%s: parts tile the file, and it is told by its first bytes', (_, bytes) => {
    expect(raw.sniff(bytes.subarray(0, 1024))).toBe(true);
    expect(tiff.sniff(bytes.subarray(0, 1024))).toBe(false);
    const paths = flatten(read(bytes).parts).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it.each(Object.entries(samples))('%s: is blocked with advice where something has to go, and never written', (_, bytes) => {
    const { outcome, replacement } = look(bytes, STRICT);
    expect(replacement).toBeUndefined();
    expect(outcome.verdict).toMatchObject({
      kind: 'unreadable',
      unreadable: { code: 'raw-not-written', hint: expect.stringMatching(/JPEG/) },
    });
    expect(outcome.findings.length).toBeGreaterThan(0);
    expect(verdict(bytes, KEEP_ALL)).toBe('clean');
  });

  it.each([
    ['raf', ['camera', 'device', 'location', 'preview']],
    ['cr3', ['camera', 'copyright', 'device', 'location', 'preview', 'time']],
    ['crw', ['camera', 'device', 'location', 'person', 'preview', 'time']],
    ['orf', ['camera']],
  ] as const)('%s: says what it can reveal', (id, categories) => {
    expect([...found(samples[id])]).toEqual(expect.arrayContaining([...categories]));
  });

  it('is clean where the policy removes nothing that it holds', () => {
    expect(verdict(orf, LOCATION_ONLY, 'x.orf')).toBe('clean');
    expect(verdict(orf, removing('camera'), 'x.orf')).toBe('raw-not-written');
  });

  it('is what an ORF of only unknown numbers is not', () => {
    const bytes = greyTiff([{ tag: 0xfdfd, type: 3, value: [1] }]);
    bytes.write('IIRO', 'latin1');
    expect(verdict(bytes, LOCATION_ONLY, 'x.orf')).toBe('raw-not-written');
  });

  it('is a CR2, by the sign behind its header or by any name of TIFF', () => {
    const bytes = Buffer.from(cr2);
    expect(bytes.toString('latin1', 8, 10)).toBe('CR');
    expect(verdict(bytes, STRICT, 'x.cr2')).toBe('raw-not-written');
    expect(verdict(bytes, STRICT, 'x.tif')).toBe('raw-not-written');
  });

  it('keeps the raw data of a RAF apart, and names what follows it', () => {
    const bytes = buildRaf(cameraJpeg(), Buffer.from('behind the end'));
    const { picture, parts } = read(bytes);
    expect(picture.pixels).toEqual([{ byteOffset: bytes.indexOf(RAW_DATA), byteLength: RAW_DATA.length }]);
    expect(parts.at(-1)).toMatchObject({ carrier: 'unknown', category: 'hidden' });
  });

  it("looks into the camera's JPEG of an RW2", () => {
    const bytes = greyTiff([{ tag: 0x2e, type: 7, value: cameraJpeg() }]);
    bytes.write('IIU\0', 'latin1');
    expect([...found(bytes)]).toEqual(expect.arrayContaining(['preview', 'location', 'device']));
    expect(verdict(bytes, LOCATION_ONLY, 'x.rw2')).toBe('raw-not-written');
  });

  it('does not take media data of a CR3 for clean', () => {
    expect(verdict(buildCr3({ data: RAW_DATA }), LOCATION_ONLY, 'x.cr3')).toBe('raw-not-written');
    expect(verdict(buildCr3(), LOCATION_ONLY, 'x.cr3')).toBe('clean');
  });

  it('bounds heaps that hold themselves', () => {
    const bytes = buildCrw();
    const row = bytes.indexOf(Buffer.of(0x0a, 0x30));
    bytes.writeUInt32LE(bytes.length - 26, row + 2);
    bytes.writeUInt32LE(0, row + 6);
    expect(() => read(bytes)).not.toThrow();
  });

  it.each(Object.entries(samples))('%s: throws nothing but a reader error, whatever the bytes', (_, good) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(good.length),
        (changes, cut) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          try {
            read(cut % 4 === 0 ? bytes.subarray(0, cut) : bytes);
          } catch (error) {
            if (!isReaderError(error)) throw error;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
