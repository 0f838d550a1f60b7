import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { isReaderError } from '../../src/core/error.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { jpeg } from '../../src/formats/jpeg/jpeg.js';
import { expectLaws, readError } from '../support/container.js';
import { srgbProfile } from '../support/icc.js';
import {
  adobeSegment,
  app,
  buildJpeg,
  com,
  exifSegment,
  iccSegments,
  jumbfSegments,
  mpfSegment,
  photoshopSegment,
  xmpSegment,
} from '../support/jpeg.js';
import { buildC2pa } from '../support/jumbf.js';
import { BALANCED, LOCATION_ONLY, STRICT } from '../support/payload.js';
import { buildPhotoshop } from '../support/photoshop.js';
import { buildExif } from '../support/tiff.js';

const POLICIES = [STRICT, BALANCED, LOCATION_ONLY];

const exif = exifSegment(buildExif({ orientation: 6, make: 'Make', gps: { latitude: 1, longitude: 2 }, thumbnail: buildJpeg() }));
const FIXTURES = [
  buildJpeg({ kind: 'color', width: 16, restartInterval: 1, segments: [exif, adobeSegment(1), com('text')], tail: buildJpeg() }),
  buildJpeg({ kind: 'progressive', segments: iccSegments(srgbProfile(), 2), afterScan: [exif, Buffer.from('garbage'), com('x')] }),
  buildJpeg({
    segments: [
      xmpSegment('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'),
      mpfSegment([
        { byteLength: 1, byteOffset: 0 },
        { byteLength: 200, byteOffset: 300 },
      ]),
      ...jumbfSegments(buildC2pa([]), 2),
      photoshopSegment(buildPhotoshop([{ id: 0x0404, data: Buffer.from([0x1c, 2, 80, 0, 1, 65]) }])),
      app(0, 'JFXX\0\x10', buildJpeg()),
    ],
    tail: Buffer.from('tail SEFT'),
  }),
];

/** The laws where the bytes read; else one of the three errors, which `readError` sees to. */
function lawsOrError(bytes: Uint8Array): void {
  if (readError(jpeg, bytes) === undefined) expectLaws(jpeg, bytes, POLICIES);
}

describe('a JPEG that was tampered with', () => {
  it('cut at every byte is refused or read by the laws', () => {
    let refused = 0;
    for (const bytes of FIXTURES) {
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        if (readError(jpeg, cut) === undefined) lawsOrError(cut);
        else refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });

  it('in any byte is refused or read by the laws', { timeout: 60_000 }, () => {
    const mutation = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...FIXTURES), fc.array(mutation, { minLength: 1, maxLength: 6 }), (fixture, mutations) => {
        const bytes = Buffer.from(fixture);
        for (const { at, byte } of mutations) bytes[Math.floor(at * bytes.length)] = byte;
        lawsOrError(bytes);
      }),
      { numRuns: 600 },
    );
  });

  it('by moved, doubled or dropped pieces is refused or read by the laws', { timeout: 60_000 }, () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...FIXTURES), place, place, place, (fixture, a, b, c) => {
        const [from, to, into] = [a, b, c].map((part) => Math.floor(part * fixture.length)) as [number, number, number];
        const piece = fixture.subarray(Math.min(from, to), Math.max(from, to));
        lawsOrError(Buffer.concat([fixture.subarray(0, into), piece, fixture.subarray(into)]));
        lawsOrError(Buffer.concat([fixture.subarray(0, Math.min(from, to)), fixture.subarray(Math.max(from, to))]));
      }),
      { numRuns: 300 },
    );
  });

  it('by anything at all behind its first bytes raises none but the three errors', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0xff), fc.integer({ min: 0, max: 255 })), { maxLength: 400 }), (tail) => {
        const bytes = Buffer.from([0xff, 0xd8, 0xff, ...tail]);
        try {
          readWith(jpeg, new MemorySource(bytes), DEFAULT_LIMITS);
        } catch (error) {
          expect(isReaderError(error)).toBe(true);
        }
      }),
    );
  });
});
