import { createHash } from 'node:crypto';
import { cpSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { isTempName } from '../../../src/io/temp-name.js';
import { DEFAULT_VAULT_SETTINGS } from '../../../src/policy/watch-settings.js';
import { verifyLog } from '../../../src/service/receipts/verify-log.js';
import { identityIn } from '../../../src/service/vault/keys.js';
import { undo } from '../../../src/service/vault/undo.js';
import { Vault } from '../../../src/service/vault/vault.js';
import { jpegWith } from '../../support/exif.js';
import { buildExif } from '../../support/tiff.js';

/** How a folder is treated in which one picture lies. */
export interface WorldKind {
  readonly mode: 'in-place' | 'outbox';
  readonly vault: 'on' | 'off' | 'encrypted';
  /** The picture has a second name. */
  readonly linked?: boolean;
}

export const NAME = 'a.jpg';
export const PASSPHRASE = 'correct horse';
const ORIGINAL = jpegWith(buildExif({ orientation: 6, serial: 'CANARY-4711', gps: { latitude: 48.8584, longitude: 2.2945 } }));
const OLD_S = 1_600_000_000;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A watched folder with one picture, an outbox and a state folder, in a folder of its own. */
export class World {
  readonly base = mkdtempSync(join(tmpdir(), 'exifence-fault-'));
  readonly folder = join(this.base, 'in');
  readonly out = join(this.base, 'out');
  readonly state = join(this.base, 'state');

  /** `keys`: a vault folder with a key pair, for what is encrypted. */
  constructor(
    readonly kind: WorldKind,
    keys?: string,
  ) {
    for (const path of [this.folder, this.out]) mkdirSync(path);
    mkdirSync(this.state, { mode: 0o700 });
    if (kind.vault === 'encrypted' && keys !== undefined) {
      mkdirSync(join(this.state, 'vault'), { mode: 0o700 });
      cpSync(keys, join(this.state, 'vault'), { recursive: true });
    }
    writeFileSync(join(this.base, 'kind.json'), JSON.stringify(kind));
    writeFileSync(join(this.folder, NAME), ORIGINAL, { mode: 0o644 });
    utimesSync(join(this.folder, NAME), OLD_S, OLD_S);
    if (kind.linked === true) linkSync(join(this.folder, NAME), join(this.folder, 'b.jpg'));
  }

  /** What is wrong at any moment, also while nobody has put things in order yet. */
  broken(clean: Uint8Array): string[] {
    const wrong: string[] = [];
    const named = filesIn(this.folder).filter((path) => !isTemp(path));
    const bytes = (path: string): Buffer => readFileSync(path);
    // A write in place goes through a torn state, and has the whole new content beside it then.
    const isBeingRedone = this.kind.linked === true && filesIn(this.folder).some((path) => path.endsWith('.redo'));
    if (!isBeingRedone)
      for (const path of named) if (!bytes(path).equals(ORIGINAL) && !bytes(path).equals(clean)) wrong.push(`torn: ${this.shown(path)}`);
    for (const path of filesIn(this.out)) {
      if (bytes(path).includes('CANARY')) wrong.push(`leaked: ${this.shown(path)}`);
      if (!isTemp(path) && !bytes(path).equals(clean)) wrong.push(`torn: ${this.shown(path)}`);
    }
    if (this.kind.vault === 'on' && !this.#originals().some((path) => bytes(path).equals(ORIGINAL))) wrong.push('lost: the original');
    for (const path of filesIn(this.state)) {
      // While its attributes are taken over, a file without a name has the permissions of the original: in a folder that is private.
      const isOpen = (place: string): boolean => (lstatSync(place).mode & 0o077) !== 0;
      if (isOpen(path) && (!isTemp(path) || isOpen(dirname(path)))) wrong.push(`open to others: ${this.shown(path)}`);
      const sealed = !path.includes('/vault/') || this.kind.vault === 'encrypted';
      if (sealed && bytes(path).includes('CANARY')) wrong.push(`leaked: ${this.shown(path)}`);
    }
    for (const path of filesIn(this.folder))
      if (isTemp(path) && (lstatSync(path).mode & 0o077) !== 0 && bytes(path).includes('CANARY'))
        wrong.push(`open to others: ${this.shown(path)}`);
    return wrong;
  }

  /** What is wrong when the next run is done: clean, on record, the original to be had back, nothing lying about. */
  async unfinished(clean: Uint8Array): Promise<string[]> {
    const wrong = this.broken(clean);
    const inPlace = this.kind.mode === 'in-place';
    for (const name of this.kind.linked === true ? [NAME, 'b.jpg'] : [NAME])
      if (!readFileSync(join(this.folder, name)).equals(inPlace ? clean : ORIGINAL)) wrong.push(`not clean: ${name}`);
    const output = join(inPlace ? this.folder : this.out, NAME);
    if (filesIn(this.out).length !== (inPlace ? 0 : 1)) wrong.push(`outbox: ${filesIn(this.out)}`);
    if (!filesIn(inPlace ? this.folder : this.out).includes(output)) return [...wrong, 'no clean file'];
    if (lstatSync(output).mtimeMs !== OLD_S * 1000) wrong.push('its time is another');
    if ((lstatSync(output).mode & 0o777) !== 0o644) wrong.push('its permissions are others');
    if (!inPlace && (lstatSync(join(this.folder, NAME)).mode & 0o777) !== 0o600) wrong.push('the original is not private');
    for (const path of filesIn(this.base))
      if (isTemp(path) || /\.lock|\.dead$|\.plain$/.test(path)) wrong.push(`stray: ${this.shown(path)}`);
    return [...wrong, ...(await this.#receipts(clean)), ...(inPlace && this.kind.vault !== 'off' ? await this.#undone() : [])];
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }

  async #receipts(clean: Uint8Array): Promise<string[]> {
    const folder = join(this.state, 'receipts');
    const { faults } = await verifyLog(folder);
    const entries = readFileSync(join(folder, 'receipts.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const ours = entries.filter(({ event, after }) => event === 'cleaned' && after?.sha256 === sha256(clean));
    return [
      ...faults.map(({ message }) => `receipts: ${message}`),
      ...(ours.length >= 1 && ours.length <= (this.kind.linked === true ? 2 : 1) ? [] : [`${ours.length} receipts`]),
    ];
  }

  /** Exactly one original in the vault, and it comes back as it was. */
  async #undone(): Promise<string[]> {
    const place = join(this.state, 'vault');
    const encrypt = this.kind.vault === 'encrypted';
    const vault = new Vault(place, { ...DEFAULT_VAULT_SETTINGS, encrypt });
    const contents = filesIn(place).filter((path) => /\.(?:orig|age)$/.test(path) && !path.endsWith('identity.age'));
    const records = vault.records();
    // Each name of a file may have come to the vault by itself.
    const most = this.kind.linked === true ? 2 : 1;
    const wrong =
      records.length >= 1 && records.length <= most && contents.length === records.length
        ? []
        : [`${records.length} records, ${contents.length} originals`];
    const [record] = records;
    if (record === undefined) return wrong;
    await undo(record, { vault, ...(encrypt ? { identity: await identityIn(place, PASSPHRASE) } : {}) });
    const file = join(this.folder, NAME);
    if (!readFileSync(file).equals(ORIGINAL)) wrong.push('the original did not come back');
    if (lstatSync(file).mtimeMs !== OLD_S * 1000 || (lstatSync(file).mode & 0o777) !== 0o644)
      wrong.push('it came back with other attributes');
    return wrong;
  }

  #originals(): string[] {
    return [...filesIn(this.folder), ...filesIn(join(this.state, 'vault'))].filter((path) => !path.endsWith('.json'));
  }

  private shown(path: string): string {
    return relative(this.base, path);
  }
}

const isTemp = (path: string): boolean => isTempName(path.slice(path.lastIndexOf('/') + 1));

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => lstatSync(path).isFile());
  } catch {
    return [];
  }
}
