import { createHmac, randomBytes } from 'node:crypto';
import type { Link, Links } from '../core/link.js';
import type { Part } from '../core/part.js';
import type { FileResult } from '../core/result.js';
import { type Sealed, seal } from '../core/sealed.js';

interface Kind {
  readonly kind: string;
  readonly what: string;
  /** Last names of the parts that hold it, without namespace, index and case: Exif, XMP, maker notes and QuickTime keys alike. */
  readonly names: string;
}

/** In the order in which links are reported: what singles out a device first. */
const KINDS: readonly Kind[] = [
  {
    kind: 'body-serial',
    what: 'body serial number',
    names: 'SerialNumber BodySerialNumber CameraSerialNumber CameraBodySerialNumber DeviceSerialNumber com.apple.quicktime.serialnumber',
  },
  { kind: 'internal-serial', what: 'internal serial number', names: 'InternalSerialNumber SerialNumber2 CameraInternalSerialNumber' },
  { kind: 'lens-serial', what: 'lens serial number', names: 'LensSerialNumber InternalLensSerialNumber' },
  {
    kind: 'image-id',
    what: 'unique image id',
    names: 'ImageUniqueID ImageID RawDataUniqueID NewRawImageDigest OriginalRawImageDigest DigitalImageGUID PhotoIdentifier ImageIDNumber',
  },
  {
    kind: 'document-id',
    what: 'document id',
    names: 'DocumentID InstanceID OriginalDocumentID UniqueDocumentID DocumentAncestors OriginalDocumentId VersionID',
  },
  {
    kind: 'content-id',
    what: 'content identifier',
    names: 'ContentIdentifier MediaGroupUUID com.apple.quicktime.content.identifier',
  },
  { kind: 'burst-id', what: 'burst or group id', names: 'BurstUUID BurstID ImageGroupID GroupID ShotGroupID' },
  { kind: 'owner', what: 'owner name', names: 'OwnerName CameraOwnerName OwnerID' },
  { kind: 'host', what: 'host name', names: 'HostComputer HostName' },
];

const KIND_OF = new Map<string, Kind>(KINDS.flatMap((kind) => kind.names.split(' ').map((name) => [name.toLowerCase(), kind] as const)));

/** What makers write where there is nothing to say. */
const EMPTY_WORDS: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'NONE',
  'N/A',
  'NA',
  'NULL',
  'UNDEFINED',
  'DEFAULT',
  'OWNER',
  'NOT AVAILABLE',
]);

/** Values held at a time, at about 150 bytes each. */
const MAX_VALUES = 1_000_000;

/** Shorter ones join by chance. */
const MIN_LENGTH = 3;

interface Held {
  readonly kind: Kind;
  readonly files: number[];
  readonly value?: Sealed;
}

export interface LinkageOptions {
  /** Hold the values too, so that they can be shown. */
  readonly reveal?: boolean;
  /** Secret of this run: without it a short serial number could be guessed from its digest. */
  readonly key?: Uint8Array;
  readonly maxValues?: number;
}

/** Finds which files of a run are joined by the same value. Holds digests, not values. */
export class Linkage {
  readonly #held = new Map<string, Held>();
  readonly #files: string[] = [];
  readonly #key: Uint8Array;
  readonly #maxValues: number;
  #incomplete = false;

  constructor(private readonly options: LinkageOptions = {}) {
    this.#key = options.key ?? randomBytes(32);
    this.#maxValues = options.maxValues ?? MAX_VALUES;
  }

  /** Takes note of a judged file. One that belongs to the file before counts as that file. */
  add({ artifact, judgement, sidecarOf }: FileResult): void {
    if (judgement === undefined) return;
    const file = sidecarOf ?? artifact;
    const parts = judgement.inspection?.parts ?? judgement.decisions.map(({ part }) => part);
    for (const part of parts) this.#addPart(part, file);
  }

  /** The links so far; the same for the same files in the same order, whatever the key. */
  links(): Links {
    const joined = [...this.#held.values()].filter(({ files }) => files.length > 1);
    joined.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || compareLists(a.files, b.files));
    const groups: Held[][] = [];
    for (const held of joined) {
      const last = groups.at(-1);
      const [same] = last ?? [];
      if (last !== undefined && same?.kind === held.kind && compareLists(same.files, held.files) === 0) last.push(held);
      else groups.push([held]);
    }
    return { links: groups.map((group) => this.#linkOf(group)), incomplete: this.#incomplete };
  }

  #linkOf(group: readonly Held[]): Link {
    const { kind, files } = group[0] as Held;
    const values = group.flatMap(({ value }) => (value === undefined ? [] : [value])).sort((a, b) => (a.reveal() < b.reveal() ? -1 : 1));
    return {
      kind: kind.kind,
      what: kind.what,
      files: files.map((index) => this.#files[index] as string),
      count: group.length,
      ...(values.length === 0 ? {} : { values }),
    };
  }

  #addPart(part: Part, file: string): void {
    const kind = part.value === undefined ? undefined : KIND_OF.get(lastName(part.path));
    const value = kind === undefined ? undefined : normalized(part.value?.reveal() ?? '');
    if (kind !== undefined && value !== undefined) this.#addValue(kind, value, file);
    for (const child of part.children ?? []) this.#addPart(child, file);
  }

  #addValue(kind: Kind, value: string, file: string): void {
    const digest = createHmac('sha256', this.#key).update(`${kind.kind}\0${value}`).digest('base64').slice(0, 22);
    const held = this.#held.get(digest);
    if (held === undefined && this.#held.size >= this.#maxValues) {
      this.#incomplete = true;
      return;
    }
    const index = this.#indexOf(file);
    if (held === undefined)
      this.#held.set(digest, { kind, files: [index], ...(this.options.reveal === true ? { value: seal(value) } : {}) });
    else if (held.files.at(-1) !== index) held.files.push(index);
  }

  /** Files come one after the other. */
  #indexOf(file: string): number {
    if (this.#files.at(-1) !== file) this.#files.push(file);
    return this.#files.length - 1;
  }
}

/** `APP1#0/XMP/xmpMM:DocumentID` is `documentid`. */
function lastName(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/(?:#\d+|\[\d+\])+$/, '')
    .replace(/^[^:]*:/, '')
    .toLowerCase();
}

/** The value without what writers put around it; `undefined` where it is nothing that could join. */
function normalized(value: string): string | undefined {
  const bare = value
    .replaceAll('\0', '')
    .trim()
    .replace(/^(?:xmp\.[id]id|adobe:docid:[a-z]+|uuid|urn:uuid):/i, '')
    .replace(/\s+/g, ' ')
    .toUpperCase();
  if (bare.length < MIN_LENGTH || EMPTY_WORDS.has(bare)) return undefined;
  const telling = bare.replace(/[^\p{L}\p{N}]/gu, '');
  return telling.length < MIN_LENGTH || /^(.)\1*$/su.test(telling) ? undefined : bare;
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
