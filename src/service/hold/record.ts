import type { Unreadable } from '../../core/judgement.js';
import type { Hold, VaultSettings } from '../../policy/types.js';
import { pathOf } from '../receipts/entry.js';
import type { Spot } from './spot.js';

/** All that is known of one picture that is held back. Private, as it tells where and when it was taken. */
export interface HeldRecord {
  readonly schema: 'exifence/held@1';
  readonly id: string;
  /** Where it arrived; absolute. */
  readonly file: string;
  /** The same in hex, where it is not UTF-8. */
  readonly fileHex?: string;
  /** The watched folder that it arrived in; absolute. */
  readonly folder: string;
  /** Where its clean copy is to appear, before a free name is chosen; absolute. Its own place if left out. */
  readonly output?: string;
  readonly outputHex?: string;
  /** Where the original is: in the private room, or still where it arrived, for its owner's eyes only. */
  readonly original: 'moved' | 'left';
  /** Waits for `exifence release`, whatever the time. */
  readonly quarantined: boolean;
  readonly hold?: Hold;
  /** ISO 8601, UTC, by the wall clock. */
  readonly arrivedAt: string;
  /** By the clock of delays. */
  readonly arrivedMs: number;
  /** The file as it arrived. Numbers of the system are decimal. */
  readonly attributes: {
    readonly dev: string;
    readonly ino: string;
    readonly mode: number;
    readonly mtimeNs: string;
    readonly sizeBytes: number;
  };
  /** Of the whole file; absent where it could not be read to its end yet. */
  readonly sha256?: string;
  readonly spot: Spot;
  /** A policy file or a preset that holds for the folder, and the folder that paths start at. */
  readonly policy?: string;
  readonly policyFolder: string;
  /** Where the original goes when a clean copy has taken its place; gone for good if left out. */
  readonly vault?: VaultSettings;
  /** What is being done with it. Whoever comes after a kill finishes that. */
  readonly ending?:
    | { readonly kind: 'release'; readonly target: string; readonly targetHex?: string; readonly sha256: string }
    | { readonly kind: 'reject' };
  /** Why it is still held, though its time is over. */
  readonly problem?: Unreadable;
}

export const HELD_ID = /^[0-9a-f]{8}$/;

/** A record that is longer is none of ours. */
export const RECORD_BYTES = 64 * 1024;

export function arrivedFile(record: HeldRecord): Buffer {
  return pathOf(record.file, record.fileHex);
}

export function outputOf(record: HeldRecord): Buffer {
  return record.output === undefined ? arrivedFile(record) : pathOf(record.output, record.outputHex);
}

/** By the clock of delays; `undefined` where no time ends it. */
export function dueMs({ arrivedMs, hold }: HeldRecord): number | undefined {
  if (hold === undefined) return undefined;
  return arrivedMs + (hold.kind === 'time' ? hold.holdMs : hold.atMostMs);
}

export function serializeRecord(record: HeldRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record, undefined, 1)}\n`);
}

/** `undefined` where the text is no record of ours. */
export function parseHeldRecord(text: string, id: string): HeldRecord | undefined {
  try {
    const record = JSON.parse(text) as HeldRecord;
    return isRecord(record) && record.id === id ? record : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(record: HeldRecord): boolean {
  const { attributes, hold, ending, spot } = record;
  return (
    record.schema === 'exifence/held@1' &&
    HELD_ID.test(record.id) &&
    isPath(record.file, record.fileHex) &&
    (record.output === undefined || isPath(record.output, record.outputHex)) &&
    typeof record.folder === 'string' &&
    typeof record.policyFolder === 'string' &&
    (record.original === 'moved' || record.original === 'left') &&
    typeof record.quarantined === 'boolean' &&
    Number.isFinite(record.arrivedMs) &&
    !Number.isNaN(Date.parse(record.arrivedAt)) &&
    [attributes.dev, attributes.ino, attributes.mtimeNs].every((number) => /^-?\d{1,20}$/.test(number)) &&
    Number.isSafeInteger(attributes.mode) &&
    (record.sha256 === undefined || /^[0-9a-f]{64}$/.test(record.sha256)) &&
    isSpot(spot) &&
    (hold === undefined || Number.isFinite(hold.kind === 'time' ? hold.holdMs : hold.atMostMs + hold.distanceM)) &&
    (ending === undefined || ending.kind === 'reject' || (ending.kind === 'release' && isPath(ending.target, ending.targetHex)))
  );
}

function isSpot({ place, taken }: Spot): boolean {
  const numbers = [
    ...(place === undefined ? [] : [place.latitude, place.longitude]),
    ...(taken === undefined ? [] : [taken.utcMs ?? taken.localMs]),
  ];
  return numbers.every((value) => Number.isFinite(value) && Math.abs(value as number) < 8.64e15);
}

/** Absolute, and no other path than it says. */
function isPath(text: unknown, hex: unknown): boolean {
  if (typeof text !== 'string' || (hex !== undefined && (typeof hex !== 'string' || !/^(?:[0-9a-f]{2})+$/.test(hex)))) return false;
  return process.platform === 'win32' || pathOf(text, hex as string | undefined)[0] === 0x2f;
}
