import { describe, expect, it } from 'vitest';
import { jpeg } from '../../src/formats/jpeg/jpeg.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { adobeSegment, app, buildJpeg, com, EOI, type JpegOptions, jfif, jpegSegment, quantization, SOI } from '../support/jpeg.js';
import { BALANCED, flatten, LOCATION_ONLY, partAt, STRICT } from '../support/payload.js';

const POLICIES = [STRICT, BALANCED, LOCATION_ONLY];
const CANARY = Buffer.from('CANARY-5f3a');
const clean = buildJpeg();

/** Scrubs under `strict` and expects the plain picture of the same kind back. */
function expectCleaned(options: JpegOptions): void {
  const dirty = buildJpeg(options);
  expectLaws(jpeg, dirty, POLICIES);
  const plain = buildJpeg({ ...options, segments: [], beforeScan: [], afterScan: [], scanTail: Buffer.alloc(0), tail: Buffer.alloc(0) });
  expect(scrubUnder(jpeg, dirty, STRICT).output.toString('hex')).toBe(plain.toString('hex'));
}

describe('a JPEG stream', () => {
  it.each(['gray', 'color', 'progressive'] as const)('of kind %s holds the laws and is clean', (kind) => {
    for (const restartInterval of [0, 1, 2]) {
      const bytes = buildJpeg({ kind, width: 24, height: 16, restartInterval });
      expectLaws(jpeg, bytes, POLICIES);
      expect(scrubUnder(jpeg, bytes, STRICT).output.equals(bytes)).toBe(true);
      const { picture, parts } = readBytes(jpeg, bytes);
      expect([picture.width, picture.height, picture.orientation, picture.frameCount]).toEqual([24, 16, 1, 1]);
      expect(picture.pixels.length).toBe(kind === 'progressive' ? 2 : 1);
      expect(parts.map(({ path }) => path).slice(0, 3)).toEqual(['SOI', 'APP0#0', 'DQT#0']);
    }
  });

  it('is told by its first bytes', () => {
    expect(jpeg.sniff(clean)).toBe(true);
    expect(jpeg.sniff(Buffer.from([0xff, 0xd8]))).toBe(false);
    expect(jpeg.sniff(Buffer.concat([Buffer.from([0]), clean]))).toBe(false);
  });

  it('loses what stands between its segments', () => {
    expectCleaned({ segments: [CANARY] });
    expectCleaned({ segments: [Buffer.concat([CANARY, Buffer.from([0xff, 0x00]), CANARY])] });
    expectCleaned({ beforeScan: [CANARY] });
    expectCleaned({ afterScan: [com('behind the scan'), CANARY] });
    expectCleaned({
      kind: 'progressive',
      afterScan: [app(1, 'Exif\0\0', CANARY), com('between scans'), CANARY, Buffer.from([0xff, 0xd3])],
    });
  });

  it('keeps a few fill bytes with their marker, and loses a long run of them', () => {
    const three = buildJpeg({ segments: [Buffer.alloc(3, 0xff)] });
    expect(scrubUnder(jpeg, three, STRICT).output.equals(three)).toBe(true);
    const many = buildJpeg({ segments: [Buffer.alloc(40, 0xff)] });
    expect(partAt(readBytes(jpeg, many).parts, 'fill#0')?.category).toBe('hidden');
    expectCleaned({ segments: [Buffer.alloc(40, 0xff)] });
    expectCleaned({ segments: [Buffer.alloc(3, 0xff), com('with fill bytes in front')] });
  });

  it('does not let skipped bytes become part of a scan', () => {
    // Cut alone, the comment would leave the bytes behind it to the scan before.
    const bytes = buildJpeg({ afterScan: [com('x'), Buffer.from([0x12, 0x34, 0xff, 0x00, 0x56])] });
    const { parts } = readBytes(jpeg, bytes);
    expect(parts.map(({ path }) => path).slice(-3)).toEqual(['COM#0', 'garbage#0', 'EOI']);
    expectLaws(jpeg, bytes, POLICIES);
  });

  it('loses markers that mean nothing where they stand', () => {
    expectCleaned({ segments: [Buffer.from([0xff, 0x01]), Buffer.from([0xff, 0xd5])] });
    expectCleaned({ segments: [jpegSegment(0xf3, CANARY), jpegSegment(0xc8, CANARY), jpegSegment(0x42, CANARY)] });
    expectCleaned({ segments: [jpegSegment(0xcc, CANARY), jpegSegment(0xdf, CANARY)] });
  });

  it('loses a restart interval that no scan goes by, and keeps the one that it does', () => {
    const options: JpegOptions = { width: 24, restartInterval: 2 };
    const bytes = buildJpeg({
      ...options,
      segments: [jpegSegment(0xdd, Buffer.from('hi'))],
      afterScan: [jpegSegment(0xdd, Buffer.from('ho'))],
    });
    expectLaws(jpeg, bytes, POLICIES);
    expect(scrubUnder(jpeg, bytes, STRICT).output.equals(buildJpeg(options))).toBe(true);
  });

  it('takes its height from DNL where the frame gives none', () => {
    const bytes = buildJpeg({ height: 16, afterScan: [jpegSegment(0xdc, Buffer.from([0, 16]))] });
    const heightAt = bytes.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    const without = Buffer.from(bytes);
    without.writeUInt16BE(0, heightAt);
    expect(readBytes(jpeg, without).picture.height).toBe(16);
    expect(scrubUnder(jpeg, without, STRICT).output.equals(without)).toBe(true);
    without.writeUInt16BE(0, without.indexOf(Buffer.from([0xff, 0xdc])) + 4);
    expect(readError(jpeg, without)?.code).toBe('no-picture');
    const wrong = Buffer.from(bytes);
    wrong.writeUInt16BE(4711, wrong.indexOf(Buffer.from([0xff, 0xdc])) + 4);
    expect(scrubUnder(jpeg, wrong, STRICT).output.equals(buildJpeg({ height: 16 }))).toBe(true);
  });

  it('loses tables that no scan uses, but not those that are', () => {
    expectCleaned({ segments: [quantization(3, 65)] });
    const idle = Buffer.from([0x13, ...new Array<number>(15).fill(0), 11, ...CANARY]);
    expectCleaned({ segments: [jpegSegment(0xc4, idle)] });
    const shared = jpegSegment(
      0xdb,
      Buffer.from([0, ...new Array<number>(64).fill(16)]),
      Buffer.from([2, ...new Array<number>(64).fill(67)]),
    );
    const bytes = Buffer.from(buildJpeg({ segments: [shared] }));
    const first = bytes.indexOf(shared);
    // Defined again with the same values: which of the two is used says nothing.
    const kept = scrubUnder(jpeg, bytes, STRICT).output;
    expect(kept.includes(Buffer.alloc(64, 67))).toBe(false);
    expect(kept.length).toBe(bytes.length - 65);
    expect(first).toBeGreaterThan(0);
    expectLaws(jpeg, bytes, POLICIES);
  });

  it('loses a second scan of a picture that is complete', () => {
    const scan = clean.subarray(clean.indexOf(Buffer.from([0xff, 0xda])), clean.length - 2);
    expectCleaned({ afterScan: [scan] });
    expectCleaned({ afterScan: [scan, com('between'), scan] });
  });

  it('keeps JFIF and loses its thumbnail and what follows it', () => {
    const thumbnail = { width: 2, height: 1, rgb: Buffer.from('sixpix') };
    for (const first of [jfif(thumbnail), jfif(undefined, CANARY), jfif(thumbnail, CANARY), jfif({ ...thumbnail, width: 200 })]) {
      const bytes = buildJpeg({ bare: true, segments: [first] });
      expectLaws(jpeg, bytes, POLICIES);
      if (first.length > 18) expect(scrubUnder(jpeg, bytes, STRICT).output.equals(clean)).toBe(true);
    }
    const kept = scrubUnder(jpeg, buildJpeg({ bare: true, segments: [jfif(thumbnail, CANARY)] }), LOCATION_ONLY).output;
    expect(kept.equals(buildJpeg({ bare: true, segments: [jfif(thumbnail)] }))).toBe(true);
  });

  it('keeps the Adobe colour transform and loses what follows it', () => {
    const bytes = buildJpeg({ kind: 'color', bare: true, segments: [adobeSegment(1, CANARY)] });
    expectLaws(jpeg, bytes, POLICIES);
    const expected = buildJpeg({ kind: 'color', bare: true, segments: [adobeSegment(1)] });
    expect(scrubUnder(jpeg, bytes, STRICT).output.equals(expected)).toBe(true);
    // Behind the first scan decoders know their colours.
    expectCleaned({ kind: 'progressive', afterScan: [adobeSegment(1), jfif()] });
  });
});

describe('a broken JPEG', () => {
  const sosAt = clean.indexOf(Buffer.from([0xff, 0xda]));
  const frameAt = clean.indexOf(Buffer.from([0xff, 0xc0]));
  const patched = (at: number, ...bytes: number[]): Buffer => {
    const copy = Buffer.from(clean);
    copy.set(bytes, at);
    return copy;
  };
  const without = (marker: number): Buffer => {
    const at = clean.indexOf(Buffer.from([0xff, marker]));
    return Buffer.concat([clean.subarray(0, at), clean.subarray(at + 2 + clean.readUInt16BE(at + 2))]);
  };

  it.each<[string, Buffer, string, number]>([
    ['ends in its header', clean.subarray(0, 30), 'truncated', 22],
    ['ends behind its header', clean.subarray(0, sosAt), 'truncated', sosAt],
    ['ends in its scan', clean.subarray(0, clean.length - 2), 'truncated', clean.length - 2],
    ['ends with half a marker', clean.subarray(0, clean.length - 1), 'truncated', clean.length - 1],
    ['has no scan', Buffer.concat([clean.subarray(0, sosAt), EOI]), 'no-scan', sosAt],
    ['has no frame', without(0xc0), 'no-frame', sosAt - 13],
    ['has two frames', buildJpeg({ segments: [clean.subarray(frameAt, frameAt + 13)] }), 'second-frame', frameAt + 15],
    ['is 0 samples wide', patched(frameAt + 7, 0, 0), 'no-picture', frameAt + 7],
    ['is 0 lines high', patched(frameAt + 5, 0, 0), 'no-picture', clean.length],
    ['has no components', patched(frameAt + 9, 0), 'bad-header', frameAt + 4],
    ['has sampling factors of 0', patched(frameAt + 11, 0), 'bad-header', frameAt + 10],
    ['scans a component that it does not have', patched(sosAt + 5, 9), 'bad-header', sosAt + 5],
    ['has a segment of length 1', patched(4, 0, 1), 'bad-length', 4],
    ['has a segment past its end', patched(4, 0xff, 0xff), 'truncated', 4],
    ['has a table of a wrong length', patched(22, 0, 66), 'bad-table', 24],
    ['starts a second image within', buildJpeg({ segments: [SOI] }), 'second-soi', 20],
    ['goes on in a second image', Buffer.concat([clean.subarray(0, clean.length - 2), clean]), 'second-soi', clean.length - 2],
    ['has a scan that a reserved marker breaks off', buildJpeg({ scanTail: Buffer.from([0xff, 0x01]) }), 'damaged-scan', clean.length - 2],
    ['has a restart interval of 3 bytes', buildJpeg({ segments: [jpegSegment(0xdd, Buffer.alloc(3))] }), 'bad-length', 22],
  ])('that %s is refused with the place', (_, bytes, code, byteOffset) => {
    const error = readError(jpeg, bytes);
    expect([error?.code, error?.byteOffset]).toEqual([code, byteOffset]);
  });

  it('of too many segments meets a limit', () => {
    const bytes = buildJpeg({ segments: new Array<Buffer>(50).fill(com('x')) });
    const limits = {
      payloadBytes: 1e6,
      inflatedBytes: 1e6,
      pixelBytes: 1e6,
      partCount: 40,
      objectCount: 40,
      entryCount: 100,
      ifdCount: 8,
      nestingDepth: 4,
    };
    expect(readError(jpeg, bytes, limits)?.code).toBe('limit-partCount');
    expect(readError(jpeg, bytes, { ...limits, partCount: 400 })).toBeUndefined();
    // Past the bytes that may be held, segments are not read but unknown.
    const parts = readBytes(jpeg, bytes, { ...limits, partCount: 400, payloadBytes: 20 }).parts;
    expect(flatten(parts).filter(({ path, category }) => path.startsWith('COM#') && category === 'hidden').length).toBe(44);
  });
});
