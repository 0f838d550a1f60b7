import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** What a run of git gave. */
export interface GitRun {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitRunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array | string;
}

/** Nothing of the machine's git settings, and the same ids on every run. */
function testEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') && name !== 'NO_COLOR');
  return {
    ...Object.fromEntries(own),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_AUTHOR_DATE: '2001-01-01T00:00:00Z',
    GIT_COMMITTER_NAME: 'C',
    GIT_COMMITTER_EMAIL: 'c@example.org',
    GIT_COMMITTER_DATE: '2001-01-01T00:00:00Z',
    ...extra,
  };
}

/** A repository in a folder of its own, spoken to through real git. */
export class TestRepository {
  readonly top: string;

  constructor(init: readonly string[] = [], parent = mkdtempSync(join(realpathSync(tmpdir()), 'exifence-git-')), name = 'repo') {
    this.top = join(parent, name);
    mkdirSync(this.top, { recursive: true });
    this.git(['init', '-q', '-b', 'main', ...init]);
  }

  /** The folder around it, for remotes and other work trees. */
  get parent(): string {
    return dirname(this.top);
  }

  /** Runs git and gives what came of it, whatever that is. */
  try(args: readonly string[], options: GitRunOptions = {}): GitRun {
    const run = spawnSync('git', args, {
      cwd: options.cwd ?? this.top,
      env: testEnvironment(options.env),
      input: options.input ?? '',
      maxBuffer: 2 ** 28,
    });
    if (run.error !== undefined) throw run.error;
    return { code: run.status, stdout: run.stdout, stderr: run.stderr.toString() };
  }

  /** Runs git, which must succeed; gives its output without the last line end. */
  git(args: readonly string[], options: GitRunOptions = {}): string {
    const run = this.try(args, options);
    if (run.code !== 0) throw new Error(`git ${args.join(' ')} gave ${run.code}: ${run.stderr}`);
    return run.stdout.toString().replace(/\n$/, '');
  }

  path(name: Uint8Array | string): Buffer {
    return Buffer.concat([Buffer.from(`${this.top}/`), Buffer.from(name as Uint8Array)]);
  }

  write(name: Uint8Array | string, content: Uint8Array | string, mode?: number): void {
    const file = this.path(name);
    mkdirSync(file.subarray(0, file.lastIndexOf(0x2f)), { recursive: true });
    writeFileSync(file, content);
    if (mode !== undefined) chmodSync(file, mode);
  }

  read(name: Uint8Array | string): string {
    return readFileSync(this.path(name)).toString('latin1');
  }

  has(name: Uint8Array | string): boolean {
    return existsSync(this.path(name));
  }

  /** Writes and stages. */
  stage(name: Uint8Array | string, content: Uint8Array | string, mode?: number): void {
    this.write(name, content, mode);
    this.git(['update-index', '--add', '-z', '--stdin'], { input: Buffer.concat([Buffer.from(name as Uint8Array), Buffer.from([0])]) });
  }

  /** The content of `REV:path`, `:path` in the index. */
  blob(spec: string): string {
    const run = this.try(['cat-file', 'blob', spec]);
    if (run.code !== 0) throw new Error(run.stderr);
    return run.stdout.toString('latin1');
  }

  status(): string {
    return this.git(['status', '--porcelain']);
  }

  /** A commit that no hook sees. */
  commitUnchecked(message = 'm', ...args: readonly string[]): void {
    this.git(['commit', '-q', '--no-verify', '--allow-empty', '-m', message, ...args]);
  }

  /** A hook script of the repository's own. */
  hook(name: string, script: string): void {
    const file = resolve(this.top, this.git(['rev-parse', '--git-path', 'hooks']), name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, script, { mode: 0o755 });
  }

  remove(): void {
    rmSync(this.parent, { recursive: true, force: true });
  }
}
