import { describe, expect, it } from 'vitest';
import type { Part } from '../../src/core/part.js';
import { mp4 } from '../../src/formats/mp4/mp4.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import {
  AVC,
  box,
  fileType,
  film,
  fullBox,
  handlerBox,
  internationalText,
  itunesMeta,
  keysMeta,
  movieHeader,
  soundEntry,
  track,
  u16,
  u32,
  u64,
  VIDEO_SAMPLES,
  visualEntry,
  xmpUuid,
} from '../support/mp4.js';
import { BALANCED, flatten, LOCATION_ONLY, partAt, policyOf, STRICT } from '../support/payload.js';

const POLICIES = [STRICT, BALANCED, LOCATION_ONLY];
const SECRET = 'a secret of 32 characters, really';
const secret = Buffer.from(SECRET);

const partsOf = (bytes: Buffer): readonly Part[] => readBytes(mp4, bytes).parts;
const categoryAt = (bytes: Buffer, path: string): string | undefined => partAt(partsOf(bytes), path)?.category;
const strict = (bytes: Buffer): Buffer => scrubUnder(mp4, bytes, STRICT).output;

function expectGone(bytes: Buffer, needle: string | Buffer = SECRET): Buffer {
  expectLaws(mp4, bytes, POLICIES);
  expect(bytes.includes(needle)).toBe(true);
  const output = strict(bytes);
  expect(output.includes(needle)).toBe(false);
  for (const sample of VIDEO_SAMPLES) expect(output.indexOf(sample)).toBe(bytes.indexOf(sample));
  return output;
}

describe('a film', () => {
  it('without metadata is left alone', () => {
    for (const bytes of [film(), film({ movieFirst: true }), film({ version: 1, brand: 'qt  ' })]) {
      expectLaws(mp4, bytes, POLICIES);
      expect(strict(bytes).equals(bytes)).toBe(true);
    }
  });

  it('loses what is in boxes of one length alone besides their fields', () => {
    const described = (inner: Uint8Array): Buffer => film({ video: { entry: visualEntry({ inner: [inner] }) } });
    for (const type of ['btrt', 'gama', 'pasp']) expectGone(described(box(type, u32(1, 2, 3), secret)));
    expectGone(described(box('clap', Buffer.from('a clap too short'))), 'too short');
    expectGone(film({ inMovie: [fullBox('iods', 0, 0, secret)] }));
    const plain = film({ inMovie: [fullBox('iods', 0, 0, Buffer.from('108080800700' + '4fffff2915ff', 'hex'))] });
    expect(strict(plain).equals(plain)).toBe(true);
  });

  it('says how large it is, how it is turned and where its samples lie', () => {
    const { picture, mediaType } = readBytes(mp4, film({ orientation: 6 }));
    expect(picture).toMatchObject({ width: 64, height: 48, orientation: 6, frameCount: 3 });
    expect(picture.pixels.map(({ byteLength }) => byteLength)).toEqual([VIDEO_SAMPLES.reduce((sum, { length }) => sum + length, 0)]);
    expect(mediaType).toBe('video/mp4');
    expect(readBytes(mp4, film({ brand: 'qt  ' })).mediaType).toBe('video/quicktime');
    expect(readBytes(mp4, film({ brand: '3gp4' })).mediaType).toBe('video/3gpp');
  });

  it('is told from pictures with the same boxes', () => {
    expect(mp4.sniff(film())).toBe(true);
    expect(mp4.sniff(film({ brand: 'heic' }))).toBe(false);
    expect(mp4.sniff(film({ brand: 'avif' }))).toBe(false);
    expect(mp4.sniff(box('moov', Buffer.alloc(8)))).toBe(true);
    expect(mp4.sniff(Buffer.from('    free text'))).toBe(false);
  });

  it('keeps everything where it is when anything goes', () => {
    const bytes = film({ movieFirst: true, inMovie: [box('udta', internationalText('mak', 'ACME'))], before: [box('free', secret)] });
    const output = expectGone(bytes);
    expect(output.length).toBe(bytes.length);
  });
});

describe('times', () => {
  const AT = 3_600_000_123;
  it.each([0, 1] as const)('of version %i become zero', (version) => {
    const bytes = film({ version, times: [AT, AT + 1] });
    expect(
      partsOf(bytes)
        .flatMap((part) => flatten([part]))
        .filter(({ category }) => category === 'time'),
    ).toHaveLength(6);
    expectGone(bytes, u32(AT));
  });

  it.each(['day', 'month', 'year'] as const)('are cut to the %s', (unit) => {
    const policy = policyOf({ time: { kind: 'coarsen', precision: { kind: 'time', unit } } });
    const bytes = film({ times: [AT, AT], inMovie: [box('udta', internationalText('day', '2018-07-24T10:25:57+0200'))] });
    expectLaws(mp4, bytes, [policy]);
    const { output } = scrubUnder(mp4, bytes, policy);
    const at = output.indexOf('mvhd') + 8;
    const date = new Date((output.readUInt32BE(at) - 2_082_844_800) * 1000).toISOString();
    const expected = { day: '2018-01-28', month: '2018-01-01', year: '2018-01-01' }[unit];
    expect(date).toBe(`${expected}T00:00:00.000Z`);
    const day = { day: '2018-07-24', month: '2018-07-01', year: '2018-01-01' }[unit];
    expect(output.includes(`${day}T00:00:00+0000`)).toBe(true);
  });
});

describe('user data', () => {
  it.each([
    ['a maker', internationalText('mak', SECRET), 'camera'],
    ['a place', internationalText('xyz', SECRET), 'location'],
    ['a title of 3GPP', fullBox('titl', 0, 0, u16(0x15c7), secret), 'text'],
    ['a place of 3GPP', fullBox('loci', 0, 0, u16(0x15c7), secret, Buffer.alloc(15)), 'location'],
    ['an unknown item', box('SECR', secret), 'hidden'],
    ['a note with coordinates', internationalText('cmt', `48.85837, 12.29448 ${SECRET}`), 'text'],
  ])('with %s', (_, item, category) => {
    const bytes = film({ inMovie: [box('udta', item)] });
    expect(flatten(partsOf(bytes)).find(({ path }) => path.startsWith('moov#0/udta#0/'))?.category).toBe(category);
    expectGone(bytes);
  });

  it('goes box by box, and whole where nothing is left', () => {
    const bytes = film({ inMovie: [box('udta', internationalText('mak', 'ACME'), internationalText('xyz', '+48.8583+002.2944/'))] });
    const output = scrubUnder(mp4, bytes, LOCATION_ONLY).output;
    expect(output.includes('ACME')).toBe(true);
    expect(output.includes('+48.8583')).toBe(false);
    expect(strict(bytes).includes('udta')).toBe(false);
  });

  it('has a place made less precise in as many bytes', () => {
    const policy = policyOf({ location: { kind: 'coarsen', precision: { kind: 'location', gridDegrees: 0.5 } } });
    const item = keysMeta([['com.apple.quicktime.location.ISO6709', '+48.8583-002.2944+123.400/']]);
    const bytes = film({ inMovie: [box('udta', internationalText('xyz', '+48.8583+002.2944/')), item] });
    expectLaws(mp4, bytes, [policy]);
    const { output } = scrubUnder(mp4, bytes, policy);
    expect(output.includes('+49.0000+002.5000/')).toBe(true);
    expect(output.includes('+49.0000-002.5000+000.000/')).toBe(true);
    expect(output.length).toBe(bytes.length);
  });

  it('with a cover that holds a place of its own, or is not read', () => {
    const bytes = film({ inMovie: [box('udta', itunesMeta([['covr', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), secret])]]))] });
    expect(flatten(partsOf(bytes)).find(({ path }) => path.includes('covr'))?.category).toBe('preview');
    expectGone(bytes);
  });
});

describe('metadata with keys', () => {
  const bytes = film({
    inMovie: [
      keysMeta(
        [
          ['com.apple.quicktime.make', 'ACME'],
          ['com.apple.quicktime.location.ISO6709', '+48.8583+002.2944/'],
          ['com.apple.quicktime.content.identifier', SECRET],
          ['com.apple.quicktime.full-frame-rate-playback-intent', Buffer.from([0])],
        ],
        [`org.${SECRET}`],
      ),
    ],
  });

  it('goes key by key; the names of what went go too', () => {
    const { output, after } = scrubUnder(mp4, bytes, LOCATION_ONLY);
    expect(output.includes('location.ISO6709')).toBe(false);
    expect(output.includes(`org.${SECRET}`)).toBe(false);
    expect(output.includes('ACME')).toBe(true);
    const left = flatten(after.parts).filter(({ path }) => path.includes('/ilst#0/'));
    expect(left.map(({ path }) => path.replace(/.*ilst#0\//, ''))).toEqual([
      'com.apple.quicktime.make#0',
      'com.apple.quicktime.content.identifier#1',
      'com.apple.quicktime.full-frame-rate-playback-intent#2',
    ]);
    expect(left.map(({ category }) => category)).toEqual(['camera', 'device', 'rendering']);
  });

  it('keeps under strict what is played by', () => {
    const output = expectGone(bytes);
    expect(output.includes('full-frame-rate')).toBe(true);
  });

  it('is one piece where it breaks its rules', () => {
    const broken = Buffer.from(bytes);
    broken.writeUInt32BE(7, broken.indexOf('keys') + 8);
    expect(categoryAt(broken, 'moov#0/meta#0')).toBe('hidden');
    expectGone(broken);
  });
});

describe('XMP', () => {
  const packet = (attributes: string): Buffer =>
    Buffer.from(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ${attributes}/></rdf:RDF></x:xmpmeta>`,
    );

  it.each([
    ['with room', `${'x'.repeat(200)}`],
    ['without room', 'x'],
  ])('is written anew in its place or at the end: %s', (_, city) => {
    for (const movieFirst of [true, false]) {
      const bytes = film({ movieFirst, before: [xmpUuid(packet(`photoshop:City="${city}" photoshop:Credit="${SECRET}"`))] });
      expectLaws(mp4, bytes, POLICIES);
      const { output } = scrubUnder(mp4, bytes, LOCATION_ONLY);
      expect(output.includes('City')).toBe(false);
      expect(output.includes(SECRET)).toBe(true);
      expect(output.indexOf(VIDEO_SAMPLES[0] as Buffer)).toBe(bytes.indexOf(VIDEO_SAMPLES[0] as Buffer));
    }
  });

  it('moves behind a last box without a size', () => {
    const bytes = film({ movieFirst: true, before: [xmpUuid(packet(`photoshop:City="x" photoshop:Credit="${SECRET}"`))] });
    bytes.writeUInt32BE(0, bytes.indexOf('mdat') - 4);
    expectLaws(mp4, bytes, POLICIES);
    const { output, after } = scrubUnder(mp4, bytes, LOCATION_ONLY);
    expect(output.includes(SECRET)).toBe(true);
    expect(after.parts.at(-1)?.path).toBe('uuid#0');
  });
});

describe('names that programs leave', () => {
  it('of handlers and compressors go', () => {
    expectGone(film({ video: { handlerName: secret } }));
    expectGone(film({ video: { entry: visualEntry({ name: SECRET.slice(0, 31) }) } }), SECRET.slice(0, 31));
    expectGone(film({ video: { entry: visualEntry({ vendor: 'SECR' }) } }), 'SECR');
  });

  it('in what a decoder is set up with go, and the unit stays a unit', () => {
    const message = Buffer.concat([Buffer.from([0x4e, 0x01, 5, 16 + secret.length]), Buffer.alloc(16, 7), secret, Buffer.from([0x80])]);
    const config = Buffer.concat([Buffer.alloc(22, 1), Buffer.from([1, 39]), u16(1, message.length), message]);
    const bytes = film({ video: { entry: visualEntry({ type: 'hev1', configType: 'hvcC', config }) } });
    const output = expectGone(bytes);
    expect(output.includes(Buffer.concat([Buffer.alloc(16, 7), Buffer.alloc(secret.length, ' '), Buffer.from([0x80])]))).toBe(true);
  });

  it('of a kind only stay', () => {
    const bytes = film({ video: { handlerName: Buffer.from('VideoHandler\0') } });
    expect(strict(bytes).equals(bytes)).toBe(true);
  });

  it('with a user in them reveal a person', () => {
    const bytes = film({ video: { handlerName: Buffer.from('/local/users/jane/film.mp4\0') } });
    expect(partAt(partsOf(bytes), 'moov#0/trak#0/mdia#0/hdlr#0/name')?.alsoReveals).toContain('person');
  });
});

describe('spherical video', () => {
  const description = (properties: string): Buffer =>
    box(
      'uuid',
      Buffer.from('ffcc8263f8554a938814587a02521fdd', 'hex'),
      Buffer.from(
        `<?xml version="1.0"?><rdf:SphericalVideo\nxmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\nxmlns:GSpherical="http://ns.google.com/videos/1.0/spherical/">${properties}</rdf:SphericalVideo>`,
      ),
    );
  const shown = '<GSpherical:Spherical>true</GSpherical:Spherical><GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType>';

  it('stays bent as it is', () => {
    const bytes = film({ video: { inTrack: [description(shown)] } });
    expect(strict(bytes).equals(bytes)).toBe(true);
    const told = film({
      video: { inTrack: [description(`${shown}<GSpherical:StitchingSoftware>${SECRET}</GSpherical:StitchingSoftware>`)] },
    });
    const output = expectGone(told);
    expect(output.includes(shown)).toBe(true);
  });

  it('goes where it holds more', () => {
    for (const more of [`<!-- ${SECRET} -->`, `<GSpherical:Other>${SECRET}</GSpherical:Other>`, SECRET])
      expectGone(film({ video: { inTrack: [description(shown + more)] } }));
  });
});

describe('hidden bytes', () => {
  it.each([
    ['between samples', film({ between: secret })],
    ['in a box for nothing', film({ before: [box('wide', secret)] })],
    ['in a box for nothing within the film', film({ inMovie: [box('free', secret)] })],
    ['in a box within a track', film({ video: { inTrack: [box('SECR', secret)] } })],
    ['in a sample description', film({ video: { entry: visualEntry({ inner: [box('SECR', secret)] }) } })],
    ['in a second table of sizes', film({ video: { inTable: [fullBox('stsz', 0, 0, u32(0, 1, 9), secret)] } })],
    ['in a grouping that nobody knows', film({ video: { inTable: [fullBox('sgpd', 0, 0, Buffer.from('SECR'), secret)] } })],
    ['behind the numbers of a table', film({ video: { inTable: [fullBox('ctts', 0, 0, u32(0), secret)] } })],
    ['in a second film', film({ after: [box('moov', movieHeader(), box('udta', secret))] })],
    ['behind the end', film({ tail: secret })],
    ['in a box of its own', film({ after: [box('SECR', secret)] })],
    ['in reserved bytes of the header', film({ movieTail: secret.subarray(0, 24) }), secret.subarray(0, 24)],
    ['among the edits', film({ video: { inTrack: [box('edts', fullBox('elst', 0, 0, u32(1, 500, 0, 0x10000), secret))] } })],
    ['in a box beside the edits', film({ video: { inTrack: [box('edts', box('SECR', secret))] } })],
    ['in a reference to a track that is not there', film({ video: { inTrack: [box('tref', box('cdsc', secret))] } })],
    ['behind the bytes of each sample', film({ video: { inTable: [fullBox('sdtp', 0, 0, Buffer.alloc(3), secret)] } })],
    ['in keys of samples in the clear', film({ video: { inTable: [fullBox('senc', 0, 0, secret)] } })],
    ['behind parameter sets', film({ video: { entry: visualEntry({ config: Buffer.concat([AVC, secret]) }) } })],
    ['behind an index of segments', film({ before: [fullBox('sidx', 0, 0, u32(1, 1000, 0, 0), u16(0, 0), secret)] })],
    ['behind an index of fragments', film({ after: [box('mfra', fullBox('mfro', 0, 0, u32(20), secret))] })],
    ['in a list of brands', film({ before: [box('styp', Buffer.from('isom'), u32(0), secret.subarray(0, 32))] }), secret.subarray(0, 16)],
    ['in a sound description', film({ video: { handler: 'soun', entry: soundEntry([box('wave', box('SECR', secret))]) } })],
    ['where another file lies', film({ video: { reference: fullBox('url ', 0, 1, secret) } })],
    ['in a private box with an extended type', film({ after: [box('uuid', Buffer.alloc(16, 0x56), secret)] })],
  ] as readonly [string, Buffer, Buffer?][])('%s', (_, bytes, needle) => {
    expectGone(bytes, needle);
  });

  it('are all of a block of data that no sample lies in', () => {
    expectGone(film({ after: [box('mdat', secret)] }));
  });

  it('are named as GPS where a camera wrote them', () => {
    const bytes = film({ between: Buffer.concat([u32(40), Buffer.from('freeGPS '), secret]) });
    expect(flatten(partsOf(bytes)).find(({ path }) => path === 'mdat#0/unused')?.note).toContain('GPS');
  });
});

describe('tracks that are neither seen nor heard', () => {
  const telemetry = { sample: secret, handlerName: Buffer.from('meta\0') };

  it('go with their samples', () => {
    const output = expectGone(film({ other: telemetry }));
    expect(readBytes(mp4, output).parts.length).toBeGreaterThan(0);
    expect(flatten(partsOf(output)).some(({ path }) => path.includes('trak#1'))).toBe(false);
  });

  it('of text tell what their samples say', () => {
    const bytes = film({ other: { handler: 'sbtl', sample: Buffer.from('GPS(48.85837, 12.29448) ISO 100') } });
    expect(partAt(partsOf(bytes), 'moov#0/trak#1')).toMatchObject({ category: 'text', alsoReveals: ['location'] });
    expect(scrubUnder(mp4, bytes, LOCATION_ONLY).output.includes('48.85')).toBe(false);
    const plain = film({ other: { handler: 'sbtl', sample: Buffer.from('Good morning') } });
    expect(scrubUnder(mp4, plain, BALANCED).output.equals(plain)).toBe(true);
  });

  it('are forgotten by the tracks that referred to them', () => {
    const chapters = box('tref', box('chap', u32(2)), box('cdsc', u32(1, 2)));
    const output = expectGone(film({ other: telemetry, video: { inTrack: [chapters] } }));
    expect(output.includes('chap')).toBe(false);
    expect(output.subarray(output.indexOf('cdsc') + 4, output.indexOf('cdsc') + 12).equals(u32(1, 0))).toBe(true);
  });

  it('leave the samples that the film needs too', () => {
    const start = film().indexOf(VIDEO_SAMPLES[0] as Buffer);
    const shared = film({ other: { sample: Buffer.alloc(0), sampleSizes: [41], chunkOffsets: [start] } });
    const output = strict(shared);
    expect(output.indexOf(VIDEO_SAMPLES[0] as Buffer)).toBe(start);
    expect(output.includes('mett')).toBe(false);
  });
});

describe('samples outside of `mdat`', () => {
  it('stay where they are needed, whatever the box is called', () => {
    for (const type of ['free', 'SECR']) {
      const bytes = film();
      bytes.write(type, bytes.indexOf('mdat'), 'latin1');
      expectLaws(mp4, bytes, POLICIES);
      expect(strict(bytes).equals(bytes)).toBe(true);
    }
  });

  it('go with the box where only telemetry is there', () => {
    for (const type of ['free', 'SECR']) {
      const start = fileType().length + 8;
      const bytes = film({ before: [box(type, secret)], other: { sample: Buffer.alloc(0), sampleSizes: [32], chunkOffsets: [start] } });
      expectGone(bytes);
    }
  });
});

describe('fragments', () => {
  const fragmented = (between: Uint8Array, flags = 0x020000): Buffer => {
    const samples = [Buffer.alloc(20, 7), Buffer.alloc(24, 8)];
    const moof = (offset: number): Buffer =>
      box(
        'moof',
        fullBox('mfhd', 0, 0, u32(1)),
        box('traf', fullBox('tfhd', 0, flags, u32(1)), fullBox('trun', 0, 0x201, u32(2, offset, 20, 24))),
      );
    const video = track({ id: 1, sampleSizes: [], chunkOffsets: [] });
    const moov = box('moov', movieHeader(), video, box('mvex', fullBox('trex', 0, 0, u32(1, 1, 0, 0, 0))));
    return Buffer.concat([fileType(), moov, moof(moof(0).length + 8), box('mdat', ...samples, between)]);
  };

  it.each([0x020000, 0])('have samples too (flags %i)', (flags) => {
    const bytes = fragmented(secret, flags);
    expect(readBytes(mp4, bytes).picture).toMatchObject({ frameCount: 2, pixels: [{ byteLength: 44 }] });
    expectLaws(mp4, bytes, POLICIES);
    const output = strict(bytes);
    expect(output.includes(SECRET)).toBe(false);
    expect(output.includes(Buffer.concat([Buffer.alloc(20, 7), Buffer.alloc(24, 8)]))).toBe(true);
  });

  it('without hidden bytes are left alone', () => {
    const bytes = fragmented(Buffer.alloc(0));
    expect(strict(bytes).equals(bytes)).toBe(true);
  });
});

describe('tables', () => {
  it('of 64 bits, and of one size for all', () => {
    const bytes = film({ video: { wide: true } });
    expect(readBytes(mp4, bytes).picture.pixels).toHaveLength(1);
    const one = film({ samples: [Buffer.alloc(9, 1), Buffer.alloc(9, 2)], video: { oneSize: 9 } });
    expect(readBytes(mp4, one).picture.pixels.map(({ byteLength }) => byteLength)).toEqual([18]);
  });

  it('of 4, 8 and 16 bits', () => {
    for (const [bits, sizes] of [
      [4, Buffer.from([0x9a])],
      [8, Buffer.from([9, 10])],
      [16, u16(9, 10)],
    ] as const) {
      const stz2 = fullBox('stz2', 0, 0, u32(bits, 2), sizes);
      const bytes = film({ samples: [Buffer.alloc(9, 1), Buffer.alloc(10, 2)], video: { inTable: [stz2] } });
      const at = bytes.indexOf('stsz');
      // The other table becomes a box that is for nothing.
      bytes.write('free', at, 'latin1');
      bytes.fill(0, at + 4, at + 8 + 16);
      expect(readBytes(mp4, bytes).picture.pixels.map(({ byteLength }) => byteLength)).toEqual([19]);
    }
  });

  it('of sound count samples as QuickTime does', () => {
    const bytes = film({
      samples: [Buffer.alloc(80, 9)],
      video: { handler: 'soun', entry: soundEntry([]), oneSize: 1, sampleSizes: Array(20).fill(1), samplesPerChunk: 20 },
    });
    expect(readBytes(mp4, bytes).picture.pixels.map(({ byteLength }) => byteLength)).toEqual([80]);
    expect(strict(bytes).equals(bytes)).toBe(true);
  });

  it('with numbers that lead nowhere are no harm', () => {
    const bytes = film({ video: { chunkOffsets: [0xfffffff0, 0xfffffff4, 0xfffffff8] } });
    expectLaws(mp4, bytes, POLICIES);
    expect(readBytes(mp4, bytes).picture.pixels).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it('is refused with a reason', () => {
    expect(readError(mp4, Buffer.concat([fileType(), box('mdat', secret)]))?.code).toBe('no-movie');
    expect(readError(mp4, Buffer.concat([fileType(), box('moov', box('cmov', secret))]))?.code).toBe('compressed-movie');
    expect(readError(mp4, film().subarray(0, 100))?.code).toBe('truncated');
    expect(readError(mp4, film({ video: { chunkOffsets: [4, 8, 12] } }))?.code).toBe('samples-in-description');
    const cut = film({ movieFirst: true });
    expect(readError(mp4, cut.subarray(0, cut.length - 50))?.code).toBe('truncated');
  });

  it('is cut short anywhere: a reader’s error, or a file whose parts tile it', () => {
    const whole = film({
      movieFirst: true,
      inMovie: [
        box('udta', internationalText('mak', 'ACME'), itunesMeta([['\xa9nam', 'x']])),
        keysMeta([['com.apple.quicktime.make', 'y']]),
      ],
      other: { sample: secret },
      after: [xmpUuid(Buffer.from('<x/>'))],
    });
    let refused = 0;
    for (let length = 8; length < whole.length; length++) {
      const bytes = whole.subarray(0, length);
      if (readError(mp4, bytes) !== undefined) refused++;
      else expect(partsOf(bytes).reduce((sum, { region }) => sum + region.byteLength, 0)).toBe(length);
    }
    expect(refused).toBeGreaterThan(whole.length / 2);
    expect(refused).toBeLessThan(whole.length - 8);
  });

  it('is a tail where it is no box and nothing needs it', () => {
    for (const tail of [Buffer.concat([u32(5), Buffer.from('evil'), secret]), Buffer.concat([u32(0x7fffffff), secret])])
      expect(strict(film({ tail })).equals(film())).toBe(true);
  });

  it('may be of more than 4 GiB by what it declares', () => {
    const bytes = Buffer.concat([film(), u32(1), Buffer.from('mdat'), u64(2 ** 40), secret]);
    expect(strict(bytes).equals(film())).toBe(true);
  });

  it('knows a handler by its type alone', () => {
    const bytes = film({ after: [box('meta', handlerBox('abcd'), box('ilst', secret))] });
    expect(categoryAt(bytes, 'meta#0')).toBe('hidden');
    expectGone(bytes);
  });
});
