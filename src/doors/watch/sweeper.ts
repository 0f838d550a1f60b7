import { lstatSync } from 'node:fs';
import { displayPath } from '../../core/display.js';
import { identityOf } from '../../io/identity.js';
import { nameOf } from '../../io/path-bytes.js';
import { removeStrays } from '../../io/stray.js';
import { type WalkItem, walk } from '../../io/walk.js';
import type { WatchLog } from './events.js';
import { isUnfinishedName } from './intake.js';
import type { KnownFiles } from './known.js';
import type { PathQueue } from './queue.js';
import type { Settler } from './settler.js';

/** A file that was not touched for this long needs no settling. */
const AT_REST_MS = 2_000;

export interface SweeperOptions {
  readonly queue: PathQueue;
  readonly settler: Settler;
  readonly known: KnownFiles;
  readonly log: WatchLog;
  readonly signal: AbortSignal;
  /** A file at rest comes into sight. */
  readonly onSeen?: (path: Buffer) => void;
  /** Told of every folder on the way. */
  readonly onFolder: (path: Buffer) => void;
}

/** Looks through folders for what no event told of. */
export class Sweeper {
  readonly #told = new Set<string>();

  constructor(private readonly options: SweeperOptions) {}

  /** Sends every file on its way that is not known as it is. Returns how many files there are. */
  async sweep(folder: Buffer, recursive: boolean, seen?: (files: number) => void): Promise<number> {
    const { signal, onFolder } = this.options;
    const strays: Buffer[] = [];
    let files = 0;
    onFolder(folder);
    const leaveOut = (path: Buffer): boolean => {
      onFolder(path);
      return false;
    };
    for await (const item of walk([folder], { recursive, leaveOut })) {
      if (signal.aborted) return files;
      if (item.kind === 'temp') strays.push(item.path);
      else if (item.kind === 'skipped') this.#leftOut(item);
      else if (!isUnfinishedName(nameOf(item.path))) {
        await this.#file(item.path);
        files++;
        seen?.(files);
      }
    }
    await this.#takeAway(strays);
    return files;
  }

  async #file(path: Buffer): Promise<void> {
    const { queue, settler, known } = this.options;
    let identity: ReturnType<typeof identityOf>;
    try {
      identity = identityOf(lstatSync(path, { bigint: true }));
    } catch {
      return;
    }
    if (known.has(path, identity)) return;
    await queue.room();
    if (Date.now() - Number(identity.ctimeNs / 1_000_000n) > AT_REST_MS) {
      this.options.onSeen?.(path);
      queue.add(path);
    } else settler.hint(path);
  }

  #leftOut({ path, reason, error }: Extract<WalkItem, { kind: 'skipped' }>): void {
    if (reason !== 'unreadable-folder' && reason !== 'too-deep') return;
    const key = path.toString('latin1');
    // Each once: sweeps come again and again.
    if (error?.code === 'not-found' || this.#told.has(key)) return;
    this.#told.add(key);
    this.options.log({ kind: 'left-out', path: displayPath(path), reason, message: error?.message ?? 'the folders are nested too deep' });
  }

  async #takeAway(strays: readonly Buffer[]): Promise<void> {
    if (strays.length === 0) return;
    const { removed, finished, left } = await removeStrays(strays);
    const fresh = left.filter(({ path }) => !this.#told.has(path.toString('latin1')));
    for (const { path } of fresh) this.#told.add(path.toString('latin1'));
    if (removed.length + finished.length + fresh.length === 0) return;
    this.options.log({
      kind: 'strays',
      removed: removed.length,
      finished: finished.map(displayPath),
      left: fresh.map(({ path, reason }) => ({ file: displayPath(path), reason })),
    });
  }
}
