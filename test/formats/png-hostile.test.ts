import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { png } from '../../src/formats/png/png.js';
import { changedBytes, changes } from '../support/changed-bytes.js';
import { expectLaws, readError } from '../support/container.js';
import { srgbProfile } from '../support/icc.js';
import { buildC2pa } from '../support/jumbf.js';
import { BALANCED, LOCATION_ONLY, STRICT } from '../support/payload.js';
import { buildApng, buildPng, iCCP, iTXt, pngChunk, pngXmp, rawProfile, tEXt, zTXt } from '../support/png.js';
import { buildExif } from '../support/tiff.js';

const exif = buildExif({ orientation: 6, make: 'Maker', gps: { latitude: 48.2, longitude: 16.4 } });
const FIXTURES: readonly Buffer[] = [
  buildPng({
    before: [tEXt('Author', 'A'), zTXt('Comment', 'hello'), iCCP('Display', srgbProfile())],
    after: [pngChunk('eXIf', exif)],
    trailer: Buffer.from('tail'),
  }),
  buildPng({
    before: [
      rawProfile('exif', exif),
      pngXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'),
      iTXt('Title', 'T', { compressed: true }),
      pngChunk('caBX', buildC2pa([])),
    ],
  }),
  buildPng({ split: (stream) => [stream.subarray(0, 5), stream.subarray(5), Buffer.from('past')], iend: Buffer.from('x') }),
  buildPng({ colourType: 3, bitDepth: 2, interlaced: true, extraLines: Buffer.alloc(50, 3) }),
  buildApng({}, [tEXt('Comment', 'between')]),
];

/** Puts every CRC right, so that what was changed is looked at and not only refused. */
function withGoodCrcs(bytes: Buffer): Buffer {
  const file = Buffer.from(bytes);
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length) break;
    file.writeUInt32BE(crc32(file.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return file;
}

describe('hostile PNG', () => {
  it('cut at every byte is refused with a reason, or read', () => {
    for (const fixture of FIXTURES) {
      for (let length = 0; length < fixture.length; length++) {
        const error = readError(png, fixture.subarray(0, length));
        if (error !== undefined) expect(error.byteOffset).toBeLessThanOrEqual(length);
      }
    }
  });

  it('changed anywhere raises a reader error or holds to the laws', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(...FIXTURES), changes, fc.boolean(), (fixture, list, mend) => {
        const bytes = changedBytes(fixture, list, 8);
        const file = mend ? withGoodCrcs(bytes) : bytes;
        if (readError(png, file) !== undefined) return;
        read++;
        expectLaws(png, file, [STRICT, BALANCED, LOCATION_ONLY]);
      }),
      { numRuns: 1500 },
    );
    expect(read).toBeGreaterThan(30);
  });

  it('of any chunks in any order raises a reader error or holds to the laws', () => {
    const type = fc.constantFrom(
      'tEXt',
      'zTXt',
      'iTXt',
      'eXIf',
      'iCCP',
      'tIME',
      'gAMA',
      'tRNS',
      'acTL',
      'fcTL',
      'fdAT',
      'IDAT',
      'PLTE',
      'caBX',
      'zxIf',
      'abCd',
    );
    const data = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...FIXTURES.map((fixture) => fixture.subarray(41, 120))));
    const chunks = fc.array(
      fc.tuple(type, data).map(([name, content]) => pngChunk(name, content)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(chunks, chunks, fc.uint8Array({ maxLength: 20 }), (before, after, trailer) => {
        const bytes = buildPng({ before, after, trailer });
        if (readError(png, bytes) === undefined) expectLaws(png, bytes, [STRICT, BALANCED]);
      }),
      { numRuns: 600 },
    );
  });
});
