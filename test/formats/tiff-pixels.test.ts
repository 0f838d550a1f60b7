import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { TiffDirectory } from '../../src/formats/tiff/directories.js';
import type { TiffInspection } from '../../src/formats/tiff/read-tiff.js';
import { tiff } from '../../src/formats/tiff/tiff.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { greyProfile, iccMluc } from '../support/icc.js';
import { buildJpeg, jpegSegment } from '../support/jpeg.js';
import { BALANCED, LOCATION_ONLY, STRICT } from '../support/payload.js';
import { buildTiff, type TiffDirectory as Entries } from '../support/tiff.js';
import { GREY, greyPage, greyTiff } from '../support/tiff-picture.js';

const POLICIES = [STRICT, BALANCED, LOCATION_ONLY];
const scrubbed = (bytes: Uint8Array, policy = STRICT) => scrubUnder(tiff, bytes, policy).output;
const build = (...chain: readonly Entries[]) => Buffer.from(buildTiff(chain));
/** A page with other entries in the place of those of the same tag. */
const page = (other: Entries, pixels?: Uint8Array): Entries => {
  const tags = new Set(other.map(({ tag }) => tag));
  return [...greyPage([], pixels).filter(({ tag }) => !tags.has(tag)), ...other];
};
const sized = (width: number, height: number, more: Entries = []): Entries =>
  page([
    { tag: 0x100, type: 3, value: [width] },
    { tag: 0x101, type: 3, value: [height] },
    { tag: 0x116, type: 3, value: [height] },
    { tag: 0x111, lengthTag: 0x117, data: Buffer.alloc(width * height, `${width}x`) },
    ...more,
  ]);
const REDUCED = { tag: 0xfe, type: 4, value: [1] } as const;

describe('pixels of TIFF', () => {
  const jpegPage = (stream: Uint8Array, more: Entries = []): Entries =>
    page([{ tag: 0x103, type: 3, value: [7] }, { tag: 0x111, lengthTag: 0x117, data: stream }, ...more]);

  it.each([
    ['in front of the scan', { segments: [jpegSegment(0xfe, Buffer.from('secret'))] }],
    ['in an APPn segment', { segments: [jpegSegment(0xe1, Buffer.from('secret'))] }],
    ['behind the signature of JFIF', { bare: true, segments: [jpegSegment(0xe0, Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01\0\0secret'))] }],
    ['between scans', { kind: 'progressive', afterScan: [jpegSegment(0xfe, Buffer.from('secret'))] }],
    ['behind the end', { tail: Buffer.from('secret') }],
  ] as const)('lose text %s of a JPEG strip', (_, options) => {
    const stream = buildJpeg(options);
    const bytes = build(jpegPage(stream));
    const out = scrubbed(bytes);
    expect(out.includes('secret')).toBe(false);
    expect(out.length).toBe(bytes.length);
    // Nothing of the stream moves, and only the text is zeros.
    expect(out.includes(Buffer.from(stream.toString('latin1').replace('secret', '\0'.repeat(6)), 'latin1'))).toBe(true);
    expectLaws(tiff, bytes, POLICIES);
  });

  it('lose text in the tables that JPEG strips share', () => {
    const tables = Buffer.concat([Buffer.of(0xff, 0xd8), jpegSegment(0xfe, Buffer.from('secret')), Buffer.of(0xff, 0xd9)]);
    const bytes = build(jpegPage(buildJpeg(), [{ tag: 0x15b, type: 7, value: tables }]));
    expect(scrubbed(bytes).includes('secret')).toBe(false);
    expectLaws(tiff, bytes, POLICIES);
  });

  it('leave a JPEG strip alone that holds nothing else', () => {
    const bytes = build(jpegPage(buildJpeg({ kind: 'progressive' })));
    expect(scrubbed(bytes).equals(bytes)).toBe(true);
  });

  it('keep the tables that old-style JPEG points to', () => {
    const quantisation = Buffer.alloc(64, 7);
    const huffman = Buffer.concat([Buffer.of(0, 2, ...new Array<number>(14).fill(0)), Buffer.of(8, 9)]);
    const draft = (at: number): Buffer => {
      const old = page([
        { tag: 0x103, type: 3, value: [6] },
        { tag: 0x207, type: 4, value: [at] },
        { tag: 0x208, type: 4, value: [at + 64] },
        { tag: 0x209, type: 4, value: [at + 82] },
      ]);
      return Buffer.from(buildTiff([old], { tail: Buffer.concat([quantisation, huffman, huffman, Buffer.from('secret')]) }));
    };
    const bytes = draft(draft(0).length - 106);
    const out = scrubbed(bytes);
    expect(out.includes(Buffer.concat([quantisation, huffman, huffman]))).toBe(true);
    expect(out.includes('secret')).toBe(false);
    expect(out.length).toBe(bytes.length - 6);
    expectLaws(tiff, bytes, POLICIES);
  });

  it.each([
    ['with a length', true],
    ['without a length', false],
  ])('keep the stream of old-style JPEG %s', (_, hasLength) => {
    const stream = buildJpeg();
    const draft = (at: number): Buffer => {
      const old = page([
        { tag: 0x103, type: 3, value: [6] },
        { tag: 0x201, type: 4, value: [at] },
        ...(hasLength ? [{ tag: 0x202, type: 4, value: [stream.length] }] : []),
      ]).filter(({ tag }) => tag !== 0x111);
      return Buffer.from(buildTiff([old], { tail: Buffer.concat([stream, Buffer.from('secret')]) }));
    };
    const out = scrubbed(draft(draft(0).length - stream.length - 6));
    expect(out.includes(stream)).toBe(true);
    expect(out.includes('secret')).toBe(false);
  });

  it('lose a JPEG beside them, with its entries, where previews go', () => {
    const thumbnail = buildJpeg({ segments: [jpegSegment(0xfe, Buffer.from('secret'))] });
    const bytes = greyTiff([{ tag: 0x201, lengthTag: 0x202, data: thumbnail }]);
    expectLaws(tiff, bytes, POLICIES);
    const { output, after } = scrubUnder(tiff, bytes, BALANCED);
    expect(output.includes('secret')).toBe(false);
    expect(after.parts.some(({ path }) => /JPEGInterchange|thumbnail/.test(path))).toBe(false);
    expect(output.includes(Buffer.from(GREY))).toBe(true);
  });

  it('keep the levels of a pyramid, and lose a thumbnail', () => {
    const bytes = build(sized(64, 48), sized(32, 24, [REDUCED]), sized(16, 12, [REDUCED]), sized(10, 7, [REDUCED]));
    const { output, after } = scrubUnder(tiff, bytes, STRICT);
    expect(after.picture.frameCount).toBe(3);
    expect(output.includes('16x16x')).toBe(true);
    expect(output.includes('10x10x')).toBe(false);
    expectLaws(tiff, bytes, POLICIES);
  });

  it('keep a level in a SubIFD and lose what it says', () => {
    const level = sized(32, 24, [REDUCED, { tag: 0x10e, type: 2, value: 'secret level' }]);
    const bytes = build(sized(64, 48, [{ tag: 0x14a, directories: [level] }]));
    const { output, after } = scrubUnder(tiff, bytes, STRICT);
    expect(after.picture.frameCount).toBe(2);
    expect(output.includes('secret')).toBe(false);
  });

  it('keep a reduced picture without metadata where only places go', () => {
    const bytes = build(sized(64, 48), sized(10, 7, [REDUCED]));
    expect(scrubbed(bytes, LOCATION_ONLY).equals(bytes)).toBe(true);
  });

  it('end with their last line', () => {
    const bytes = build(page([{ tag: 0x111, lengthTag: 0x117, data: Buffer.from('PIXELS..secret') }]));
    const out = scrubbed(bytes);
    expect(out.includes('PIXELS..\0\0\0\0\0\0')).toBe(true);
    expectLaws(tiff, bytes, POLICIES);
  });

  const SECRET = Buffer.from('a secret behind');
  /** Codes of nine bits, from the highest bit on. */
  const lzw = (...codes: readonly number[]): Buffer => {
    const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
    return Buffer.from(
      Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8).padEnd(8, '0'), 2)),
    );
  };
  it.each([
    ['LZW', 5, lzw(256, ...GREY, 257)],
    ['LZW with codes of more than one byte', 5, lzw(256, 7, 258, 259, 7, 7, 257)],
    ['PackBits', 32_773, Buffer.of(3, 1, 2, 3, 4, 0x80, 0xfd, 9)],
    ['Deflate', 8, deflateSync(GREY)],
    ['T.6', 4, Buffer.of(0xff, 0x00, 0x10, 0x01)],
  ] as const)('end with their last code in %s', (_, compression, strip) => {
    const of = (data: Uint8Array) =>
      build(
        page([
          { tag: 0x103, type: 3, value: [compression] },
          { tag: 0x111, lengthTag: 0x117, data },
        ]),
      );
    const bytes = of(Buffer.concat([strip, SECRET]));
    const out = scrubbed(bytes);
    expect(out.equals(of(Buffer.concat([strip, Buffer.alloc(SECRET.length)])))).toBe(true);
    expectLaws(tiff, bytes, POLICIES);
    expect(scrubbed(of(strip)).equals(of(strip))).toBe(true);
    // One pixel short: where the strip ends cannot be told, and nothing of it is touched.
    const short = build(
      page([
        { tag: 0x103, type: 3, value: [compression] },
        { tag: 0x100, type: 3, value: [5] },
        { tag: 0x111, lengthTag: 0x117, data: Buffer.concat([strip, SECRET]) },
      ]),
    );
    if (compression !== 32_773 && compression !== 4) expect(scrubbed(short).equals(short)).toBe(true);
  });

  it('are no strips that start within others', () => {
    const bytes = build(
      page([
        { tag: 0x111, type: 4, value: [8, 10, 12] },
        { tag: 0x117, type: 4, value: [8, 40, 40] },
      ]),
    );
    expectLaws(tiff, bytes, POLICIES);
  });

  it('are read where the directory is in a loop', () => {
    const bytes = Buffer.from(buildTiff([greyPage([{ tag: 0x10e, type: 2, value: 'secret' }]), greyPage()], { lastNext: 'first' }));
    const { output, after } = scrubUnder(tiff, bytes, STRICT);
    expect(output.includes('secret')).toBe(false);
    expect(after.picture.frameCount).toBe(2);
  });

  it('are what a number for no data belongs to; a text in its place goes', () => {
    const clean = greyTiff([{ tag: 0xa481, type: 2, value: '-9999' }]);
    expect(scrubbed(clean).equals(clean)).toBe(true);
    expect(scrubbed(greyTiff([{ tag: 0xa481, type: 2, value: 'secret' }])).includes('secret')).toBe(false);
  });

  it('are found behind a first directory without entries', () => {
    const bytes = build([], greyPage([{ tag: 0x10e, type: 2, value: 'secret' }]));
    const { output, after } = scrubUnder(tiff, bytes, STRICT);
    expect(output.includes('secret')).toBe(false);
    expect(after.picture).toMatchObject({ width: 4, height: 2 });
  });

  it('are turned as before where a second orientation follows one that is none', () => {
    const turned = page([
      { tag: 0x112, type: 2, value: 'secret' },
      { tag: 0x112, type: 3, value: [6] },
    ]);
    expectLaws(tiff, build(turned), POLICIES);
  });

  it('are known where no strip has a length, and refused where only a decoder can tell', () => {
    const bytes = build(greyPage().map((entry) => ('data' in entry ? { ...entry, lengthTag: 0xfdfd } : entry)));
    const { output, before } = scrubUnder(tiff, bytes, STRICT);
    expect(before.picture.pixels).toMatchObject([{ byteLength: 8 }]);
    expect(output.includes(Buffer.from(GREY))).toBe(true);
    const packed = build(
      page([{ tag: 0x103, type: 3, value: [5] }]).map((entry) => ('data' in entry ? { ...entry, lengthTag: 0xfdfd } : entry)),
    );
    expect(readError(tiff, packed)?.code).toBe('tiff-no-length');
  });

  it('go on past a length that is too short for them', () => {
    const entries = page([
      { tag: 0x111, type: 4, value: [8] },
      { tag: 0x117, type: 4, value: [3] },
    ]);
    const short = Buffer.from(buildTiff([entries], { lead: Buffer.concat([GREY, Buffer.from('secret')]) }));
    const out = scrubbed(short);
    expect(out.includes(Buffer.from(GREY))).toBe(true);
    expect(out.includes('secret')).toBe(false);
  });

  it('are no tiles that no row or column needs', () => {
    const tiled = page([
      { tag: 0x142, type: 3, value: [4] },
      { tag: 0x143, type: 3, value: [2] },
      { tag: 0x144, type: 4, value: [8, 16] },
      { tag: 0x145, type: 4, value: [8, 6] },
    ]).filter(({ tag }) => tag !== 0x111);
    const bytes = Buffer.from(buildTiff([tiled], { lead: Buffer.concat([GREY, Buffer.from('secret')]) }));
    const out = scrubbed(bytes);
    expect(out.includes('secret')).toBe(false);
    expect(out.includes(Buffer.from(GREY))).toBe(true);
    expectLaws(tiff, bytes, POLICIES);
  });

  it('are found in a chain of SubIFDs, and stay in it when its first one goes', () => {
    const [thumbnail, level] = [sized(10, 7, [REDUCED]), sized(32, 24, [REDUCED, { tag: 0x10e, type: 2, value: 'secret' }])];
    const bytes = build(sized(64, 48, [{ tag: 0x14a, directories: [thumbnail, level] }]));
    const [parent, first, second] = (readBytes(tiff, bytes) as TiffInspection).directories.all as [
      TiffDirectory,
      TiffDirectory,
      TiffDirectory,
    ];
    const pointer = parent.first.get(0x14a) as TiffDirectory['entries'][number];
    bytes.writeUInt32LE(1, pointer.byteOffset + 4);
    bytes.writeUInt32LE(first.byteOffset, pointer.byteOffset + 8);
    bytes.writeUInt32LE(second.byteOffset, first.byteOffset + first.tableBytes - 4);
    const { output, before, after } = scrubUnder(tiff, bytes, STRICT);
    expect([before.picture.frameCount, after.picture.frameCount]).toEqual([2, 2]);
    expect(output.includes('10x10x')).toBe(false);
    expect(output.includes('32x32x')).toBe(true);
    expect(output.includes('secret')).toBe(false);
    expectLaws(tiff, bytes, POLICIES);
  });

  it('keep their resolution where pages share its bytes', () => {
    const at = 8;
    const shared = [{ tag: 0x11a, type: 5, value: [[300, 1]], rawOffset: at }] as const;
    const lead = Buffer.from([44, 1, 0, 0, 1, 0, 0, 0]);
    const bytes = Buffer.from(buildTiff([greyPage(shared), greyPage(shared)], { lead }));
    expect(scrubbed(bytes).equals(bytes)).toBe(true);
  });

  it('keep a profile that pages share, and lose the name in it', () => {
    const lead = Buffer.from(greyProfile([{ signature: 'dmnd', data: iccMluc("Jane Doe's MacBook Pro") }]));
    const shared = [{ tag: 0x8773, type: 7, value: lead, rawOffset: 8 }] as const;
    const bytes = Buffer.from(buildTiff([greyPage(shared), greyPage(shared)], { lead }));
    expectLaws(tiff, bytes, POLICIES);
    const { output, after } = scrubUnder(tiff, bytes, BALANCED);
    expect(output.includes(Buffer.from('Jane', 'utf16le').swap16())).toBe(false);
    expect(after.picture.iccProfile?.byteLength).toBeGreaterThan(128);
  });

  it('are not read from within a directory', () => {
    const at = build(greyPage()).readUInt32LE(4);
    const bytes = build(page([{ tag: 0x102, type: 3, value: [8, 8, 8], rawOffset: at + 2 }]));
    expect(readError(tiff, bytes)?.code).toBe('tiff-overlap');
  });

  it('have a width', () => {
    expect(readBytes(tiff, greyTiff()).picture).toMatchObject({ width: 4, height: 2 });
  });
});
