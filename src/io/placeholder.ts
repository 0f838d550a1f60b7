import { type BigIntStats, statfsSync } from 'node:fs';

/** File systems of which sizes on the disk say nothing: FUSE, ZFS, 9p, NFS, SMB (statfs(2)). */
const SAY_NOTHING: ReadonlySet<number> = new Set([0x65735546, 0x2fc12fc1, 0x01021997, 0x6969, 0xff534d42, 0xfe534d42, 0x517b]);

/** Up to here a file's content may lie within its entry in the file system, which takes no blocks. */
const MAY_LIE_INLINE_BYTES = 8192n;

/** Names that iCloud gives to what it has taken off this machine: `.NAME.icloud`. */
const TAKEN_OFF_NAME = /^\..+\.icloud$/i;

export function isTakenOffName(name: Uint8Array): boolean {
  return TAKEN_OFF_NAME.test(Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString('latin1'));
}

/**
 * True where a file is there by name and size only, its content in a cloud drive: to read it would fetch it. Such files take no space
 * on the disk. (Neither do files that are one hole from end to end: those hold no picture.)
 */
export function isPlaceholder(path: Buffer, name: Buffer, stat: BigIntStats): boolean {
  if (isTakenOffName(name)) return true;
  return stat.size > MAY_LIE_INLINE_BYTES && stat.blocks === 0n && !saysNothing(path);
}

function saysNothing(path: Buffer): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return SAY_NOTHING.has(statfsSync(path).type);
  } catch {
    return true;
  }
}
