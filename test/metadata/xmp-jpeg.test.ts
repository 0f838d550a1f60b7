import { describe, expect, it } from 'vitest';
import { locateFrom } from '../../src/metadata/reading.js';
import { type JpegXmp, readXmp, rewriteXmpForJpeg } from '../../src/metadata/xmp/read-xmp.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { categoriesOf, KEEP_ALL, LOCATION_ONLY, partAt, placeAt, planFor, removing, rewriteUnder } from '../support/payload.js';
import { buildXmp, type XmpParts, xmpGuid } from '../support/xmp.js';

const base64 = (length: number) => 'QUJDREVG'.repeat(length / 8);

function pair(main: XmpParts, extended: XmpParts | Buffer): { main: Buffer; extended: Buffer } {
  const bytes = Buffer.isBuffer(extended) ? extended : buildXmp(extended);
  const attributes = `${main.attributes ?? ''} xmpNote:HasExtendedXMP="${xmpGuid(bytes)}"`;
  return { main: buildXmp({ wrapper: 'w', ...main, attributes }), extended: bytes };
}

const readPair = ({ main, extended }: { main: Uint8Array; extended: Uint8Array }) =>
  readXmp(main, placeAt('XMP'), { extended, locateExtended: locateFrom(100_000) });

function rewritePair(files: { main: Uint8Array; extended: Uint8Array }, policy: EffectivePolicy): JpegXmp | null {
  const reading = readPair(files);
  return rewriteXmpForJpeg(reading, planFor(reading.parts, policy));
}

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8');

describe('extended XMP', () => {
  const small = pair(
    { attributes: ' tiff:Make="M" photoshop:City="X"' },
    { attributes: ' dc:title="long title" exif:GPSLatitude="1,2.3N"' },
  );
  const large = pair(
    { attributes: ' tiff:Make="M" photoshop:City="X"' },
    { attributes: ` GImage:Mime="image/jpeg" GImage:Data="${base64(200_000)}"` },
  );

  it('has parts of its own, and the link says nothing while it is there', () => {
    const reading = readPair(small);
    expect(categoriesOf(reading)).toEqual({
      'XMP/tiff:Make': 'camera',
      'XMP/photoshop:City': 'location',
      'XMP/xmpNote:HasExtendedXMP': 'rendering',
      'XMP/ext/dc:title': 'text',
      'XMP/ext/exif:GPSLatitude': 'location',
    });
    expect(reading.extendedGuid).toBe(xmpGuid(small.extended));
    expect(partAt(reading.parts, 'XMP/ext/dc:title')?.region.byteOffset).toBeGreaterThan(100_000);
    expect(categoriesOf(readXmp(small.main, placeAt('XMP')))).toMatchObject({ 'XMP/xmpNote:HasExtendedXMP': 'hidden' });
  });

  it('may hold anything in the place of a picture', () => {
    const data = partAt(readPair(large).parts, 'XMP/ext/GImage:Data');
    expect(data?.category).toBe('preview');
    expect(data?.alsoReveals).toEqual(expect.arrayContaining(['location', 'device']));
  });

  it('stays as it is where everything is kept', () => {
    const kept = rewritePair(large, KEEP_ALL);
    expect(kept?.main).toBe(large.main);
    expect(kept?.extension).toEqual({ guid: xmpGuid(large.extended), bytes: large.extended });
  });

  it('goes into one packet where it fits', () => {
    const merged = rewritePair(small, LOCATION_ONLY);
    expect(merged?.extension).toBeUndefined();
    expect(text(merged?.main)).toContain(' tiff:Make="M" dc:title="long title"');
    expect(text(merged?.main)).not.toMatch(/HasExtendedXMP|City|GPS/);
    expect(rewriteUnder(readPair(small), LOCATION_ONLY)).toEqual(merged?.main);
  });

  it('goes with its last property', () => {
    const rest = rewritePair(large, removing('location', 'preview'));
    expect(rest?.extension).toBeUndefined();
    expect(text(rest?.main)).toContain('tiff:Make="M"');
    expect(rewritePair(large, removing('location', 'preview', 'camera'))).toBeNull();
  });

  it.each([
    ['the long property is in the extended packet', large],
    [
      'the long property is in the main packet',
      { main: buildXmp({ attributes: ` photoshop:City="X" dc:title="${base64(80_000)}" tiff:Make="M"` }), extended: undefined },
    ],
    [
      'there are many properties',
      pair(
        { attributes: ' photoshop:City="X"' },
        {
          elements: Array.from(
            { length: 300 },
            (_, index) => `<crs:P${index}>${index + 0.125}</crs:P${index}><dc:title>${base64(400)}</dc:title>`,
          ).join(''),
        },
      ),
    ],
  ])('is cut in two where one packet cannot hold it: %s', (_, files) => {
    const forced = { actionOf: () => ({ kind: 'keep' }) as const, touches: () => true };
    const reading = readXmp(files.main, placeAt('XMP'), files.extended === undefined ? {} : { extended: files.extended });
    const split = rewriteXmpForJpeg(reading, forced) as JpegXmp;
    const { main, extension } = split;
    expect(main.byteLength).toBeLessThanOrEqual(65_502);
    expect(extension?.guid).toBe(xmpGuid(extension?.bytes as Uint8Array));
    expect(text(main)).toContain(`xmpNote:HasExtendedXMP="${extension?.guid}"`);
    const again = readXmp(main, placeAt('XMP'), { extended: extension?.bytes as Uint8Array });
    expect(again.extendedGuid).toBe(extension?.guid);
    const values = (from: typeof again) =>
      from.packets
        .flatMap(({ entries, restore }) =>
          entries.filter(({ role }) => role === 'property').map(({ leaves }) => restore(leaves?.[0]?.value ?? '')),
        )
        .sort();
    expect(values(again)).toEqual(values(reading));
    expect(rewriteXmpForJpeg(again, planFor(again.parts, KEEP_ALL))?.main).toBe(main);
  });

  it('that cannot be read is one part, and stays where nothing says otherwise', () => {
    const files = pair({ attributes: ' tiff:Make="M"' }, Buffer.from('not XML'));
    expect(categoriesOf(readPair(files))).toMatchObject({ 'XMP/ext': 'hidden' });
    const kept = rewritePair(files, KEEP_ALL);
    expect(kept?.main).toBe(files.main);
    expect(kept?.extension?.bytes).toBe(files.extended);
    const other = rewriteXmpForJpeg(readPair(files), {
      actionOf: () => ({ kind: 'keep' }),
      touches: ({ path }) => path === 'XMP/tiff:Make',
    });
    expect(other?.extension).toEqual({ guid: xmpGuid(files.extended), bytes: files.extended });
    expect(text(other?.main)).toContain(xmpGuid(files.extended));
    expect(rewritePair(files, LOCATION_ONLY)?.extension).toBeUndefined();
    expect(text(rewritePair(files, LOCATION_ONLY)?.main)).not.toContain('HasExtendedXMP');
  });

  it('must not repeat what the main packet says', () => {
    const files = pair({ attributes: ' dc:title="a" tiff:Make="M"' }, { attributes: ' dc:title="b" dc:source="s"' });
    expect(partAt(readPair(files).parts, 'XMP/ext/dc:title')?.alsoReveals).toEqual(['hidden']);
    const { main } = rewritePair(files, removing('hidden')) as JpegXmp;
    expect(text(main)).toContain(' dc:title="a" tiff:Make="M" dc:source="s"');
    const again = readXmp(main, placeAt('XMP'));
    expect(rewriteUnder(again, removing('hidden'))).toBe(main);
  });

  it('keeps marks of lifted values apart', () => {
    const literal = '\uf8ff0\uf8ff \uf8fe0\uf8fe';
    const files = pair(
      { attributes: ` dc:title="${base64(20_000)}" photoshop:City="X"` },
      { attributes: ` dc:rights="${literal}" dc:source="${base64(24_000)}"` },
    );
    const merged = rewritePair(files, LOCATION_ONLY);
    expect(text(merged?.main)).toContain(`dc:title="${base64(20_000)}"`);
    expect(text(merged?.main)).toContain(`dc:source="${base64(24_000)}"`);
    expect(text(merged?.main)).toContain(`dc:rights="${literal}"`);
  });
});
