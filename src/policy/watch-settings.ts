import type { PolicyDocument } from './schema.js';
import type { Hold, VaultSettings, WatchFolder } from './types.js';

/** Times, distances and sizes of the watch section, and what stands where nothing is said. */

export const WATCH_MODES = ['in-place', 'outbox', 'quarantine'] as const;

/** 1s to 3650d. */
export const DURATION_PATTERN = /^(?:[1-9]\d{0,5}[sm]|[1-9]\d{0,3}h|(?:[1-9]\d{0,2}|[12]\d{3}|3[0-5]\d\d|36[0-4]\d|3650)d)$/;
/** 100m to 1000km. */
export const DISTANCE_PATTERN = /^(?:[1-9]\d{2,5}m|[1-9]\d{0,2}(?:\.\d{1,3})?km|1000km|0\.[1-9]\d{0,2}km)$/;
/** 1MB to 10TB. */
export const SIZE_PATTERN = /^(?:[1-9]\d{0,6}[MG]B|(?:[1-9]|10)TB)$/;

/** Longer than most journeys, short enough that a picture without a place is not forgotten. */
export const DEFAULT_AT_MOST = '7d';

export const DEFAULT_VAULT = { keep: '30d', size: '2GB' } as const;

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const UNIT_BYTES = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** `90s`, `24h`. The text fits `DURATION_PATTERN`. */
function durationMs(text: string): number {
  return Number.parseInt(text, 10) * UNIT_MS[text.at(-1) as keyof typeof UNIT_MS];
}

function distanceM(text: string): number {
  return Number.parseFloat(text) * (text.endsWith('km') ? 1000 : 1);
}

function sizeBytes(text: string): number {
  return Number.parseInt(text, 10) * UNIT_BYTES[text.slice(-2) as keyof typeof UNIT_BYTES];
}

export const DEFAULT_VAULT_SETTINGS: VaultSettings = Object.freeze({
  on: true,
  keepMs: durationMs(DEFAULT_VAULT.keep),
  sizeBytes: sizeBytes(DEFAULT_VAULT.size),
  encrypt: false,
});

type WatchDocument = NonNullable<PolicyDocument['watch']>;
type FolderDocument = NonNullable<WatchDocument['folders']>[number];

export function vaultSettings(vault: NonNullable<WatchDocument['vault']>): VaultSettings {
  if (typeof vault === 'string') return { ...DEFAULT_VAULT_SETTINGS, on: vault === 'on' };
  return {
    on: true,
    keepMs: durationMs(vault.keep ?? DEFAULT_VAULT.keep),
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
  const { path, recursive, mode, outbox, hold, vault, policy } = folder;
  return {
    path,
    recursive: recursive ?? true,
    mode: mode ?? (outbox === undefined ? 'in-place' : 'outbox'),
    ...(outbox === undefined ? {} : { outbox }),
    ...(hold === undefined ? {} : { hold: holdOf(hold) }),
    ...(vault === undefined ? {} : { vault: vault === 'on' }),
    ...(policy === undefined ? {} : { policy }),
  };
}

function holdOf(hold: string | { readonly 'until-away': string; readonly 'at-most'?: string | undefined }): Hold {
  if (typeof hold === 'string') return { kind: 'time', holdMs: durationMs(hold) };
  return { kind: 'away', distanceM: distanceM(hold['until-away']), atMostMs: durationMs(hold['at-most'] ?? DEFAULT_AT_MOST) };
}
