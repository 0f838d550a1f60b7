import { spawn } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateFolder } from '../../../src/io/state/state-folder.js';
import { removeStrayTemps } from '../../../src/io/stray.js';
import { isTempName } from '../../../src/io/temp-name.js';
import { recoverRoom } from '../../../src/service/hold/recover.js';
import { HeldRoom } from '../../../src/service/hold/room.js';
import { jpegWith } from '../../support/exif.js';
import { buildExif } from '../../support/tiff.js';

const ORIGINAL = jpegWith(buildExif({ orientation: 6, serial: 'CANARY-4711', gps: { latitude: 48.8584, longitude: 2.2945 } }));
export const NAME = 'a.jpg';

export interface StepScene {
  readonly step: 'hold' | 'release' | 'reject';
  readonly original: 'moved' | 'left';
  /** The state folder lies on another disk than the pictures. */
  readonly otherDisk?: string;
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
}

/** One picture, on its way into the private room or out of it. */
export class StepWorld {
  readonly #base = mkdtempSync(join(tmpdir(), 'exifence-step-'));
  readonly #stateBase: string;
  readonly folder = join(this.#base, 'in');
  readonly out = join(this.#base, 'out');
  readonly state: string;

  constructor(
    private readonly program: string,
    private readonly scene: StepScene,
  ) {
    this.#stateBase = scene.otherDisk === undefined ? this.#base : mkdtempSync(join(scene.otherDisk, 'exifence-step-'));
    this.state = join(this.#stateBase, 'state');
    mkdirSync(this.folder);
    mkdirSync(this.out);
    writeFileSync(join(this.folder, NAME), ORIGINAL);
    chmodSync(join(this.folder, NAME), 0o644);
  }

  /** Brings the picture to where the step begins. */
  async prepare(): Promise<void> {
    if (this.scene.step !== 'hold') await this.#mustDo('hold', 'held');
  }

  take(env: NodeJS.ProcessEnv = {}, preload?: string, step: string = this.scene.step): Promise<Ended> {
    return new Promise((resolve) => {
      const child = spawn(
        process.execPath,
        [...(preload === undefined ? [] : ['-r', preload]), this.program, step, this.folder, this.state, this.scene.original],
        { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk;
      });
      child.once('close', (code, signal) => resolve({ code, signal, stdout }));
    });
  }

  /** What a daemon does at its start. */
  async restart(): Promise<void> {
    await recoverRoom(new HeldRoom(stateFolder({ EXIFENCE_STATE_DIR: this.state }).room('held')));
    for (const folder of [this.folder, this.out, join(this.state, 'vault'), join(this.state, 'held')]) {
      try {
        await removeStrayTemps(Buffer.from(folder));
      } catch {
        // It was not made yet.
      }
    }
  }

  /** Brings the step to its end, as the next run does. */
  async finish(): Promise<void> {
    const { stdout } = await this.take();
    if (!/^(?:held|known|released|rejected|gone|nothing)$/.test(stdout)) throw new Error(`the next run: ${stdout}`);
  }

  /** Whole copies of the original, wherever they lie. */
  originals(): string[] {
    return this.#files().filter((path) => readFileSync(path).equals(ORIGINAL));
  }

  /** What others can read, and that tells too much; the original before anything was done to it is as its owner left it. */
  leaks(): string[] {
    return [...filesIn(this.folder), ...filesIn(this.out)].filter(
      (path) => readFileSync(path).includes('CANARY') && (lstatSync(path).mode & 0o077) !== 0,
    );
  }

  /** Files with names that are neither whole originals nor whole clean ones. */
  torn(clean: Buffer | undefined): string[] {
    const whole = (path: string): boolean => {
      const bytes = readFileSync(path);
      return bytes.equals(ORIGINAL) || clean?.equals(bytes) === true;
    };
    const named = [...filesIn(this.folder), ...filesIn(this.out)].filter((path) => !isTempName(path.slice(path.lastIndexOf('/') + 1)));
    const kept = [...filesIn(join(this.state, 'held')), ...filesIn(join(this.state, 'vault'))].filter((path) =>
      /\.(?:picture|orig)$/.test(path),
    );
    return [...named, ...kept].filter((path) => !whole(path));
  }

  /** Temporary files that others can read, or that tell too much where they are. */
  looseTemps(): string[] {
    return this.#files()
      .filter((path) => isTempName(path.slice(path.lastIndexOf('/') + 1)))
      .filter((path) => (lstatSync(path).mode & 0o077) !== 0 && readFileSync(path).includes('CANARY'));
  }

  strays(): string[] {
    return this.#files().filter((path) => isTempName(path.slice(path.lastIndexOf('/') + 1)) || /\.(?:lock|dead)(?:\.|$)/.test(path));
  }

  /** Everything in the state folder is for its owner only. */
  open(): string[] {
    return this.#files().filter(
      (path) => path.startsWith(this.state) && (lstatSync(path).mode & 0o077) !== 0 && !isInPrivate(path, this.state),
    );
  }

  pictures(): { readonly in: string[]; readonly out: string[]; readonly held: string[]; readonly vault: string[] } {
    const names = (folder: string, pattern: RegExp): string[] =>
      filesIn(folder)
        .map((path) => path.slice(folder.length + 1))
        .filter((name) => pattern.test(name))
        .sort();
    return {
      in: names(this.folder, /\.jpg$/),
      out: names(this.out, /\.jpg$/),
      held: names(join(this.state, 'held'), /^[0-9a-f]{8}\.(?:json|picture)$/).map((name) => name.slice(9)),
      // An original without a record is one that a killed run has left; the vault tidies it away.
      vault: names(join(this.state, 'vault'), /^\d{8}T.*\.json$/),
    };
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
    rmSync(this.#stateBase, { recursive: true, force: true });
  }

  #files(): string[] {
    return [this.folder, this.out, ...['held', 'vault'].map((name) => join(this.state, name))].flatMap(filesIn);
  }

  async #mustDo(step: string, outcome: string): Promise<void> {
    const { stdout } = await this.take({}, undefined, step);
    if (stdout !== outcome) throw new Error(`${step}: ${stdout}`);
  }
}

/** Nobody else gets through a folder of 0700. */
function isInPrivate(path: string, state: string): boolean {
  return (lstatSync(state).mode & 0o077) === 0 && (lstatSync(path.slice(0, path.lastIndexOf('/'))).mode & 0o077) === 0;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => lstatSync(path).isFile());
  } catch {
    return [];
  }
}
