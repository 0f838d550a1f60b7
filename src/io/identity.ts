import type { BigIntStats } from 'node:fs';

/** Which file, and which state of it. Any write, rename or change of mode gives another identity. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly sizeBytes: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileIdentity {
  return { dev, ino, sizeBytes: size, mtimeNs, ctimeNs };
}

export function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}

/** The identity as one word, for maps. */
export function identityKey({ dev, ino, sizeBytes, mtimeNs, ctimeNs }: FileIdentity): string {
  return `${dev}:${ino}:${sizeBytes}:${mtimeNs}:${ctimeNs}`;
}
