import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXmp } from '../../src/metadata/xmp/read-xmp.js';
import { BALANCED, flatten, LOCATION_ONLY, placeAt, policyOf, rewriteUnder, STRICT } from '../support/payload.js';
import { buildXmp, encodeXmp, RICH, type XmpParts, xmpText } from '../support/xmp.js';

const BASE = 5000;
const read = (bytes: Uint8Array) => readXmp(bytes, placeAt('XMP', BASE));
const COARSE = policyOf({
  time: { kind: 'coarsen', precision: { kind: 'time', unit: 'month' } },
  location: { kind: 'coarsen', precision: { kind: 'location', gridDegrees: 0.25 } },
});

/** What must hold for any bytes whatever. */
function obeysTheLaws(bytes: Uint8Array): void {
  const parts = flatten(read(bytes).parts);
  const paths = parts.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  for (const { region } of parts) {
    expect(region.byteOffset).toBeGreaterThanOrEqual(BASE);
    expect(region.byteLength).toBeGreaterThanOrEqual(0);
    expect(region.byteOffset + region.byteLength).toBeLessThanOrEqual(BASE + bytes.length);
  }
  for (const policy of [BALANCED, STRICT, LOCATION_ONLY, COARSE]) {
    const once = rewriteUnder(read(bytes), policy);
    if (once === null || once === bytes) continue;
    const again = read(once);
    expect(again.packets[0]?.isOpaque).toBe(false);
    expect(rewriteUnder(again, policy)).toBe(once);
  }
}

const rich = buildXmp(RICH);
const snippets = [
  '<!--',
  '-->',
  '<?a ?>',
  '<![CDATA[x]]>',
  ']]>',
  '&amp;',
  '&#x41;',
  '&#0;',
  '<rdf:li>',
  '</rdf:li>',
  '<rdf:Bag>',
  ' rdf:parseType="Resource"',
  ' xml:lang="en"',
  ' xmlns:q="https://example.org/q"',
  'xmlns=""',
  '"',
  "'",
  '>',
  '<',
  '/>',
  '\0',
  '\ufeff',
  '\uf8ff',
  '\ud800',
  '<dc:title>x</dc:title>',
  ' exif:GPSLatitude="1,2N"',
  '2024-01-02',
];

describe('hostile XMP', () => {
  it('obeys the laws with bytes changed anywhere', () => {
    const change = fc.record({ at: fc.nat(rich.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = Buffer.from(rich);
        for (const { at, byte } of changes) bytes[at] = byte;
        obeysTheLaws(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('obeys the laws with markup put in and pieces cut out', () => {
    const text = rich.toString('utf8');
    const edit = fc.record({ at: fc.nat(text.length), cut: fc.nat(40), put: fc.constantFrom(...snippets, '') });
    fc.assert(
      fc.property(
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('utf-8' as const, 'utf-16le' as const, 'utf-16be' as const),
        (edits, encoding) => {
          let changed = text;
          for (const { at, cut, put } of edits) changed = changed.slice(0, at) + put + changed.slice(at + cut);
          obeysTheLaws(encodeXmp(changed, encoding));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('obeys the laws for any properties', () => {
    const name = fc.constantFrom(
      'dc:title',
      'dc:date',
      'xmp:CreateDate',
      'exif:GPSLatitude',
      'tiff:Orientation',
      'photoshop:City',
      'acme:x',
      'crs:Foo',
      'aux:SerialNumber',
    );
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[<>&"\p{Cc}\p{Cs}\p{Cn}]/gu, '')),
      fc.constantFrom('2024-01-02T03:04', '48,51.5N', '3', 'Steps: 20, Sampler: x', '2024:01:02 03:04:05', '12'),
    );
    const element = fc.oneof(
      fc.tuple(name, value).map(([tag, text]) => `<${tag}>${text}</${tag}>`),
      fc
        .tuple(name, fc.array(value, { maxLength: 3 }))
        .map(([tag, texts]) => `<${tag}><rdf:Seq>${texts.map((text) => `<rdf:li>${text}</rdf:li>`).join('')}</rdf:Seq></${tag}>`),
      fc.tuple(name, name, value).map(([tag, field, text]) => `<${tag} rdf:parseType="Resource"><${field}>${text}</${field}></${tag}>`),
    );
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 6 }),
        fc.option(fc.constantFrom('w' as const, 'r' as const), { nil: undefined }),
        (elements, wrapper) => {
          obeysTheLaws(buildXmp({ elements: elements.join(''), wrapper }));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('obeys the laws where %d bytes come first, whatever that does to alignment', (count) => {
    const buffer = Buffer.concat([Buffer.alloc(count, 0x80), rich]);
    obeysTheLaws(buffer.subarray(count));
    obeysTheLaws(buffer);
    obeysTheLaws(Buffer.concat([Buffer.alloc(count, 0x20), encodeXmp(xmpText(RICH), 'utf-16le')]).subarray(count));
  });

  it('obeys the laws for bytes that are nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => obeysTheLaws(bytes)),
      { numRuns: 200 },
    );
  });

  it('leaves nothing of what is put into any value, text or name under the strictest policy', () => {
    const canary = 'CANARYx7';
    const text = rich.toString('utf8');
    const places = [...text.matchAll(/"[^"]*"|>[^<]*<|<[\w-]+|\s[\w-]+:|:[\w-]+/g)];
    expect(places.length).toBeGreaterThan(150);
    let readable = 0;
    for (const { 0: piece, index } of places) {
      const [first] = piece as unknown as [string];
      const put = first === '"' ? `"${canary}"` : first === '>' ? `>${canary}<` : first + canary + (piece.endsWith(':') ? ':' : '');
      const reading = read(Buffer.from(text.slice(0, index) + put + text.slice(index + piece.length)));
      if (reading.packets[0]?.isOpaque === false) readable++;
      expect(JSON.stringify(reading.parts)).not.toContain(canary);
      expect(Buffer.from(rewriteUnder(reading, STRICT) ?? []).includes(canary)).toBe(false);
    }
    expect(readable).toBeGreaterThan(60);
  });

  const MANY = 200_000;
  const opaque: Record<string, string> = {
    'elements within elements': xmpText({ elements: `${'<dc:title>'.repeat(MANY)}` }),
    'more elements than may be': xmpText({ elements: `<dc:subject><rdf:Bag>${'<rdf:li/>'.repeat(MANY)}</rdf:Bag></dc:subject>` }),
    'more attributes than may be': xmpText({ attributes: Array.from({ length: MANY }, (_, index) => ` acme:a${index}=""`).join('') }),
    'more comments than may be': xmpText({ elements: '<!---->'.repeat(MANY) }),
    'more declarations than may be': xmpText({ attributes: Array.from({ length: MANY }, (_, index) => ` xmlns:n${index}="u"`).join('') }),
    'a tag without an end': `<x:xmpmeta ${'a '.repeat(MANY)}`,
    'signs that open': `<x:xmpmeta${' <'.repeat(MANY)}`,
    'a billion laughs': `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(1000)}">]>${xmpText({ elements: '<dc:title>&b;</dc:title>' })}`,
    'more text than is parsed': xmpText({ elements: `<dc:title>${'text, '.repeat(1_000_000)}</dc:title>` }),
    'base64 in a tag': xmpText({ attributes: ` ${'QUJD'.repeat(10_000)}` }),
  };
  it.each(Object.keys(opaque))('is one opaque part: %s', (name) => {
    const { parts } = read(Buffer.from(opaque[name] as string));
    expect(parts.map(({ path }) => path)).toEqual(['XMP/packet']);
  });

  const LONG = 8 * 2 ** 20;
  const base64 = 'QUJDREVGR0hJSktM/+'.repeat(LONG / 16).slice(0, LONG);
  const long: Record<string, XmpParts> = {
    'an attribute of base64': { attributes: ` GDepthLike:Data="${base64}"`.replace('GDepthLike', 'GImage') },
    'a text of base64': { elements: `<GImage:Data>${base64}</GImage:Data>` },
    'base64 in lines': { elements: `<GImage:Data>${base64.replace(/.{76}/g, '$&\n')}</GImage:Data>` },
    'base64 in escaped lines': { attributes: ` GImage:Data="${base64.replace(/.{76}/g, '$&&#xA;')}"` },
  };
  it.each(Object.keys(long))('is read without a look at each character: %s', (name) => {
    const bytes = buildXmp({ ...(long[name] as XmpParts), more: '<rdf:Description rdf:about="" tiff:Make="M" photoshop:City="X"/>' });
    const reading = read(bytes);
    expect(reading.parts.map(({ path, category }) => [path, category])).toEqual([
      ['XMP/GImage:Data', 'preview'],
      ['XMP/tiff:Make', 'camera'],
      ['XMP/photoshop:City', 'location'],
    ]);
    const make = reading.parts[1]?.region;
    expect(
      bytes
        .subarray((make?.byteOffset ?? 0) - BASE, (make?.byteOffset ?? 0) - BASE + (make?.byteLength ?? 0))
        .toString()
        .trim(),
    ).toBe('tiff:Make="M"');
    const kept = reading.payload.rewrite({
      actionOf: ({ category }) => ({ kind: category === 'location' ? 'remove' : 'keep' }),
      touches: () => true,
    });
    const value = /GImage:Data(?:="|>)([^<"]*)/;
    expect(value.exec(Buffer.from(kept ?? []).toString())?.[1] === value.exec(bytes.toString())?.[1]).toBe(true);
    expect(rewriteUnder(reading, BALANCED)?.byteLength).toBeLessThan(1000);
  });
});
