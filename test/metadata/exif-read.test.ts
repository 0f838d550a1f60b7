import { describe, expect, it } from 'vitest';
import { exifTag } from '../../src/metadata/exif/tags.js';
import { REVEALS_ANYTHING } from '../../src/metadata/reading.js';
import { flat, partAt, preset, read, scrub, violations } from '../support/exif.js';
import { type ByteOrder, buildExif, buildTiff } from '../support/tiff.js';

const ORDERS: readonly ByteOrder[] = ['II', 'MM'];
const utf16le = (text: string) => new Uint8Array(Buffer.from(`${text}\0`, 'utf16le'));

describe('the tag table', () => {
  it.each([
    ['IFD0', 0x010f, 'Make', 'camera'],
    ['IFD0', 0x013c, 'HostComputer', 'device'],
    ['IFD0', 0x9c9d, 'XPAuthor', 'copyright'],
    ['IFD0', 0xc62f, 'CameraSerialNumber', 'device'],
    ['IFD0', 0xea1c, 'Padding', 'hidden'],
    ['ExifIFD', 0xa430, 'CameraOwnerName', 'person'],
    ['ExifIFD', 0xa436, 'ImageTitle', 'text'],
    ['ExifIFD', 0xa439, 'CameraFirmware', 'software'],
    ['ExifIFD', 0xa460, 'CompositeImage', 'camera'],
    ['ExifIFD', 0x9011, 'OffsetTimeOriginal', 'time'],
    ['ExifIFD', 0x9000, 'ExifVersion', 'rendering'],
    ['GPS', 0x0002, 'GPSLatitude', 'location'],
    ['GPS', 0x001d, 'GPSDateStamp', 'location'],
    ['Interop', 0x0001, 'InteroperabilityIndex', 'rendering'],
    ['IFD0', 0xbeef, '0xbeef', 'hidden'],
    ['GPS', 0x010f, '0x010f', 'hidden'],
  ] as const)('%s %i is %s: %s', (kind, id, name, category) => {
    expect(exifTag(kind, id)).toMatchObject({ name, category });
  });
});

describe.each(ORDERS)('a block in byte order %s', (byteOrder) => {
  const block = buildExif({
    byteOrder,
    make: 'Acme',
    model: 'One',
    orientation: 6,
    serial: 'SN-1',
    artist: 'A. Person',
    colorSpace: 65535,
    dateTimeOriginal: '2021:07:14 12:34:56',
    userComment: 'hello',
    gps: { latitude: -33.8568, longitude: 151.2153 },
    thumbnail: new TextEncoder().encode('PICsecret'),
    interopIfd: [{ tag: 1, type: 2, value: 'R03' }],
    exifIfd: [{ tag: 0x829a, type: 5, value: [[1, 250]] }],
    ifd0: [{ tag: 0x9c9c, type: 1, value: utf16le('XP text ü') }],
  });
  const reading = read(block, 100);

  it('gives every entry a part with its category and sealed value', () => {
    const told = (path: string) => [partAt(reading, path).category, partAt(reading, path).value?.reveal()];
    expect(told('IFD0/Make')).toEqual(['camera', 'Acme']);
    expect(told('ExifIFD/BodySerialNumber')).toEqual(['device', 'SN-1']);
    expect(told('ExifIFD/UserComment')).toEqual(['text', 'hello']);
    expect(told('ExifIFD/ExposureTime')).toEqual(['camera', '0.004']);
    expect(told('IFD0/XPComment')).toEqual(['text', 'XP text ü']);
    expect(told('GPS/GPSLatitude')).toEqual(['location', '33.856800°']);
    expect(told('GPS/GPSLatitudeRef')).toEqual(['location', 'S']);
    expect(told('Interop/InteroperabilityIndex')).toEqual(['rendering', 'R03']);
    expect(JSON.stringify(reading.parts)).not.toContain('SN-1');
  });

  it('tells how the picture is shown, and requires it', () => {
    expect(reading).toMatchObject({ orientation: 6, colorSpace: 65535 });
    expect(
      flat(reading.parts)
        .filter(({ required }) => required)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['Exif/ExifIFD/ColorSpace', 'Exif/IFD0/Orientation', 'Exif/IFD1/ThumbnailImage/head', 'Exif/Interop/InteroperabilityIndex']);
  });

  it('places parts in the file', () => {
    const { region } = partAt(reading, 'ExifIFD/BodySerialNumber');
    expect(Buffer.from(block).toString('latin1', region.byteOffset - 100, region.byteOffset - 100 + region.byteLength)).toBe('SN-1\0');
    for (const part of flat(reading.parts)) {
      expect(part.region.byteOffset).toBeGreaterThanOrEqual(100);
      expect(part.region.byteOffset + part.region.byteLength).toBeLessThanOrEqual(100 + block.byteLength);
    }
  });

  it('reads the thumbnail as a picture within', () => {
    expect(partAt(reading, 'IFD1/ThumbnailImage')).toMatchObject({ carrier: 'thumbnail', category: 'preview' });
    expect(partAt(reading, 'IFD1/ThumbnailImage/COM').category).toBe('text');
  });

  it('finds nothing hidden', () => {
    expect(flat(reading.parts).filter(({ category }) => category === 'hidden')).toEqual([]);
  });
});

describe('comments', () => {
  const bytes = (mark: string, body: Uint8Array) => new Uint8Array(Buffer.concat([Buffer.from(mark, 'latin1'), body]));
  const comment = (value: Uint8Array, byteOrder: ByteOrder = 'II') =>
    partAt(read(buildExif({ byteOrder, exifIfd: [{ tag: 0x9286, type: 7, value }] })), 'ExifIFD/UserComment').value?.reveal();

  it.each([
    ['ASCII', bytes('ASCII\0\0\0', Buffer.from('plain'))],
    ['little-endian Unicode', bytes('UNICODE\0', Buffer.from('plain', 'utf16le'))],
    ['big-endian Unicode', bytes('UNICODE\0', Buffer.from('plain', 'utf16le').swap16())],
    ['JIS', bytes('JIS\0\0\0\0\0', Buffer.from('plain'))],
    ['no charset', bytes('\0\0\0\0\0\0\0\0', Buffer.from('plain'))],
    ['no mark at all', new Uint8Array(Buffer.from('plain'))],
  ])('in %s', (_name, value) => {
    expect(comment(value)).toBe('plain');
    expect(comment(value, 'MM')).toBe('plain');
  });
});

describe('what a generator was told', () => {
  const parameters = 'a cat, masterpiece\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512';

  it('is an ai-prompt wherever it sits', () => {
    const block = buildExif({ userComment: parameters, imageDescription: 'prompt:{"3":{"class_type":"KSampler","inputs":{"seed":5}}}' });
    expect(partAt(read(block), 'ExifIFD/UserComment')).toMatchObject({ category: 'ai-prompt', alsoReveals: ['text'] });
    expect(partAt(read(block), 'IFD0/ImageDescription').category).toBe('ai-prompt');
    const make = read(buildExif({ make: 'workflow:{"nodes":[{"class_type":"KSampler"}],"links":[]}' }));
    expect(partAt(make, 'IFD0/Make')).toMatchObject({ category: 'ai-prompt', alsoReveals: ['camera'] });
  });

  it('is not what people write', () => {
    expect(partAt(read(buildExif({ userComment: 'Next steps: call the sampler company' })), 'ExifIFD/UserComment').category).toBe('text');
  });
});

describe('values that hide something', () => {
  it.each([
    ['a version that is text', { tag: 0x9000, type: 2, value: 'a secret that is long' }],
    ['a colour space out of range', { tag: 0xa001, type: 3, value: [4711] }],
    ['components that are letters', { tag: 0x9101, type: 7, value: new TextEncoder().encode('abcd') }],
    ['transfer curves that are no curves', { tag: 0x012d, type: 3, value: Array.from({ length: 256 }, (_, index) => (index * 97) % 256) }],
    ['a white point of letters', { tag: 0x013e, type: 5, value: new Uint8Array(Buffer.from('SECRETSECRETSECR')) }],
  ])('%s', (_name, entry) => {
    const reading = read(buildTiff([[{ tag: 0x8769, directories: [[entry]] }]]));
    expect(reading.parts).toHaveLength(1);
    expect(reading.parts[0]).toMatchObject({ category: 'hidden', alsoReveals: REVEALS_ANYTHING, required: false });
  });

  it('but not a resolution whose terms are scaled up', () => {
    const reading = read(buildTiff([[{ tag: 0x011a, type: 5, value: [[3355443200, 16777216]] }]]));
    expect(reading.parts.map(({ category, value }) => [category, value?.reveal()])).toEqual([['rendering', '200']]);
  });

  it('text in a number of exposure, and words in a time', () => {
    const reading = read(
      buildExif({
        exifIfd: [
          { tag: 0x829d, type: 2, value: 'Jane Doe, Elm Street' },
          { tag: 0x9290, type: 2, value: 'Jane' },
          { tag: 0x9291, type: 2, value: '042 ' },
        ],
      }),
    );
    expect(partAt(reading, 'ExifIFD/FNumber').alsoReveals).toContain('hidden');
    expect(partAt(reading, 'ExifIFD/SubSecTime').alsoReveals).toContain('hidden');
    expect(partAt(reading, 'ExifIFD/SubSecTimeOriginal').alsoReveals).toBeUndefined();
  });

  it('bytes behind the end of a text, and behind a short value in its field', () => {
    const block = buildTiff([
      [
        { tag: 0x010f, type: 2, value: new Uint8Array(Buffer.from('Acme\0hidden')) },
        { tag: 0x0112, type: 3, value: [6] },
      ],
    ]);
    const field = block.indexOf(0x12);
    block[field + 10] = 7;
    const reading = read(block);
    expect(partAt(reading, 'IFD0/Make').value?.reveal()).toBe('Acme');
    expect(partAt(reading, 'IFD0/Make/slack')).toMatchObject({ category: 'hidden', region: { byteLength: 6 } });
    expect(partAt(reading, 'IFD0/Orientation/slack').region.byteLength).toBe(2);
    expect(reading.orientation).toBe(6);
  });

  it.each([
    ['a Windows text', 0x9c9c, 1, Buffer.from('title\0hidden', 'utf16le'), 12],
    ['an ASCII comment', 0x9286, 7, Buffer.from('ASCII\0\0\0plain\0hidden'), 6],
    ['a Unicode comment', 0x9286, 7, Buffer.from(`UNICODE\0${'plain\0hidden'.split('').join('\0')}\0`), 12],
  ])('bytes behind the end of %s', (_name, tag, type, value, byteLength) => {
    const reading = read(buildTiff([[{ tag, type, value: new Uint8Array(value) }]]));
    expect(reading.parts).toHaveLength(2);
    expect(reading.parts[1]).toMatchObject({ category: 'hidden', region: { byteLength } });
    const out = scrub(buildTiff([[{ tag, type, value: new Uint8Array(value) }]]), preset('balanced')) as Uint8Array;
    expect(Buffer.from(out).includes('h')).toBe(false);
    expect(read(out).parts).toHaveLength(1);
  });

  it('both texts of a copyright are text', () => {
    const block = buildTiff([[{ tag: 0x8298, type: 2, value: new Uint8Array(Buffer.from('Jane\0Editor\0')) }]]);
    expect(flat(read(block).parts).map(({ path }) => path)).toEqual(['Exif/IFD0/Copyright']);
  });

  it('bytes that nothing refers to, but not zeros', () => {
    const tail = new Uint8Array(Buffer.from('\0\0tail\0', 'latin1'));
    const reading = read(buildExif({ make: 'Acme', lead: new Uint8Array(8), tail }));
    const gaps = reading.parts.filter(({ path }) => path.includes('unreferenced'));
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({ category: 'hidden', alsoReveals: REVEALS_ANYTHING, region: { byteLength: 4 } });
    expect(read(buildExif({ make: 'Acme', tail: new Uint8Array(64) })).parts).toHaveLength(1);
  });

  it('a resolution that is the coordinate', () => {
    const gps = buildExif({ gps: { latitude: 12.3456, longitude: 1 }, ifd0: [{ tag: 0x011a, type: 5, value: [[72, 1]], rawOffset: 0 }] });
    const at = partAt(read(gps), 'GPS/GPSLatitude').region.byteOffset;
    const block = buildExif({
      gps: { latitude: 12.3456, longitude: 1 },
      ifd0: [{ tag: 0x011a, type: 5, value: [[72, 1]], rawOffset: at + 16 }],
    });
    expect(partAt(read(block), 'IFD0/XResolution').alsoReveals).toContain('location');
    expect(violations(block, preset('location-only'))).toContain('Exif/IFD0/XResolution');
  });

  it('two resolutions that share one value are just two resolutions', () => {
    const plain = buildTiff([
      [
        { tag: 0x011a, type: 5, value: [[300, 1]] },
        { tag: 0x011b, type: 5, value: [[300, 1]], rawOffset: 8 },
      ],
    ]);
    const reading = read(plain);
    expect(reading.parts.map(({ path, alsoReveals }) => [path, alsoReveals])).toEqual([
      ['Exif/IFD0/XResolution', undefined],
      ['Exif/IFD0/YResolution', undefined],
    ]);
  });
});

describe('content of other standards', () => {
  it.each([
    [700, 'ApplicationNotes', 'XMP', 'text'],
    [33723, 'IPTC-NAA', 'IPTC-IIM', 'text'],
    [34377, 'PhotoshopSettings', 'Photoshop', 'software'],
    [34675, 'ICCProfile', 'ICC', 'rendering'],
  ])('tag %i is one part', (tag, name, carrier, category) => {
    const reading = read(buildExif({ ifd0: [{ tag, type: 7, value: new Uint8Array(40).fill(9) }] }));
    const part = partAt(reading, `IFD0/${name}`);
    expect(part).toMatchObject({ carrier, category, atomic: true, required: false });
    expect(part.alsoReveals).toContain('hidden');
  });
});

describe('directories', () => {
  it('GPS is found from the Exif IFD too, and SubIFDs are read', () => {
    const reading = read(
      buildTiff([
        [
          {
            tag: 0x8769,
            directories: [[{ tag: 0x8825, directories: [[{ tag: 0x1b, type: 7, value: new TextEncoder().encode('ASCII\0\0\0WLAN') }]] }]],
          },
          { tag: 0x014a, directories: [[{ tag: 0x010d, type: 2, value: 'first' }], [{ tag: 0x010d, type: 2, value: 'second' }]] },
        ],
      ]),
    );
    expect(partAt(reading, 'GPS/GPSProcessingMethod')).toMatchObject({ category: 'location' });
    expect(partAt(reading, 'GPS/GPSProcessingMethod').value?.reveal()).toBe('WLAN');
    expect(partAt(reading, 'SubIFD0/DocumentName').value?.reveal()).toBe('first');
    expect(partAt(reading, 'SubIFD1/DocumentName').value?.reveal()).toBe('second');
  });

  it('paths stay unique where tags are repeated', () => {
    const artists = ['one', 'two', 'three'].map((value) => ({ tag: 0x013b, type: 2, value }));
    const reading = read(buildTiff([artists], { unsorted: true }));
    expect(reading.parts.map(({ path }) => path)).toEqual(['Exif/IFD0/Artist', 'Exif/IFD0/Artist#2', 'Exif/IFD0/Artist#3']);
    expect(reading.parts[1]).toMatchObject({ category: 'copyright', alsoReveals: ['hidden'] });
  });
});
