import { CATEGORIES, type Category } from '../../core/category.js';

/** How a file beside a picture is looked into: as a packet of XMP, as a picture or a video of its own, or not at all. */
type SidecarReading = 'xmp' | 'image' | 'opaque';

export interface SidecarKind {
  /** Stable, for machines: `xmp`, `aae`, `takeout`. */
  readonly id: string;
  /** What a person calls it. */
  readonly what: string;
  readonly reading: SidecarReading;
  /** What it can tell where it is not looked into. */
  readonly reveals: readonly Category[];
  /** What to do about it where it cannot be written. */
  readonly hint: string;
}

const ANYTHING: readonly Category[] = CATEGORIES.filter((category) => category !== 'rendering');
const SHARE_WITHOUT = 'leave it behind where you share the picture, or delete it where no program of yours needs it';
const WRITTEN_AGAIN = 'leave it behind where you share the picture; the program that made it needs it only beside the original';

function opaque(id: string, what: string, reveals: readonly Category[], hint: string): SidecarKind {
  return Object.freeze({ id, what, reading: 'opaque', reveals, hint });
}

function read(id: string, what: string, reading: SidecarReading): SidecarKind {
  return Object.freeze({ id, what, reading, reveals: ANYTHING, hint: SHARE_WITHOUT });
}

const EDITS: readonly Category[] = ['software', 'hidden', 'time'];

/** By the ending after the picture's name or stem. */
const BY_ENDING: Readonly<Record<string, SidecarKind>> = {
  xmp: read('xmp', 'XMP sidecar', 'xmp'),
  thm: read('thm', 'thumbnail file', 'image'),
  aae: opaque('aae', "edits of Apple's Photos", EDITS, WRITTEN_AGAIN),
  json: opaque('takeout', 'sidecar of an album export', ['location', 'time', 'person', 'text', 'device', 'software'], SHARE_WITHOUT),
  pp3: opaque('edits', 'edits of RawTherapee', [...EDITS, 'location', 'person', 'text'], WRITTEN_AGAIN),
  arp: opaque('edits', 'edits of ART', [...EDITS, 'location', 'person', 'text'], WRITTEN_AGAIN),
  dop: opaque('edits', 'edits of DxO', [...EDITS, 'location', 'device', 'text'], WRITTEN_AGAIN),
  on1: opaque('edits', 'edits of ON1', [...EDITS, 'location', 'device', 'person', 'text', 'preview'], WRITTEN_AGAIN),
  cos: opaque('edits', 'edits of Capture One', [...EDITS, 'text', 'person'], WRITTEN_AGAIN),
  nksc: opaque('edits', 'edits of NX Studio', [...EDITS, 'location', 'text'], WRITTEN_AGAIN),
  vrd: opaque('edits', 'edits of Digital Photo Professional', [...EDITS, 'text'], WRITTEN_AGAIN),
  srt: opaque('subtitles', 'subtitles, with which drones log where they flew', ['location', 'time', 'camera', 'text'], SHARE_WITHOUT),
  vtt: opaque('subtitles', 'subtitles', ['location', 'time', 'text'], SHARE_WITHOUT),
  gpx: opaque('track', 'track of places', ['location', 'time', 'device'], SHARE_WITHOUT),
  lrv: read('small-video', 'small copy of a video', 'image'),
};

/** Files of a folder as a whole, by their name in lower case. */
const OF_FOLDER: Readonly<Record<string, SidecarKind>> = {
  '.ds_store': opaque('folder', 'folder database of the Finder', ['text', 'hidden', 'time'], 'delete it: the Finder makes it again'),
  'thumbs.db': opaque('folder', 'thumbnails of Windows', ['preview', 'time', 'text'], 'delete it: Windows makes it again'),
  'ehthumbs.db': opaque('folder', 'thumbnails of Windows', ['preview', 'time', 'text'], 'delete it: Windows makes it again'),
  'desktop.ini': opaque('folder', 'folder settings of Windows', ['text', 'software'], SHARE_WITHOUT),
  '.picasa.ini': opaque('folder', 'folder database of Picasa', ['person', 'location', 'text', 'time'], SHARE_WITHOUT),
  'picasa.ini': opaque('folder', 'folder database of Picasa', ['person', 'location', 'text', 'time'], SHARE_WITHOUT),
};

export const APPLE_DOUBLE = opaque(
  'appledouble',
  'attributes and second fork of a Mac file',
  ANYTHING,
  'delete it: dot_clean or a copy without ._ files leaves nothing out that shows',
);
const SYNOLOGY = opaque('nas', 'attributes of a file on a Synology NAS', ANYTHING, SHARE_WITHOUT);
const ZONE_FILE = opaque(
  'zone',
  'mark of the web, as a file of its own',
  ['person', 'text', 'software', 'hidden'],
  'delete it: away from NTFS it guards nothing, and it holds the address that the picture came from',
);
export const LIVE_VIDEO = read('live-video', 'video of a live photo', 'image');

/** A name as a sidecar: its kind, and the name or the stem of the picture that it would belong to. */
export interface SidecarName {
  readonly kind: SidecarKind;
  /** Lower case. Absent where it is of the folder as a whole. */
  readonly of?: string;
}

/** Longest that an album export lets a name be before its ending. */
const TAKEOUT_NAME = 46;
const TAKEOUT_WORD = '.supplemental-metadata';

/**
 * What a name, in lower case, says of itself; `undefined` where it is no sidecar's. Bytes as latin1: only ASCII matters.
 * That it belongs to a picture is for `FolderIndex` to find.
 */
export function sidecarName(name: string): SidecarName | undefined {
  const ofFolder = Object.hasOwn(OF_FOLDER, name) ? OF_FOLDER[name] : undefined;
  if (ofFolder !== undefined) return { kind: ofFolder };
  if (name.startsWith('._') && name.length > 2) return { kind: APPLE_DOUBLE, of: name.slice(2) };
  const synology = /^(.+)@syno(?:eastream|resource)$/.exec(name)?.[1];
  if (synology !== undefined) return { kind: SYNOLOGY, of: synology };
  const zone = /^(.+):zone\.identifier$/.exec(name)?.[1];
  if (zone !== undefined) return { kind: ZONE_FILE, of: zone };
  const dot = name.lastIndexOf('.');
  const ending = name.slice(dot + 1);
  const kind = dot > 0 && Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] : undefined;
  return kind === undefined ? undefined : { kind, of: name.slice(0, dot) };
}

/** Names, in lower case, of the pictures that a sidecar may belong to, likeliest first; each whole or without its extension. */
export function ownersOf({ kind, of }: SidecarName): string[] {
  if (of === undefined) return [];
  const owners = [of];
  // `IMG_O1234.aae` and `IMG_E1234.aae` are of `IMG_1234`.
  if (kind.id === 'aae') owners.push(of.replace(/_[oe](\d+)$/, '_$1'));
  // `IMG_1234_01.cr2.xmp` is the second version of `IMG_1234.cr2` in darktable.
  if (kind.id === 'xmp') owners.push(of.replace(/_\d\d(\.[^.]+)$/, '$1'));
  if (kind.id === 'takeout') {
    // `IMG.jpg(1).json` is of `IMG(1).jpg`; the word after the picture's name is cut wherever the name became too long.
    const bare = withoutCutWord(of.replace(/\(\d+\)$/, ''));
    const number = /\(\d+\)$/.exec(of)?.[0];
    owners.push(bare);
    if (number !== undefined) owners.push(bare.replace(/(\.[^.]+)$/, `${number}$1`));
  }
  return owners;
}

/** True where an album export may have cut the picture's own name. */
export function isCutName({ kind, of }: SidecarName): boolean {
  return kind.id === 'takeout' && of !== undefined && of.length >= TAKEOUT_NAME - 1;
}

function withoutCutWord(name: string): string {
  for (let length = TAKEOUT_WORD.length; length > 1; length--) {
    if (name.endsWith(TAKEOUT_WORD.slice(0, length))) return name.slice(0, -length);
  }
  return name;
}
