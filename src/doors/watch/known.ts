import { type FileIdentity, identityKey } from '../../io/identity.js';

/**
 * Files that need no look until they change: judged, written by us, or reported. Bounded; one that is forgotten is looked
 * at once more, and nothing comes of it.
 */
export class KnownFiles {
  readonly #keys = new Map<string, string>();

  constructor(private readonly capacity = 200_000) {}

  has(path: Buffer, identity: FileIdentity): boolean {
    return this.#keys.get(path.toString('latin1')) === identityKey(identity);
  }

  add(path: Buffer, identity: FileIdentity): void {
    const name = path.toString('latin1');
    // Put at the end: the oldest entry is the first to go.
    this.#keys.delete(name);
    this.#keys.set(name, identityKey(identity));
    if (this.#keys.size > this.capacity) this.#keys.delete(this.#keys.keys().next().value as string);
  }

  forget(path: Buffer): void {
    this.#keys.delete(path.toString('latin1'));
  }

  get size(): number {
    return this.#keys.size;
  }
}
