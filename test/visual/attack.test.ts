import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { loadPolicy } from '../../src/policy/load.js';
import { LocalEngine } from '../../src/visual/engine.js';
import type { Canvas } from '../../src/visual/picture/canvas.js';
import { obscure } from '../../src/visual/redact/obscure.js';
import type { RedactRequest } from '../../src/visual/request.js';
import type { Box } from '../../src/visual/types.js';
import { seeded } from './evaluation/random.js';
import { draw } from './support/draw.js';

// Models share the cores with everything else that runs: no test is about time.
vi.setConfig({ testTimeout: 180_000 });

const REQUEST: RedactRequest = {
  faces: false,
  faceStyle: 'pixelate',
  text: { what: 'sensitive', custom: [] },
  codes: false,
  place: false,
  models: {},
  regions: [],
  background: undefined,
  colour: [0, 0, 0],
};

/** A number in letters of one width, so that every digit stands at a known place. */
function numberPicture(digits: string): Promise<Buffer> {
  const texts = [{ text: digits, x: 40, y: 110, size: 40, font: 'DejaVu Sans Mono' }];
  return draw({ width: 560, height: 180, texts }).flatten({ background: '#ffffff' }).png().toBuffer();
}

async function raw(picture: Buffer): Promise<Buffer> {
  return sharp(picture).greyscale().raw().toBuffer();
}

/** The mosaic that people draw over numbers: cells of 10 pixels. */
async function mosaic(picture: Buffer): Promise<Buffer> {
  const small = await sharp(picture).greyscale().resize(56, 18, { kernel: 'linear' }).png().toBuffer();
  return sharp(small).resize(560, 180, { kernel: 'nearest' }).greyscale().raw().toBuffer();
}

/** The known attack: draw every candidate, spoil it in the same way, take the one that is nearest. Digit by digit. */
async function attack(target: Buffer, spoil: (picture: Buffer) => Promise<Buffer>, length: number): Promise<string> {
  const advance = 40 * 0.602;
  let guess = '0'.repeat(length);
  for (let place = 0; place < length; place++) {
    let best = '0';
    let least = Infinity;
    for (const digit of '0123456789') {
      const candidate = guess.slice(0, place) + digit + guess.slice(place + 1);
      const spoilt = await spoil(await numberPicture(candidate));
      const [left, right] = [Math.floor(40 + place * advance), Math.ceil(40 + (place + 1) * advance)];
      let sum = 0;
      for (let y = 70; y < 120; y++)
        for (let x = left; x < right; x++) sum += Math.abs((target[y * 560 + x] as number) - (spoilt[y * 560 + x] as number));
      if (sum < least) {
        least = sum;
        best = digit;
      }
    }
    guess = guess.slice(0, place) + best + guess.slice(place + 1);
  }
  return guess;
}

const SECRET = '4111111111111111';

describe('digits under a mosaic', () => {
  it('are recovered where the mosaic is the usual one: the attack is real', async () => {
    const recovered = await attack(await mosaic(await numberPicture(SECRET)), mosaic, SECRET.length);
    const right = [...recovered].filter((digit, place) => digit === SECRET[place]).length;
    expect(right).toBeGreaterThan(SECRET.length * 0.8);
  });

  it('are not recovered from what redaction leaves: the same bytes for every number', async () => {
    const engine = new LocalEngine(seeded(1));
    const spoil = async (picture: Buffer): Promise<Buffer> => {
      const redacted = await engine.redact(picture, REQUEST);
      return raw(Buffer.from(redacted?.bytes ?? picture));
    };
    const numbers = [SECRET, '4012888888881881', '5500000000000004'];
    const left = await Promise.all(numbers.map(async (number) => spoil(await numberPicture(number))));
    // Letters end a pixel earlier or later; what is covered in all is the same in all, and nothing beside it is left.
    for (const result of left) {
      const ink = result.filter((value) => value > 0 && value < 255).length;
      expect(ink).toBe(0);
    }
    const guess = await attack(left[0] as Buffer, async () => left[1] as Buffer, 4);
    expect(guess).toBe('0000');
  });

  it('cannot be asked for: text is filled, whatever the policy says', () => {
    expect(() => loadPolicy('version: 1\nvisual:\n  text: { action: redact, style: pixelate }\n', { file: 'policy.yaml' })).toThrow();
    expect(() => loadPolicy('version: 1\nvisual:\n  codes: { action: redact, style: blur }\n', { file: 'policy.yaml' })).toThrow();
  });
});

describe('digits that somebody has covered by hand with a style for faces', () => {
  const within: Box = { x: 30, y: 60, width: 410, height: 70 };

  /** The mean of many outputs of one input: what averaging leaves of the noise. */
  async function averaged(digits: string, style: 'pixelate' | 'blur', count: number, random: () => number): Promise<Buffer> {
    const pixels = await sharp(await numberPicture(digits))
      .removeAlpha()
      .raw()
      .toBuffer();
    const sums = new Float64Array(560 * 180);
    for (let run = 0; run < count; run++) {
      const data = Uint8Array.from(pixels);
      obscure({ format: 'png', width: 560, height: 180, channels: 3, data, orientation: 1, iccProfile: undefined }, within, style, random);
      for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) + (data[at * 3] as number) / count;
    }
    return Buffer.from(sums.map(Math.round));
  }

  it.each(['pixelate', 'blur'] as const)(
    'are not recovered from the mean of many outputs, every digit tried at every place (%s)',
    async (style) => {
      const random = seeded(31);
      const secret = '4929381027465530';
      const target = await averaged(secret, style, 30, random);
      const candidates = new Map<string, Buffer>();
      let guess = '0'.repeat(secret.length);
      for (let place = 0; place < secret.length; place++) {
        let [best, least] = ['0', Infinity];
        for (const digit of '0123456789') {
          const tried = guess.slice(0, place) + digit + guess.slice(place + 1);
          const seen = candidates.get(tried) ?? (await averaged(tried, style, 4, random));
          candidates.set(tried, seen);
          let sum = 0;
          for (let at = 60 * 560; at < 130 * 560; at++) sum += Math.abs((target[at] as number) - (seen[at] as number));
          if (sum < least) [best, least] = [digit, sum];
        }
        guess = guess.slice(0, place) + best + guess.slice(place + 1);
      }
      // Chance alone gives one or two of sixteen.
      expect([...guess].filter((digit, place) => digit === secret[place]).length).toBeLessThan(8);
    },
  );
});

describe('a covered face', () => {
  const box: Box = { x: 10, y: 10, width: 100, height: 100 };
  const noise = seeded(5);
  const canvas = (data: Uint8Array): Canvas => ({
    format: 'png',
    width: 120,
    height: 120,
    channels: 3,
    data,
    orientation: 1,
    iccProfile: undefined,
  });

  it.each(['pixelate', 'blur'] as const)('is a few colours and noise: nothing within a cell comes through (%s)', (style) => {
    const original = Uint8Array.from({ length: 120 * 120 * 3 }, () => Math.floor(noise() * 256));
    const shuffled = original.slice();
    // Turned upside down within each of the 5 by 5 cells, the means are the same and the face is another.
    for (let cell = 0; cell < 25; cell++) {
      const [left, top] = [10 + (cell % 5) * 20, 10 + Math.floor(cell / 5) * 20];
      for (let y = 0; y < 20; y++)
        for (let x = 0; x < 20 * 3; x++)
          shuffled[((top + y) * 120 + left) * 3 + x] = original[((top + 19 - y) * 120 + left) * 3 + x] as number;
    }
    const [first, second] = [canvas(original), canvas(shuffled)];
    obscure(first, box, style, seeded(9));
    obscure(second, box, style, seeded(9));
    expect(Buffer.compare(Buffer.from(first.data.buffer), Buffer.from(second.data.buffer))).toBe(0);
  });

  it('does not come out the same twice', () => {
    const original = Uint8Array.from({ length: 120 * 120 * 3 }, () => Math.floor(noise() * 256));
    const [first, second] = [canvas(original.slice()), canvas(original.slice())];
    obscure(first, box, 'pixelate', seeded(1));
    obscure(second, box, 'pixelate', seeded(2));
    expect(Buffer.compare(Buffer.from(first.data.buffer), Buffer.from(second.data.buffer))).not.toBe(0);
  });
});
