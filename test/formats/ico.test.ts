import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { isReaderError } from '../../src/core/error.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { ico } from '../../src/formats/ico/ico.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { type DibSpec, dibOf, type IcoSpec, icoOf } from '../support/ico.js';
import { BALANCED, flatten, LOCATION_ONLY, STRICT } from '../support/payload.js';
import { buildPng, pngChunk, tEXt } from '../support/png.js';

const SECRET = 'CNRYicosecretYRNC';
const secret = Buffer.from(SECRET);
const PNG = buildPng({});

async function scrub(bytes: Buffer, policy: EffectivePolicy): Promise<Buffer> {
  const options = { artifact: 'x.ico', name: 'x.ico', policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' };
  const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), options);
  if (replacement !== undefined) return Buffer.from((await scrubBytes(replacement)).bytes);
  expect(outcome.verdict).toEqual({ kind: 'clean' });
  return bytes;
}

const read = (bytes: Buffer) => readWith(ico, new MemorySource(bytes), DEFAULT_LIMITS);
const one = (spec: DibSpec): Buffer => icoOf({ images: [{ bytes: dibOf(spec) }] });
/** The bytes that each entry points to. */
const imagesOf = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.readUInt16LE(4) }, (_, index) => {
    const at = bytes.readUInt32LE(18 + 16 * index);
    return bytes.subarray(at, at + bytes.readUInt32LE(14 + 16 * index));
  });

describe('icons and pointers', () => {
  const clean: readonly [string, IcoSpec][] = [
    [
      'a PNG and bitmaps of every depth',
      { images: [{ bytes: PNG }, ...[1, 4, 8, 16, 24, 32].map((depth) => ({ bytes: dibOf({ depth }) }))] },
    ],
    ['a pointer', { type: 2, images: [{ bytes: dibOf(), planes: 700, depth: 1000 }] }],
    ['32 bits without a mask', { images: [{ bytes: dibOf({ depth: 32, withoutMask: true }) }] }],
    ['a mask filled up with ones', { images: [{ bytes: dibOf({ maskPadding: 0xff }) }] }],
    [
      'reserved bytes as .NET writes them',
      {
        images: [
          { bytes: PNG, reserved: 255 },
          { bytes: dibOf(), reserved: 255 },
        ],
      },
    ],
    ['two entries for one image', { images: [{ bytes: PNG }], shareLast: true }],
    ['zeros between images and behind them', { images: [{ bytes: PNG, gap: Buffer.alloc(6) }], tail: Buffer.alloc(2) }],
  ];
  it.each(clean)('leaves alone what is clean: %s', async (_, spec) => {
    const bytes = icoOf(spec);
    expect(await scrub(bytes, STRICT)).toBe(bytes);
  });

  it('counts images and gives the largest extent', () => {
    const { picture, mediaType } = read(
      icoOf({ images: [{ bytes: dibOf() }, { bytes: PNG }, { bytes: dibOf({ width: 9, height: 300 }) }] }),
    );
    expect(picture).toMatchObject({ frameCount: 3, height: 300, orientation: 1 });
    expect(mediaType).toBe('image/vnd.microsoft.icon');
  });

  const hidden: readonly [string, IcoSpec][] = [
    ['a gap before an image', { images: [{ bytes: PNG }, { bytes: dibOf(), gap: secret }] }],
    ['a PNG that no entry refers to', { images: [{ bytes: dibOf(), gap: buildPng({ before: [tEXt('Comment', SECRET)] }) }] }],
    ['bytes behind the last image', { images: [{ bytes: PNG }], tail: secret }],
    ['bytes behind the mask', { images: [{ bytes: dibOf({ tail: secret }) }, { bytes: PNG }] }],
    ['a mask too short to be one', { images: [{ bytes: dibOf({ depth: 32, height: 16, withoutMask: true, tail: secret }) }] }],
    ['bytes behind the end of a PNG', { images: [{ bytes: Buffer.concat([PNG, secret]) }, { bytes: dibOf() }] }],
    ['a chunk of a PNG that nobody knows', { images: [{ bytes: buildPng({ before: [pngChunk('prVt', secret)] }) }, { bytes: dibOf() }] }],
    ['fields that icons do not use', { images: [{ bytes: dibOf({ fields: { 24: secret.subarray(0, 16) } }) }] }],
    ['an image that two entries share', { images: [{ bytes: dibOf() }, { bytes: Buffer.concat([PNG, secret]) }], shareLast: true }],
  ];
  it.each(hidden)('removes %s under every policy, and each entry finds its image', async (_, spec) => {
    const bytes = icoOf(spec);
    for (const policy of [STRICT, BALANCED, LOCATION_ONLY]) {
      const output = await scrub(bytes, policy);
      expect(output.includes(secret.subarray(0, 16))).toBe(false);
      for (const [index, image] of imagesOf(output).entries()) {
        expect(image.subarray(0, 4)).toEqual(imagesOf(bytes)[index]?.subarray(0, 4));
        expect(image.length).toBeGreaterThan(40);
      }
      expect(await scrub(output, policy)).toBe(output);
    }
  });

  it('takes what an edit shortens out of sizes and offsets', async () => {
    const images = [{ bytes: buildPng({ before: [tEXt('Author', SECRET)] }) }, { bytes: dibOf({ depth: 8 }) }];
    expect(await scrub(icoOf({ images, tail: secret }), STRICT)).toEqual(
      icoOf({ images: [{ bytes: PNG }, { bytes: dibOf({ depth: 8 }) }] }),
    );
  });

  it('takes away what lies within the pixel stream of a PNG', async () => {
    const dirty = buildPng({ extraLines: secret });
    const output = await scrub(icoOf({ images: [{ bytes: dirty }, { bytes: dibOf({ padding: 3 }) }] }), STRICT);
    expect(output.includes(deflateSync(secret))).toBe(false);
    expect(imagesOf(output)[0]?.length).toBeLessThan(dirty.length);
    expect(await scrub(output, STRICT)).toBe(output);
  });

  const bits: readonly [string, IcoSpec, IcoSpec][] = [
    ['a reserved byte', { images: [{ bytes: PNG, reserved: 9 }] }, { images: [{ bytes: PNG }] }],
    [
      'planes and depths that mean nothing',
      { images: [{ bytes: PNG, planes: 0x4142, depth: 0x4344 }] },
      { images: [{ bytes: PNG, planes: 0 }] },
    ],
    ['padding of rows', { images: [{ bytes: dibOf({ padding: 0x41 }) }] }, { images: [{ bytes: dibOf() }] }],
    ['padding of a mask', { images: [{ bytes: dibOf({ maskPadding: 0x41 }) }] }, { images: [{ bytes: dibOf() }] }],
    [
      'bits behind the last pixel',
      { images: [{ bytes: dibOf({ depth: 1, padding: 0xff }) }] },
      { images: [{ bytes: dibOf({ depth: 1 }) }] },
    ],
    [
      'reserved bytes of a palette',
      { images: [{ bytes: dibOf({ depth: 4, reserved: 1 }) }] },
      { images: [{ bytes: dibOf({ depth: 4 }) }] },
    ],
    [
      'the size of an image that no image has',
      { images: [{ bytes: dibOf({ fields: { 20: Buffer.from('note') } }) }] },
      { images: [{ bytes: dibOf() }] },
    ],
  ];
  it.each(bits)('sets to zero: %s', async (_, dirty, clear) => {
    expect((await scrub(icoOf(dirty), STRICT)).toString('hex')).toBe(icoOf(clear).toString('hex'));
  });

  it('reads as many images as an icon may have', () => {
    const images = (count: number) => Array.from({ length: count }, () => ({ bytes: PNG }));
    expect(read(icoOf({ images: images(1024) })).picture.frameCount).toBe(1024);
    expect(() => read(icoOf({ images: images(1025) }))).toThrow(expect.objectContaining({ code: 'limit-partCount' }));
  });

  const overlapping = icoOf({ images: [{ bytes: PNG }, { bytes: PNG }] });
  overlapping.writeUInt32LE(40, 34);
  it.each([
    ['images that lie on each other', overlapping, 'overlap'],
    ['an image past the end', icoOf({ images: [{ bytes: PNG }] }).subarray(0, -4), 'truncated'],
    ['a bitmap without all its rows', icoOf({ images: [{ bytes: dibOf().subarray(0, -8) }] }), 'truncated'],
    ['a height that counts no mask', one({ fields: { 8: Buffer.from([3]) } }), 'bad-dib'],
    ['a compressed bitmap', one({ depth: 8, fields: { 16: Buffer.from([1]) } }), 'ico-image'],
    ['what is neither PNG nor bitmap', icoOf({ images: [{ bytes: Buffer.from('x'.repeat(50)) }] }), 'ico-image'],
    ['a broken PNG', icoOf({ images: [{ bytes: PNG.subarray(0, 50) }] }), 'ico-image'],
  ])('refuses %s', (_, bytes, code) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('lets only readers’ errors out, whatever is changed or cut', async () => {
    let scrubbed = 0;
    const changes = fc.array(fc.tuple(fc.nat(160), fc.nat(255)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...clean, ...hidden, ...bits), changes, fc.nat(40), async ([, spec], edits, cut) => {
        const bytes = Buffer.from(icoOf(spec as IcoSpec));
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        const tried = bytes.subarray(0, bytes.length - (cut > 30 ? cut : 0));
        try {
          const paths = flatten(read(tried).parts).map(({ path }) => path);
          expect(new Set(paths).size).toBe(paths.length);
          if (ico.sniff(tried)) await scrub(tried, STRICT);
          scrubbed++;
        } catch (error) {
          if (!isReaderError(error)) throw error;
        }
      }),
      { numRuns: 300 },
    );
    expect(scrubbed).toBeGreaterThan(20);
  });
});
