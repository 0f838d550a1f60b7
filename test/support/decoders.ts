import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';

/** Decoders that are neither ours nor libvips. Each gives what it sees, or `undefined` where it is not installed or does not decode. */
type Decoder = (path: string) => Promise<Buffer | undefined>;

const run = promisify(execFile);
const LIMITS = { encoding: 'buffer', maxBuffer: 1 << 28, timeout: 120_000 } as const;

/** One line for each frame that is seen, cover art left out: when, how large, and a digest of its pixels. */
const byFfmpeg: Decoder = (path) =>
  output('ffmpeg', ['-v', 'error', '-protocol_whitelist', 'file', '-i', path, '-map', '0:V', '-f', 'framemd5', '-']);

const byImageMagick: Decoder = (path) => output('convert', [path, '-auto-orient', '-depth', '16', 'rgba:-']);

/** The picture that is shown, turned by its own properties and not by what Exif says. */
const primaryByImageMagick: Decoder = (path) => output('convert', [path, '-depth', '16', 'rgba:-']);

const byLibjxl: Decoder = (path) => files((folder) => run('djxl', [path, join(folder, 'out.png')], LIMITS));

/** Every page. */
const byPoppler: Decoder = (path) => output('pdftoppm', ['-r', '72', path]);

const BY_EXTENSION: Readonly<Record<string, readonly Decoder[]>> = {
  '.mp4': [byFfmpeg],
  '.mov': [byFfmpeg],
  '.m4v': [byFfmpeg],
  '.3gp': [byFfmpeg],
  '.heic': [primaryByImageMagick],
  '.heif': [primaryByImageMagick],
  '.hif': [primaryByImageMagick],
  '.jxl': [byLibjxl],
  '.pdf': [byPoppler],
};

/** What the first decoder for files of this name gives. */
export async function decodeByOthers(path: string): Promise<Buffer | undefined> {
  for (const decoder of BY_EXTENSION[extname(path).toLowerCase()] ?? [byImageMagick]) {
    const seen = await decoder(path);
    if (seen !== undefined) return seen;
  }
  return undefined;
}

async function output(command: string, args: readonly string[]): Promise<Buffer | undefined> {
  try {
    const { stdout } = await run(command, [...args], LIMITS);
    return stdout.length === 0 ? undefined : stdout;
  } catch {
    return undefined;
  }
}

/** Digests of the pixels of what a command writes, which may be several pictures. */
async function files(decode: (folder: string) => Promise<unknown>): Promise<Buffer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'exifence-decoded-'));
  try {
    await decode(folder);
    const names = (await readdir(folder)).sort();
    const lines: string[] = [];
    for (const name of names) {
      const pixels = await sharp(join(folder, name)).raw().toBuffer();
      lines.push(`${name} ${createHash('sha256').update(pixels).digest('hex')}`);
    }
    return lines.length === 0 ? undefined : Buffer.from(lines.join('\n'));
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
