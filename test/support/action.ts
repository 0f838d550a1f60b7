import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import singleFile from '../../scripts/single-file.json' with { type: 'json' };
import { TestRepository } from './repository.js';

/** What a run of the Action left behind. */
export interface ActionRun {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface ActionSetting {
  readonly event: string;
  readonly payload: object;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Action's one file, made as the build makes it. */
export async function bundleAction(): Promise<{ readonly file: string; remove(): void }> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'exifence-action-'));
  const file = join(folder, 'action.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['src/action.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    ...singleFile,
    logLevel: 'error',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A bare repository that stands for GitHub's, the author's clone, and what `actions/checkout` leaves on a runner. */
export class ActionBench {
  readonly author = new TestRepository();
  readonly remote = join(this.author.parent, 'remote.git');
  readonly workspace = join(this.author.parent, 'workspace');
  #runs = 0;

  constructor() {
    const { author, remote } = this;
    author.git(['init', '-q', '--bare', '-b', 'main', remote]);
    // As GitHub serves it: any commit that a ref reaches.
    author.git(['--git-dir', remote, 'config', 'uploadpack.allowReachableSHA1InWant', 'true']);
    author.git(['--git-dir', remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true']);
    author.git(['remote', 'add', 'origin', `file://${remote}`]);
  }

  head(of = 'HEAD'): string {
    return this.author.git(['rev-parse', of]);
  }

  /** `actions/checkout`: one commit deep, with no branch. */
  checkout(oid: string, ...depth: readonly string[]): void {
    rmSync(this.workspace, { recursive: true, force: true });
    const git = (...args: string[]): string => this.author.git(args, { cwd: this.workspace });
    mkdirSync(this.workspace);
    git('init', '-q', '-b', 'main');
    git('remote', 'add', 'origin', `file://${this.remote}`);
    git('fetch', '-q', '--no-tags', ...(depth.length === 0 ? ['--depth=1'] : depth), 'origin', oid);
    git('checkout', '-q', '--detach', oid);
  }

  run(file: string, setting: ActionSetting): ActionRun {
    const { env, files } = this.#prepare(setting);
    const run = spawnSync(process.execPath, [file], { cwd: this.workspace, env, maxBuffer: 2 ** 28 });
    if (run.error !== undefined) throw run.error;
    return resultOf(run.status, `${run.stdout}${run.stderr}`, files);
  }

  /** The same while this process goes on: for tests that answer the Action's questions. */
  async start(file: string, setting: ActionSetting): Promise<ActionRun> {
    const { env, files } = this.#prepare(setting);
    const child = spawn(process.execPath, [file], { cwd: this.workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        log += chunk;
      });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return resultOf(code, log, files);
  }

  #prepare({ event, payload, inputs = {}, env = {} }: ActionSetting): { env: NodeJS.ProcessEnv; files: RunnerFiles } {
    const temp = join(this.author.parent, `runner-${this.#runs++}`);
    mkdirSync(temp);
    const files = { output: join(temp, 'output'), summary: join(temp, 'summary'), event: join(temp, 'event.json') };
    for (const path of [files.output, files.summary]) writeFileSync(path, '');
    writeFileSync(files.event, JSON.stringify(payload));
    const kept = Object.entries(process.env).filter(([name]) => !/^(?:GIT_|GITHUB_|INPUT_|RUNNER_)/.test(name));
    return {
      files,
      env: {
        ...Object.fromEntries(kept),
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GITHUB_WORKSPACE: this.workspace,
        GITHUB_EVENT_NAME: event,
        GITHUB_EVENT_PATH: files.event,
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
        GITHUB_REPOSITORY: 'o/r',
        GITHUB_SERVER_URL: 'https://github.com',
        RUNNER_TEMP: temp,
        ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
        ...env,
      },
    };
  }

  pullRequest(base: string, head: string, more: { headRef?: string; isFork?: boolean } = {}): ActionSetting {
    return {
      event: 'pull_request',
      payload: {
        pull_request: {
          number: 7,
          base: { sha: base, ref: 'main', repo: { full_name: 'o/r' } },
          head: { sha: head, ref: more.headRef ?? 'feature', repo: { full_name: more.isFork === true ? 'stranger/r' : 'o/r' } },
        },
        repository: { default_branch: 'main' },
      },
    };
  }

  remove(): void {
    this.author.remove();
  }
}

interface RunnerFiles {
  readonly output: string;
  readonly summary: string;
}

function resultOf(code: number | null, log: string, files: RunnerFiles): ActionRun {
  return { code, log, outputs: parseOutputs(readFileSync(files.output, 'utf8')), summary: readFileSync(files.summary, 'utf8') };
}

/** `name<<DELIMITER`, the value's lines, the delimiter. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [, name, , value] of text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n?\2$/gm)) outputs[name as string] = value as string;
  return outputs;
}
