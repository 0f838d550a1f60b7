import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { isReaderError } from '../../src/core/error.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import type { Part } from '../../src/core/part.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { gif } from '../../src/formats/gif/gif.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import {
  application,
  extension,
  gifCodes,
  gifComment,
  gifImage,
  gifOf,
  gifXmp,
  graphicControl,
  loopCount,
  subBlocks,
} from '../support/gif.js';
import { srgbProfile } from '../support/icc.js';
import { BALANCED, flatten, indexIn, LOCATION_ONLY, partAt, removing, STRICT } from '../support/payload.js';

const SECRET = 'CNRYgifsecretYRNC';

const partsOf = (bytes: Uint8Array): readonly Part[] => readWith(gif, new MemorySource(bytes), DEFAULT_LIMITS).parts;

async function scrub(bytes: Buffer, policy: EffectivePolicy): Promise<Buffer> {
  const options = { artifact: 'x.gif', name: 'x.gif', policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' };
  const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), options);
  if (replacement !== undefined) return Buffer.from((await scrubBytes(replacement)).bytes);
  expect(outcome.verdict.kind).toBe('clean');
  return bytes;
}

const pixelsOf = (bytes: Buffer): Promise<Buffer> => sharp(bytes, { animated: true }).raw().toBuffer();

describe('a GIF', () => {
  it('that holds nothing but the picture is clean under every policy', async () => {
    const bytes = gifOf([loopCount(3), graphicControl(4), gifImage(), graphicControl(), gifImage({ withEnd: false })]);
    for (const policy of [STRICT, BALANCED, LOCATION_ONLY]) expect(await scrub(bytes, policy)).toBe(bytes);
  });

  it.each<[string, Buffer]>([
    ['a comment', gifOf([gifComment(SECRET), gifImage()])],
    ['a comment of several blocks', gifOf([gifImage(), gifComment(`${'x'.repeat(300)}${SECRET}`)])],
    ['a comment between frames', gifOf([gifImage(), graphicControl(), gifComment(SECRET), gifImage()])],
    ['an unknown application', gifOf([application('SOMEAPP 1.0', Buffer.from(SECRET)), gifImage()])],
    ['an unknown extension', gifOf([extension(0x99, Buffer.from(SECRET)), gifImage()])],
    ['an application without a name', gifOf([extension(0xff, Buffer.from(SECRET)), gifImage()])],
    ['text to draw', gifOf([graphicControl(), extension(0x01, Buffer.alloc(12), Buffer.from(SECRET)), gifImage()])],
    ['XMP', gifOf([gifXmp(Buffer.from(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${SECRET}</x:xmpmeta>`)), gifImage()])],
    ['XMP in sub-blocks', gifOf([application('XMP DataXMP', Buffer.from(`<x>${SECRET}`)), gifImage()])],
    ['a second loop count', gifOf([loopCount(), application('NETSCAPE2.0', Buffer.from(SECRET)), gifImage()])],
    ['a loop count with more', gifOf([application('NETSCAPE2.0', Buffer.from([1, 5, 0]), Buffer.from(SECRET)), gifImage()])],
    ['a loop count after something else', gifOf([application('NETSCAPE2.0', Buffer.from(SECRET), Buffer.from([1, 5, 0])), gifImage()])],
    ['a graphic control with more', gifOf([extension(0xf9, Buffer.from([0, 10, 0, 0]), Buffer.from(SECRET)), gifImage()])],
    ['bytes after the codes', gifOf([gifImage({ tail: Buffer.from(SECRET) })])],
    ['bytes after the last pixel', gifOf([gifImage({ tail: Buffer.from(SECRET), withEnd: false })])],
    ['sub-blocks after the codes', gifOf([gifImage({ tail: Buffer.concat([Buffer.alloc(700, 1), Buffer.from(SECRET)]) }), gifImage()])],
    ['bytes after the end', gifOf([gifImage()], { trailer: Buffer.from(SECRET) })],
    ['a GIF after the end', gifOf([gifImage()], { trailer: gifOf([gifComment(SECRET), gifImage()]) })],
    ['text in the place of a profile', gifOf([application('ICCRGBG1012', Buffer.from(SECRET)), gifImage()])],
  ])('loses %s and no pixel', async (_, bytes) => {
    expect(indexIn(bytes, SECRET)).toBeGreaterThan(0);
    const output = await scrub(bytes, STRICT);
    expect(indexIn(output, SECRET)).toBe(-1);
    expect(await pixelsOf(output)).toEqual(await pixelsOf(bytes));
    expect(await sharp(output).metadata()).toEqual({ ...(await sharp(bytes).metadata()), ...(await sizeOf(output)) });
    expect(await scrub(output, STRICT)).toBe(output);
  });

  it('that ends in bytes that are no block gets a proper end', async () => {
    const bytes = gifOf([gifImage()], { end: false, trailer: Buffer.from(`\xee${SECRET}`, 'latin1') });
    expect(await scrub(bytes, STRICT)).toEqual(gifOf([gifImage()]));
  });

  it('keeps its loop count, its delays and a proper colour profile', async () => {
    const profile = srgbProfile();
    const bytes = gifOf([
      application('ANIMEXTS1.0', Buffer.from([1, 7, 0]), Buffer.from([9, 9, 9])),
      application('ICCRGBG1012', profile),
      graphicControl(0xe4, 30),
      gifImage(),
      graphicControl(0, 40),
      gifImage(),
    ]);
    const output = await scrub(bytes, STRICT);
    const { loop, delay } = await sharp(output, { animated: true }).metadata();
    expect({ loop, delay }).toEqual({ loop: (await sharp(bytes, { animated: true }).metadata()).loop, delay: [300, 400] });
    expect(output.indexOf(Buffer.concat([Buffer.from('ANIMEXTS1.0'), subBlocks(Buffer.from([1, 7, 0]))]))).toBeGreaterThan(0);
    expect(indexIn(output, profile.subarray(0, 128))).toBeGreaterThan(0);
    // The reserved bits of the first graphic control are gone, its disposal stays.
    expect(output.indexOf(Buffer.from([0x21, 0xf9, 4, 4, 30, 0]))).toBeGreaterThan(0);
  });

  it('keeps a loop count that is too long, at its proper length', async () => {
    const bytes = gifOf([application('NETSCAPE2.0', Buffer.from(`\x01\x05\0${SECRET}`)), gifImage(), gifImage()]);
    expect(await scrub(bytes, STRICT)).toEqual(gifOf([loopCount(5), gifImage(), gifImage()]));
  });

  it('keeps of several loop counts the one that a viewer may take', async () => {
    const bytes = gifOf([loopCount(3), loopCount(9), loopCount(4), gifImage(), loopCount(8), gifImage(), loopCount(7), gifComment(SECRET)]);
    const blocks = [loopCount(3), loopCount(4), gifImage(), gifImage(), loopCount(7)];
    expect(await scrub(bytes, STRICT)).toEqual(gifOf(blocks));
  });

  it('keeps a comment that tells nothing under a policy that keeps text', async () => {
    const bytes = gifOf([gifComment('a red square'), gifImage(), gifComment('taken at 48.85837, 2.29448')]);
    const output = await scrub(bytes, BALANCED);
    expect(indexIn(output, 'a red square')).toBeGreaterThan(0);
    expect(indexIn(output, '48.85837')).toBe(-1);
  });

  it('has its XMP rewritten property by property', async () => {
    const packet = Buffer.from(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"><photoshop:City>${SECRET}</photoshop:City><photoshop:Headline>A headline</photoshop:Headline></rdf:Description></rdf:RDF></x:xmpmeta>`,
    );
    const output = await scrub(gifOf([gifXmp(packet), gifImage()]), removing('location'));
    expect(indexIn(output, SECRET)).toBe(-1);
    expect(indexIn(output, 'A headline')).toBeGreaterThan(0);
    expect(flatten(partsOf(output)).some(({ path }) => path.includes('Headline'))).toBe(true);
  });

  it.each<[string, Buffer, string]>([
    ['breaks off in its colours', gifOf([gifImage()]).subarray(0, 20), 'truncated'],
    ['breaks off in its pixels', gifOf([gifImage()]).subarray(0, 42), 'truncated'],
    ['holds no image', gifOf([gifComment('x')]), 'no-image'],
  ])('that %s is refused', (_, bytes, code) => {
    let seen: unknown;
    try {
      partsOf(bytes);
    } catch (error) {
      seen = error;
    }
    expect(isReaderError(seen) && seen.code).toBe(code);
  });

  it('with broken codes is left as it shows', async () => {
    const bytes = gifOf([gifImage({ codes: Buffer.from([0xff, 0xff, 0xff]) })]);
    expect(await scrub(bytes, STRICT)).toBe(bytes);
  });

  it('of codes up to twelve bits is followed to its end', async () => {
    const raw = Buffer.from(Array.from({ length: 120 * 90 * 3 }, (_, index) => (index * 7919 + ((index >> 3) ^ (index * 31))) & 0xff));
    const clean = await sharp(raw, { raw: { width: 120, height: 90, channels: 3 } })
      .gif()
      .toBuffer();
    expect(await scrub(clean, STRICT)).toBe(clean);
    // A sub-block put in before the empty one at the very end of the pixels.
    const at = clean.lastIndexOf(0);
    const tail = subBlocks(Buffer.from(SECRET)).subarray(0, -1);
    const planted = Buffer.concat([clean.subarray(0, at), tail, clean.subarray(at)]);
    const output = await scrub(planted, LOCATION_ONLY);
    expect(output.equals(clean)).toBe(true);
    expect(partAt(partsOf(planted), 'image#0/after-pixels')?.category).toBe('hidden');
  });

  it('changed anywhere raises a reader error or keeps its pixels', async () => {
    const base = gifOf([
      loopCount(),
      gifXmp(Buffer.from('<x/>')),
      graphicControl(),
      gifImage({ tail: Buffer.from('tail') }),
      gifComment('x'),
    ]);
    let [read, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(base);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          partsOf(bytes);
        } catch (error) {
          if (!isReaderError(error)) throw error;
          refused++;
          return;
        }
        read++;
        if (bytes.toString('latin1', 0, 3) !== 'GIF') return;
        const options = { artifact: 'x', policy: STRICT, now: () => '', tool: 'test' };
        const { replacement } = lookAndScrub(new MemorySource(bytes), options);
        if (replacement !== undefined) await scrubBytes(replacement);
      }),
      { numRuns: 400 },
    );
    expect(read).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(5);
  });

  it('is told by its codes alone', () => {
    expect(gifCodes([0, 1, 2, 3]).length).toBeGreaterThan(1);
    expect(gif.sniff(Buffer.from('GIF88a'))).toBe(false);
  });
});

async function sizeOf(bytes: Buffer): Promise<{ size?: number }> {
  const { size } = await sharp(bytes).metadata();
  return size === undefined ? {} : { size };
}
