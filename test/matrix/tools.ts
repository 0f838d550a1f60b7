import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import exiftoolPath from 'exiftool-vendored.pl';
import sharp from 'sharp';
import { isReaderError } from '../../src/core/error.js';
import { unreadableOf } from '../../src/engine/judge.js';
import { ProofError } from '../../src/engine/prove.js';
import { lookAndScrub } from '../../src/engine/scrub.js';
import { rewriteFile } from '../../src/io/replace-file.js';
import { presetPolicy } from '../../src/policy/presets.js';

/** Why a tool did not scrub a file. */
export class Refusal extends Error {}

export interface Tool {
  readonly name: string;
  /** `undefined` where it is not installed. */
  version(): Promise<string | undefined>;
  /** Scrubs in place. Throws `Refusal`. */
  scrub(path: string): Promise<void>;
}

const run = promisify(execFile);
const LIMITS = { timeout: 60_000, maxBuffer: 1 << 24 };

async function firstLine(command: string, args: readonly string[], pattern: RegExp): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, [...args], LIMITS);
    return pattern.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function byCommand(command: string, args: (path: string) => readonly string[]): (path: string) => Promise<void> {
  return async (path) => {
    try {
      await run(command, [...args(path)], LIMITS);
    } catch {
      throw new Refusal('gives an error');
    }
  };
}

export const exifence: Tool = {
  name: 'Exifence',
  version: () => Promise.resolve(__VERSION__),
  scrub: async (path) => {
    const policy = presetPolicy('strict').effectiveFor(undefined);
    const options = { artifact: path, name: Buffer.from(path), policy, now: () => '2024-01-01T00:00:00Z', tool: 'matrix' };
    try {
      const { outcome } = await rewriteFile(Buffer.from(path), (source) => lookAndScrub(source, options));
      if (outcome.verdict.kind === 'unreadable') throw new Refusal(outcome.verdict.unreadable.code);
      if (outcome.verdict.kind === 'not-an-image') throw new Refusal('not-an-image');
    } catch (error) {
      if (error instanceof ProofError) throw new Refusal(`not-proven-${error.code}`);
      if (isReaderError(error)) throw new Refusal(unreadableOf(error).code);
      throw error;
    }
  },
};

const exiftool = (name: string, ...flags: readonly string[]): Tool => ({
  name,
  version: () => firstLine('perl', [exiftoolPath, '-ver'], /^(\S+)/),
  scrub: byCommand('perl', (path) => [exiftoolPath, ...flags, '-overwrite_original', '--', path]),
});

export const PEERS: readonly Tool[] = [
  exiftool('ExifTool -all=', '-all='),
  exiftool('ExifTool, best flags', '-all=', '-trailer:all=', '-tagsfromfile', '@', '-icc_profile', '-orientation', '-colorspacetags'),
  {
    name: 'exiv2 -d a',
    version: () => firstLine('exiv2', ['--version'], /^exiv2 (\S+)/),
    scrub: byCommand('exiv2', (path) => ['-d', 'a', 'rm', path]),
  },
  {
    name: 'mat2',
    version: () => firstLine('mat2', ['--version'], /^mat2 (\S+)/),
    scrub: byCommand('mat2', (path) => ['--inplace', path]),
  },
  {
    name: 'sharp',
    version: () => Promise.resolve(sharp.versions.sharp),
    scrub: async (path) => {
      const beside = `${path.slice(0, -extname(path).length)}.out${extname(path)}`;
      try {
        await sharp(path, { animated: true }).autoOrient().keepIccProfile().toFile(beside);
      } catch {
        throw new Refusal('gives an error');
      }
      await rename(beside, path);
    },
  },
];
