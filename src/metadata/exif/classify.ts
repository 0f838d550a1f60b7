import type { Carrier } from '../../core/carrier.js';
import type { Category } from '../../core/category.js';
import { looksLikeAiPrompt } from '../ai-prompt.js';
import { REVEALS_ANYTHING } from '../reading.js';
import { toldInText } from '../told-in-text.js';
import { textIn } from './describe.js';
import type { Entry } from './model.js';
import { hasStandardShape, isPrintIm, isTextInNumber, looksLikeTime } from './shape.js';
import { TAG } from './tags.js';

/** What an entry can reveal by its own bytes. */
export interface Classified {
  readonly carrier: Carrier;
  readonly category: Category;
  readonly alsoReveals: readonly Category[];
  readonly note?: string;
  readonly atomic?: boolean;
}

/** Content of another standard in one value. It is not taken apart here: it stays or goes as a whole. */
const EMBEDDED: Readonly<Record<number, { carrier: Carrier; note: string; alsoReveals: readonly Category[] }>> = {
  [TAG.xmp]: { carrier: 'XMP', note: 'XMP packet within Exif', alsoReveals: REVEALS_ANYTHING },
  [TAG.iptc]: { carrier: 'IPTC-IIM', note: 'IPTC datasets within Exif', alsoReveals: REVEALS_ANYTHING },
  [TAG.photoshop]: { carrier: 'Photoshop', note: 'Photoshop resources within Exif', alsoReveals: REVEALS_ANYTHING },
  [TAG.iccProfile]: {
    carrier: 'ICC',
    note: 'colour profile within Exif; readers of this format use the one of the file',
    alsoReveals: ['device', 'copyright', 'time', 'text', 'software', 'hidden'],
  },
};

/** When the fix was taken: a time as much as a place. */
const GPS_TIMES: ReadonlySet<number> = new Set([TAG.gpsTimeStamp, TAG.gpsDateStamp]);

/** What an entry can reveal by its tag, its type and its bytes. What does not look as its standard says may reveal anything. */
export function classify(entry: Entry): Classified {
  const { kind, info, value, fault } = entry;
  const { tag } = entry.raw;
  if (fault !== undefined) return { carrier: 'Exif', category: 'hidden', alsoReveals: REVEALS_ANYTHING, note: `the entry ${fault}` };
  if (!info.known) return { carrier: 'Exif', category: 'hidden', alsoReveals: REVEALS_ANYTHING, note: 'no standard names this tag' };
  const isMain = kind !== 'GPS' && kind !== 'Interop';
  const embedded = isMain ? EMBEDDED[tag] : undefined;
  if (embedded !== undefined) return { ...embedded, category: info.category, atomic: true };
  const alsoReveals = new Set<Category>(kind === 'GPS' && GPS_TIMES.has(tag) ? ['time'] : []);
  let { category } = info;
  let note: string | undefined;
  if (category === 'rendering' && !hasStandardShape(kind, tag, value)) {
    return {
      carrier: 'Exif',
      category: 'hidden',
      alsoReveals: REVEALS_ANYTHING,
      note: 'not of the shape that the standard gives this tag',
    };
  }
  const outOfPlace =
    (category === 'camera' && isTextInNumber(tag, value)) ||
    (category === 'time' && !looksLikeTime(value)) ||
    (isMain && tag === TAG.printIm && !isPrintIm(value));
  if (outOfPlace) {
    for (const other of REVEALS_ANYTHING) alsoReveals.add(other);
    note = 'holds something else than its tag is for';
  }
  const text = textIn(entry);
  if (category === 'hidden') for (const other of REVEALS_ANYTHING) alsoReveals.add(other);
  if (text !== undefined && text.length > 8 && looksLikeAiPrompt(text)) {
    alsoReveals.add(category);
    category = 'ai-prompt';
    note = 'what an image generator was told';
  }
  if (text !== undefined) for (const told of toldInText(text, category)) alsoReveals.add(told);
  if (entry.repeated) {
    alsoReveals.add('hidden');
    note ??= 'the directory has this tag twice';
  }
  alsoReveals.delete(category);
  return { carrier: 'Exif', category, alsoReveals: [...alsoReveals], ...(note === undefined ? {} : { note }) };
}
