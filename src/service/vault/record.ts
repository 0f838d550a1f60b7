import { pathOf } from '../receipts/entry.js';

/** What is known of one original in the vault. */
export interface VaultRecord {
  readonly schema: 'exifence/vault@1';
  readonly id: string;
  /** Where it lay. */
  readonly file: string;
  readonly fileHex?: string;
  /** ISO 8601, UTC. */
  readonly keptAt: string;
  readonly before: { readonly sha256: string; readonly sizeBytes: number };
  /** What took its place. Absent where nothing did: the file was rejected. */
  readonly after?: { readonly sha256: string; readonly sizeBytes: number };
  readonly mode: number;
  /** In nanoseconds since 1970, decimal. */
  readonly mtimeNs: string;
  readonly atimeNs: string;
  readonly encrypted: boolean;
}

export const ID_PATTERN = /^\d{8}T\d{9}-[0-9a-f]{8}$/;

/** Of the time, so that names sort by age, and of chance. */
export function newId(now: Date, random: Buffer): string {
  return `${now.toISOString().replace(/[-:.Z]/g, '')}-${random.toString('hex')}`;
}

export function fileOf(record: Pick<VaultRecord, 'file' | 'fileHex'>): Buffer {
  return pathOf(record.file, record.fileHex);
}

/** `undefined` where it is none of ours. */
export function parseRecord(text: string): VaultRecord | undefined {
  try {
    const record = JSON.parse(text) as VaultRecord;
    return record.schema === 'exifence/vault@1' &&
      ID_PATTERN.test(record.id) &&
      typeof record.file === 'string' &&
      /^[0-9a-f]{64}$/.test(record.before.sha256) &&
      Number.isSafeInteger(record.before.sizeBytes) &&
      Number.isSafeInteger(record.mode) &&
      /^\d{1,20}$/.test(record.mtimeNs) &&
      /^\d{1,20}$/.test(record.atimeNs) &&
      !Number.isNaN(Date.parse(record.keptAt))
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}
