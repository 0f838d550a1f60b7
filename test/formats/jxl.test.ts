import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jxl } from '../../src/formats/jxl/jxl.js';
import { presetPolicy } from '../../src/policy/presets.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { isoBox } from '../support/jumbf.js';
import { buildJxl, JXL_CODESTREAM, jxlExif } from '../support/jxl.js';
import { flatten } from '../support/payload.js';
import { buildExif } from '../support/tiff.js';
import { buildXmp, RICH } from '../support/xmp.js';

const strict = presetPolicy('strict').effectiveFor(undefined);
const balanced = presetPolicy('balanced').effectiveFor(undefined);
const policies = [strict, balanced, presetPolicy('location-only').effectiveFor(undefined)];

const brob = (type: string, content: Uint8Array): Buffer => isoBox('brob', Buffer.from(type), brotliCompressSync(content));
const exif = buildExif({ artist: 'CANARY', make: 'Acme', gps: { latitude: 48.85, longitude: 2.29 } });

describe('what a JPEG XL file holds', () => {
  it.each([
    ['bare', JXL_CODESTREAM],
    ['in boxes', buildJxl()],
    ['in two boxes', buildJxl({ partial: true })],
    ['with blank free space', buildJxl({ after: [isoBox('free', Buffer.alloc(30))] })],
  ])('is nothing to remove where there is only the picture: %s', (_what, bytes) => {
    expect(scrubUnder(jxl, bytes, strict).output.equals(bytes)).toBe(true);
    expect(readBytes(jxl, bytes).picture).toMatchObject({ width: 16, height: 16, orientation: 1, frameCount: 1 });
  });

  it.each([
    ['Exif', jxlExif(exif)],
    ['compressed Exif', brob('Exif', Buffer.concat([Buffer.alloc(4), exif]))],
    ['compressed XMP', brob('xml ', buildXmp(RICH))],
    ['a compressed box of an unknown kind', brob('evil', Buffer.from('CANARY'))],
    [
      'a compressed box with bytes behind its end',
      Buffer.concat([isoBox('brob', Buffer.from('Exif'), brotliCompressSync(exif), Buffer.from('CANARY'))]),
    ],
    ['a box of an unknown kind', isoBox('evil', Buffer.from('CANARY'))],
    ['the restorer of the JPEG', isoBox('jbrd', Buffer.from('CANARY'))],
    ['a gain map', isoBox('jhgm', Buffer.from('CANARY'))],
    ['a second file type', isoBox('ftyp', Buffer.from('jxl CANARY'))],
    ['a level that is longer than a level', isoBox('jxll', Buffer.from('\x05CANARY'))],
    ['bytes behind an index of frames', isoBox('jxli', Buffer.from('000000000100000001', 'hex'), Buffer.from('CANARY'))],
  ])('goes under strict: %s', (_what, box) => {
    for (const bytes of [buildJxl({ before: [box] }), buildJxl({ after: [box], partial: true })]) {
      const { output } = scrubUnder(jxl, bytes, strict);
      expect(output.includes('CANARY')).toBe(false);
      expect(output.includes(JXL_CODESTREAM.subarray(10))).toBe(true);
      expectLaws(jxl, bytes, policies);
    }
  });

  it('keeps in a compressed box what the policy keeps', () => {
    const bytes = buildJxl({ before: [brob('Exif', Buffer.concat([Buffer.alloc(4), exif]))] });
    const { after } = scrubUnder(jxl, bytes, balanced);
    const left = flatten(after.parts).map(({ path }) => path);
    expect(left).toContain('brob#0/IFD0/Make');
    expect(left.some((path) => path.includes('GPS'))).toBe(false);
  });

  it.each([
    ['in a box', buildJxl({ codestreamTail: Buffer.from('CANARY') }), 'jxlc#0/after-frames'],
    ['in the last of two boxes', buildJxl({ codestreamTail: Buffer.from('CANARY'), partial: true }), 'jxlp#1/after-frames'],
    ['behind a bare codestream', Buffer.concat([JXL_CODESTREAM, Buffer.from('CANARY')]), 'trailer'],
  ])('finds where the last frame ends: %s', (_what, bytes, path) => {
    const { output, touched } = scrubUnder(jxl, bytes, strict);
    expect(touched).toEqual([path]);
    expect(output.includes('CANARY')).toBe(false);
    expectLaws(jxl, bytes, policies);
  });
});

describe('a broken JPEG XL file', () => {
  it.each([
    ['without a codestream', buildJxl().subarray(0, 32), 'no-codestream'],
    ['whose codestream is something else', Buffer.from(buildJxl()).fill(0, 40, 44), 'bad-codestream'],
    ['that ends within its header', JXL_CODESTREAM.subarray(0, 3), 'truncated'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(readError(jxl, bytes)?.code).toBe(code);
  });

  it('changed anywhere raises a reader error or holds to the laws', () => {
    const seeds = [
      buildJxl({ before: [jxlExif(exif), brob('xml ', buildXmp(RICH))], partial: true, trailer: Buffer.from('tail') }),
      Buffer.concat([JXL_CODESTREAM, Buffer.from('tail')]),
    ];
    const changes = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255) }), { minLength: 1, maxLength: 3 });
    let held = 0;
    fc.assert(
      fc.property(fc.constantFrom(...seeds), changes, (seed, all) => {
        const bytes = Buffer.from(seed);
        for (const { at, value } of all) bytes[at % bytes.length] = value;
        if (readError(jxl, bytes) !== undefined) return;
        held++;
        expectLaws(jxl, bytes, policies);
      }),
      { numRuns: 500 },
    );
    expect(held).toBeGreaterThan(50);
  });
});
