import type { Category } from '../../core/category.js';
import { categoryOfName } from '../../metadata/exif/tags.js';

/** What the text under a keyword can reveal. */
export interface KeywordMeaning {
  readonly category: Category;
  readonly alsoReveals?: readonly Category[];
  /** A name to show; the keyword itself may be private where it is unknown. */
  readonly label: string;
}

type Entry = readonly [keywords: string, category: Category, alsoReveals?: readonly Category[]];

/** Keywords in lower case, separated by `|`: W3C PNG 11.3.3.1 and those that common software writes. */
const ENTRIES: readonly Entry[] = [
  ['title|description|comment|disclaimer|warning|collection|caption|label|subject|keywords|headline|document|usercomment', 'text'],
  ['author|artist|creator|by-line|copyright|credit|licence|license|rights|publisher|webstatement', 'copyright'],
  ['creation time|creationtime|create-date|modify-date|timestamp|date|datetime|date:create|date:modify|date:timestamp', 'time'],
  ['software|creatortool|encoder|generator|program|producer|signature|processing software', 'software'],
  ['source', 'device', ['camera', 'software']],
  ['make|model|camera|lens|exposuretime|fnumber|iso', 'camera'],
  ['serialnumber|serial number|bodyserialnumber|hostcomputer|hostname|computer|device|uuid|guid|uid', 'device'],
  ['owner|user|username|user name|cameraownername|person', 'person'],
  ['url|uri|link', 'text', ['person']],
  ['location|place|city|country|state|province|gps|gpsposition|gpslatitude|gpslongitude|latitude|longitude|coordinates', 'location'],
  ['filename|file|path|filepath', 'software', ['person', 'text']],
  // freedesktop.org thumbnail specification: the path of the original, with the user's name in it.
  ['thumb::uri', 'software', ['person', 'preview']],
  ['thumb::mtime', 'time', ['preview']],
  ['thumb::size|thumb::mimetype|thumb::image::width|thumb::image::height|thumb::document::pages|thumb::movie::length', 'software'],
  // ImageMagick notes which chunks it met and what they held.
  ['jpeg:colorspace|jpeg:sampling-factor|png:ihdr.bit-depth-orig|png:ihdr.color-type-orig', 'software'],
];

const MEANINGS = new Map<string, KeywordMeaning>();
for (const [keywords, category, alsoReveals] of ENTRIES) {
  for (const keyword of keywords.split('|'))
    MEANINGS.set(keyword, { category, label: keyword, ...(alsoReveals === undefined ? {} : { alsoReveals }) });
}

const PLACE_WORDS = /gps|latitude|longitude|location|coordinate|geo(?:tag|loc)|altitude/i;

/** ImageMagick's copies of Exif, ICC, IPTC and XMP properties, as in `exif:GPSLatitude`. */
const COPIED = /^(?:exif|iptc|xmp|icc|photoshop|tiff|dng|8bim|dicom|psd)[:]/i;

/** Categories of properties that a copy of them in plain text has as well. */
const TOLD_BY_COPY: ReadonlySet<Category> = new Set(['location', 'device', 'camera', 'person', 'copyright', 'time', 'text', 'software']);

/** What a copy of a known Exif property or of a profile's text can reveal. */
function copiedMeaning(keyword: string): KeywordMeaning | undefined {
  const label = 'a copied property';
  if (/^icc:(?:copyright|description|manufacturer|model)$/i.test(keyword)) {
    return { category: /copyright/i.test(keyword) ? 'copyright' : 'software', alsoReveals: ['text'], label };
  }
  const name = /^exif:(\w{1,64})$/i.exec(keyword)?.[1];
  const category = name === undefined ? undefined : categoryOfName(name);
  return category !== undefined && TOLD_BY_COPY.has(category) ? { category, alsoReveals: ['text'], label } : undefined;
}

/** What a keyword stands for; `undefined` where nobody says. */
export function keywordMeaning(keyword: string): KeywordMeaning | undefined {
  const known = MEANINGS.get(keyword.toLowerCase());
  if (known !== undefined) return known;
  if (PLACE_WORDS.test(keyword)) return { category: 'location', alsoReveals: ['hidden', 'text'], label: 'a place' };
  const copied = copiedMeaning(keyword);
  if (copied !== undefined) return copied;
  if (COPIED.test(keyword)) {
    return {
      category: 'hidden',
      alsoReveals: ['location', 'device', 'camera', 'person', 'copyright', 'time', 'text', 'software'],
      label: 'a copied property',
    };
  }
  return undefined;
}
