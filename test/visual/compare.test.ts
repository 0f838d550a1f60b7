import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compare } from '../../src/visual/hidden/compare.js';
import { croppedFrom, paintedOver, scene, thumbnailOf } from '../support/hidden.js';

const SEEDS = [1, 2, 3, 4, 5] as const;
const jpeg = (picture: Buffer, quality = 85): Promise<Buffer> => sharp(picture).jpeg({ quality }).toBuffer();

describe('a preview of the picture as it is', () => {
  it.each(SEEDS)('is the same, however it was encoded (scene %i)', async (seed) => {
    const picture = await scene(900, 600, seed);
    for (const [side, quality] of [
      [160, 75],
      [160, 30],
      [320, 50],
      [64, 80],
      [640, 90],
    ] as const)
      expect(await compare(await thumbnailOf(picture, side, quality), await jpeg(picture, 60)), `${side} at ${quality}`).toEqual({
        kind: 'same',
      });
  });

  it('is the same with bars, turned, lighter, or without colour', async () => {
    const picture = await scene(900, 600, 7);
    const small = await thumbnailOf(picture);
    const barred = await sharp(small).resize(160, 120, { fit: 'contain', background: '#000' }).jpeg().toBuffer();
    const turned = await sharp(small).rotate(90).jpeg().toBuffer();
    const lighter = await sharp(small).linear(1.15, 12).jpeg().toBuffer();
    for (const preview of [barred, turned, lighter]) expect(await compare(preview, picture)).toEqual({ kind: 'same' });
  });

  it('is the same for flat pictures', async () => {
    const flat = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#345' } })
      .png()
      .toBuffer();
    expect(await compare(await thumbnailOf(flat), flat)).toEqual({ kind: 'same' });
  });

  it('may show less', async () => {
    const picture = await scene(900, 600, 8);
    const square = await sharp(picture).resize(160, 160, { fit: 'cover' }).jpeg().toBuffer();
    expect(await compare(square, picture)).toEqual({ kind: 'less' });
  });
});

describe('a preview from before', () => {
  const crops = [
    ['to a square', 0.2, 0.1, 0.5, 0.75],
    ['to the same shape', 0.25, 0.25, 0.5, 0.5],
    ['to a corner', 0.6, 0.55, 0.4, 0.4],
    ['by a tenth', 0, 0, 0.9, 1],
    ['to a third', 0.3, 0.3, 0.33, 0.4],
  ] as const;
  it.each(crops)('shows more than a picture cropped %s', async (_, left, top, width, height) => {
    for (const seed of SEEDS) {
      const before = await scene(900, 600, seed);
      const result = await compare(await thumbnailOf(before), await jpeg(await croppedFrom(before, left, top, width, height)));
      expect(result.kind, `scene ${seed}`).toBe('more');
      if (result.kind === 'more') expect(result.times * width * height).toBeCloseTo(1, 0);
    }
  });

  it.each([0.005, 0.02, 0.1, 0.3])('shows what lies under a box over %d of the picture', async (share) => {
    for (const seed of SEEDS) {
      const before = await scene(900, 600, seed);
      for (const colour of ['#000', '#fff'])
        expect(
          (await compare(await thumbnailOf(before), await jpeg(await paintedOver(before, share, colour)))).kind,
          `scene ${seed} ${colour}`,
        ).toBe('painted');
    }
  });

  it('shows what a blur hides', async () => {
    const before = await scene(900, 600, 3);
    const patch = await sharp(before).extract({ left: 300, top: 200, width: 240, height: 180 }).blur(40).toBuffer();
    const after = await sharp(before)
      .composite([{ input: patch, left: 300, top: 200 }])
      .jpeg()
      .toBuffer();
    expect((await compare(await thumbnailOf(before), after)).kind).toBe('painted');
  });

  it('is another picture where it has nothing in common', async () => {
    for (const seed of SEEDS)
      expect((await compare(await thumbnailOf(await scene(900, 600, seed)), await scene(900, 600, seed + 50))).kind, `scene ${seed}`).toBe(
        'other',
      );
    expect((await compare(await thumbnailOf(await scene(600, 600, 1)), await scene(900, 600, 60))).kind).toBe('other');
  });

  it('cannot be compared with what no decoder reads', async () => {
    const picture = await scene(100, 100);
    expect(await compare(await thumbnailOf(picture), Buffer.from('no picture'))).toEqual({ kind: 'unknown', undecoded: 'picture' });
    expect(await compare(Buffer.from('no picture'), picture)).toEqual({ kind: 'unknown', undecoded: 'preview' });
  });
});
