import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webp } from '../../src/formats/webp/webp.js';
import { changedBytes, changes } from '../support/changed-bytes.js';
import { expectLaws, readError } from '../support/container.js';
import { srgbProfile } from '../support/icc.js';
import { buildC2pa } from '../support/jumbf.js';
import { BALANCED, LOCATION_ONLY, STRICT } from '../support/payload.js';
import { buildExif } from '../support/tiff.js';
import { anim, anmf, buildAnimatedWebp, buildSimpleWebp, buildWebp, riff, riffChunk, vp8l, vp8x } from '../support/webp.js';

const exif = buildExif({ orientation: 6, make: 'Maker', gps: { latitude: 48.2, longitude: 16.4 } });
const xmp = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>');
const FIXTURES: readonly Buffer[] = [
  buildWebp({ exif, xmp, icc: srgbProfile(), trailer: Buffer.from('tail') }),
  buildSimpleWebp([riffChunk('JUNK', Buffer.from('odd')), riffChunk('EXIF', exif)]),
  buildAnimatedWebp([riffChunk('JUNK', Buffer.from('odd'), 7)], { exif, xmp, before: [riffChunk('C2PA', buildC2pa([]))] }),
];

/** Sets the RIFF size to what is there, so that what was changed is looked at and not only refused. */
function withGoodSize(bytes: Buffer): Buffer {
  const file = Buffer.from(bytes);
  file.writeUInt32LE(file.length - 8, 4);
  return file;
}

describe('hostile WebP', () => {
  it('cut at every byte is refused with a reason, or read', () => {
    for (const fixture of FIXTURES) {
      for (let length = 0; length < fixture.length; length++) {
        for (const file of length < 12
          ? [fixture.subarray(0, length)]
          : [fixture.subarray(0, length), withGoodSize(fixture.subarray(0, length))]) {
          const error = readError(webp, file);
          if (error !== undefined) expect(error.byteOffset).toBeLessThanOrEqual(length);
          else expectLaws(webp, file, [STRICT]);
        }
      }
    }
  });

  it('changed anywhere raises a reader error or holds to the laws', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(...FIXTURES), changes, fc.boolean(), (fixture, list, mend) => {
        const bytes = changedBytes(fixture, list, 12);
        const file = mend ? withGoodSize(bytes) : bytes;
        if (readError(webp, file) !== undefined) return;
        read++;
        expectLaws(webp, file, [STRICT, BALANCED, LOCATION_ONLY]);
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('of any chunks in any order raises a reader error or holds to the laws', () => {
    const fourCC = fc.constantFrom(
      'EXIF',
      'XMP ',
      'XMP\0',
      'ICCP',
      'C2PA',
      'JUNK',
      'VP8X',
      'VP8L',
      'VP8 ',
      'ALPH',
      'ANIM',
      'ANMF',
      '\0\0\0\0',
    );
    const data = fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constantFrom<Uint8Array>(exif, xmp, vp8l()));
    const chunk = fc.tuple(fourCC, data, fc.nat(255)).map(([name, content, pad]) => riffChunk(name, content, pad));
    const chunks = fc.array(chunk, { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.nat(0xffffff),
        chunks,
        chunks,
        chunks,
        fc.nat(255),
        (flags, reserved, before, inner, after, frameFlags) => {
          const frames = [
            anim(0, Buffer.alloc(inner.length, 9)),
            anmf([riffChunk('VP8L', vp8l()), ...inner], { flags: frameFlags }),
            anmf([riffChunk('VP8L', vp8l()), ...inner]),
          ];
          for (const picture of [frames, [riffChunk('VP8L', vp8l())]]) {
            const bytes = riff([vp8x(flags, 6, 4, reserved), ...before, ...picture, ...after]);
            if (readError(webp, bytes) === undefined) expectLaws(webp, bytes, [STRICT, BALANCED, LOCATION_ONLY]);
          }
        },
      ),
      { numRuns: 800 },
    );
  });
});
