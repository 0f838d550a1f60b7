import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { isReaderError } from '../../src/core/error.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { psd } from '../../src/formats/psd/psd.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { iccDesc, srgbProfile } from '../support/icc.js';
import { buildIptc } from '../support/iptc.js';
import { BALANCED, flatten, LOCATION_ONLY, partAt, removing, STRICT } from '../support/payload.js';
import { buildPhotoshop, resolutionInfo, thumbnailResource } from '../support/photoshop.js';
import { buildPsd, luni, PACKED_ROW, type PsdSpec, packedRows, psdBlock, shmd } from '../support/psd.js';
import { buildExif } from '../support/tiff.js';
import { buildXmp } from '../support/xmp.js';

const SECRET = 'CNRYpsdsecretYRNC';
const secret = Buffer.from(SECRET);

const optionsFor = (policy: EffectivePolicy) => ({
  artifact: 'x.psd',
  name: 'x.psd',
  policy,
  now: () => '2024-01-01T00:00:00Z',
  tool: 'test',
});

async function scrub(bytes: Buffer, policy: EffectivePolicy): Promise<Buffer> {
  const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), optionsFor(policy));
  if (replacement !== undefined) return Buffer.from((await scrubBytes(replacement)).bytes);
  expect(outcome.verdict).toEqual({ kind: 'clean' });
  return bytes;
}

const read = (bytes: Buffer) => readWith(psd, new MemorySource(bytes), DEFAULT_LIMITS);
const resource = (id: number, data: Uint8Array, name = ''): PsdSpec => ({ resources: buildPhotoshop([{ id, data, name }]) });
const i32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** All lengths of the document as another reader would follow them: gives the names of its layers. */
const layerNames = (bytes: Buffer): string[] =>
  [...bytes.toString('latin1').matchAll(/8BIMnorm[\s\S]{4}[\s\S]{4}\0\0\0\0\0\0\0\0([\s\S])/g)].map((match) => {
    const at = match.index + match[0].length;
    return bytes.toString('latin1', at, at + (match[1] as string).charCodeAt(0));
  });

describe('documents of Photoshop', () => {
  const clean: readonly [string, PsdSpec][] = [
    ['a flat picture', {}],
    ['a PSB', { isLarge: true, layers: [{}] }],
    ['raw pixels', { compression: 0 }],
    ['pixels in zip', { compression: 2, merged: deflateSync(Buffer.alloc(36, 7)) }],
    ['one bit a pixel', { compression: 0, depth: 1, mode: 0, channels: 1 }],
    ['a palette', { mode: 2, channels: 1, colours: Buffer.alloc(768, 3) }],
    ['a duotone', { mode: 8, channels: 1, colours: Buffer.alloc(100, 3) }],
    ['layers without names', { layers: [{}, { name: 'L2', blocks: [luni('')] }] }],
    ['layers of 16 bits', { layersIn: 'Lr16', layers: [{}] }],
    ['the same in a PSB', { isLarge: true, layersIn: 'Lr16', layers: [{}] }],
    [
      'what layers are drawn with',
      { layers: [{ mask: Buffer.alloc(20, 1), blocks: [psdBlock('lfx2', secret), psdBlock('lyid', i32(3))] }] },
    ],
    ['an overlay', { overlay: Buffer.from('00000000000000000000003200', 'hex') }],
    [
      'resolution and light',
      {
        resources: buildPhotoshop([
          { id: 0x03ed, data: resolutionInfo(72) },
          { id: 0x040d, data: i32(120) },
          { id: 0x0419, data: i32(30) },
        ]),
      },
    ],
    ['a fill that goes on behind the edge', { layers: [{ rectangle: [-1, -1, 3, 7], blocks: [psdBlock('SoCo', Buffer.alloc(8))] }] }],
  ];
  it.each(clean)('leaves alone what is clean: %s', async (_, spec) => {
    const bytes = buildPsd(spec);
    expect(await scrub(bytes, STRICT)).toBe(bytes);
    expect(read(bytes).picture).toMatchObject({ width: 6, height: 2, orientation: 1, frameCount: 1 });
  });

  const hidden: readonly [string, PsdSpec][] = [
    ['XMP', resource(0x0424, buildXmp({ elements: `<dc:creator>${SECRET}</dc:creator>` }))],
    ['Exif', resource(0x0422, buildExif({ artist: SECRET }))],
    ['IPTC', resource(0x0404, buildIptc([[2, 80, SECRET]]))],
    ['a thumbnail', resource(0x040c, thumbnailResource(secret))],
    ['a caption', resource(0x03f0, secret)],
    ['the name of a path', resource(0x07d0, Buffer.alloc(26), SECRET)],
    ['a printer', resource(0x043a, secret)],
    ['a resource that nobody knows', resource(0x0fa3, secret)],
    ['what stands where the light of effects should', resource(0x040d, secret)],
    ['bytes that are no resource', { resources: secret }],
    ['reserved bytes', { reserved: secret.subarray(0, 6) }],
    ['bytes behind a palette', { mode: 2, channels: 1, colours: Buffer.concat([Buffer.alloc(768, 3), secret]) }],
    ['colours of a picture that has none', { colours: secret }],
    ['bytes behind the picture', { tail: secret }],
    ['bytes behind a raw picture', { compression: 0, tail: secret }],
    ['bytes behind a picture in zip', { compression: 2, merged: Buffer.concat([deflateSync(Buffer.alloc(36, 7)), secret]) }],
    ['the name of a layer', { layers: [{ name: SECRET }, {}] }],
    ['the same in UTF-16', { layers: [{ blocks: [luni(SECRET), luni('')] }, {}] }],
    ['the name of a layer of a PSB', { isLarge: true, layers: [{ name: SECRET, blocks: [luni(SECRET)] }] }],
    ['the name of a layer of 16 bits', { layersIn: 'Lr16', layers: [{ name: SECRET, blocks: [luni(SECRET)] }, {}] }],
    ['the name of a layer of 16 bits in a PSB', { isLarge: true, layersIn: 'Lr16', layers: [{ name: SECRET, blocks: [luni(SECRET)] }] }],
    ['what pads the name of a layer', { layers: [{ name: 'L1', namePadding: 0x43 }], tail: secret }],
    ['times of a layer', { layers: [{ blocks: [shmd(secret)] }] }],
    ['blocks that nobody knows', { layers: [{ blocks: [psdBlock('xxxx', secret)] }], blocks: [psdBlock('yyyy', secret)] }],
    ['text in the place of a number', { layers: [{ blocks: [psdBlock('lyid', secret)] }] }],
    ['notes', { blocks: [psdBlock('Anno', secret)] }],
    ['content credentials', { blocks: [psdBlock('CAI ', secret)] }],
    ['what follows the blocks of a layer', { layers: [{ blocks: [Buffer.concat([secret, Buffer.alloc(3)])] }] }],
    ['what pads the list of layers', { layers: [{}], layerPadding: secret }],
    ['what follows the rows of a layer', { layers: [{ channelTail: secret }, {}] }],
    ['what follows the overlay', { overlay: Buffer.concat([Buffer.alloc(13), secret]) }],
    ['what ends the section of layers', { sectionRest: secret }],
  ];
  it.each(hidden)('removes %s', async (_, spec) => {
    const bytes = buildPsd(spec);
    const output = await scrub(bytes, STRICT);
    expect(output.includes(secret)).toBe(false);
    expect(output.includes(Buffer.from(SECRET, 'utf16le').swap16())).toBe(false);
    expect(output.subarray(6, 12)).toEqual(Buffer.alloc(6));
    expect(layerNames(output)).toHaveLength(spec.layers?.length ?? 0);
    expect(await scrub(output, STRICT)).toBe(output);
  });

  it('leaves the document as it would have been without', async () => {
    const dirty = buildPsd({
      resources: buildPhotoshop([
        { id: 0x03f0, data: secret },
        { id: 0x03ed, data: resolutionInfo(72) },
      ]),
      layers: [{ name: SECRET, blocks: [luni(SECRET), psdBlock('lyid', i32(1)), shmd(secret)] }, {}],
      blocks: [psdBlock('cinf', secret), psdBlock('Patt', secret)],
      tail: secret,
    });
    const clear = buildPsd({
      resources: buildPhotoshop([{ id: 0x03ed, data: resolutionInfo(72) }]),
      layers: [{ blocks: [psdBlock('lyid', i32(1))] }, {}],
      blocks: [psdBlock('Patt', secret)],
    });
    expect((await scrub(dirty, STRICT)).toString('hex')).toBe(clear.toString('hex'));
  });

  const rowsWith = (row: Uint8Array): Uint8Array[] => [row, ...Array.from({ length: 5 }, () => PACKED_ROW)];
  const slack: readonly [string, Uint8Array, Uint8Array][] = [
    ['behind the code that fills it', Buffer.concat([PACKED_ROW, secret]), Buffer.concat([PACKED_ROW, Buffer.alloc(secret.length, 0x80)])],
    [
      'within the code that fills it',
      Buffer.concat([Buffer.from([5 + secret.length]), Buffer.alloc(6, 9), secret]),
      Buffer.concat([Buffer.from([5 + secret.length]), Buffer.alloc(6, 9), Buffer.alloc(secret.length)]),
    ],
  ];
  it.each(slack)('takes away what a packed row holds %s', async (_, dirty, clear) => {
    for (const isLarge of [false, true]) {
      const specOf = (row: Uint8Array): PsdSpec => ({
        isLarge,
        merged: packedRows(rowsWith(row), isLarge),
        layers: [{ rows: [row, PACKED_ROW] }],
      });
      const output = await scrub(buildPsd(specOf(dirty)), LOCATION_ONLY);
      expect(output.toString('hex')).toBe(buildPsd(specOf(clear)).toString('hex'));
      expect(await scrub(output, STRICT)).toBe(output);
    }
  });

  it('leaves alone rows that end with codes that do nothing', async () => {
    const bytes = buildPsd({ merged: packedRows(rowsWith(Buffer.concat([PACKED_ROW, Buffer.from([0x80])]))) });
    expect(await scrub(bytes, STRICT)).toBe(bytes);
  });

  it('keeps lists of layers padded to what they were padded to', async () => {
    const odd = Buffer.concat([Buffer.from('8BIMxxxx\0\0\0\x05', 'latin1'), Buffer.from('12345')]);
    const output = await scrub(buildPsd({ layers: [{ blocks: [odd] }, {}] }), STRICT);
    expect(read(output).parts.at(-1)?.path).toBe('picture');
    expect(output.includes('12345')).toBe(false);
    expect(await scrub(output, STRICT)).toBe(output);
  });

  it('keeps what the policy keeps', async () => {
    const bytes = buildPsd({
      resources: buildPhotoshop([
        { id: 0x0422, data: buildExif({ orientation: 6, artist: SECRET, gps: { latitude: 48.85, longitude: 2.29 } }) },
        { id: 0x03f0, data: secret },
      ]),
      layers: [{ name: SECRET, blocks: [luni('mail jo@example.org')] }],
    });
    const output = await scrub(bytes, LOCATION_ONLY);
    expect(flatten(read(output).parts).some(({ path }) => path.includes('GPS/'))).toBe(false);
    expect(output.includes(secret)).toBe(true);
    const parts = read(await scrub(bytes, BALANCED)).parts;
    expect(partAt(parts, 'layers/layer#0/name')?.value?.reveal()).toBe(SECRET);
    expect(partAt(parts, 'layers/layer#0/luni#0')).toBeUndefined();
  });

  it('takes away what pads a name that stays', async () => {
    const layers = [{ name: 'Iris', namePadding: 0x43 }];
    const output = await scrub(buildPsd({ layers }), removing('hidden'));
    expect(output.includes('Iris\x00\x00\x00')).toBe(true);
    expect(output.includes('CCC')).toBe(false);
  });

  it('leaves alone what it cannot follow', () => {
    const rest = Buffer.concat([secret, psdBlock('TySh', secret)]);
    const { outcome } = lookAndScrub(new MemorySource(buildPsd({ layers: [{ blocks: [rest] }] })), optionsFor(STRICT));
    expect(outcome.verdict).toMatchObject({ kind: 'unreadable', unreadable: { code: 'psd-layers' } });
  });

  it('follows blocks of a PSB whose key has a long length in some programs only', async () => {
    const blocks = [
      psdBlock('lnsr', Buffer.from('layr')),
      psdBlock('cinf', Buffer.alloc(8)),
      psdBlock('Pat3', Buffer.alloc(12, 1), 8),
      psdBlock('xxxx', secret, 8),
    ];
    const output = await scrub(buildPsd({ isLarge: true, layers: [{}], blocks }), STRICT);
    expect(output.includes(secret)).toBe(false);
    expect(output.includes('Pat3')).toBe(true);
  });

  it('keeps a colour profile, and that there is no merged picture', async () => {
    const profile = srgbProfile([{ signature: 'dmnd', data: iccDesc(`/home/jo/${SECRET}`) }]);
    const version = Buffer.concat([i32(1), Buffer.from([0]), i32(SECRET.length), Buffer.from(SECRET, 'utf16le').swap16(), i32(0), i32(1)]);
    const resources = buildPhotoshop([
      { id: 0x040f, data: profile },
      { id: 0x0421, data: version },
    ]);
    const output = await scrub(buildPsd({ resources }), STRICT);
    expect(output.includes(secret)).toBe(false);
    expect(output.includes(Buffer.from(SECRET, 'utf16le').swap16())).toBe(false);
    expect(read(output).picture.iccProfile?.length).toBeGreaterThan(128);
    expect(output.includes(Buffer.from('04210000000000110000000100', 'hex'))).toBe(true);
    const merged = buildPhotoshop([{ id: 0x0421, data: Buffer.from(version).fill(1, 4, 5) }]);
    expect(await scrub(buildPsd({ resources: merged }), STRICT)).toEqual(buildPsd());
  });

  const work: readonly [string, PsdSpec][] = [
    ['a hidden layer', { layers: [{}, { isHidden: true }] }],
    ['a layer that nothing is seen of', { layers: [{ opacity: 0 }] }],
    ['a hidden text', { layers: [{ isHidden: true, rectangle: [0, 0, 0, 0], blocks: [psdBlock('TySh', secret)] }] }],
    ['a hidden group', { layers: [{ isHidden: true, rectangle: [0, 0, 0, 0], blocks: [psdBlock('lsct', i32(1))] }] }],
    ['a layer behind the edge', { layers: [{ rectangle: [0, 0, 2, 7] }] }],
    ['a layer of 16 bits behind the edge', { layersIn: 'Lr16', layers: [{ rectangle: [-1, 0, 2, 6] }] }],
    ['a file that layers show', { blocks: [psdBlock('lnk2', secret)] }],
  ];
  it.each(work)('refuses to take away %s, and says what to do', (_, spec) => {
    for (const policy of [STRICT, BALANCED]) {
      const { outcome, replacement } = lookAndScrub(new MemorySource(buildPsd(spec)), optionsFor(policy));
      expect(replacement).toBeUndefined();
      expect(outcome.verdict).toMatchObject({ kind: 'unreadable', unreadable: { code: 'psd-layers' } });
    }
    expect(() => read(buildPsd(spec))).not.toThrow();
  });

  it('refuses to make a text layer one of pixels, where the policy removes texts', async () => {
    const bytes = buildPsd({ layers: [{ blocks: [psdBlock('TySh', secret)] }], tail: secret });
    expect(lookAndScrub(new MemorySource(bytes), optionsFor(STRICT)).outcome.verdict).toMatchObject({ unreadable: { code: 'psd-layers' } });
    expect(await scrub(bytes, BALANCED)).toEqual(buildPsd({ layers: [{ blocks: [psdBlock('TySh', secret)] }] }));
  });

  it('lets a policy keep what is hidden in a document', async () => {
    const bytes = buildPsd({ layers: [{ isHidden: true, name: SECRET }], tail: secret });
    const output = await scrub(bytes, removing('text'));
    expect(output.includes(secret)).toBe(false);
    expect(output.length).toBeGreaterThan(buildPsd({ layers: [] }).length);
  });

  it.each([
    ['a picture that is cut short', buildPsd().subarray(0, -1), 'truncated'],
    ['no extent', buildPsd().fill(0, 14, 18), 'bad-extent'],
    ['a mode that nobody knows', buildPsd({ mode: 6 }), 'psd-mode'],
    ['fewer channels than its colours', buildPsd({ channels: 2 }), 'bad-channels'],
    ['a compression that nobody knows', buildPsd({ compression: 0 }).fill(9, 39, 40), 'psd-compression'],
    ['a section that is longer than the file', buildPsd().fill(0x7f, 34, 35), 'truncated'],
    ['records that do not lie within', buildPsd({ layers: [{}] }).fill(0x40, 60, 61), 'truncated'],
  ])('refuses %s', (_, bytes, code) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('lets only readers’ errors out, whatever is changed or cut', async () => {
    let scrubbed = 0;
    const changes = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...clean, ...hidden, ...work), changes, fc.nat(60), async ([, spec], edits, cut) => {
        const bytes = buildPsd(spec);
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        const tried = bytes.subarray(0, bytes.length - (cut > 40 ? cut : 0));
        try {
          const paths = flatten(read(tried).parts).map(({ path }) => path);
          expect(new Set(paths).size).toBe(paths.length);
          const { replacement } = lookAndScrub(new MemorySource(tried), { ...optionsFor(STRICT), name: undefined } as never);
          if (replacement !== undefined) await scrubBytes(replacement);
          scrubbed++;
        } catch (error) {
          if (!isReaderError(error)) throw error;
        }
      }),
      { numRuns: 400 },
    );
    expect(scrubbed).toBeGreaterThan(20);
  });
});
