import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { requireRange } from '../../src/bytes/memory-source.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import type { Source } from '../../src/core/source.js';
import { mp4 } from '../../src/formats/mp4/mp4.js';
import { decide, planOf } from '../../src/policy/decide.js';
import { box, fileType, internationalText, movieHeader, track, u32, u64 } from '../support/mp4.js';
import { readContext, STRICT } from '../support/payload.js';

const GIB = 2 ** 30;
const DATA_BYTES = 5 * GIB;

const folder = mkdtempSync(join(tmpdir(), 'exifence-large-'));
const path = join(folder, 'film.mp4');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A film of 5 GiB without its bytes: each chunk is a sample of 64 KiB, but for telemetry in every sixteenth place. */
function sparseFilm(): boolean {
  const head = fileType();
  const start = head.length + 16;
  const SAMPLE_BYTES = 65_536;
  const places = Array.from({ length: DATA_BYTES / SAMPLE_BYTES }, (_, index) => start + index * SAMPLE_BYTES);
  const [video, other] = [places.filter((_, index) => index % 16 !== 15), places.filter((_, index) => index % 16 === 15)];
  const moov = box(
    'moov',
    movieHeader(),
    track({ id: 1, sampleSizes: video.map(() => SAMPLE_BYTES), chunkOffsets: video, wide: true }),
    track({
      id: 2,
      handler: 'meta',
      entry: box('mett', Buffer.alloc(8)),
      sampleSizes: other,
      oneSize: 100,
      chunkOffsets: other,
      wide: true,
    }),
    box('udta', internationalText('xyz', '+48.8583+002.2944/')),
  );
  const file = openSync(path, 'wx');
  try {
    writeSync(file, Buffer.concat([head, u32(1), Buffer.from('mdat'), u64(16 + DATA_BYTES)]));
    writeSync(file, Buffer.from('telemetry'), 0, 9, other[0] as number);
    writeSync(file, moov, 0, moov.length, start + DATA_BYTES);
    ftruncateSync(file, start + DATA_BYTES + moov.length);
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
  // A disk that cannot leave holes would be filled.
  return statSync(path).blocks * 512 < GIB;
}

/** Reads from a file, and remembers how much at most and in all. */
class CountingSource implements Source {
  most = 0;
  all = 0;
  constructor(
    readonly fd: number,
    readonly byteLength: number,
  ) {}

  read(byteOffset: number, byteLength: number): Uint8Array {
    requireRange(this.byteLength, byteOffset, byteLength);
    this.most = Math.max(this.most, byteLength);
    this.all += byteLength;
    const bytes = Buffer.alloc(byteLength);
    readSync(this.fd, bytes, 0, byteLength, byteOffset);
    return bytes;
  }
}

const made = sparseFilm();

describe.skipIf(!made)(`a film of 5 GiB${made ? '' : ' [SKIPPED: the disk cannot hold a sparse file of that size]'}`, () => {
  it('is read and edited in pieces, without reading its samples', () => {
    const fd = openSync(path, 'r');
    try {
      const source = new CountingSource(fd, statSync(path).size);
      const inspection = mp4.read(source, readContext({ limits: { ...DEFAULT_LIMITS, payloadBytes: 8 * 2 ** 20 } }));
      expect(inspection.picture.frameCount).toBe((DATA_BYTES / 65_536 / 16) * 15);
      expect(inspection.picture.pixels).toHaveLength(DATA_BYTES / 65_536 / 16);
      const edits = mp4.edit(source, inspection, planOf(decide(inspection.parts, STRICT)));
      // What is read is the tables, and what lies between the samples: here one telemetry chunk's place in sixteen.
      expect(source.most).toBeLessThanOrEqual(2 ** 20);
      expect(source.all).toBeLessThan(DATA_BYTES / 8);
      const telemetry = edits.filter(({ byteOffset }) => byteOffset < DATA_BYTES);
      expect(telemetry).toHaveLength(DATA_BYTES / 65_536 / 16);
      expect(new Set(telemetry.map(({ bytes }) => bytes.buffer)).size).toBe(1);
    } finally {
      closeSync(fd);
    }
  });
});
