import { claimedFamily } from '../../core/image-names.js';
import { listNames } from '../../io/list-names.js';
import { directoryOf, nameOf, siblingOf } from '../../io/path-bytes.js';
import { isCutName, LIVE_VIDEO, ownersOf, type SidecarKind, type SidecarName, sidecarName } from './sidecar-kinds.js';

export interface Sidecar {
  readonly path: Buffer;
  readonly kind: SidecarKind;
}

/** What a file is to the pictures of its folder. */
export type Role =
  | { readonly kind: 'file' }
  /** `owner` is absent where it is of the folder as a whole, or its picture is not there. */
  | { readonly kind: 'sidecar'; readonly sidecar: SidecarKind; readonly owner?: Buffer };

/** What one folder holds. Names are bytes, as latin1. */
interface Folder {
  readonly owners: ReadonlyMap<string, string>;
  readonly sidecars: ReadonlyMap<string, readonly { readonly name: string; readonly kind: SidecarKind }[]>;
  /** Pictures that are no sidecars, by their stem in lower case. */
  readonly stems: ReadonlyMap<string, readonly string[]>;
  readonly hasPictures: boolean;
}

/** Folders whose names are held in memory at a time. */
const FOLDERS_HELD = 16;

/** Longest prefix by which a picture with a cut name is found again. */
const CUT_NAME = 45;

/** Knows which files of a folder belong together. A folder is listed once, when it is first asked for. */
export class FolderIndex {
  readonly #folders = new Map<string, Folder>();

  /** The files that belong to a picture, in byte order. Empty for what is a sidecar itself. */
  sidecarsOf(picture: Buffer): Sidecar[] {
    const name = latin1(nameOf(picture));
    const found = this.#folderOf(picture).sidecars.get(name) ?? [];
    return found.map(({ name, kind }) => ({ path: siblingOf(picture, Buffer.from(name, 'latin1')), kind }));
  }

  /** Other pictures of the same stem: the raw file of a JPEG, the JPEG of a raw file. Sidecars are none. */
  partnersOf(picture: Buffer): Buffer[] {
    const name = latin1(nameOf(picture));
    const same = this.#folderOf(picture).stems.get(stemOf(lower(name))) ?? [];
    return same.filter((other) => other !== name).map((other) => siblingOf(picture, Buffer.from(other, 'latin1')));
  }

  roleOf(path: Buffer): Role {
    const name = latin1(nameOf(path));
    const folder = this.#folderOf(path);
    const owner = folder.owners.get(name);
    const said = sidecarName(lower(name));
    if (owner !== undefined) {
      const sidecar = said?.kind ?? LIVE_VIDEO;
      return { kind: 'sidecar', sidecar, owner: siblingOf(path, Buffer.from(owner, 'latin1')) };
    }
    if (said === undefined || !standsAlone(said, folder)) return { kind: 'file' };
    return { kind: 'sidecar', sidecar: said.kind };
  }

  #folderOf(path: Buffer): Folder {
    const directory = directoryOf(path);
    const key = latin1(directory);
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    if (this.#folders.size >= FOLDERS_HELD) this.#folders.delete(this.#folders.keys().next().value as string);
    const folder = indexOf(listNames(directory).map(latin1));
    this.#folders.set(key, folder);
    return folder;
  }
}

/** A sidecar without its picture still tells. A JSON file may be anything; a folder's own files matter beside pictures. */
function standsAlone({ kind }: SidecarName, folder: Folder): boolean {
  if (kind.id === 'folder') return folder.hasPictures;
  return ['xmp', 'appledouble', 'aae', 'nas', 'zone'].includes(kind.id);
}

function indexOf(names: readonly string[]): Folder {
  const pictures = names.filter((name) => claimedFamily(name) !== undefined && sidecarName(lower(name)) === undefined).sort();
  const byName = new Map(pictures.map((name) => [lower(name), name]));
  const byStem = new Map<string, string>();
  const byCut = new Map<string, string>();
  // Where several share a stem (raw and JPEG, picture and video), a still picture that is no raw file is the owner.
  for (const name of [...pictures].sort((a, b) => rankOf(a) - rankOf(b))) {
    const low = lower(name);
    setFirst(byStem, stemOf(low), name);
    setFirst(byCut, low.slice(0, CUT_NAME), name);
  }
  const owners = new Map<string, string>();
  const sidecars = new Map<string, { name: string; kind: SidecarKind }[]>();
  const attach = (name: string, kind: SidecarKind, owner: string): void => {
    owners.set(name, owner);
    const list = sidecars.get(owner);
    if (list === undefined) sidecars.set(owner, [{ name, kind }]);
    else list.push({ name, kind });
  };
  for (const name of [...names].sort()) {
    const said = sidecarName(lower(name));
    if (said === undefined) {
      const still = claimedFamily(name) === 'video' ? byStem.get(stemOf(lower(name))) : undefined;
      if (still !== undefined && isStill(still) && isLiveVideo(name)) attach(name, LIVE_VIDEO, still);
      continue;
    }
    const owner = ownersOf(said)
      .map((of) => byName.get(of) ?? byStem.get(of))
      .find((found) => found !== undefined && found !== name);
    const cut = owner === undefined && isCutName(said) ? byCut.get((said.of as string).slice(0, CUT_NAME)) : undefined;
    if ((owner ?? cut) !== undefined) attach(name, said.kind, (owner ?? cut) as string);
  }
  const stems = new Map<string, string[]>();
  for (const name of pictures) {
    if (owners.has(name)) continue;
    const stem = stemOf(lower(name));
    const list = stems.get(stem);
    if (list === undefined) stems.set(stem, [name]);
    else list.push(name);
  }
  return { owners, sidecars, stems, hasPictures: pictures.length > 0 };
}

function rankOf(name: string): number {
  const family = claimedFamily(name);
  return family === 'video' ? 2 : family === 'raw' ? 1 : 0;
}

function isStill(name: string): boolean {
  const family = claimedFamily(name);
  return family === 'heif' || family === 'jpeg';
}

/** A live photo's second half is written as `.mov`, and exported as `.mp4`. */
function isLiveVideo(name: string): boolean {
  return /\.(?:mov|mp4)$/i.test(name);
}

function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

function setFirst(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** Only ASCII has another case here: the names' encoding is not known. */
function lower(name: string): string {
  return name.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}
