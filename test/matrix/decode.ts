import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import sharp from 'sharp';

const run = promisify(execFile);

/** What a viewer shows: every frame, turned as the file says, and the profile that gives it its colours. */
export interface Shown {
  readonly pixels: Buffer;
  readonly icc: Buffer | undefined;
}

const FILM = /\.(?:mp4|mov)$/;

/** Decodes a file by decoders that are not ours. `undefined` where none of those installed can. */
export async function decodeShown(path: string): Promise<Shown | undefined> {
  return FILM.test(path) ? byFfmpeg(path) : ((await bySharp(path)) ?? (await byImageMagick(path)));
}

async function bySharp(path: string): Promise<Shown | undefined> {
  try {
    const bytes = await readFile(path);
    const image = sharp(bytes, { animated: true, failOn: 'truncated' });
    const { icc, pages = 1 } = await image.metadata();
    const { data, info } = await (pages > 1 ? image : image.autoOrient()).raw().toBuffer({ resolveWithObject: true });
    return { pixels: Buffer.concat([Buffer.from(`${info.width}x${info.height}x${info.channels};`), data]), icc };
  } catch {
    return undefined;
  }
}

async function byFfmpeg(path: string): Promise<Shown | undefined> {
  try {
    // One line for each frame that is seen: when, how large, and a digest of its pixels.
    const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', path, '-map', '0:v', '-f', 'framemd5', '-'], { encoding: 'buffer' });
    return { pixels: stdout, icc: undefined };
  } catch {
    return undefined;
  }
}

async function byImageMagick(path: string): Promise<Shown | undefined> {
  try {
    const { stdout } = await run('convert', [path, '-auto-orient', 'rgba:-'], { encoding: 'buffer', maxBuffer: 1 << 28 });
    return stdout.length === 0 ? undefined : { pixels: stdout, icc: undefined };
  } catch {
    return undefined;
  }
}
