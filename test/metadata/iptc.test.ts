import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Category } from '../../src/core/category.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { datasetInfo } from '../../src/metadata/iptc/datasets.js';
import { readIptc } from '../../src/metadata/iptc/read-iptc.js';
import { buildIptc, IPTC_UTF8, type IptcEntry, iptcDataset } from '../support/iptc.js';
import {
  BALANCED,
  categoriesOf,
  flatten,
  indexIn,
  KEEP_ALL,
  LOCATION_ONLY,
  partAt,
  placeAt,
  policyOf,
  readContext,
  removing,
  rewriteUnder,
  STRICT,
} from '../support/payload.js';

const VERSION: IptcEntry = [2, 0, new Uint8Array([0, 4])];
const read = (bytes: Uint8Array) => readIptc(bytes, placeAt());
const day = policyOf({ time: { kind: 'coarsen', precision: { kind: 'time', unit: 'day' } } });
const year = policyOf({ time: { kind: 'coarsen', precision: { kind: 'time', unit: 'year' } } });

describe('readIptc', () => {
  it('names each dataset, counts repeated ones, and says what they reveal', () => {
    const reading = read(
      buildIptc([
        IPTC_UTF8,
        VERSION,
        [2, 25, 'harbour'],
        [2, 25, 'fog'],
        [2, 80, 'A. Writer'],
        [2, 90, 'Oslo'],
        [2, 55, '20240229'],
        [2, 65, 'Tool'],
        [2, 103, 'J1'],
        [2, 202, 'x'],
        [2, 250, '?'],
      ]),
    );
    expect(categoriesOf(reading)).toEqual({
      'payload/1:90 CodedCharacterSet#0': 'rendering',
      'payload/2:00 RecordVersion#0': 'rendering',
      'payload/2:25 Keywords#0': 'text',
      'payload/2:25 Keywords#1': 'text',
      'payload/2:80 By-line#0': 'copyright',
      'payload/2:90 City#0': 'location',
      'payload/2:55 DateCreated#0': 'time',
      'payload/2:65 OriginatingProgram#0': 'software',
      'payload/2:103 OriginalTransmissionReference#0': 'text',
      'payload/2:202 ObjectPreviewData#0': 'preview',
      'payload/2:250#0': 'hidden',
    });
  });

  it('gives each part its place in the file', () => {
    const bytes = buildIptc([VERSION, [2, 80, 'By']]);
    expect(readIptc(bytes, placeAt('p', 100)).parts.map(({ region }) => region)).toEqual([
      { byteOffset: 100, byteLength: 7 },
      { byteOffset: 107, byteLength: 7 },
    ]);
  });

  it('shows UTF-8, and Latin-1 where it is no UTF-8', () => {
    const { parts } = read(
      buildIptc([
        [2, 80, 'Zoë'],
        [2, 85, new Uint8Array([0x5a, 0x6f, 0xeb])],
      ]),
    );
    expect(parts.map(({ value }) => value?.reveal())).toEqual(['Zoë', 'Zoë']);
    expect(JSON.stringify(parts)).not.toContain('Zo');
  });

  it('reads extended datasets', () => {
    const long = 'k'.repeat(40_000);
    const reading = read(Buffer.concat([iptcDataset(2, 120, long), iptcDataset(2, 90, 'Oslo', 3), iptcDataset(2, 80, 'A')]));
    expect(reading.parts.map(({ path }) => path)).toEqual(['payload/2:120 Caption#0', 'payload/2:90 City#0', 'payload/2:80 By-line#0']);
    expect(rewriteUnder(reading, LOCATION_ONLY)).toEqual(Buffer.concat([iptcDataset(2, 120, long), iptcDataset(2, 80, 'A')]));
  });

  it('takes every record of IIM', () => {
    const { parts } = read(
      buildIptc([
        [1, 70, '20240101'],
        [3, 10, 'n'],
        [7, 10, 'x'],
        [8, 10, 'object'],
        [9, 10, 'size'],
      ]),
    );
    expect(parts.map(({ category }) => category)).toEqual(['time', 'device', 'rendering', 'preview', 'rendering']);
  });

  it('calls structure that is longer than IIM allows hidden', () => {
    expect(
      categoriesOf(
        read(
          buildIptc([
            [2, 0, 'CANARY'],
            [1, 90, 'x'.repeat(33)],
          ]),
        ),
      ),
    ).toEqual({
      'payload/2:00 RecordVersion#0': 'hidden',
      'payload/1:90 CodedCharacterSet#0': 'hidden',
    });
  });

  it('makes stray bytes opaque and padding nothing', () => {
    const bytes = Buffer.concat([
      Buffer.from('CANARY'),
      buildIptc([[2, 5, 'title']]),
      Buffer.alloc(9),
      buildIptc([[2, 5, 'two']]),
      Buffer.alloc(3),
    ]);
    const reading = read(bytes);
    expect(reading.parts.map(({ path, category }) => [path, category])).toEqual([
      ['payload/stray#0', 'hidden'],
      ['payload/2:05 ObjectName#0', 'text'],
      ['payload/2:05 ObjectName#1', 'text'],
    ]);
    expect(rewriteUnder(reading, LOCATION_ONLY)).toEqual(
      buildIptc([
        [2, 5, 'title'],
        [2, 5, 'two'],
      ]),
    );
  });

  it.each([
    ['a length past the end', Buffer.from([0x1c, 2, 80, 0, 9, 0x41])],
    ['an extended length past the end', Buffer.from([0x1c, 2, 80, 0x80, 4, 0, 0, 1, 0])],
    ['a length of nine octets', Buffer.from([0x1c, 2, 80, 0x80, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x41])],
    ['a header cut short', Buffer.from([0x1c, 2, 80])],
    ['record 0', Buffer.from([0x1c, 0, 80, 0, 1, 0x41])],
    ['other bytes', Buffer.from('not a dataset')],
  ])('makes %s opaque', (_, bytes) => {
    const reading = read(bytes);
    expect(reading.parts).toHaveLength(1);
    expect(reading.parts[0]).toMatchObject({
      path: 'payload/stray#0',
      category: 'hidden',
      alsoReveals: expect.arrayContaining(['location', 'person']),
    });
    expect(rewriteUnder(reading, LOCATION_ONLY)).toBeNull();
  });

  it('stops at the limit and takes the rest for opaque', () => {
    const bytes = buildIptc(Array.from({ length: 10 }, () => [2, 25, 'k'] as const));
    const { parts } = readIptc(bytes, placeAt('p', 0, readContext({ limits: { ...DEFAULT_LIMITS, entryCount: 4 } })));
    expect(parts).toHaveLength(5);
    expect(parts[4]).toMatchObject({ path: 'p/stray#0', region: { byteOffset: 24, byteLength: 36 } });
  });

  it('finds nothing in nothing', () => {
    expect(read(new Uint8Array()).parts).toEqual([]);
    expect(read(Buffer.alloc(64)).parts).toEqual([]);
  });
});

describe('rewriting IPTC', () => {
  const full = buildIptc([IPTC_UTF8, VERSION, [2, 25, 'k'], [2, 80, 'By'], [2, 90, 'Oslo'], [2, 55, '20240229'], [2, 60, '101530+0100']]);

  it('gives the very same bytes where nothing is removed', () => {
    const padded = Buffer.concat([full, Buffer.alloc(5)]);
    expect(rewriteUnder(read(padded), KEEP_ALL)).toBe(padded);
  });

  it('leaves out what the policy removes', () => {
    expect(rewriteUnder(read(full), BALANCED)).toEqual(
      buildIptc([IPTC_UTF8, VERSION, [2, 25, 'k'], [2, 80, 'By'], [2, 55, '20240229'], [2, 60, '101530+0100']]),
    );
  });

  it('leaves no block where only its own structure remains', () => {
    expect(rewriteUnder(read(full), STRICT)).toBeNull();
  });

  it('cuts dates and drops times of day', () => {
    expect(rewriteUnder(read(full), day)).toEqual(
      buildIptc([IPTC_UTF8, VERSION, [2, 25, 'k'], [2, 80, 'By'], [2, 90, 'Oslo'], [2, 55, '20240229']]),
    );
    const once = rewriteUnder(read(full), year) as Uint8Array;
    expect(indexIn(once, '20240000')).toBeGreaterThan(0);
    expect(indexIn(once, '20240229')).toBe(-1);
    expect(rewriteUnder(read(once), year)).toBe(once);
  });

  it('drops a date that is none under coarsening', () => {
    const reading = read(
      buildIptc([
        [2, 55, 'Feb 2024'],
        [2, 55, '2024-02-29T10:00'],
        [2, 25, 'k'],
      ]),
    );
    expect(rewriteUnder(reading, day)).toEqual(buildIptc([[2, 25, 'k']]));
  });
});

describe('any IPTC block', () => {
  const entry = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 40 }));
  const piece = fc.oneof(
    entry.map(([record, dataset, value]) => iptcDataset(record, dataset, value)),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    fc.constant(Buffer.alloc(4)),
    fc.constant(Buffer.from([0x1c, 2])),
  );
  const block = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces));

  it('is covered by its parts but for zeros, without overlap, under unique paths', () => {
    fc.assert(
      fc.property(block, (bytes) => {
        const { parts } = read(bytes);
        const left = Buffer.from(bytes);
        let position = 0;
        for (const { region } of parts) {
          expect(region.byteOffset).toBeGreaterThanOrEqual(position);
          position = region.byteOffset + region.byteLength;
          left.fill(0, region.byteOffset, position);
        }
        expect(left.every((byte) => byte === 0)).toBe(true);
        expect(new Set(parts.map(({ path }) => path)).size).toBe(parts.length);
      }),
    );
  });

  it('is scrubbed once and for all', () => {
    fc.assert(
      fc.property(block, fc.constantFrom(BALANCED, STRICT, LOCATION_ONLY, day, year), (bytes, policy) => {
        const once = rewriteUnder(read(bytes), policy);
        if (once !== null) expect(rewriteUnder(read(once), policy)).toBe(once);
      }),
    );
  });

  it('keeps no byte of what is removed', () => {
    const canary = 'CNRY7Q2LMW';
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), entry, fc.boolean(), (before, [record, dataset], isStray) => {
        const piece = isStray ? Buffer.from(canary) : iptcDataset(record, dataset, canary);
        const bytes = Buffer.concat([buildIptc(before), piece, buildIptc([[2, 25, 'kept']])]);
        const category: Category = isStray ? 'hidden' : (read(piece).parts[0]?.category as Category);
        expect(indexIn(rewriteUnder(read(bytes), removing(category)), canary)).toBe(-1);
      }),
    );
  });
});

describe('the dataset table', () => {
  it('gives a bound to all that a policy always keeps', () => {
    const kept: number[] = [];
    for (let number = 0x100; number < 0xa00; number++) {
      const info = datasetInfo(number >> 8, number & 0xff);
      if (info?.category === 'rendering') kept.push(info.maxOctets ?? Number.POSITIVE_INFINITY);
    }
    expect(kept.length).toBeGreaterThan(20);
    expect(Math.max(...kept)).toBeLessThanOrEqual(32);
  });

  it('shows no more than a piece of a value', () => {
    const [part] = flatten(read(buildIptc([[2, 120, 'é'.repeat(10_000)]])).parts);
    expect(part?.value?.reveal()).toBe(`${'é'.repeat(256)}…`);
    expect(partAt(read(new Uint8Array()).parts, 'payload')).toBeUndefined();
  });
});
