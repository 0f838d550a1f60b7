import { type BigIntStats, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { nameOf } from './path-bytes.js';

/** Access modes of `open(2)` as `/proc/PID/fdinfo/FD` gives them, in octal. */
const ACCESS_MASK = 0o3;
const READ_ONLY = 0;

/** One look at all processes serves this long: in a burst of files it would be most of the work. */
const SNAPSHOT_MS = 200;

/** Open descriptors by the last component of the name they were opened under. */
type Snapshot = ReadonlyMap<string, readonly string[]>;

/** Tells whether other processes hold files open for writing. Known on Linux only, and only of processes this user may look at. */
export class Writers {
  #snapshot: Snapshot = new Map();
  #takenMs = Number.NEGATIVE_INFINITY;

  /** `nowMs`: a clock that never goes back. */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** True where the file may look complete and still be written. `path` with its real last component. */
  isBeingWritten(path: Buffer, file: BigIntStats): boolean {
    if (process.platform !== 'linux') return false;
    const now = this.nowMs();
    if (now - this.#takenMs > SNAPSHOT_MS) {
      this.#snapshot = takeSnapshot();
      this.#takenMs = now;
    }
    return (this.#snapshot.get(nameOf(path).toString('latin1')) ?? []).some(
      (descriptor) => isFile(descriptor, file) && mayWrite(descriptor),
    );
  }
}

function takeSnapshot(): Snapshot {
  const byName = new Map<string, string[]>();
  for (const pid of namesIn('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    for (const fd of namesIn(`/proc/${pid}/fd`)) {
      // The link is only read here, not followed: to ask the file itself could wait for a dead network disk.
      const name = linkName(`/proc/${pid}/fd/${fd}`);
      if (name === undefined) continue;
      const same = byName.get(name);
      if (same === undefined) byName.set(name, [`${pid}/fd/${fd}`]);
      else same.push(`${pid}/fd/${fd}`);
    }
  }
  return byName;
}

function linkName(link: string): string | undefined {
  try {
    const target = readlinkSync(link, { encoding: 'buffer' });
    return target[0] === 0x2f ? nameOf(target).toString('latin1') : undefined;
  } catch {
    return undefined;
  }
}

function isFile(descriptor: string, { dev, ino }: BigIntStats): boolean {
  try {
    const stat = statSync(`/proc/${descriptor}`, { bigint: true });
    return stat.ino === ino && stat.dev === dev;
  } catch {
    return false;
  }
}

function mayWrite(descriptor: string): boolean {
  try {
    const info = readFileSync(`/proc/${descriptor.replace('/fd/', '/fdinfo/')}`, 'latin1');
    const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MASK) !== READ_ONLY;
  } catch {
    return false;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
