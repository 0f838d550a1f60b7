import { nameOf, siblingOf } from '../../io/path-bytes.js';

const MOST_NAMES = 1_000;
/** What nearly every file system takes. */
const NAME_BYTES = 255;

/** A path, and what to call the file where another has that name: `photo (2).jpg`, `photo (3).jpg`. */
export function* freeNames(path: Buffer): Generator<Buffer> {
  yield path;
  const name = nameOf(path);
  const dot = name.lastIndexOf(0x2e);
  const stemEnd = dot > 0 ? dot : name.length;
  for (let count = 2; count <= MOST_NAMES; count++) {
    const mark = Buffer.from(` (${count})`);
    const ending = name.subarray(stemEnd);
    const stem = name.subarray(0, Math.max(1, Math.min(stemEnd, NAME_BYTES - ending.length - mark.length)));
    yield siblingOf(path, Buffer.concat([stem, mark, ending]));
  }
}
