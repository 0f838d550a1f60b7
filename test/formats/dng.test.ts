import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { tiff } from '../../src/formats/tiff/tiff.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { buildDng, MOSAIC } from '../support/dng.js';
import { buildJpeg, jpegSegment } from '../support/jpeg.js';
import { BALANCED, flatten, LOCATION_ONLY, STRICT } from '../support/payload.js';
import type { TiffDirectory } from '../support/tiff.js';
import { GREY, greyPage } from '../support/tiff-picture.js';

const look = (bytes: Uint8Array, policy: EffectivePolicy) =>
  lookAndScrub(new MemorySource(bytes), { artifact: 'x.dng', name: 'x.dng', policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' });

async function scrub(bytes: Uint8Array, policy: EffectivePolicy): Promise<Buffer> {
  const { replacement, outcome } = look(bytes, policy);
  if (replacement === undefined) throw new Error(`nothing to scrub: ${JSON.stringify(outcome.verdict)}`);
  return Buffer.from((await scrubBytes(replacement)).bytes);
}

const parts = (bytes: Uint8Array) => flatten(readWith(tiff, new MemorySource(bytes), DEFAULT_LIMITS).parts);
const names = (bytes: Uint8Array) => parts(bytes).map(({ path }) => path);
const code = (bytes: Uint8Array, policy: EffectivePolicy): string => {
  const { verdict } = look(bytes, policy).outcome;
  return verdict.kind === 'unreadable' ? verdict.unreadable.code : verdict.kind;
};

const PRIVATE: TiffDirectory = [
  { tag: 0x13b, type: 2, value: 'secret artist' },
  { tag: 0x132, type: 2, value: '2024:01:02 03:04:05' },
  { tag: 0xc62f, type: 2, value: 'secret serial' },
  { tag: 0xc634, type: 1, value: Buffer.from('Adobe\0secret private data') },
  { tag: 0xc65d, type: 1, value: Buffer.from('secret of sixteen') },
  { tag: 0xc68b, type: 2, value: 'secret-name.cr2' },
  { tag: 0xc68c, type: 7, value: Buffer.from('secret first file') },
];
const NOTE: TiffDirectory = [
  { tag: 0x927c, type: 7, value: Buffer.from('secret maker note') },
  { tag: 0xa431, type: 2, value: 'secret body' },
];

const preview = (stream: Uint8Array): TiffDirectory => [
  { tag: 0xfe, type: 4, value: [1] },
  { tag: 0x100, type: 3, value: [8] },
  { tag: 0x101, type: 3, value: [8] },
  { tag: 0x102, type: 3, value: [8] },
  { tag: 0x103, type: 3, value: [7] },
  { tag: 0x106, type: 3, value: [6] },
  { tag: 0x111, lengthTag: 0x117, data: stream },
  { tag: 0x115, type: 3, value: [3] },
  { tag: 0x116, type: 3, value: [8] },
];

/** Numbers that a converter develops the picture with, by tag. */
const DEVELOPING: TiffDirectory = [
  { tag: 0xc618, type: 3, value: [0, 1, 2, 3, 200, 255] },
  { tag: 0xc61f, type: 4, value: [1, 1] },
  { tag: 0xc620, type: 4, value: [2, 1] },
  { tag: 0xc68d, type: 4, value: [0, 0, 2, 4] },
  { tag: 0xc761, type: 12, value: [0.5, 0.25] },
  // One opcode: id 1, version 1.3.0.0, no flags, four bytes of parameters, big-endian whatever the file is.
  { tag: 0xc740, type: 7, value: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4) },
];

describe('DNG', () => {
  it.each(['II', 'MM'] as const)('loses what tells a person or a device in byte order %s, and develops as before', async (byteOrder) => {
    const bytes = buildDng({
      byteOrder,
      ifd0: PRIVATE,
      exif: NOTE,
      raw: DEVELOPING,
      gps: true,
      lead: Buffer.from('secret gap'),
      tail: Buffer.from('secret tail'),
    });
    const out = await scrub(bytes, STRICT);
    expect(out.includes('secret')).toBe(false);
    expect(out.includes('2024:01:02')).toBe(false);
    expect(names(out).some((name) => name.includes('GPS'))).toBe(false);
    expect(out.includes(Buffer.from(MOSAIC))).toBe(true);
    expect(out.includes(Buffer.from(GREY))).toBe(true);
    const kept = (from: Buffer) =>
      parts(from).filter(
        ({ path, required }) => required && /\/0x|Matrix|Neutral|Level|Crop|Area|Table|Opcode|Noise|CFA|DNG|Unique/.test(path),
      );
    expect(kept(bytes).length).toBeGreaterThan(12);
    expect(kept(out).map(({ path }) => path)).toEqual(kept(bytes).map(({ path }) => path));
    expect(look(out, STRICT).outcome.verdict.kind).toBe('clean');
  });

  it('keeps the name by which a converter finds its profile, unless it is more than a name', async () => {
    const out = await scrub(buildDng({ ifd0: [{ tag: 0x10f, type: 2, value: 'Maker' }] }), STRICT);
    expect(out.includes('Maker Model One')).toBe(true);
    const telling = buildDng({ ifd0: [{ tag: 0xc6f8, type: 2, value: 'profile of someone@example.org' }] });
    expect((await scrub(telling, BALANCED)).includes('someone')).toBe(false);
  });

  it('takes no list of opcodes for one that is text', async () => {
    const bytes = buildDng({ raw: [{ tag: 0xc741, type: 7, value: Buffer.from('secret text in a table') }] });
    expect((await scrub(bytes, BALANCED)).includes('secret')).toBe(false);
  });

  it('keeps a reduced JPEG that holds nothing but its pixels', async () => {
    const stream = Buffer.from(buildJpeg());
    const out = await scrub(buildDng({ others: [preview(stream)], gps: true }), STRICT);
    expect(out.includes(stream)).toBe(true);
  });

  it('refuses to write where a picture within carries metadata that has to go, and says what to do', () => {
    const stream = buildJpeg({ segments: [jpegSegment(0xfe, Buffer.from('a comment'))] });
    const bytes = buildDng({ others: [preview(stream)], gps: true });
    expect(code(bytes, STRICT)).toBe('dng-picture-metadata');
    expect(code(bytes, LOCATION_ONLY)).toBe('violates');
  });

  it('drops a reduced JPEG that nobody can decode', async () => {
    const out = await scrub(buildDng({ others: [preview(Buffer.from('secret, no JPEG'))] }), BALANCED);
    expect(out.includes('secret')).toBe(false);
    expect(names(out).filter((name) => name.includes('SubIFD1'))).toEqual([]);
  });

  it('drops a depth map where previews go', async () => {
    const depth = greyPage([{ tag: 0xfe, type: 4, value: [8] }], Buffer.from('DEPTHMAP'));
    const bytes = buildDng({ others: [depth] });
    expect((await scrub(bytes, BALANCED)).includes('DEPTHMAP')).toBe(false);
    expect(look(bytes, LOCATION_ONLY).outcome.verdict.kind).toBe('clean');
  });

  it('refuses to write one with profiles outside of its directories', () => {
    expect(code(buildDng({ ifd0: [{ tag: 0xc6f5, type: 4, value: [8] }], gps: true }), STRICT)).toBe('dng-extra-profiles');
  });

  it('is left alone where it holds nothing private', () => {
    expect(look(buildDng({ raw: DEVELOPING }), STRICT).outcome.verdict.kind).toBe('clean');
  });
});
