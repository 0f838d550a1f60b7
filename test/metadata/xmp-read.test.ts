import { describe, expect, it } from 'vitest';
import type { Part } from '../../src/core/part.js';
import { hasProperty, readXmp } from '../../src/metadata/xmp/read-xmp.js';
import { categoriesOf, flatten, partAt, placeAt } from '../support/payload.js';
import { bag, buildXmp, encodeXmp, RICH, seq, XMP_NS, type XmpEncoding, type XmpParts, xmpText } from '../support/xmp.js';

const read = (parts: XmpParts) => readXmp(buildXmp(parts), placeAt('XMP', 1000));
const only = (parts: XmpParts) => {
  const [part, ...rest] = read(parts).parts;
  expect(rest).toEqual([]);
  return part;
};

describe('readXmp', () => {
  it('makes one part of each property and says what it reveals', () => {
    expect(categoriesOf(read(RICH))).toEqual({
      'XMP/x:xmptk': 'software',
      'XMP/rdf:about': 'device',
      'XMP/xmp:CreatorTool': 'software',
      'XMP/xmp:CreateDate': 'time',
      'XMP/xmpMM:DocumentID': 'device',
      'XMP/photoshop:City': 'location',
      'XMP/photoshop:Credit': 'copyright',
      'XMP/exif:GPSLatitude': 'location',
      'XMP/exif:GPSLongitude': 'location',
      'XMP/tiff:Orientation': 'rendering',
      'XMP/tiff:Make': 'camera',
      'XMP/aux:SerialNumber': 'device',
      'XMP/aux:OwnerName': 'person',
      'XMP/crs:Exposure2012': 'software',
      'XMP/crs:RawFileName': 'software',
      'XMP/Iptc4xmpExt:DigitalSourceType': 'provenance',
      'XMP/GCamera:MotionPhoto': 'preview',
      'XMP/unknown': 'hidden',
      'XMP/cc:license': 'copyright',
      'XMP/dc:creator': 'copyright',
      'XMP/dc:description': 'text',
      'XMP/dc:subject': 'text',
      'XMP/photoshop:DateCreated': 'time',
      'XMP/xmpMM:History': 'software',
      'XMP/Iptc4xmpExt:LocationShown': 'location',
      'XMP/Iptc4xmpCore:CreatorContactInfo': 'rendering',
      'XMP/Iptc4xmpCore:CreatorContactInfo/Iptc4xmpCore:CiAdrCity': 'location',
      'XMP/Iptc4xmpCore:CreatorContactInfo/Iptc4xmpCore:CiEmailWork': 'copyright',
      'XMP/mwg-rs:Regions': 'person',
      'XMP/exif:UserComment': 'ai-prompt',
    });
  });

  it('seals values and keeps them out of everything else', () => {
    const reading = read(RICH);
    expect(partAt(reading.parts, 'XMP/dc:description')?.value?.reveal()).toBe('A harbour & <fog>');
    expect(partAt(reading.parts, 'XMP/dc:subject')?.value?.reveal()).toBe('boats, fog');
    expect(partAt(reading.parts, 'XMP/unknown')?.value?.reveal()).toBe('acme:Secret hidden thing');
    const shown = JSON.stringify(reading.parts);
    for (const value of ['harbour', 'Canaryville', 'SN00', 'Bob', 'Secret', 'acme', 'Homeville', 'Tool 1'])
      expect(shown).not.toContain(value);
  });

  it('places each part where it lies', () => {
    const text = xmpText({ attributes: ' photoshop:City="Zürich 🏔" tiff:Make="M"', elements: `<dc:subject>${bag('ß')}</dc:subject>` });
    const bytes = Buffer.from(text, 'utf8');
    const { parts } = readXmp(bytes, placeAt('XMP', 1000));
    const textOf = (path: string) => {
      const { byteOffset, byteLength } = (partAt(parts, path) as Part).region as { byteOffset: number; byteLength: number };
      return bytes.subarray(byteOffset - 1000, byteOffset - 1000 + byteLength).toString('utf8');
    };
    expect(textOf('XMP/photoshop:City').trim()).toBe('photoshop:City="Zürich 🏔"');
    expect(textOf('XMP/tiff:Make').trim()).toBe('tiff:Make="M"');
    expect(textOf('XMP/dc:subject')).toBe(`<dc:subject>${bag('ß')}</dc:subject>`);
  });

  it.each<XmpEncoding>(['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])(
    'reads %s, with and without mark and wrapper',
    (encoding) => {
      const step = encoding === 'utf-8' ? 1 : encoding.startsWith('utf-16') ? 2 : 4;
      for (const wrapper of ['w', undefined] as const) {
        for (const mark of ['', '\ufeff']) {
          const text = mark + xmpText({ wrapper, attributes: ' tiff:Orientation="8" photoshop:City="Zürich 🏔"' });
          const bytes = encodeXmp(text, encoding);
          const reading = readXmp(bytes, placeAt('XMP'));
          expect(reading.orientation).toBe(8);
          const city = partAt(reading.parts, 'XMP/photoshop:City');
          expect(city?.value?.reveal()).toBe('Zürich 🏔');
          const { byteOffset, byteLength } = (city as Part).region as { byteOffset: number; byteLength: number };
          expect(byteOffset + byteLength).toBe(encodeXmp(text.slice(0, text.indexOf('🏔"') + 3), encoding).length);
          expect(byteOffset % step).toBe(0);
          expect(reading.parts).toHaveLength(2);
        }
      }
    },
  );

  it('goes by namespaces, never by prefixes', () => {
    const more = `<rdf:Description rdf:about="" xmlns:dc="${XMP_NS.photoshop}" xmlns:q="${XMP_NS.tiff}" dc:City="X" q:Orientation="3"/>`;
    const reading = readXmp(buildXmp({ more }), placeAt('XMP'));
    expect(categoriesOf(reading)).toEqual({ 'XMP/photoshop:City': 'location', 'XMP/tiff:Orientation': 'rendering' });
    expect(reading.orientation).toBe(3);
  });

  it('reads what older writers write', () => {
    const text =
      '<x:xapmeta xmlns:x="adobe:ns:meta/" x:xaptk="XMP toolkit 2.8"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" ' +
      'xmlns:iX="http://ns.adobe.com/iX/1.0/"><rdf:Description about="" xmlns:xap="http://ns.adobe.com/xap/1.0/" xap:CreateDate="2004-05-06T07:08:09Z"/></rdf:RDF></x:xapmeta>';
    expect(categoriesOf(readXmp(Buffer.from(text), placeAt('XMP')))).toEqual({ 'XMP/xmp:CreateDate': 'time', 'XMP/x:xmptk': 'software' });
    const bare = text.slice(text.indexOf('<rdf:RDF'), text.indexOf('</x:xapmeta'));
    expect(Object.keys(categoriesOf(readXmp(Buffer.from(bare), placeAt('XMP'))))).toEqual(['XMP/xmp:CreateDate']);
  });

  it('says what a structure reveals by all that is in it', () => {
    const history = `<xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:instanceID="xmp.iid:1" stEvt:when="2024-01-02"/></rdf:Seq></xmpMM:History>`;
    expect(only({ elements: history })).toMatchObject({ category: 'software' });
    expect([...(only({ elements: history })?.alsoReveals ?? [])].sort()).toEqual(['device', 'time']);
    const nested = `<dc:creator><rdf:Seq><rdf:li acme:x="y">Ada</rdf:li></rdf:Seq></dc:creator>`;
    expect(only({ elements: nested })?.alsoReveals).toContain('hidden');
    const place = `<dc:title rdf:parseType="Resource"><photoshop:City>X</photoshop:City></dc:title>`;
    expect(only({ elements: place })?.alsoReveals).toEqual(['location']);
  });

  it.each([
    ['a rendering value that is no number', { attributes: ' tiff:XResolution="a text"' }, 'hidden'],
    ['a profile name of no common profile', { attributes: ' photoshop:ICCProfile="Screen of Ada"' }, 'hidden'],
    ['a time that is no time', { attributes: ' xmp:CreateDate="at noon with Bob"' }, 'time'],
    ['an exposure that is a long text', { attributes: ` exif:FNumber="${'a text '.repeat(9)}"` }, 'camera'],
    ['an exposure that is another thing', { attributes: ` exif:FNumber="${'f00d'.repeat(9)}"` }, 'camera'],
    ['a language that is none', { elements: '<dc:title><rdf:Alt><rdf:li xml:lang="a text">t</rdf:li></rdf:Alt></dc:title>' }, 'text'],
    ['an XML literal', { elements: '<dc:title rdf:parseType="Literal"><b>x</b></dc:title>' }, 'text'],
    ['text between elements', { elements: `<dc:subject>stray${bag('x')}</dc:subject>` }, 'text'],
    ['an attribute without a namespace', { elements: '<dc:title foo="bar">t</dc:title>' }, 'text'],
    ['an identifier within', { elements: '<dc:title rdf:ID="secret">t</dc:title>' }, 'text'],
  ] as const)('takes %s for something hidden', (_, parts, category) => {
    const part = only(parts);
    expect(part?.category).toBe(category);
    expect([part?.category, ...(part?.alsoReveals ?? [])]).toEqual(expect.arrayContaining(['hidden', 'location', 'device']));
  });

  it('takes an exposure in a few words for text, and for what the words tell', () => {
    const revealed = (attribute: string) => only({ attributes: ` ${attribute}` })?.alsoReveals;
    for (const words of ['exif:FNumber="f/8.0"', 'exif:ExposureTime="1/160 sec."', 'exif:MeteringMode="Auto exposure"'])
      expect(revealed(words)).toEqual(['text']);
    expect(revealed('exif:FNumber="at 48.85837, 2.29448"')).toEqual(['text', 'location']);
    expect(revealed('exif:FNumber="8/1"')).toBeUndefined();
  });

  it.each([
    'tiff:Orientation="1"',
    'tiff:XResolution="72/1"',
    'exif:ColorSpace="65535"',
    'exif:ExifVersion="0232"',
    'photoshop:ICCProfile="sRGB IEC61966-2.1"',
    'photoshop:ICCProfile="Adobe RGB (1998)"',
    'photoshop:ColorMode="3"',
    'GPano:ProjectionType="equirectangular"',
    'GPano:UsePanoramaViewer="True"',
  ])('takes %s for rendering alone', (attribute) => {
    const part = only({ attributes: ` ${attribute}` });
    expect([part?.category, part?.alsoReveals]).toEqual(['rendering', undefined]);
  });

  it.each([
    ['before', (text: string) => `secret${text}`],
    ['after', (text: string) => `${text}secret`],
    ['before and after', (text: string) => `\n secret ${text} <more/> `],
    ['after with broken markup', (text: string) => `${text}<<`],
    ['a second packet', (text: string) => text + text],
  ])('finds bytes around the packet: %s', (_, change) => {
    const text = xmpText({ wrapper: 'w', attributes: ' tiff:Make="M"' });
    const { parts } = readXmp(Buffer.from(change(text)), placeAt('XMP'));
    expect(partAt(parts, 'XMP/tiff:Make')?.category).toBe('camera');
    const outside = parts.filter(({ path }) => path.includes('outside'));
    expect(outside.length).toBeGreaterThan(0);
    for (const part of outside) expect(part).toMatchObject({ category: 'hidden', alsoReveals: expect.arrayContaining(['location']) });
  });

  it('finds bytes that are no text around a packet', () => {
    const bytes = Buffer.concat([
      Buffer.from([0x80, 0xff, 0x00]),
      buildXmp({ wrapper: 'w', attributes: ' tiff:Make="M"' }),
      Buffer.from([0xc3, 0x28]),
    ]);
    const reading = readXmp(bytes, placeAt('XMP', 10));
    expect(reading.parts.map(({ path, region }) => [path, region])).toEqual([
      ['XMP/tiff:Make', expect.anything()],
      ['XMP/around#0', { byteOffset: 10, byteLength: 3 }],
      ['XMP/around#1', { byteOffset: 10 + bytes.length - 2, byteLength: 2 }],
    ]);
  });

  it('takes white space and NULs around a packet for padding', () => {
    const text = xmpText({ wrapper: 'w', attributes: ' tiff:Make="M"', padding: `${' '.repeat(20_000)}\n` });
    expect(readXmp(Buffer.from(`\n\0${text}\n\0\0`), placeAt('XMP')).parts).toHaveLength(1);
  });

  it.each([
    ['comment', '<!-- secret -->', 'XMP/comment'],
    ['processing instruction', '<?secret thing?>', 'XMP/instruction'],
    ['text', 'secret', 'XMP/text'],
    ['element of RDF', '<rdf:Seq><rdf:li>secret</rdf:li></rdf:Seq>', 'XMP/element'],
    ['element without a namespace', '<secret/>', 'XMP/element'],
  ])('finds a %s', (_, elements, path) => {
    expect(read({ elements }).parts).toMatchObject([{ path, category: 'hidden' }]);
  });

  it('finds what hides in names: declarations that nothing uses, and an odd header', () => {
    const more = '<rdf:Description rdf:about="" xmlns:zz="https://example.org/secret" xml:lang="en" rdf:nodeID="secret"/>';
    expect(read({ more }).parts.map(({ path }) => path)).toEqual(['XMP/attribute', 'XMP/attribute#1', 'XMP/namespace']);
    const odd = xmpText({ wrapper: 'w', attributes: ' tiff:Make="M"' }).replace('?>', ' note="secret"?>');
    expect(readXmp(Buffer.from(odd), placeAt('XMP')).parts.map(({ path }) => path)).toContain('XMP/instruction');
  });

  it('tells a repeated property from its first', () => {
    const reading = read({ elements: '<dc:title>a</dc:title><dc:title>b</dc:title>' });
    expect(reading.parts.map(({ path, alsoReveals }) => [path, alsoReveals])).toEqual([
      ['XMP/dc:title', undefined],
      ['XMP/dc:title#1', ['hidden']],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no XML', 'just text'],
    ['another XML', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['a cut packet', xmpText({ attributes: ' tiff:Make="M"' }).slice(0, -20)],
    ['a document type', `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "boom">]>${xmpText({ attributes: ' dc:title="&e;"' })}`],
    ['an entity of its own', xmpText({ elements: '<dc:title>&secret;</dc:title>' })],
    ['an unbound prefix', xmpText({ elements: '<nope:title>t</nope:title>' })],
    ['an attribute twice', xmpText({ attributes: ' dc:title="a" dc:title="b"' })],
    ['too deep', xmpText({ elements: `${'<dc:title>'.repeat(100)}${'</dc:title>'.repeat(100)}` })],
  ])('makes one part that may hold anything of %s', (_, text) => {
    const bytes = Buffer.from(text);
    const { parts } = readXmp(bytes, placeAt('XMP', 7));
    expect(parts).toMatchObject([{ path: 'XMP/packet', category: 'hidden', region: { byteOffset: 7, byteLength: bytes.length } }]);
    expect(parts[0]?.alsoReveals).toEqual(expect.arrayContaining(['location', 'device', 'time', 'text']));
  });

  it('gives the orientation where it is one', () => {
    const orientation = (value: string) => read({ attributes: ` tiff:Orientation="${value}"` }).orientation;
    expect(['1', '8', ' 3 '].map(orientation)).toEqual([1, 8, 3]);
    expect(['0', '9', 'x', ''].map(orientation)).toEqual([undefined, undefined, undefined, undefined]);
    expect(read({ elements: '<tiff:Orientation>5</tiff:Orientation>' }).orientation).toBe(5);
  });

  it('answers whether a property is there', () => {
    const reading = read(RICH);
    expect(hasProperty(reading, XMP_NS.GCamera, 'MicroVideo', 'MotionPhoto')).toBe(true);
    expect(hasProperty(reading, XMP_NS.GCamera, 'MicroVideo')).toBe(false);
  });

  it('gives unique paths and parts that hold no more than asked', () => {
    const elements = `${seq('x')}<!--a--><!--b--><acme:a/><acme:b/><acme:a/><dc:title/><dc:title/>`;
    const paths = flatten(read({ elements }).parts).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toHaveLength(8);
  });
});
