/** True where a path is, or lies below, a folder. */
export function isBelow(path: Buffer, folder: Buffer): boolean {
  return (
    path.length >= folder.length &&
    path.subarray(0, folder.length).equals(folder) &&
    (path.length === folder.length || folder[folder.length - 1] === 0x2f || path[folder.length] === 0x2f)
  );
}
