import type { Receipt } from '../../core/receipt.js';

/** What happened to a file, and what is known of it. No values of metadata. */
export type LogEntry =
  | FileEntry
  /** A line that was cut short when a run was stopped has been taken off the end. */
  | { readonly at: string; readonly event: 'log-mended'; readonly tornBytes: number };

export type FileEvent = 'cleaned' | 'copied' | 'held' | 'released' | 'rejected' | 'undone';

export interface FileEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: FileEvent;
  readonly file: string;
  /** The file's path in hex, where it is not UTF-8. */
  readonly fileHex?: string;
  /** Where the new content is, if that is elsewhere. */
  readonly output?: string;
  readonly outputHex?: string;
  readonly format?: string;
  readonly before: { readonly sha256: string; readonly sizeBytes: number };
  /** Absent where nothing was written. */
  readonly after?: { readonly sha256: string; readonly sizeBytes: number };
  readonly pixels?: Receipt['pixels'];
  readonly policySha256?: string;
  /** How many findings of each category were taken out. */
  readonly removed?: Readonly<Record<string, number>>;
  /** The original in the vault. */
  readonly vaultId?: string;
  readonly tool: string;
}

export type LogLine = LogEntry & {
  /** Counts from 1. */
  readonly seq: number;
  /** SHA-256 of the line before, without its line end; of the first line, 64 zeros. */
  readonly prev: string;
};

/** How a path is written down: as text, and by its bytes where text would lose some. */
export function pathFields<Name extends string>(name: Name, path: Buffer): Record<Name, string> & Partial<Record<`${Name}Hex`, string>> {
  const text = path.toString();
  const lossless = Buffer.from(text).equals(path);
  return { [name]: text, ...(lossless ? {} : { [`${name}Hex`]: path.toString('hex') }) } as Record<Name, string> &
    Partial<Record<`${Name}Hex`, string>>;
}

/** The path that `pathFields` wrote down. */
export function pathOf(text: string, hex: string | undefined): Buffer {
  return hex === undefined ? Buffer.from(text) : Buffer.from(hex, 'hex');
}
