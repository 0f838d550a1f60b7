import type { ThreadNumbers } from '../../../service/threads/lane.js';
import type { BackendKind, WatchEvent } from '../events.js';
import type { FolderSettings } from '../folders.js';
import type { WatchNumbers } from '../run.js';

const LAST_FILES = 20;
const LAST_PROBLEMS = 20;

interface BoardFile {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly file: string;
  readonly what: string;
}

/** What a daemon tells of itself. File names are safe to show; no values are in it. */
export interface Snapshot {
  readonly schema: 'exifence/status@1';
  readonly pid: number;
  readonly startedAt: string;
  readonly at: string;
  readonly ready: boolean;
  readonly folders: readonly {
    readonly path: string;
    readonly mode: string;
    readonly outbox?: string;
    readonly holds: boolean;
    readonly backend?: BackendKind;
    readonly gone?: true;
  }[];
  readonly numbers: WatchNumbers;
  /** Threads that look at files, and how many files wait for one; absent where all is done in the main thread. */
  readonly threads?: ThreadNumbers;
  readonly totals: Readonly<Record<BoardTotal, number>>;
  /** Findings that were taken out, by category. */
  readonly removed: Readonly<Record<string, number>>;
  readonly lastFiles: readonly BoardFile[];
  readonly problems: readonly BoardFile[];
  /** Set where a changed policy could not be used: the last good one goes on. */
  readonly policyRefused?: string;
  readonly rssBytes: number;
}

export type BoardTotal = 'cleaned' | 'fine' | 'violates' | 'unreadable' | 'failed' | 'bugs' | 'held' | 'released' | 'undone';

const NOTHING: WatchNumbers = { settling: 0, waiting: 0, running: 0, known: 0 };

/** Keeps count of what the daemon does. */
export class Board {
  readonly totals: Record<BoardTotal, number> = {
    cleaned: 0,
    fine: 0,
    violates: 0,
    unreadable: 0,
    failed: 0,
    bugs: 0,
    held: 0,
    released: 0,
    undone: 0,
  };
  readonly removed: Record<string, number> = {};
  readonly #startedAt = new Date().toISOString();
  readonly #files: BoardFile[] = [];
  readonly #problems: BoardFile[] = [];
  readonly #backends = new Map<string, BackendKind>();
  readonly #gone = new Set<string>();
  #folders: readonly FolderSettings[] = [];
  #numbers: () => WatchNumbers = () => NOTHING;
  #threads: () => ThreadNumbers | undefined = () => undefined;
  #ready = false;
  #policyRefused: string | undefined;

  onPlan(folders: readonly FolderSettings[]): void {
    this.#folders = folders;
    this.#ready = false;
    this.#policyRefused = undefined;
    this.#backends.clear();
    this.#gone.clear();
  }

  onNumbers(numbers: () => WatchNumbers): void {
    this.#numbers = numbers;
  }

  onThreads(threads: () => ThreadNumbers | undefined): void {
    this.#threads = threads;
  }

  get threads(): ThreadNumbers | undefined {
    return this.#threads();
  }

  get numbers(): WatchNumbers {
    return this.#numbers();
  }

  get ready(): boolean {
    return this.#ready;
  }

  onEvent(event: WatchEvent): void {
    switch (event.kind) {
      case 'cleaned': {
        this.totals.cleaned++;
        for (const [category, count] of Object.entries(event.removed)) this.removed[category] = (this.removed[category] ?? 0) + count;
        const what = Object.entries(event.removed).map(([category, count]) => `${category} ${count}`);
        this.#note(this.#files, LAST_FILES, event.file, what.length === 0 ? 'clean as it is' : `removed ${what.join(', ')}`);
        break;
      }
      case 'fine':
        this.totals.fine++;
        break;
      case 'undone':
        this.totals.undone++;
        break;
      case 'violates':
        this.totals.violates++;
        this.#note(this.#problems, LAST_PROBLEMS, event.file, 'violates the policy');
        break;
      case 'unreadable':
      case 'held-on':
        this.totals.unreadable++;
        this.#note(this.#problems, LAST_PROBLEMS, event.file, `${event.unreadable.code}: ${event.unreadable.message}`);
        break;
      case 'failed':
        this.totals.failed++;
        this.#note(this.#problems, LAST_PROBLEMS, event.file, `${event.unreadable.code}: ${event.unreadable.message}; tried again`);
        break;
      case 'bug':
        this.totals.bugs++;
        this.#note(this.#problems, LAST_PROBLEMS, event.file, `a bug in exifence (${event.error} ${event.at})`);
        break;
      case 'held':
        this.totals.held++;
        this.#note(this.#files, LAST_FILES, event.file, `held: ${event.until}`);
        break;
      case 'released':
        this.totals.released++;
        break;
      case 'trouble':
        this.#note(this.#problems, LAST_PROBLEMS, '', event.message);
        break;
      case 'backend':
        this.#backends.set(event.folder, event.backend);
        break;
      case 'folder-gone':
        this.#gone.add(event.folder);
        break;
      case 'folder-back':
        this.#gone.delete(event.folder);
        break;
      case 'ready':
        this.#ready = true;
        break;
      case 'policy-refused':
        this.#policyRefused = event.message;
        break;
      default:
    }
  }

  /** Each sealed copy of its own: it goes out of the process. */
  snapshot(shown: (path: string) => string): Snapshot {
    const threads = this.#threads();
    return {
      schema: 'exifence/status@1',
      pid: process.pid,
      startedAt: this.#startedAt,
      at: new Date().toISOString(),
      ready: this.#ready,
      folders: this.#folders.map(({ path, mode, outbox, hold }) => {
        const backend = this.#backends.get(shown(path));
        return {
          path: shown(path),
          mode,
          ...(outbox === undefined ? {} : { outbox: shown(outbox) }),
          holds: hold !== undefined || mode === 'quarantine',
          ...(backend === undefined ? {} : { backend }),
          ...(this.#gone.has(shown(path)) ? { gone: true as const } : {}),
        };
      }),
      numbers: this.#numbers(),
      ...(threads === undefined ? {} : { threads }),
      totals: { ...this.totals },
      removed: { ...this.removed },
      lastFiles: [...this.#files],
      problems: [...this.#problems],
      ...(this.#policyRefused === undefined ? {} : { policyRefused: this.#policyRefused }),
      rssBytes: process.memoryUsage.rss(),
    };
  }

  #note(list: BoardFile[], most: number, file: string, what: string): void {
    list.unshift({ at: new Date().toISOString(), file, what });
    if (list.length > most) list.pop();
  }
}
