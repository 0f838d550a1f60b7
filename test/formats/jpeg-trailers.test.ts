import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { applyEdits, concatBytes } from '../../src/bytes/apply-edits.js';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { jpeg } from '../../src/formats/jpeg/jpeg.js';
import { decide, planOf } from '../../src/policy/decide.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { expectLaws, readBytes, scrubUnder } from '../support/container.js';
import { buildJpeg, com, exifSegment, type MpfImage, mpfSegment, xmpSegment } from '../support/jpeg.js';
import { BALANCED, flatten, LOCATION_ONLY, partAt, removing, STRICT } from '../support/payload.js';
import { buildExif } from '../support/tiff.js';

const CANARY = 'CANARY-5f3a';
const GPS = { latitude: 48.137, longitude: 11.575 };
const clean = buildJpeg();

/** Scrubs with images within images read, as the engine does. */
function scrub(bytes: Uint8Array, policy: EffectivePolicy): Buffer {
  const source = new MemorySource(bytes);
  const inspection = readWith(jpeg, source, DEFAULT_LIMITS);
  return Buffer.from(concatBytes(applyEdits(source, jpeg.edit(source, inspection, planOf(decide(inspection.parts, policy))))));
}

const read = (bytes: Uint8Array) => readWith(jpeg, new MemorySource(bytes), DEFAULT_LIMITS);

/** A primary picture with an index, and the pictures that it points to. */
function multiPicture(primary: readonly Uint8Array[], others: readonly Uint8Array[], uid?: string): Buffer {
  const build = (images: readonly MpfImage[]): Buffer => buildJpeg({ segments: [...primary, mpfSegment(images, uid)] });
  const blank = build([{ byteLength: 0, byteOffset: 0 }, ...others.map(() => ({ byteLength: 0, byteOffset: 0 }))]);
  const base = blank.indexOf('MPF\0', 'latin1') + 4;
  let at = blank.length;
  const images = others.map(({ length }) => {
    at += length;
    return { byteLength: length, byteOffset: at - length - base, attributes: 0x20002 };
  });
  return Buffer.concat([build([{ byteLength: blank.length, byteOffset: 0, attributes: 0x30000 }, ...images]), ...others]);
}

/** The pictures that the index of a file points to, by their bytes. */
function indexed(bytes: Buffer): Buffer[] {
  const base = bytes.indexOf('MPF\0', 'latin1') + 4;
  const listAt = base + bytes.readUInt32BE(base + 8 + 2 + 24 + 8);
  const count = bytes.readUInt32BE(base + 8 + 2 + 24 + 4) / 16;
  return Array.from({ length: count }, (_, index) => {
    const [size, offset] = [bytes.readUInt32BE(listAt + 16 * index + 4), bytes.readUInt32BE(listAt + 16 * index + 8)];
    const start = offset === 0 ? 0 : base + offset;
    return bytes.subarray(start, start + size);
  });
}

describe('a multi-picture JPEG', () => {
  const other = buildJpeg({ kind: 'color', segments: [exifSegment(buildExif({ gps: GPS, make: CANARY }))] });
  const bytes = multiPicture([exifSegment(buildExif({ orientation: 6, gps: GPS, model: 'Model' }))], [other, clean], CANARY);

  it('is read with its pictures', () => {
    const { parts } = read(bytes);
    expect(parts.slice(-2).map(({ path, carrier, category }) => [path, carrier, category])).toEqual([
      ['image#1', 'image', 'preview'],
      ['image#2', 'image', 'preview'],
    ]);
    expect(partAt(parts, 'image#1/APP1#0/Exif/IFD0/Make')?.category).toBe('camera');
    expect(partAt(parts, 'APP2#0/MPF/index/ImageUIDList')?.category).toBe('device');
    expect(new Set(flatten(parts).map(({ path }) => path)).size).toBe(flatten(parts).length);
  });

  it('loses index and pictures where previews go', () => {
    for (const policy of [STRICT, BALANCED, removing('preview')]) {
      const output = scrub(bytes, policy);
      expect(output.includes('MPF\0', 0, 'latin1')).toBe(false);
      expect(output.includes(CANARY)).toBe(false);
      expect(read(output).picture.orientation).toBe(6);
      expect(scrub(output, policy).equals(output)).toBe(true);
    }
  });

  it('keeps its pictures clean and its index true where previews stay', () => {
    for (const policy of [LOCATION_ONLY, removing('device'), removing('camera', 'location')]) {
      const output = scrub(bytes, policy);
      const pictures = indexed(output);
      expect(pictures.length).toBe(3);
      expect(pictures[0]?.equals(output.subarray(0, output.length - (pictures[1]?.length ?? 0) - (pictures[2]?.length ?? 0)))).toBe(true);
      expect(pictures[1]?.equals(scrub(other, policy))).toBe(true);
      expect(pictures[2]?.equals(clean)).toBe(true);
      expect(scrub(output, policy).equals(output)).toBe(true);
    }
    expect(scrub(bytes, removing('device')).includes(CANARY.padEnd(32, '0'))).toBe(false);
    expect(scrub(bytes, LOCATION_ONLY).includes(CANARY.padEnd(32, '0'))).toBe(true);
  });

  it('loses an index whose pictures cannot stay', () => {
    const broken = multiPicture([], [Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(CANARY)])]);
    const output = scrub(broken, LOCATION_ONLY);
    expect(output.equals(clean)).toBe(true);
  });

  it('with an index that points astray holds the laws', () => {
    for (const [byteOffset, byteLength] of [
      [0xffffffff, 10],
      [10, 0xffffffff],
      [1, 1],
      [clean.length, 4],
    ] as const) {
      const segment = mpfSegment([
        { byteLength: 1, byteOffset: 0 },
        { byteLength, byteOffset },
        { byteLength, byteOffset },
      ]);
      expectLaws(jpeg, buildJpeg({ segments: [segment], tail: clean }), [STRICT, BALANCED, LOCATION_ONLY]);
    }
    const noise = mpfSegment([{ byteLength: 1, byteOffset: 0 }]);
    for (let at = 8; at < noise.length; at++) {
      const copy = Buffer.from(noise);
      copy[at] = 0xff - (copy[at] as number);
      expectLaws(jpeg, buildJpeg({ segments: [copy] }), [STRICT, LOCATION_ONLY]);
    }
  });

  it('hides nothing between the fields of its index', () => {
    const segment = mpfSegment([{ byteLength: 1, byteOffset: 0 }]);
    const longer = Buffer.concat([segment, Buffer.from(CANARY)]);
    longer.writeUInt16BE(longer.length - 2, 2);
    const output = scrub(buildJpeg({ segments: [longer] }), LOCATION_ONLY);
    expect(output.includes(CANARY)).toBe(false);
    expect(output.includes('MPF\0', 0, 'latin1')).toBe(true);
  });
});

function samsungTrailer(...blocks: readonly (readonly [name: string, data: Uint8Array])[]): Buffer {
  const entries = blocks.map(([name, data], index) => {
    const head = Buffer.alloc(8);
    head.writeUInt16LE(0x0a00 + index, 2);
    head.writeUInt32LE(name.length, 4);
    return Buffer.concat([head, Buffer.from(name), data]);
  });
  const directory = Buffer.alloc(12 + 12 * entries.length);
  directory.write('SEFH');
  directory.writeUInt32LE(107, 4);
  directory.writeUInt32LE(entries.length, 8);
  let reach = entries.reduce((sum, { length }) => sum + length, 0);
  entries.forEach((entry, index) => {
    directory.writeUInt32LE(reach, 12 + 12 * index + 4);
    directory.writeUInt32LE(entry.length, 12 + 12 * index + 8);
    reach -= entry.length;
  });
  const end = Buffer.alloc(8);
  end.writeUInt32LE(directory.length, 0);
  end.write('SEFT', 4);
  return Buffer.concat([...entries, directory, end]);
}

describe('XMP that speaks of what lies behind the picture', () => {
  const xmp = xmpSegment(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/" GCamera:MotionPhoto="1"><Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="video/mp4" Item:Length="30"/></rdf:li></rdf:Seq></Container:Directory><dc:source>Source</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>`,
  );

  it('does not point to what is gone', () => {
    const video = Buffer.from(`\0\0\0\x18ftypisom${CANARY}`, 'latin1');
    const output = scrub(buildJpeg({ segments: [xmp], tail: video }), LOCATION_ONLY);
    expect([output.includes('Directory'), output.includes('MotionPhoto'), output.includes('Source'), output.includes(CANARY)]).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(scrub(output, LOCATION_ONLY).equals(output)).toBe(true);
  });

  it('stays where that stays as long as it was', () => {
    const bytes = buildJpeg({ segments: [xmp, exifSegment(buildExif({ gps: GPS }))], tail: clean });
    expect(scrub(bytes, LOCATION_ONLY).equals(buildJpeg({ segments: [xmp], tail: clean }))).toBe(true);
  });
});

describe('bytes behind the end of a JPEG', () => {
  const samsung = samsungTrailer(['Image_UTC_Data', Buffer.from('1600000000000')], ['MotionPhoto_Data', Buffer.from(CANARY)]);
  const photoMechanic = Buffer.concat([Buffer.from(CANARY), Buffer.from([0, 0, 0, CANARY.length]), Buffer.from('cbipcbbl')]);
  const canonBody = Buffer.from(`CANON OPTIONAL DATA\0\0\0\0\0\0\0\0\x0b${CANARY}`, 'latin1');
  const canonEnd = Buffer.alloc(64);
  canonEnd.write('CANON OPTIONAL DATA\0', 'latin1');
  canonEnd.writeUInt32BE(CANARY.length, 20);
  const canon = Buffer.concat([canonBody, canonEnd]);
  const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), deflateRawSync(CANARY)]);

  it.each<[string, Uint8Array, string[]]>([
    ['a Samsung trailer', samsung, ['Samsung trailer, 2 blocks: Image_UTC_Data, MotionPhoto_Data']],
    ['a trailer that is broken', samsung.subarray(samsung.length - 8), ['Samsung trailer']],
    ['a Photo Mechanic trailer', photoMechanic, ['Photo Mechanic trailer (IPTC, edits)']],
    ['a Canon trailer', canon, ['Canon VRD trailer (editing recipe)']],
    ['several', Buffer.concat([zip, canon, samsung]), ['zip archive', 'Canon VRD', 'Samsung trailer, 2']],
    ['a motion photo', Buffer.from(`\0\0\0\x18ftypisom${CANARY}`, 'latin1'), ['video behind the picture']],
    ['text', Buffer.from(CANARY), ['text behind the picture']],
    ['zeros', Buffer.alloc(5000), ['zeros behind the picture']],
    ['zeros and something', Buffer.concat([Buffer.alloc(5000), Buffer.from(CANARY)]), ['bytes behind the picture']],
    ['half a JPEG', clean.subarray(0, 60), ['bytes behind the picture']],
    ['an end of image', Buffer.from([0xff, 0xd9]), ['bytes behind the picture']],
    ['one byte', Buffer.from([0xd9]), ['bytes behind the picture']],
  ])('are cut: %s', (_, tail, notes) => {
    const bytes = buildJpeg({ tail });
    expectLaws(jpeg, bytes, [STRICT, BALANCED, LOCATION_ONLY]);
    const trailers = readBytes(jpeg, bytes).parts.filter(({ carrier }) => carrier === 'trailer');
    expect(trailers.map(({ note }) => note)).toEqual(notes.map((note) => expect.stringContaining(note)));
    expect(trailers.every(({ alsoReveals }) => alsoReveals?.includes('location'))).toBe(true);
    for (const policy of [STRICT, BALANCED, LOCATION_ONLY]) expect(scrubUnder(jpeg, bytes, policy).output.equals(clean)).toBe(true);
  });

  it('are pictures of their own where they are', () => {
    const second = buildJpeg({ kind: 'progressive', segments: [exifSegment(buildExif({ gps: GPS, make: CANARY })), com('x')] });
    const bytes = buildJpeg({ tail: Buffer.concat([second, clean, samsung]) });
    const { parts } = read(bytes);
    expect(parts.slice(-3).map(({ path }) => path)).toEqual(['image#1', 'image#2', 'trailer#2']);
    expect(scrub(bytes, STRICT).equals(clean)).toBe(true);
    expect(scrub(bytes, removing('hidden')).equals(clean)).toBe(true);
    const kept = scrub(bytes, LOCATION_ONLY);
    expect(kept.equals(Buffer.concat([clean, scrub(second, LOCATION_ONLY), clean]))).toBe(true);
    expect(kept.includes(CANARY)).toBe(true);
  });

  it('of very many pictures are read in bounds', () => {
    const bytes = buildJpeg({ tail: Buffer.concat(new Array<Buffer>(300).fill(clean)) });
    const { parts } = read(bytes);
    expect(parts.filter(({ carrier }) => carrier === 'image').length).toBe(64);
    expect(parts.at(-1)?.carrier).toBe('trailer');
    expect(scrub(bytes, STRICT).equals(clean)).toBe(true);
  });
});
