import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/part.js';
import { readXmp } from '../../src/metadata/xmp/read-xmp.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import {
  BALANCED,
  categoriesOf,
  indexIn,
  KEEP_ALL,
  LOCATION_ONLY,
  placeAt,
  policyOf,
  removing,
  rewriteUnder,
  STRICT,
} from '../support/payload.js';
import { alt, bag, buildXmp, encodeXmp, RICH, seq, XMP_NS, type XmpParts, xmpText } from '../support/xmp.js';

const read = (bytes: Uint8Array) => readXmp(bytes, placeAt('XMP'));
const scrub = (bytes: Uint8Array, policy: EffectivePolicy) => rewriteUnder(read(bytes), policy);
const textOf = (bytes: Uint8Array | null) => (bytes === null ? '' : Buffer.from(bytes).toString('utf8'));
const scrubbed = (parts: XmpParts, policy: EffectivePolicy) => textOf(scrub(buildXmp(parts), policy));
const time = (unit: 'day' | 'month' | 'year'): EffectivePolicy =>
  policyOf({ time: { kind: 'coarsen', precision: { kind: 'time', unit } } });
const grid = (gridDegrees: number): EffectivePolicy =>
  policyOf({ location: { kind: 'coarsen', precision: { kind: 'location', gridDegrees } } });

describe('rewriting XMP', () => {
  it('gives the same bytes where everything is kept', () => {
    const bytes = buildXmp(RICH);
    expect(scrub(bytes, KEEP_ALL)).toBe(bytes);
    const broken = Buffer.from('no packet');
    expect(scrub(broken, KEEP_ALL)).toBe(broken);
  });

  it('keeps what a policy keeps, and no byte of the rest', () => {
    const text = scrubbed(RICH, BALANCED);
    for (const kept of [
      'Ada Author',
      'A harbour &amp; &lt;fog&gt;',
      'boats',
      'Tool 1',
      'Maker',
      '2024-02-29T13:14:15.678+02:00',
      'Credit Agency',
    ])
      expect(text).toContain(kept);
    expect(text).toContain('tiff:Orientation="6"');
    expect(text).toContain('ada@example.org');
    for (const gone of [
      '48,51',
      '2,17',
      'Canaryville',
      'Placeton',
      'Homeville',
      'xmp.did',
      'SN0011',
      'Owner',
      'Bob',
      'hidden thing',
      'acme',
      'castle',
    ])
      expect(text).not.toContain(gone);
    for (const gone of ['uuid:', 'MotionPhoto', 'digitalsourcetype', 'mwg-rs', 'photoshop:City', 'GCamera', '/home', 'History', '  '])
      expect(text).not.toContain(gone);
  });

  it('keeps what the picture needs, and nothing else, under the strictest policy', () => {
    expect(categoriesOf(read(scrub(buildXmp(RICH), STRICT) as Uint8Array))).toEqual({ 'XMP/tiff:Orientation': 'rendering' });
  });

  it.each([
    ['balanced', BALANCED],
    ['strict', STRICT],
    ['location only', LOCATION_ONLY],
    ['days', time('day')],
    ['months', time('month')],
    ['years', time('year')],
    ['grid', grid(0.1)],
    ['text', removing('text')],
    ['time', removing('time')],
  ])('scrubs once and for all: %s', (_, policy) => {
    const once = scrub(buildXmp(RICH), policy) as Uint8Array;
    const again = read(once);
    expect(again.parts.length).toBeGreaterThan(0);
    expect(rewriteUnder(again, policy)).toBe(once);
    expect(Object.keys(categoriesOf(again)).filter((path) => /unknown|packet|outside|element|attribute|namespace/.test(path))).toEqual([]);
  });

  it('writes one canonical packet in UTF-8, whatever the input was in', () => {
    const text = xmpText({ attributes: ' photoshop:City="X"', elements: `<dc:title>${alt('Zürich 🏔 "q" &lt;')}</dc:title>`, wrapper: 'r' });
    const expected =
      '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">' +
      '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Zürich 🏔 "q" &lt;</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>' +
      '<?xpacket end="r"?>';
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'] as const)
      expect(textOf(scrub(encodeXmp(text, encoding), LOCATION_ONLY))).toBe(expected);
  });

  it('leaves no packet where no property is left', () => {
    expect(
      scrub(
        buildXmp({ attributes: ' photoshop:City="X"', toolkit: 'T', about: 'uuid:00010203-0405-0607-0809-0a0b0c0d0e0f' }),
        LOCATION_ONLY,
      ),
    ).toBeNull();
    expect(scrub(Buffer.from('no packet'), LOCATION_ONLY)).toBeNull();
    expect(scrub(buildXmp({ attributes: ' tiff:XResolution="72/1"', elements: '<!--x-->' }), STRICT)).not.toBeNull();
  });

  it('carries over no comment, instruction, stray text, declaration or padding', () => {
    const text = scrubbed(
      {
        attributes: ' photoshop:City="X"',
        elements: `<!--secret1--><?secret2?>secret3<dc:subject><!--secret4--> <rdf:Bag> <rdf:li>kept<!--secret5--></rdf:li></rdf:Bag></dc:subject>`,
        more: '<rdf:Description rdf:about="" xmlns:s="https://example.org/secret6" xml:lang="secret7"/>',
        padding: ' '.repeat(500),
        wrapper: 'w',
      },
      LOCATION_ONLY,
    );
    expect(text).toContain('<rdf:li>kept</rdf:li>');
    expect(text).not.toMatch(/secret|\s{2}/);
  });

  it('escapes so that values stay what they were', () => {
    const attributes = ' photoshop:City="X" dc:title="a &quot;b&quot; &amp; &lt;c&gt; &#x9;&#xA;&#xD;|" photoshop:Headline=\'"\'';
    const reading = read(
      Buffer.from(scrubbed({ attributes, elements: '<dc:rights>a&#xD;&#xA; &amp;amp; ]]&gt;</dc:rights>' }, LOCATION_ONLY)),
    );
    const values = reading.packets[0]?.entries.map(({ leaves }) => leaves?.[0]?.value);
    expect(values).toEqual(['a "b" & <c> \t\n\r|', '"', 'a\r\n &amp; ]]>']);
  });

  it('names namespaces by their usual prefixes, and unknown ones by numbers', () => {
    const more =
      `<rdf:Description rdf:about="" xmlns:a="${XMP_NS.dc}" xmlns:b="https://example.org/b" xmlns:c="https://example.org/c" xmlns:x2="${XMP_NS.photoshop}" ` +
      'a:title="t" b:one="1" c:one="2" x2:City="X"/>';
    const text = scrubbed({ more }, LOCATION_ONLY);
    expect(text).toContain('xmlns:dc="http://purl.org/dc/elements/1.1/"');
    expect(text).not.toContain('example.org');
    const kept = scrubbed({ more }, removing('copyright'));
    expect(kept).not.toContain('City="Y"');
    const all = textOf(read(buildXmp({ more })).payload.rewrite({ actionOf: () => ({ kind: 'keep' }), touches: () => true }));
    expect(all).toContain('xmlns:ns1="https://example.org/b" xmlns:ns2="https://example.org/c"');
    expect(all).toContain(' ns1:one="1" ns2:one="2" photoshop:City="X"');
  });

  it('writes a property twice where it was there twice', () => {
    const more = '<rdf:Description rdf:about="" dc:title="b"/>';
    const text = scrubbed({ attributes: ' dc:title="a" photoshop:City="X"', more }, LOCATION_ONLY);
    expect(text).toContain(' dc:title="a">');
    expect(text).toContain('<dc:title>b</dc:title>');
  });
});

describe('making XMP coarse', () => {
  const coarse = (value: string, action: Action, name = 'xmp:CreateDate') => {
    const category = action.kind === 'coarsen' ? action.precision.kind : 'time';
    const text = scrubbed({ attributes: ` ${name}="${value}" tiff:Make="M"` }, policyOf({ [category]: action }));
    return new RegExp(`${name}="([^"]*)"`).exec(text)?.[1];
  };
  const by = (unit: 'day' | 'month' | 'year'): Action => ({ kind: 'coarsen', precision: { kind: 'time', unit } });
  const to = (gridDegrees: number): Action => ({ kind: 'coarsen', precision: { kind: 'location', gridDegrees } });

  it.each([
    ['2024-02-29T13:14:15.678+02:00', 'day', '2024-02-29'],
    ['2024-02-29T13:14:15.678+02:00', 'month', '2024-02'],
    ['2024-02-29T13:14:15.678+02:00', 'year', '2024'],
    ['2024:02:29 13:14:15', 'day', '2024:02:29 00:00:00'],
    ['2024:02:29T13:14:15+02:00', 'month', '2024:02:01 00:00:00'],
    ['1661371642640328', 'day', undefined],
    ['0299', 'day', undefined],
    ['2024', 'day', '2024'],
    ['12:34', 'day', undefined],
  ] as const)('makes %s no finer than a %s', (value, unit, expected) => {
    expect(coarse(value, by(unit))).toBe(expected);
  });

  it('makes every date of an array coarse, and drops what is no date', () => {
    const text = scrubbed({ elements: `<dc:date>${seq('2024-01-02T03:04:05', '2023-05-06')}</dc:date>` }, time('month'));
    expect(text).toContain(seq('2024-01', '2023-05'));
    expect(scrub(buildXmp({ elements: `<dc:date>${seq('2024-01-02', '12:00')}</dc:date>` }), time('month'))).toBeNull();
    for (const fraction of ['678', '2024']) {
      expect(scrub(buildXmp({ attributes: ` exif:SubSecTimeOriginal="${fraction}"` }), time('day'))).toBeNull();
    }
  });

  it.each([
    ['48,51.507600N', 'exif:GPSLatitude', 0.1, '48,54.000000N'],
    ['48,51,30N', 'exif:GPSLatitude', 1, '49,0.000000N'],
    ['2,17.9W', 'exif:GPSLongitude', 0.5, '2,30.000000W'],
    ['48.858456N', 'exif:GPSLatitude', 0.01, '48,51.600000N'],
    ['+48.858456', 'drone-dji:GpsLatitude', 0.01, '48.86'],
    ['-0.001', 'drone-dji:GpsLongitude', 0.5, '0'],
    ['nowhere', 'exif:GPSLatitude', 1, undefined],
    ['48,51.5N and more', 'exif:GPSLatitude', 1, undefined],
  ])('puts %s of %s on a grid of %d', (value, name, gridDegrees, expected) => {
    expect(coarse(value, to(gridDegrees), name)).toBe(expected);
  });

  it('leaves what is coarse already, and removes what cannot be', () => {
    const bytes = buildXmp({ attributes: ' xmp:CreateDate="2024-02" photoshop:Headline="h"' });
    expect(scrub(bytes, time('month'))).toBe(bytes);
    const places = buildXmp({ attributes: ' exif:GPSLatitude="48,30.000000N" exif:GPSAltitude="120/1" photoshop:City="X"' });
    expect(textOf(scrub(places, grid(0.5)))).toContain('exif:GPSLatitude="48,30.000000N"');
    expect(indexIn(scrub(places, grid(0.5)), 'GPSAltitude')).toBe(-1);
    expect(indexIn(scrub(places, grid(0.5)), 'City')).toBe(-1);
  });
});

describe('fields of a structure that are decided one by one', () => {
  const fields =
    '<Iptc4xmpCore:CiAdrCity>Homeville</Iptc4xmpCore:CiAdrCity><Iptc4xmpCore:CiUrlWork>https://example.org</Iptc4xmpCore:CiUrlWork>';
  it.each([
    ['parse type', `<Iptc4xmpCore:CreatorContactInfo rdf:parseType="Resource">${fields}</Iptc4xmpCore:CreatorContactInfo>`],
    ['description', `<Iptc4xmpCore:CreatorContactInfo><rdf:Description>${fields}</rdf:Description></Iptc4xmpCore:CreatorContactInfo>`],
    ['attributes', '<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiAdrCity="Homeville" Iptc4xmpCore:CiUrlWork="https://example.org"/>'],
    [
      'attributes of a description',
      '<Iptc4xmpCore:CreatorContactInfo><rdf:Description Iptc4xmpCore:CiAdrCity="Homeville" Iptc4xmpCore:CiUrlWork="https://example.org"/></Iptc4xmpCore:CreatorContactInfo>',
    ],
  ])('as %s', (_, elements) => {
    const text = scrubbed({ elements }, LOCATION_ONLY);
    expect(text).toContain('https://example.org');
    expect(text).not.toContain('Homeville');
    expect(read(Buffer.from(text)).parts).toHaveLength(1);
    expect(scrub(buildXmp({ elements }), removing('location', 'copyright'))).toBeNull();
  });

  it('go together where something else is among them', () => {
    const elements = `<Iptc4xmpCore:CreatorContactInfo rdf:parseType="Resource">${fields}<acme:x>${bag('secret')}</acme:x></Iptc4xmpCore:CreatorContactInfo>`;
    expect(read(buildXmp({ elements })).parts[0]?.children).toBeUndefined();
    expect(scrub(buildXmp({ elements }), LOCATION_ONLY)).toBeNull();
  });
});
