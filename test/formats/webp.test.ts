import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { webp } from '../../src/formats/webp/webp.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { srgbProfile } from '../support/icc.js';
import { buildC2pa, jsonAssertion } from '../support/jumbf.js';
import { BALANCED, flatten, LOCATION_ONLY, partAt, removing, STRICT } from '../support/payload.js';
import { buildExif } from '../support/tiff.js';
import {
  anim,
  anmf,
  buildAnimatedWebp,
  buildSimpleWebp,
  buildWebp,
  riff,
  riffChunk,
  splitWebp,
  VP8X_FLAGS,
  vp8l,
  vp8x,
} from '../support/webp.js';

const SECRET = 'CANARY7Q2XKPLW';
const secret = Buffer.from(SECRET);
const CLEAN = buildWebp();
const names = (bytes: Uint8Array): string[] => splitWebp(bytes).map(({ fourCC }) => fourCC);
const flagsOf = (bytes: Buffer): number => bytes[20] as number;
const rawPixels = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes, { animated: true }).raw().toBuffer();
const exif = (orientation: number): Uint8Array =>
  buildExif({ orientation, imageDescription: SECRET, serial: SECRET, gps: { latitude: 48.2, longitude: 16.4 } });
const xmp = Buffer.from(
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="${SECRET}"/></rdf:RDF></x:xmpmeta>`,
);
const policies = [STRICT, BALANCED, LOCATION_ONLY];

describe('WebP', () => {
  it.each<[string, Buffer]>([
    ['an unknown chunk', buildWebp({ after: [riffChunk('JUNK', secret)] })],
    [
      'an unknown chunk of odd size before the picture',
      buildWebp({ before: [riffChunk('abc!', Buffer.concat([secret, Buffer.alloc(1)]))] }),
    ],
    ['a second picture', buildWebp({ after: [riffChunk('VP8L', vp8l(6, 4, [1, 2, 3, 255])), riffChunk('VP8 ', secret)] })],
    ['an alpha plane of a lossless picture', buildWebp({ before: [riffChunk('ALPH', secret)] })],
    ['a frame of no animation', buildWebp({ after: [anim(), anmf([riffChunk('VP8L', vp8l())])] })],
    ['a second VP8X', buildWebp({ after: [vp8x(0)] })],
    ['text in place of a profile', buildWebp({ icc: secret })],
    ['bytes too few for a chunk', riff([vp8x(0), riffChunk('VP8L', vp8l()), Buffer.from('CANARY')])],
    ['bytes past the RIFF size', buildWebp({ trailer: secret })],
    ['a chunk past the RIFF size', buildWebp({ trailer: riffChunk('EXIF', secret) })],
    ['XMP that is none', buildWebp({ after: [riffChunk('XMP\0', secret)] })],
    ['Exif without its flag', buildWebp({ after: [riffChunk('EXIF', exif(6))] })],
    ['reserved bits', riff([vp8x(0xc1, 6, 4, 0x1822aa), riffChunk('VP8L', vp8l())])],
    [
      'a flag for what is not there',
      riff([vp8x(VP8X_FLAGS.exif | VP8X_FLAGS.xmp | VP8X_FLAGS.icc), riffChunk('VP8L', vp8l()), riffChunk('JUNK', secret)]),
    ],
  ])('gives the clean file back where %s is taken out', async (_, bytes) => {
    expect((await rawPixels(CLEAN)).length).toBe(72);
    expectLaws(webp, bytes, policies);
    expect(scrubUnder(webp, bytes, STRICT).output.equals(CLEAN)).toBe(true);
    expect(scrubUnder(webp, bytes, BALANCED).output.equals(CLEAN)).toBe(true);
  });

  it('clears padding that hides a byte, and leaves the chunk', () => {
    const odd = Buffer.concat([vp8l(), Buffer.alloc((vp8l().length + 1) & 1)]);
    expect(odd.length % 2).toBe(1);
    const padded = (pad: number): Buffer =>
      riff([vp8x(VP8X_FLAGS.xmp), riffChunk('VP8L', odd, pad), riffChunk('XMP ', Buffer.from('<x/>x'), pad)]);
    const { output, touched } = scrubUnder(webp, padded(0x41), removing('hidden'));
    expect(touched).toContain('VP8L#0/pad');
    expect(splitWebp(output)[1]?.data.equals(odd)).toBe(true);
    expect(output.includes(0x41, 30)).toBe(false);
    expectLaws(webp, padded(0x41), policies);
  });

  it('keeps Exif that turns the picture, and nothing else of it', () => {
    for (const block of [exif(6), Buffer.concat([Buffer.from('Exif\0\0'), exif(6)])]) {
      const bytes = buildWebp({ exif: block, xmp });
      const { output, before, after } = scrubUnder(webp, bytes, STRICT);
      expect([before.picture.orientation, after.picture.orientation]).toEqual([6, 6]);
      expect(names(output)).toEqual(['VP8X', 'VP8L', 'EXIF']);
      expect(flagsOf(output)).toBe(VP8X_FLAGS.exif);
      expect(output.includes(secret)).toBe(false);
      expectLaws(webp, bytes, policies);
    }
  });

  it('loses Exif, XMP and their flags where nothing of them is left', () => {
    const bytes = buildWebp({ exif: buildExif({ imageDescription: SECRET }), xmp, icc: srgbProfile() });
    const { output, after } = scrubUnder(webp, bytes, STRICT);
    expect(names(output)).toEqual(['VP8X', 'ICCP', 'VP8L']);
    expect(flagsOf(output)).toBe(VP8X_FLAGS.icc);
    expect(Buffer.from(after.picture.iccProfile ?? []).equals(srgbProfile())).toBe(true);
  });

  it('looks at the first of two Exif chunks, and at both for what they reveal', () => {
    const bytes = riff([vp8x(VP8X_FLAGS.exif), riffChunk('VP8L', vp8l()), riffChunk('EXIF', exif(6)), riffChunk('EXIF', exif(3))]);
    expect(readBytes(webp, bytes).picture.orientation).toBe(6);
    expect(names(scrubUnder(webp, bytes, BALANCED).output)).toEqual(['VP8X', 'VP8L', 'EXIF']);
    expect(flatten(scrubUnder(webp, bytes, LOCATION_ONLY).after.parts).some(({ category }) => category === 'location')).toBe(false);
  });

  it('never heeds what viewers do not: no orientation without the flag', () => {
    const bytes = buildWebp({ after: [riffChunk('EXIF', exif(6))] });
    expect(readBytes(webp, bytes).picture.orientation).toBe(1);
    const { output } = scrubUnder(webp, bytes, LOCATION_ONLY);
    expect([names(output), flagsOf(output)]).toEqual([['VP8X', 'VP8L', 'EXIF'], 0]);
  });

  it('in the simple format loses what comes after the picture', () => {
    const bytes = buildSimpleWebp([riffChunk('EXIF', exif(6)), riffChunk('JUNK', secret)]);
    expect(scrubUnder(webp, bytes, STRICT).output.equals(buildSimpleWebp())).toBe(true);
    expectLaws(webp, bytes, policies);
  });

  it('takes a RIFF size that leaves out the last padding', () => {
    const odd = Buffer.concat([Buffer.from('<x/>'), Buffer.from('x')]);
    const whole = riff([vp8x(VP8X_FLAGS.xmp), riffChunk('VP8L', vp8l()), riffChunk('XMP ', odd)]);
    const short = Buffer.from(whole);
    short.writeUInt32LE(whole.length - 9, 4);
    expect(partAt(readBytes(webp, short).parts, 'trailer')).toBeUndefined();
    expectLaws(webp, short, policies);
  });

  it('loses C2PA with provenance', () => {
    const bytes = buildWebp({ after: [riffChunk('C2PA', buildC2pa([jsonAssertion('stds.exif', { x: SECRET })]))] });
    expect(scrubUnder(webp, bytes, BALANCED).output.equals(CLEAN)).toBe(true);
  });

  it('shows no four characters that are not letters or digits in a path', () => {
    const { parts } = readBytes(webp, buildWebp({ after: [riffChunk('\x1b[2J', secret)] }));
    expect(parts.map(({ path }) => path)).toContain('0x1b5b324a#0');
  });
});

describe('lossy WebP', () => {
  const lossy = (options: object = {}): Promise<Buffer> =>
    sharp({ create: { width: 16, height: 12, channels: 4, background: { r: 200, g: 90, b: 30, alpha: 0.4 } } })
      .webp({ quality: 80, ...options })
      .toBuffer();

  it('with an alpha plane stays as it is', async () => {
    const bytes = await lossy();
    expect(names(bytes)).toEqual(['VP8X', 'ALPH', 'VP8 ']);
    expect(readBytes(webp, bytes).picture.pixels.length).toBe(2);
    expectLaws(webp, bytes, policies);
    expect(scrubUnder(webp, bytes, STRICT).touched).toEqual([]);
  });

  it('loses what follows an alpha plane that is not compressed', async () => {
    const [head, , picture] = splitWebp(await lossy());
    const plane = Buffer.concat([Buffer.from([0]), Buffer.alloc(16 * 12, 0x66)]);
    const build = (tail: Uint8Array): Buffer =>
      riff([
        riffChunk('VP8X', head?.data ?? secret),
        riffChunk('ALPH', Buffer.concat([plane, tail])),
        riffChunk('VP8 ', picture?.data ?? secret),
      ]);
    for (const tail of [secret, Buffer.concat([secret, Buffer.alloc(1)])]) {
      expect(scrubUnder(webp, build(tail), STRICT).output.equals(build(Buffer.alloc(0)))).toBe(true);
      expectLaws(webp, build(tail), policies);
    }
    expect((await rawPixels(build(secret))).equals(await rawPixels(build(Buffer.alloc(0))))).toBe(true);
    expect(
      readError(
        webp,
        riff([
          riffChunk('VP8X', head?.data ?? secret),
          riffChunk('ALPH', plane.subarray(0, -9)),
          riffChunk('VP8 ', picture?.data ?? secret),
        ]),
      )?.code,
    ).toBe('truncated');
  });
});

describe('animated WebP', () => {
  it('is read with all its frames', async () => {
    const { picture } = readBytes(webp, buildAnimatedWebp());
    expect([picture.frameCount, picture.pixels.length]).toEqual([2, 2]);
    expect((await rawPixels(buildAnimatedWebp())).length).toBe(144);
    expectLaws(webp, buildAnimatedWebp([], { exif: exif(6), xmp }), policies);
  });

  const frame = (inner: readonly Uint8Array[], flags = 0): Buffer =>
    riff([
      vp8x(VP8X_FLAGS.animation),
      anim(),
      anmf([riffChunk('VP8L', vp8l())]),
      anmf([riffChunk('VP8L', vp8l(6, 4, [10, 20, 30, 255])), ...inner], { flags }),
    ]);

  it.each<[string, Buffer]>([
    ['an unknown chunk in a frame', frame([riffChunk('JUNK', secret)])],
    ['Exif in a frame', frame([riffChunk('EXIF', exif(6)), riffChunk('XMP ', xmp)])],
    ['a second picture in a frame', frame([riffChunk('VP8L', vp8l(6, 4, [1, 1, 1, 255]))])],
    ['bytes too few for a chunk in a frame', frame([Buffer.from('CANARY!')])],
    ['reserved bits of a frame', frame([], 0xfc)],
    [
      'more than the parameters in ANIM',
      riff([vp8x(VP8X_FLAGS.animation), anim(0, Buffer.concat([secret, Buffer.alloc(1)])), ...framesOf(frame([]))]),
    ],
    ['a second ANIM', riff([vp8x(VP8X_FLAGS.animation), anim(), anim(7), ...framesOf(frame([]))])],
    ['an unknown chunk between frames', riff([vp8x(VP8X_FLAGS.animation), anim(), riffChunk('JUNK', secret), ...framesOf(frame([]))])],
  ])('gives the clean file back where %s is taken out', (_, bytes) => {
    expectLaws(webp, bytes, policies);
    expect(scrubUnder(webp, bytes, STRICT).output.equals(frame([]))).toBe(true);
  });

  function framesOf(bytes: Buffer): Buffer[] {
    return splitWebp(bytes)
      .filter(({ fourCC }) => fourCC === 'ANMF')
      .map(({ fourCC, data }) => riffChunk(fourCC, data));
  }
});

describe('WebP that no decoder could show', () => {
  it.each<[string, Uint8Array, string]>([
    ['cut short', CLEAN.subarray(0, -3), 'truncated'],
    ['cut within its header', CLEAN.subarray(0, 10), 'truncated'],
    ['whose RIFF size is nothing', riff([riffChunk('VP8L', vp8l())], { size: 0 }), 'no-pixels'],
    ['whose RIFF size ends within the picture', riff([riffChunk('VP8L', vp8l())], { size: 16 }), 'truncated'],
    [
      'with a chunk that goes on past the RIFF size',
      riff([riffChunk('VP8L', vp8l()), Buffer.from('JUNK\xff\0\0\0', 'latin1')]),
      'truncated',
    ],
    ['without a picture', riff([vp8x(0)]), 'no-pixels'],
    ['that starts with another chunk', riff([riffChunk('JUNK', secret), riffChunk('VP8L', vp8l())]), 'no-pixels'],
    ['with a VP8X of another length', riff([riffChunk('VP8X', secret), riffChunk('VP8L', vp8l())]), 'bad-vp8x'],
    ['with a picture of another size', riff([vp8x(0, 7, 4), riffChunk('VP8L', vp8l())]), 'bad-extent'],
    ['with a VP8L picture that is none', riff([riffChunk('VP8L', secret)]), 'bad-bitstream'],
    ['with a VP8 picture that is none', riff([riffChunk('VP8 ', secret)]), 'bad-bitstream'],
    ['with an empty picture', riff([riffChunk('VP8L', Buffer.alloc(0))]), 'truncated'],
    ['with an animation without frames', riff([vp8x(VP8X_FLAGS.animation), anim()]), 'bad-animation'],
    ['with an animation without parameters', riff([vp8x(VP8X_FLAGS.animation), anmf([riffChunk('VP8L', vp8l())])]), 'bad-animation'],
    [
      'with a picture beside the frames',
      riff([vp8x(VP8X_FLAGS.animation), anim(), anmf([riffChunk('VP8L', vp8l())]), riffChunk('VP8L', vp8l())]),
      'bad-animation',
    ],
    [
      'with a frame too large',
      riff([vp8x(VP8X_FLAGS.animation), anim(), anmf([riffChunk('VP8L', vp8l())], { width: 7 })]),
      'bad-animation',
    ],
    ['with a frame without a picture', riff([vp8x(VP8X_FLAGS.animation), anim(), anmf([])]), 'no-pixels'],
  ])('%s is refused', (_, bytes, code) => {
    const error = readError(webp, bytes);
    expect(error?.code).toBe(code);
    expect(error?.byteOffset).toBeLessThanOrEqual(bytes.length);
  });

  it('has a limit on chunks, frames included', () => {
    const bytes = buildAnimatedWebp(Array.from({ length: 50 }, () => riffChunk('JUNK', Buffer.alloc(0))));
    expect(readError(webp, bytes, { ...DEFAULT_LIMITS, partCount: 40 })?.code).toBe('limit-partCount');
  });

  it('is told from other RIFF files', () => {
    expect(webp.sniff(CLEAN.subarray(0, 64))).toBe(true);
    expect(webp.sniff(Buffer.from('RIFF\0\0\0\0WAVE'))).toBe(false);
    expect(webp.sniff(Buffer.alloc(3))).toBe(false);
  });
});
