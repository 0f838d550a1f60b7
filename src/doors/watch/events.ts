import type { Enforcement } from '../../core/door.js';
import type { Unreadable } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';

/** How many findings of each category. */
export type CategoryCounts = Readonly<Record<string, number>>;

/** What tells of changes. */
export type BackendKind = 'chokidar' | 'native' | 'polling';

/** What the daemon has to tell. File and folder names are safe to show; no values of metadata are in here. */
export type WatchEvent =
  | { readonly kind: 'watching'; readonly folder: string; readonly recursive: boolean }
  | { readonly kind: 'backend'; readonly folder: string; readonly backend: BackendKind }
  /** Numbers are served to this machine. */
  | { readonly kind: 'metrics'; readonly port: number }
  | { readonly kind: 'policy-changed'; readonly folders: number }
  /** The last good policy goes on. */
  | { readonly kind: 'policy-refused'; readonly message: string }
  /** The first sweep is still under way. */
  | { readonly kind: 'sweeping'; readonly folder: string; readonly done: number }
  | { readonly kind: 'swept'; readonly folder: string; readonly files: number; readonly durationMs: number }
  | { readonly kind: 'ready'; readonly folders: number }
  | {
      readonly kind: 'cleaned';
      readonly file: string;
      /** Where the clean copy is, if that is elsewhere. */
      readonly output?: string;
      readonly removed: CategoryCounts;
      readonly durationMs: number;
      readonly notes: readonly string[];
      /** Absent where it was clean as it came, and was copied. */
      readonly receipt?: Receipt;
    }
  | { readonly kind: 'violates'; readonly file: string; readonly found: CategoryCounts; readonly enforce: Enforcement }
  | { readonly kind: 'fine'; readonly file: string; readonly verdict: 'clean' | 'allowed' | 'not-an-image' }
  /** Taken out of sight. */
  | { readonly kind: 'held'; readonly id: string; readonly file: string; readonly until: string; readonly notes: readonly string[] }
  | {
      readonly kind: 'released';
      readonly id: string;
      readonly file: string;
      readonly output: string;
      readonly removed: CategoryCounts;
      readonly notes: readonly string[];
    }
  /** Its time is over, and it could not be released. */
  | { readonly kind: 'held-on'; readonly id: string; readonly file: string; readonly unreadable: Unreadable }
  /** A person has brought this content back: it stays. */
  | { readonly kind: 'undone'; readonly file: string }
  /** Not proven clean, and not touched. */
  | { readonly kind: 'unreadable'; readonly file: string; readonly unreadable: Unreadable }
  /** The system stood in the way. */
  | { readonly kind: 'failed'; readonly file: string; readonly unreadable: Unreadable; readonly retryMs: number }
  /** Our own bug; the daemon goes on with the other files. */
  | { readonly kind: 'bug'; readonly file: string; readonly error: string; readonly at: string }
  /** Originals that were kept for as long as the policy says. */
  | { readonly kind: 'vault-expired'; readonly originals: number }
  | { readonly kind: 'folder-gone'; readonly folder: string }
  | { readonly kind: 'folder-back'; readonly folder: string }
  | { readonly kind: 'left-out'; readonly path: string; readonly reason: string; readonly message: string }
  | {
      readonly kind: 'strays';
      readonly removed: number;
      readonly finished: readonly string[];
      readonly left: readonly { readonly file: string; readonly reason: string }[];
    }
  /** A run that was stopped owed receipts, or left half a line at the end of them. */
  | { readonly kind: 'receipts-mended'; readonly written: number; readonly tornBytes: number }
  | { readonly kind: 'trouble'; readonly message: string; readonly hint: string }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped'; readonly cleaned: number; readonly unreadable: number };

export type WatchLog = (event: WatchEvent) => void;

/** What may be said of an error that nobody foresaw: its message may quote the file, so name and place have to do. */
export function bugOf(error: unknown): { readonly error: string; readonly at: string } {
  if (!(error instanceof Error)) return { error: typeof error, at: '' };
  const frame = (error.stack ?? '').split('\n').find((line) => line.startsWith('    at ')) ?? '';
  // Without the folder that the program lies in.
  return { error: error.name, at: frame.trim().replace(/\(?(?:file:\/\/)?\/[^)]*\/([^/)]+)\)?$/, '$1') };
}
