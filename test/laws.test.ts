import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../src/bytes/memory-source.js';
import { CATEGORIES, type Category } from '../src/core/category.js';
import { isReaderError } from '../src/core/error.js';
import type { Format, FormatId } from '../src/core/format.js';
import { DEFAULT_LIMITS } from '../src/core/limits.js';
import type { Action, Part } from '../src/core/part.js';
import { readWith } from '../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../src/engine/scrub.js';
import { FORMATS } from '../src/formats/registry.js';
import type { EffectivePolicy } from '../src/policy/types.js';
import { bmp } from './laws/bmp.js';
import { gif } from './laws/gif.js';
import { heif } from './laws/heif.js';
import { ico } from './laws/ico.js';
import { jp2 } from './laws/jp2.js';
import { jpeg } from './laws/jpeg.js';
import { jxl } from './laws/jxl.js';
import { mp4 } from './laws/mp4.js';
import { pdf } from './laws/pdf.js';
import { type Builder, type Choice, type Planted, Planter } from './laws/planter.js';
import { png } from './laws/png.js';
import { psd } from './laws/psd.js';
import { raw } from './laws/raw.js';
import { svg } from './laws/svg.js';
import { tiff } from './laws/tiff.js';
import { webp } from './laws/webp.js';
import { canariesIn } from './support/canary.js';
import { flatten, policyOf } from './support/payload.js';

/** One builder for each format in the registry: a new format without one fails. */
const BUILD: Readonly<Partial<Record<FormatId, Builder>>> = {
  jpeg,
  png,
  webp,
  gif,
  raw,
  tiff,
  heif,
  mp4,
  svg,
  jxl,
  bmp,
  ico,
  jp2,
  psd,
  pdf,
};

/** Read and never written: what has to go makes the file blocked. */
const NEVER_WRITTEN: ReadonlySet<FormatId> = new Set(['raw']);

function build(format: FormatId, choice: Choice): Planted {
  const planter = new Planter(choice.salt);
  const builder = BUILD[format];
  if (builder === undefined) throw new Error(`no builder in test/laws for ${format}`);
  return { bytes: builder(planter, choice), canaries: planter.canaries };
}

const choices: fc.Arbitrary<Choice> = fc.record({
  exif: fc.boolean(),
  xmp: fc.boolean(),
  iptc: fc.boolean(),
  text: fc.boolean(),
  unknown: fc.boolean(),
  tail: fc.boolean(),
  orientation: fc.integer({ min: 1, max: 8 }),
  salt: fc.nat(0xffffff),
});

const REMOVABLE = CATEGORIES.filter((category) => category !== 'rendering');

const policies: fc.Arbitrary<EffectivePolicy> = fc
  .tuple(fc.subarray(REMOVABLE), fc.boolean(), fc.boolean())
  .map(([removed, coarsePlace, coarseTime]) => {
    const rules: Partial<Record<Category, Action | 'remove'>> = Object.fromEntries(
      removed.map((category) => [category, 'remove' as const]),
    );
    if (coarsePlace) rules.location = { kind: 'coarsen', precision: { kind: 'location', gridDegrees: 0.5 } };
    if (coarseTime) rules.time = { kind: 'coarsen', precision: { kind: 'time', unit: 'month' } };
    return policyOf(rules);
  });

const optionsFor = (policy: EffectivePolicy) => ({ artifact: 'x', policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' });

async function scrub(bytes: Buffer, policy: EffectivePolicy): Promise<Buffer> {
  const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), optionsFor(policy));
  if (replacement !== undefined) return Buffer.from((await scrubBytes(replacement)).bytes);
  expect(outcome.verdict.kind).toBe('clean');
  return bytes;
}

const read = (format: Format, bytes: Buffer): readonly Part[] => readWith(format, new MemorySource(bytes), DEFAULT_LIMITS).parts;

describe.each(FORMATS.map((format) => [format.id, format] as const))('the six laws: %s', (id, format) => {
  it('parts tile the file, paths are unique, and keeping everything edits nothing', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const { bytes } = build(id, choice);
        const parts = read(format, bytes);
        expect(parts.reduce((sum, { region }) => sum + region.byteLength, 0)).toBe(bytes.length);
        const paths = flatten(parts).map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
        expect(lookAndScrub(new MemorySource(bytes), optionsFor(policyOf({}))).replacement).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it('what was removed stays removed, what stays stays, twice is once, and no canary survives', async () => {
    let planted = 0;
    await fc.assert(
      fc.asyncProperty(choices, policies, async (choice, policy) => {
        const { bytes, canaries } = build(id, choice);
        expect(canariesIn(bytes, canaries)).toHaveLength(canaries.length);
        planted += canaries.length;
        if (NEVER_WRITTEN.has(id)) {
          const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), optionsFor(policy));
          expect(replacement).toBeUndefined();
          if (canaries.some(({ category }) => policy.rules[category].action.kind !== 'keep'))
            expect(outcome.verdict.kind).toBe('unreadable');
          return;
        }
        const output = await scrub(bytes, policy);
        const gone = canaries.filter(({ category }) => policy.rules[category].action.kind !== 'keep');
        expect(canariesIn(output, gone).map(({ value }) => value)).toEqual([]);
        // What no reader knows may reveal anything: it goes under every policy that removes something.
        const kept = canaries.filter(({ category }) => category !== 'hidden' && policy.rules[category].action.kind === 'keep');
        expect(canariesIn(output, kept).map(({ value }) => value)).toEqual(kept.map(({ value }) => value));
        expect((await scrub(output, policy)).equals(output)).toBe(true);
      }),
      { numRuns: 120 },
    );
    expect(planted).toBeGreaterThan(200);
  });

  it('lets only the three errors out, whatever the bytes', () => {
    const edits = fc.array(fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 8 }), cut: fc.nat(8) }), {
      minLength: 1,
      maxLength: 4,
    });
    let refused = 0;
    fc.assert(
      fc.property(choices, edits, (choice, changes) => {
        let { bytes } = build(id, choice);
        for (const { at, bytes: inserted, cut } of changes) {
          const place = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, place), inserted, bytes.subarray(place + cut)]);
        }
        try {
          const parts = read(format, bytes);
          expect(parts.reduce((sum, { region }) => sum + region.byteLength, 0)).toBe(bytes.length);
        } catch (error) {
          if (!isReaderError(error)) throw error;
          refused++;
        }
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});
