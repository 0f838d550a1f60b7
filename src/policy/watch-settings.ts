import { durationMs } from './duration.js';
import type { PolicyDocument } from './schema.js';
import type { Hold, VaultSettings, WatchFolder } from './types.js';

/** Times, distances and sizes of the watch section, and what stands where nothing is said. */

export const WATCH_BACKENDS = ['auto', 'chokidar', 'native'] as const;

export const WATCH_MODES = ['in-place', 'outbox', 'quarantine'] as const;

/** 100m to 1000km. */
export const DISTANCE_PATTERN = /^(?:[1-9]\d{2,5}m|[1-9]\d{0,2}(?:\.\d{1,3})?km|1000km|0\.[1-9]\d{0,2}km)$/;
/** 1MB to 10TB. */
export const SIZE_PATTERN = /^(?:[1-9]\d{0,6}[MG]B|(?:[1-9]|10)TB)$/;

/** Longer than most journeys, short enough that a picture without a place is not forgotten. */
export const DEFAULT_AT_MOST = '7d';

export const DEFAULT_VAULT = { keep: '30d', size: '2GB' } as const;

const UNIT_BYTES = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** The schema has let the text through. */
function millisecondsOf(text: string): number {
  return durationMs(text) as number;
}

function distanceM(text: string): number {
  return Number.parseFloat(text) * (text.endsWith('km') ? 1000 : 1);
}

function sizeBytes(text: string): number {
  return Number.parseInt(text, 10) * UNIT_BYTES[text.slice(-2) as keyof typeof UNIT_BYTES];
}

export const DEFAULT_VAULT_SETTINGS: VaultSettings = Object.freeze({
  on: true,
  keepMs: millisecondsOf(DEFAULT_VAULT.keep),
  sizeBytes: sizeBytes(DEFAULT_VAULT.size),
  encrypt: false,
});

type WatchDocument = NonNullable<PolicyDocument['watch']>;
type FolderDocument = NonNullable<WatchDocument['folders']>[number];

export function vaultSettings(vault: NonNullable<WatchDocument['vault']>): VaultSettings {
  if (typeof vault === 'string') return { ...DEFAULT_VAULT_SETTINGS, on: vault === 'on' };
  return {
    on: true,
    keepMs: millisecondsOf(vault.keep ?? DEFAULT_VAULT.keep),
    sizeBytes: sizeBytes(vault.size ?? DEFAULT_VAULT.size),
    encrypt: vault.encrypt ?? false,
  };
}

/** What the schema cannot say: which keys need each other. */
export function folderMistake(
  folder: FolderDocument,
): { readonly key: 'mode' | 'outbox'; readonly message: string; readonly hint: string } | undefined {
  if (typeof folder === 'string') return undefined;
  if (folder.mode === 'outbox' && folder.outbox === undefined)
    return { key: 'mode', message: 'the mode outbox needs a folder for the clean copies', hint: 'add "outbox: PATH" beside it' };
  if (folder.mode === 'in-place' && folder.outbox !== undefined)
    return { key: 'outbox', message: 'outbox has no place beside mode: in-place', hint: 'write mode: outbox, or leave one of the two out' };
  return undefined;
}

export function watchFolder(folder: FolderDocument): WatchFolder {
  if (typeof folder === 'string') return { path: folder, recursive: true, mode: 'in-place' };
  const { path, recursive, mode, outbox, hold, polling, vault, policy } = folder;
  return {
    path,
    recursive: recursive ?? true,
    mode: mode ?? (outbox === undefined ? 'in-place' : 'outbox'),
    ...(outbox === undefined ? {} : { outbox }),
    ...(hold === undefined ? {} : { hold: holdOf(hold) }),
    ...(polling === undefined ? {} : { polling }),
    ...(vault === undefined ? {} : { vault: vault === 'on' }),
    ...(policy === undefined ? {} : { policy }),
  };
}

function holdOf(hold: string | { readonly 'until-away': string; readonly 'at-most'?: string | undefined }): Hold {
  if (typeof hold === 'string') return { kind: 'time', holdMs: millisecondsOf(hold) };
  return { kind: 'away', distanceM: distanceM(hold['until-away']), atMostMs: millisecondsOf(hold['at-most'] ?? DEFAULT_AT_MOST) };
}
