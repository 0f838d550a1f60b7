import { isUtf8 } from 'node:buffer';
import type { Part, Payload, Plan } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { coarsenIptcDate } from '../coarsen.js';
import { opaquePart, type PayloadPlace, type PayloadReading } from '../reading.js';
import { isZero, latin1, shownText } from '../text.js';
import { toldInText } from '../told-in-text.js';
import { type DatasetInfo, datasetInfo } from './datasets.js';
import { type IptcItem, walkIptc } from './walk.js';

type Dataset = Extract<IptcItem, { kind: 'dataset' }>;

interface Entry {
  readonly item: IptcItem;
  readonly part: Part;
}

/** No date of IIM is longer; what is, is not looked at. */
const DATE_OCTETS = 8;

/** How much of a text is looked at to tell what it says besides. */
const LOOK_OCTETS = 64 * 1024;

/**
 * Reads an IPTC IIM block: one part for each dataset, one for each run of other bytes.
 * Zeros between and after datasets are padding and no part. Never throws.
 */
export function readIptc(bytes: Uint8Array, place: PayloadPlace): PayloadReading {
  const entries: Entry[] = [];
  const seen = new Map<string, number>();
  let strayCount = 0;
  for (const item of walkIptc(bytes, place.context.limits.entryCount)) {
    const region = place.locate(item.start, item.end - item.start);
    if (item.kind === 'stray') {
      if (isZero(bytes.subarray(item.start, item.end))) continue;
      entries.push({ item, part: opaquePart(`${place.path}/stray#${strayCount++}`, 'IPTC-IIM', region, 'bytes outside of any dataset') });
      continue;
    }
    const info = datasetInfo(item.record, item.dataset);
    const number = `${item.record}:${String(item.dataset).padStart(2, '0')}`;
    const name = info === undefined ? number : `${number} ${info.name}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    entries.push({ item, part: datasetPart(`${place.path}/${name}#${count}`, region, bytes.subarray(item.data, item.end), info) });
  }
  return { parts: entries.map(({ part }) => part), payload: payloadOf(bytes, entries) };
}

function datasetPart(path: string, region: Part['region'], value: Uint8Array, info: DatasetInfo | undefined): Part {
  const part = { path, carrier: 'IPTC-IIM', region, required: false } as const;
  if (info === undefined) return { ...part, category: 'hidden', note: 'unknown dataset', value: seal(shownText(value)) };
  if (info.maxOctets !== undefined && value.length > info.maxOctets) return { ...part, category: 'hidden', note: 'longer than IIM allows' };
  const told = info.binary === true ? [] : toldInText(looked(value), info.category);
  return {
    ...part,
    category: info.category,
    ...(told.length === 0 ? {} : { alsoReveals: told }),
    ...(info.binary === true ? {} : { value: seal(shownText(value)) }),
    ...(info.date === true && dateOf(value) !== undefined
      ? {
          coarsenable: {
            kind: 'time',
            isCoarse: (precision) =>
              precision.kind === 'time' && coarsenIptcDate(dateOf(value) as string, precision.unit) === dateOf(value),
          },
        }
      : {}),
  };
}

/** UTF-8 and ISO 8859-1 have the same ASCII, which is all that is looked for, but for the sign of degrees. */
function looked(value: Uint8Array): string {
  const start = value.subarray(0, LOOK_OCTETS);
  return isUtf8(start) ? Buffer.from(start.buffer, start.byteOffset, start.byteLength).toString('utf8') : latin1(start);
}

/** The value where it is a date as IIM 4.2 writes one. */
function dateOf(value: Uint8Array): string | undefined {
  if (value.length !== DATE_OCTETS) return undefined;
  const text = latin1(value);
  return coarsenIptcDate(text, 'day') === undefined ? undefined : text;
}

function payloadOf(bytes: Uint8Array, entries: readonly Entry[]): Payload {
  return {
    rewrite(plan: Plan): Uint8Array | null {
      if (!entries.some(({ part }) => plan.touches(part))) return bytes;
      const pieces: Uint8Array[] = [];
      let worthKeeping = false;
      for (const { item, part } of entries) {
        const action = plan.actionOf(part);
        if (action.kind === 'remove') continue;
        if (action.kind === 'coarsen') {
          const date =
            item.kind === 'dataset' && action.precision.kind === 'time' ? dateOf(bytes.subarray(item.data, item.end)) : undefined;
          const coarse = date === undefined || action.precision.kind !== 'time' ? undefined : coarsenIptcDate(date, action.precision.unit);
          if (coarse === undefined) continue;
          pieces.push(datasetOf(item as Dataset, coarse));
        } else {
          pieces.push(bytes.subarray(item.start, item.end));
        }
        // Versions, the character set and raster sizes describe the datasets beside them: alone they are not worth a block.
        worthKeeping ||= part.category !== 'rendering';
      }
      return worthKeeping ? Buffer.concat(pieces) : null;
    },
  };
}

function datasetOf({ record, dataset }: Dataset, text: string): Uint8Array {
  return Buffer.concat([Buffer.from([0x1c, record, dataset, 0, text.length]), Buffer.from(text, 'latin1')]);
}
