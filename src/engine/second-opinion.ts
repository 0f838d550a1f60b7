import type { FormatId } from '../core/format.js';
import type { Source } from '../core/source.js';
import { exifTag } from '../metadata/exif/tags.js';
import type { EffectivePolicy } from '../policy/types.js';
import { allOf } from './whole.js';

/** Past this size the second parser, which wants the file in memory, sees the file's head only. */
const SECOND_PARSER_BYTES = 64 * 2 ** 20;

/** exifr's names for the directories of an Exif block, and ours. */
const BLOCKS = { ifd0: 'IFD0', ifd1: 'IFD1', exif: 'ExifIFD', gps: 'GPS', interop: 'Interop' } as const;

/** One for all calls: the library remembers every object of options that it was ever given. */
const OPTIONS = Object.freeze({
  tiff: true,
  ifd0: {},
  ifd1: true,
  exif: true,
  gps: true,
  interop: true,
  xmp: true,
  iptc: false,
  icc: false,
  jfif: false,
  mergeOutput: false,
  translateKeys: false,
  translateValues: false,
  reviveValues: false,
  sanitize: false,
  makerNote: true,
  userComment: true,
}) as object;

/** Formats that the second parser reads. */
const READ_BY_EXIFR: ReadonlySet<FormatId> = new Set(['jpeg', 'png']);

/**
 * Asks exifr, which shares no code with our readers, what is left. Returns the name of a tag that the policy removes,
 * or `undefined`. What it cannot read it has no opinion on: our own reader has read it.
 */
export async function secondOpinion(format: FormatId, output: Source, policy: EffectivePolicy): Promise<string | undefined> {
  if (!READ_BY_EXIFR.has(format)) return undefined;
  const { default: exifr } = await import('exifr');
  let found: Record<string, Record<string, unknown>> | undefined;
  try {
    found = await exifr.parse(Buffer.from(allOf(output, SECOND_PARSER_BYTES)), OPTIONS);
  } catch {
    return undefined;
  }
  if (found === undefined) return undefined;
  for (const [block, ifd] of Object.entries(BLOCKS)) {
    for (const id of Object.keys(found[block] ?? {})) {
      const tag = /^\d+$/.test(id) ? exifTag(ifd, Number(id)) : undefined;
      if (tag !== undefined && policy.rules[tag.category].action.kind === 'remove' && !isPointer(Number(id))) return `${ifd}/${tag.name}`;
    }
  }
  const gpsInXmp = Object.values(found).some(
    (block) => typeof block === 'object' && block !== null && ('GPSLatitude' in block || 'GPSLongitude' in block),
  );
  return gpsInXmp && policy.rules.location.action.kind === 'remove' ? 'GPSLatitude in XMP' : undefined;
}

/** Pointers to directories carry nothing themselves. */
function isPointer(id: number): boolean {
  return id === 0x8769 || id === 0x8825 || id === 0xa005 || id === 0x014a;
}
