import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readJumbf } from '../../src/metadata/jumbf/read-jumbf.js';
import { buildC2pa, cborAssertion, isoBox, jsonAssertion, largeIsoBox, superbox } from '../support/jumbf.js';
import { BALANCED, flatten, KEEP_ALL, LOCATION_ONLY, placeAt, readContext, removing, rewriteUnder, STRICT } from '../support/payload.js';

const read = (bytes: Uint8Array) => readJumbf(bytes, placeAt());
const reveals = (bytes: Uint8Array) => read(bytes).parts.flatMap(({ alsoReveals }) => alsoReveals ?? []);
const nested = (depth: number): Buffer => (depth === 0 ? isoBox('json', Buffer.from('{}')) : superbox('c2xx', 'c2pa', nested(depth - 1)));

describe('readJumbf', () => {
  const manifest = buildC2pa([jsonAssertion('c2pa.actions', { actions: [{ action: 'c2pa.created' }] })], 'urn:uuid:CANARY');

  it('makes one atomic part of a manifest store, with a child for each box', () => {
    const [part, ...others] = readJumbf(manifest, placeAt('caBX#0', 40)).parts;
    expect(others).toEqual([]);
    expect(part).toMatchObject({
      path: 'caBX#0/JUMBF',
      category: 'provenance',
      atomic: true,
      note: 'C2PA manifest store',
      region: { byteOffset: 40, byteLength: manifest.length },
    });
    expect(part?.children?.map(({ path, note }) => `${path}: ${note}`)).toEqual([
      'caBX#0/JUMBF/jumb#0: c2pa',
      'caBX#0/JUMBF/jumb#0/jumd#0: description',
      'caBX#0/JUMBF/jumb#0/jumb#1: superbox',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumd#0: description',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#1: c2pa.assertions',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#1/jumd#0: description',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#1/jumb#1: c2pa.actions',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#1/jumb#1/jumd#0: description',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#1/jumb#1/json#1: JSON content',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#2: c2pa.claim',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#2/jumd#0: description',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#2/cbor#1: CBOR content',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#3: c2pa.signature',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#3/jumd#0: description',
      'caBX#0/JUMBF/jumb#0/jumb#1/jumb#3/cbor#1: CBOR content',
    ]);
  });

  it('seals labels, since a manifest has its id for one', () => {
    const { parts } = read(manifest);
    expect(flatten(parts).some(({ value }) => value?.reveal() === 'urn:uuid:CANARY')).toBe(true);
    expect(JSON.stringify(parts)).not.toContain('CANARY');
  });

  it('goes whole or stays whole', () => {
    for (const policy of [BALANCED, STRICT, removing('person'), removing('device'), removing('time'), removing('software')])
      expect(rewriteUnder(read(manifest), policy)).toBeNull();
    for (const policy of [KEEP_ALL, LOCATION_ONLY, removing('preview')]) expect(rewriteUnder(read(manifest), policy)).toBe(manifest);
  });

  it.each<[string, Buffer, string]>([
    ['Exif as JSON', jsonAssertion('stds.exif', { 'exif:GPSLatitude': '0,0N' }), 'location'],
    ['any metadata assertion', cborAssertion('c2pa.metadata', Buffer.from([0xa0])), 'location'],
    ['a place in an action', jsonAssertion('c2pa.actions.v2', { actions: [{ parameters: { Latitude: 1 } }] }), 'location'],
    ['a place in CBOR', cborAssertion('c2pa.actions', Buffer.from('\xa1\x64city\x60', 'latin1')), 'location'],
    [
      'a thumbnail',
      superbox(
        '\x40\xcb\x0c\x32',
        'c2pa.thumbnail.claim.jpeg',
        isoBox('bfdb', Buffer.from('\0image/jpeg\0')),
        isoBox('bidb', Buffer.from('pixels')),
      ),
      'preview',
    ],
    [
      'a thumbnail with Exif',
      superbox('\x40\xcb\x0c\x32', 'c2pa.thumbnail.claim.jpeg', isoBox('bidb', Buffer.from('\xff\xd8\xff\xe1\0\x10Exif\0\0'))),
      'location',
    ],
    ["an assertion of somebody's own", jsonAssertion('com.example.track', [1, 2]), 'location'],
    ['a box that is not read', superbox('json', 'c2pa.actions', isoBox('brob', Buffer.from('x'))), 'location'],
    ['bytes that are no box', superbox('json', 'c2pa.actions', Buffer.from('no box')), 'location'],
    ['more than is looked through', superbox('json', 'c2pa.actions', isoBox('json', Buffer.alloc((1 << 20) + 1, 0x20))), 'location'],
    ['a creative work', jsonAssertion('stds.schema-org.CreativeWork', { author: 'x' }), 'copyright'],
  ])('finds what %s may tell', (_, assertion, category) => {
    expect(reveals(buildC2pa([assertion]))).toContain(category);
    expect(reveals(buildC2pa([]))).not.toContain(category === 'copyright' ? 'text' : category);
  });

  it.each<[string, Buffer]>([
    ['no JUMBF', Buffer.from('not a box at all')],
    ['a box past the end', manifest.subarray(0, -1)],
    ['bytes after the boxes', Buffer.concat([manifest, Buffer.from('tail')])],
    ['boxes nested too deep', nested(12)],
    ['a box of no size', Buffer.concat([Buffer.from([0, 0, 0, 4]), Buffer.from('jumb')])],
  ])('takes %s to reveal anything', (_, bytes) => {
    expect(reveals(bytes)).toEqual(expect.arrayContaining(['location', 'hidden', 'text', 'ai-prompt']));
    expect(rewriteUnder(read(bytes), LOCATION_ONLY)).toBeNull();
  });

  it('reads 64-bit sizes and boxes that go on to the end', () => {
    const content = isoBox('json', Buffer.from('{}'));
    const description = superbox('json', 'c2pa.actions').subarray(8);
    expect(reveals(largeIsoBox('jumb', description, content))).not.toContain('location');
    const open = isoBox('jumb', description, content);
    open.writeUInt32BE(0, 0);
    expect(reveals(open)).not.toContain('location');
  });

  it('stops at the limit and takes the rest for unread', () => {
    const many = Buffer.concat(Array.from({ length: 50 }, () => isoBox('json', Buffer.from('{}'))));
    const { parts } = readJumbf(many, placeAt('p', 0, readContext({ limits: { ...DEFAULT_LIMITS, entryCount: 10 } })));
    expect(parts[0]?.children).toHaveLength(11);
    expect(parts[0]?.alsoReveals).toContain('location');
  });

  it('reads whatever the bytes, under unique paths within bounds', () => {
    const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          change.map((changes) => {
            const bytes = Buffer.from(manifest);
            for (const [at, value] of changes) bytes[at % bytes.length] = value;
            return bytes;
          }),
        ),
        (bytes) => {
          const all = flatten(read(bytes).parts);
          expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
          for (const { region } of all) expect(region.byteOffset + region.byteLength).toBeLessThanOrEqual(bytes.length);
          expect(rewriteUnder(read(bytes), STRICT)).toBeNull();
        },
      ),
    );
  });
});
