import { describe, expect, it } from 'vitest';
import { webp } from '../../src/formats/webp/webp.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { BALANCED, flatten, LOCATION_ONLY, STRICT } from '../support/payload.js';
import { buildExif } from '../support/tiff.js';
import { riff, riffChunk, VP8X_FLAGS, vp8l, vp8x } from '../support/webp.js';

const SECRET = 'CANARY7Q2XKPLW';

describe('WebP chunks that viewers take no notice of', () => {
  const block = riffChunk('EXIF', buildExif({ artist: SECRET }));

  it('reads one Exif block more than viewers do, and takes the others as they are', () => {
    const file = riff([vp8x(VP8X_FLAGS.exif), riffChunk('VP8L', vp8l()), block, block, block, block]);
    const artists = flatten(readBytes(webp, file).parts).filter(({ path }) => path.endsWith('/Artist'));
    expect(artists.map(({ path }) => path)).toEqual(['EXIF#0/IFD0/Artist', 'EXIF#1/IFD0/Artist']);
    expectLaws(webp, file, [STRICT, BALANCED, LOCATION_ONLY]);
    expect(scrubUnder(webp, file, STRICT).output.includes(SECRET)).toBe(false);
  });
});

describe('an alpha plane of an unknown kind', () => {
  // A key frame of 16 x 16 pixels: frame tag with a first partition of 1 byte, start code, extent.
  const vp8 = Buffer.concat([Buffer.from([0x30, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0]), Buffer.alloc(24)]);
  const file = (flags: number): Buffer => riff([vp8x(flags, 16, 16), riffChunk('ALPH', Buffer.from(SECRET)), riffChunk('VP8 ', vp8)]);

  it('goes where nothing announces it', () => {
    expectLaws(webp, file(0), [STRICT, BALANCED, LOCATION_ONLY]);
    expect(scrubUnder(webp, file(0), STRICT).output.includes(SECRET)).toBe(false);
  });

  it('is refused where the picture is said to have one', () => expect(readError(webp, file(VP8X_FLAGS.alpha))?.code).toBe('bad-bitstream'));
});
