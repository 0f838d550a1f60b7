/** What keeps watch over one folder and what is below. */
export interface FolderWatch {
  /** Resolves when every change from now on is told. Rejects where the backend cannot be used at all. */
  readonly ready: Promise<void>;
  /** A folder on the way of a sweep: backends that know names as text only watch those that are none by their bytes. */
  watchOddFolder(path: Buffer): void;
  close(): Promise<void>;
}

export interface FolderWatchOptions {
  /** Absolute, free of symbolic links. */
  readonly folder: string;
  readonly recursive: boolean;
  /** Ask again and again instead of being told: for network disks. */
  readonly polling: boolean;
  /** Something happened to this name: a file or a folder, there or gone. */
  readonly onHint: (path: Buffer) => void;
  /** Something happened in this folder, it is not known to what. */
  readonly onFolder: (path: Buffer) => void;
  /** A folder came in and is being taken under watch: what was put in meanwhile may go unseen. */
  readonly onNewFolder: (path: Buffer) => void;
  /** Changes were lost: only a look at everything finds them. */
  readonly onLost: () => void;
  readonly onError: (error: NodeJS.ErrnoException) => void;
}

/** The sign that a name was not UTF-8, and got lost on its way to a string. */
export const REPLACEMENT = '\ufffd';
