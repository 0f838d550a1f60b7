import type { FileSource } from './file-source.js';
import type { FileIdentity } from './identity.js';

/**
 * The end of a redo file: new content, then which file it is meant for. It is written last, so that a redo file with a
 * footer holds all of its content.
 */
const MAGIC = Buffer.from('EXIFENCE-REDO-1\n');
/** Device-independent: inode, size and mtime of the file before, and the length of the content; four 64-bit numbers. */
const FOOTER_BYTES = 32 + MAGIC.byteLength;

export interface RedoRecord {
  readonly ino: bigint;
  readonly oldSizeBytes: bigint;
  readonly oldMtimeNs: bigint;
  readonly newSizeBytes: number;
}

export function redoFooter({ ino, sizeBytes, mtimeNs }: FileIdentity, newSizeBytes: number): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeBigUInt64LE(BigInt.asUintN(64, ino), 0);
  footer.writeBigUInt64LE(sizeBytes, 8);
  footer.writeBigInt64LE(mtimeNs, 16);
  footer.writeBigUInt64LE(BigInt(newSizeBytes), 24);
  MAGIC.copy(footer, 32);
  return footer;
}

/** `undefined` where the file was not written to its end. */
export function readRedoFooter(source: FileSource): RedoRecord | undefined {
  const start = source.byteLength - FOOTER_BYTES;
  if (start < 0) return undefined;
  const footer = Buffer.from(source.read(start, FOOTER_BYTES));
  const record = {
    ino: footer.readBigUInt64LE(0),
    oldSizeBytes: footer.readBigUInt64LE(8),
    oldMtimeNs: footer.readBigInt64LE(16),
    newSizeBytes: Number(footer.readBigUInt64LE(24)),
  };
  return footer.subarray(32).equals(MAGIC) && record.newSizeBytes === start ? record : undefined;
}
