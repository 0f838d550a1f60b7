import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { isReaderError } from '../../src/core/error.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { tiff } from '../../src/formats/tiff/tiff.js';
import { policyOf } from '../support/payload.js';
import { buildTiff } from '../support/tiff.js';
import { GREY, greyPage, greyTiff } from '../support/tiff-picture.js';

const policy = policyOf({ text: 'remove', hidden: 'remove', preview: 'remove', device: 'remove', camera: 'remove' });
const options = { artifact: 'x', policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' };

function look(bytes: Uint8Array) {
  return lookAndScrub(new MemorySource(bytes), options);
}

async function scrub(bytes: Uint8Array): Promise<Buffer> {
  const { replacement } = look(bytes);
  if (replacement === undefined) throw new Error('nothing to scrub');
  return Buffer.from((await scrubBytes(replacement)).bytes);
}

const read = (bytes: Uint8Array) => readWith(tiff, new MemorySource(bytes), DEFAULT_LIMITS);

describe('TIFF', () => {
  it.each(['II', 'MM'] as const)('removes text and private tags in byte order %s and leaves the pixels', async (byteOrder) => {
    const bytes = greyTiff(
      [
        { tag: 0x10e, type: 2, value: 'a secret text' },
        { tag: 0x112, type: 3, value: [6] },
        { tag: 0xfdfd, type: 2, value: 'a secret tag' },
      ],
      { byteOrder, lead: Buffer.from('secret gap'), tail: Buffer.from('secret tail') },
    );
    const out = await scrub(bytes);
    expect(out.includes('secret')).toBe(false);
    expect(read(out).picture).toMatchObject({ width: 4, height: 2, orientation: 6, frameCount: 1 });
    expect(out.includes(Buffer.from(GREY))).toBe(true);
  });

  it('keeps tables of JPEG only where pixels are coded with them', async () => {
    expect((await scrub(greyTiff([{ tag: 0x15b, type: 7, value: Buffer.from('secret tables') }]))).includes('secret')).toBe(false);
  });

  it('leaves a clean picture alone', () => {
    expect(look(greyTiff()).outcome.verdict.kind).toBe('clean');
  });

  it('unlinks a reduced picture and keeps the pages around it', async () => {
    const reduced = greyPage([{ tag: 0xfe, type: 4, value: [1] }], Buffer.from('SECRETPX'));
    const bytes = buildTiff([greyPage(), reduced, greyPage([], Buffer.from('PAGE TWO'))]);
    const out = await scrub(bytes);
    expect(out.includes('SECRETPX')).toBe(false);
    expect(out.includes('PAGE TWO')).toBe(true);
    expect(read(out).picture.frameCount).toBe(2);
  });

  it('reads what only its maker can develop and refuses to write it', () => {
    const mosaic = greyPage([{ tag: 0x10e, type: 2, value: 'a text' }]).map((entry) =>
      entry.tag === 0x106 ? { tag: 0x106, type: 3, value: [32_803] } : entry,
    );
    const { outcome, replacement } = look(Buffer.from(buildTiff([mosaic])));
    expect(replacement).toBeUndefined();
    expect(outcome.verdict).toMatchObject({ kind: 'unreadable', unreadable: { code: 'raw-not-written' } });
    expect(outcome.inspection?.format).toBe('raw');
  });

  it('reads BigTIFF', () => {
    const bytes = Buffer.alloc(16 + 8 + 5 * 20 + 8 + 8);
    bytes.write('II+\0\x08\0\0\0\x10', 'latin1');
    bytes.writeBigUInt64LE(5n, 16);
    const rows = [0x100, 4, 0x101, 2, 0x103, 1, 0x111, 132, 0x117, 8];
    for (let index = 0; index < 5; index++) {
      const at = 24 + index * 20;
      bytes.writeUInt16LE(rows[index * 2] as number, at);
      bytes.writeUInt16LE(16, at + 2);
      bytes.writeBigUInt64LE(1n, at + 4);
      bytes.writeBigUInt64LE(BigInt(rows[index * 2 + 1] as number), at + 12);
    }
    expect(read(bytes).picture).toMatchObject({ width: 4, height: 2, pixels: [{ byteOffset: 132, byteLength: 8 }] });
  });

  it('throws nothing but a reader error, whatever the bytes', () => {
    const good = greyTiff([
      { tag: 0x10e, type: 2, value: 'a secret text' },
      { tag: 0x14a, directories: [greyPage()] },
    ]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          let end = 0;
          for (const { region } of read(bytes).parts) {
            expect(region.byteOffset).toBe(end);
            end += region.byteLength;
          }
          expect(end).toBe(bytes.length);
        } catch (error) {
          if (!isReaderError(error)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
