import { CATEGORIES, type Category } from '../../core/category.js';
import type { Attribute } from '../../io/extended-attributes.js';

/** What an attribute can tell. */
export interface AttributeKind {
  /** Its name where that is a known one: others may tell something themselves, and are not shown. */
  readonly shown: string;
  readonly what: string;
  readonly reveals: readonly Category[];
  /**
   * For a mark that guards its user: the value without what it tells besides, `null` where nothing is worth keeping. The
   * attribute goes as a whole where there is no such function.
   */
  readonly keepMark?: (value: Buffer) => Buffer | null;
}

interface Row extends Omit<AttributeKind, 'shown'> {
  /** Without the namespace `user.`; lower case; a `*` at its end stands for anything. */
  readonly names: string;
}

const ANYTHING: readonly Category[] = ['hidden', ...CATEGORIES.filter((category) => category !== 'rendering' && category !== 'hidden')];
const SOURCE: readonly Category[] = ['person', 'text', 'hidden'];

const ROWS: readonly Row[] = [
  { names: 'com.apple.metadata:kmditemwherefroms', what: 'where it was downloaded from', reveals: SOURCE },
  { names: 'com.apple.metadata:kmditemdownloadeddate', what: 'when it was downloaded', reveals: ['time'] },
  {
    names: 'com.apple.metadata:kmditemisscreencapture com.apple.metadata:kmditemscreencapture*',
    what: 'how the screen was captured',
    reveals: ['software', 'device'],
  },
  { names: 'com.apple.metadata:kmditemfindercomment com.apple.metadata:kmditemcomment', what: "the Finder's comment", reveals: ['text'] },
  { names: 'com.apple.metadata:_kmditemusertags com.apple.metadata:kmditemusertags', what: "the Finder's tags", reveals: ['text'] },
  { names: 'com.apple.metadata:kmditem*', what: 'what Spotlight knows of it', reveals: ANYTHING },
  { names: 'com.apple.quarantine', what: 'the mark of a download', reveals: ['software', 'time', 'device'], keepMark: withoutDownload },
  { names: 'com.apple.lastuseddate#ps', what: 'when it was last opened', reveals: ['time'] },
  { names: 'com.apple.finderinfo', what: "the Finder's settings", reveals: ['hidden', 'text'] },
  { names: 'com.apple.resourcefork', what: 'the second fork of a Mac file', reveals: ANYTHING },
  { names: 'com.apple.assetsd.customlocation', what: 'the place that Photos knows', reveals: ['location'] },
  { names: 'com.apple.assetsd.*', what: 'what Photos knows of it', reveals: ['device', 'time', 'person', 'text', 'software'] },
  // The system guards these two; they name programs by numbers made once, and do not leave the disk.
  { names: 'com.apple.macl com.apple.provenance', what: 'which programs may open it', reveals: [] },
  { names: 'com.apple.textencoding', what: 'an encoding', reveals: [] },
  { names: 'xdg.origin.url xdg.referrer.url xdg.origin.email.*', what: 'where it was downloaded from', reveals: SOURCE },
  { names: 'xdg.comment xdg.tags xdg.language baloo.rating', what: 'a comment or tags', reveals: ['text'] },
  {
    names: 'xdg.creator xdg.publisher dublincore.creator dublincore.contributor dublincore.publisher',
    what: 'who made it',
    reveals: ['person'],
  },
  { names: 'dublincore.rights', what: 'whose it is', reveals: ['copyright'] },
  { names: 'dublincore.date', what: 'a date', reveals: ['time'] },
  { names: 'dublincore.coverage', what: 'a place or a time', reveals: ['location', 'time'] },
  { names: 'dublincore.source dublincore.relation dublincore.identifier', what: 'where it comes from', reveals: SOURCE },
  { names: 'dublincore.format dublincore.type', what: 'a type', reveals: [] },
  { names: 'dublincore.*', what: 'a description', reveals: ['text'] },
  { names: 'mime_type charset xdg.robots.*', what: 'a type', reveals: [] },
  { names: 'zone.identifier', what: 'the mark of the web', reveals: ['person', 'text', 'software', 'hidden'], keepMark: withoutSource },
  { names: 'dosattrib crtime*', what: 'when it was made', reveals: ['time'] },
];

const EXACT = new Map<string, Row>();
const PREFIXES: { readonly prefix: string; readonly row: Row }[] = [];
for (const row of ROWS) {
  for (const name of row.names.split(' ')) {
    if (name.endsWith('*')) PREFIXES.push({ prefix: name.slice(0, -1), row });
    else EXACT.set(name, row);
  }
}

/** What an attribute is. `undefined` where it tells nothing: a harmless one, or a mark that holds nothing but the mark. */
export function attributeKind({ name, value }: Attribute): AttributeKind | undefined {
  const bare = name.replace(/^user\./, '').toLowerCase();
  const exact = EXACT.get(bare);
  const row = exact ?? PREFIXES.find(({ prefix }) => bare.startsWith(prefix))?.row;
  if (row === undefined) return { shown: 'unknown', what: 'an attribute of a program that is not known', reveals: ANYTHING };
  const { names: _, ...kind } = row;
  if (kind.reveals.length === 0 || kind.keepMark?.(value)?.equals(value) === true) return undefined;
  // Of a family of names only the row's own word is known to tell nothing.
  return { ...kind, shown: exact === undefined ? (PREFIXES.find((each) => each.row === row)?.prefix ?? '') : bare };
}

/** `flags;time;program;id`, fields in hexadecimal and text: the flags are what the system asks its user by. */
function withoutDownload(value: Buffer): Buffer | null {
  const flags = /^([0-9a-f]{1,8});/i.exec(value.toString('latin1'))?.[1];
  return flags === undefined ? null : Buffer.from(`${flags};00000000;;`);
}

/** The zone is what the system asks its user by; the addresses are what it tells. Another text than expected is from the internet. */
function withoutSource(value: Buffer): Buffer {
  const zone = /^\s*ZoneId\s*=\s*([0-4])\s*$/im.exec(value.toString('latin1'))?.[1] ?? '3';
  return Buffer.from(`[ZoneTransfer]\r\nZoneId=${zone}\r\n`);
}
