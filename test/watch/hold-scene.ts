import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exifence, type Run, temporaryFolder } from '../support/cli.js';
import { jpegWith } from '../support/exif.js';
import { buildExif } from '../support/tiff.js';
import { until } from './start.js';

const CLI = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

export interface Shot {
  readonly latitude?: number;
  readonly longitude?: number;
  /** `2021:07:14 12:34:56` */
  readonly taken?: string;
}

/** A picture with a serial number that must not get out, and where asked for with place and time. */
export function shot({ latitude, longitude, taken }: Shot = { latitude: 48.8584, longitude: 2.2945 }): Buffer {
  return jpegWith(
    buildExif({
      orientation: 6,
      serial: 'CANARY-4711',
      ...(latitude === undefined || longitude === undefined ? {} : { gps: { latitude, longitude } }),
      ...(taken === undefined ? {} : { dateTimeOriginal: taken }),
    }),
  );
}

export interface Held {
  readonly id: string;
  readonly file: string;
  readonly why: string;
  readonly dueInMs?: number;
  readonly problem?: { readonly code: string };
  readonly place: unknown;
}

interface Daemon {
  readonly child: ChildProcess;
  readonly log: () => string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Folders, a policy and a state of their own, with the command as people run it. */
export class HoldScene {
  readonly #folder = temporaryFolder();
  readonly #children: ChildProcess[] = [];
  env: NodeJS.ProcessEnv = { EXIFENCE_STATE_DIR: this.at('state') };

  at(...names: string[]): string {
    return join(this.#folder.path, ...names);
  }

  policy(folders: string, more = ''): void {
    writeFileSync(this.at('policy.yaml'), `version: 1\nextends: strict\n${more}watch:\n  settle: 100ms\n  folders:\n${folders}`);
    for (const [, name] of folders.matchAll(/path: (\w+)/g)) mkdirSync(this.at(name as string), { recursive: true });
  }

  put(path: string, bytes: Buffer = shot(), mode = 0o644): string {
    writeFileSync(this.at(path), bytes, { mode });
    chmodSync(this.at(path), mode);
    return this.at(path);
  }

  async daemon(): Promise<Daemon> {
    const child = spawn(process.execPath, [CLI, 'watch', '--policy', this.at('policy.yaml')], {
      cwd: this.#folder.path,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    let [out, log] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk;
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    await until(() => /^ready\b/m.test(out) || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error(log);
    return {
      child,
      log: () => log,
      stop: (signal = 'SIGTERM') => {
        child.kill(signal);
        return ended;
      },
    };
  }

  run(...args: string[]): Promise<Run> {
    return exifence(args, { cwd: this.#folder.path, env: this.env });
  }

  async held(...args: string[]): Promise<Held[]> {
    const { stdout, stderr } = await this.run('held', '--format', 'json', ...args);
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as { held: Held[] }).held;
  }

  /** How many pictures are out of sight: their record comes first, and they follow. */
  heldCount(): number {
    if (!this.exists('state/held')) return 0;
    const ids = readdirSync(this.at('state/held')).flatMap((name) => /^([0-9a-f]{8})\.json$/.exec(name)?.[1] ?? []);
    return ids.filter((id) => {
      if (this.exists(`state/held/${id}.picture`)) return true;
      try {
        const { original, file } = JSON.parse(readFileSync(this.at('state/held', `${id}.json`), 'utf8')) as {
          original: string;
          file: string;
        };
        return original === 'left' && (statSync(file).mode & 0o777) === 0o600;
      } catch {
        return false;
      }
    }).length;
  }

  mode(path: string): number {
    return statSync(this.at(path)).mode & 0o777;
  }

  exists(path: string): boolean {
    return existsSync(this.at(path));
  }

  leaks(path: string): boolean {
    return readFileSync(this.at(path)).includes('CANARY');
  }

  names(path: string): string[] {
    return readdirSync(this.at(path), { recursive: true }).map(String).sort();
  }

  async remove(): Promise<void> {
    for (const child of this.#children) {
      child.kill('SIGKILL');
      await new Promise((resolve) =>
        child.exitCode !== null || child.signalCode !== null ? resolve(undefined) : child.once('close', resolve),
      );
    }
    this.#folder.remove();
  }
}
