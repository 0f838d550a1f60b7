import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { editJpeg } from '../../src/visual/jpeg/edit.js';

/** A picture with something in every block. */
function picture(width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      data[at] = (x * 7 + y * 3) % 256;
      data[at + 1] = 128 + 100 * Math.sin(x / 9) * Math.cos(y / 7);
      data[at + 2] = (x ^ y) % 256;
    }
  return data;
}

async function decoded(bytes: Uint8Array): Promise<{ data: Buffer; width: number; height: number; channels: number }> {
  const { data, info } = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
  return { data, ...info };
}

const KINDS = [
  { name: '4:2:0', options: { chromaSubsampling: '4:2:0', quality: 82 } },
  { name: '4:4:4', options: { chromaSubsampling: '4:4:4', quality: 95 } },
  { name: 'progressive', options: { progressive: true, quality: 75 } },
  { name: 'progressive with refinement', options: { progressive: true, mozjpeg: true, quality: 60 } },
] as const;

describe('changing blocks of a JPEG', () => {
  for (const { name, options } of KINDS) {
    for (const [width, height] of [
      [131, 77],
      [64, 64],
      [16, 200],
    ] as const) {
      it(`leaves all pixels outside as they were: ${name}, ${width}x${height}`, async () => {
        const source = await sharp(picture(width, height), { raw: { width, height, channels: 3 } })
          .jpeg(options)
          .toBuffer();
        const before = await decoded(source);
        const pixels = { ...before, data: Uint8Array.from(before.data) };
        const box = { x: 5, y: 20, width: 7, height: 30 };
        for (let y = box.y; y < box.y + box.height; y++) pixels.data.fill(0, (y * width + box.x) * 3, (y * width + box.x + box.width) * 3);
        const { bytes, touched } = editJpeg(source, pixels, [box], []);
        const after = await decoded(bytes);
        expect([after.width, after.height]).toEqual([width, height]);
        const [whole] = touched as [(typeof touched)[number]];
        let changed = 0;
        let outside = 0;
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const at = (y * width + x) * 3;
            if (before.data.subarray(at, at + 3).equals(after.data.subarray(at, at + 3))) continue;
            // Smoothed chroma reaches one sample, which is two pixels, across the edge of a block.
            const inside = x >= whole.x - 2 && x < whole.x + whole.width + 2 && y >= whole.y - 2 && y < whole.y + whole.height + 2;
            if (inside) changed++;
            else outside++;
          }
        expect(outside).toBe(0);
        expect(changed).toBeGreaterThan(100);
        const middle = ((box.y + 15) * width + box.x + 3) * 3;
        expect(Math.max(...after.data.subarray(middle, middle + 3))).toBeLessThan(24);
      });
    }

    it(`gives the same picture where nothing is touched: ${name}`, async () => {
      const source = await sharp(picture(90, 60), { raw: { width: 90, height: 60, channels: 3 } })
        .jpeg(options)
        .toBuffer();
      const before = await decoded(source);
      const { bytes } = editJpeg(source, { ...before, data: before.data }, [], []);
      expect((await decoded(bytes)).data.equals(before.data)).toBe(true);
    });
  }

  it('knows grey pictures', async () => {
    const source = await sharp(picture(50, 50), { raw: { width: 50, height: 50, channels: 3 } })
      .greyscale()
      .jpeg()
      .toBuffer();
    const { data, info } = await sharp(source).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    const { bytes } = editJpeg(source, { ...info, data }, [], []);
    expect((await decoded(bytes)).data.equals((await decoded(source)).data)).toBe(true);
  });

  it.each([0, 2, 100, 300, 700])('fails in its own way on a file cut at %i', async (length) => {
    const source = await sharp(picture(90, 60), { raw: { width: 90, height: 60, channels: 3 } })
      .jpeg()
      .toBuffer();
    const cut = source.subarray(0, length);
    expect(() => editJpeg(cut, { width: 90, height: 60, channels: 3, data: new Uint8Array(90 * 60 * 3) }, [], [])).toThrow(
      expect.objectContaining({ name: 'VisualError' }),
    );
  });

  it('refuses CMYK', async () => {
    const source = await sharp(picture(90, 60), { raw: { width: 90, height: 60, channels: 3 } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    expect(() => editJpeg(source, { width: 90, height: 60, channels: 3, data: new Uint8Array(90 * 60 * 3) }, [], [])).toThrow(
      expect.objectContaining({ code: 'unsupported-jpeg' }),
    );
  });
});
