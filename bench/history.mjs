// What `scan --history` costs beside git itself: every blob listed and read once, by two readers at a time. Run: node bench/history.mjs [runs]
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEXTS = 4000;
const IMAGES = 400;
const GOAL_RATIO = 1.3;
const runs = Number(process.argv[2] ?? 5);
const cli = fileURLToPath(new URL('../dist/cli.mjs', import.meta.url));
if (!existsSync(cli)) {
  console.error('dist/cli.mjs is missing: run `npm run build` first');
  process.exit(2);
}

const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const folder = mkdtempSync(join(tmpdir(), 'exifence-bench-'));
const git = (args, input) => execFileSync('git', args, { cwd: folder, env, input, maxBuffer: 2 ** 30 });

/** Photographs of noise: each another, of about a megabyte, with nothing in them that a policy would take out. */
async function photos() {
  const { default: sharp } = await import('sharp');
  return Promise.all(
    Array.from({ length: IMAGES }, () =>
      sharp(randomFillSync(Buffer.alloc(800 * 600 * 3)), { raw: { width: 800, height: 600, channels: 3 } })
        .jpeg({ quality: 92 })
        .toBuffer(),
    ),
  );
}

async function fill() {
  const images = await photos();
  git(['init', '-q', '-b', 'main']);
  const parts = [];
  for (let at = 0; at < TEXTS + IMAGES; at++) {
    const isImage = at % ((TEXTS + IMAGES) / IMAGES) === 0;
    const bytes = isImage ? images.pop() : Buffer.from(`text ${at}\n`.repeat(200));
    parts.push(
      Buffer.from(
        `commit refs/heads/main\ncommitter C <c@example.org> ${at} +0000\ndata 1\nm\nM 100644 inline f${at}.${isImage ? 'jpg' : 'txt'}\ndata ${bytes.length}\n`,
      ),
      bytes,
      Buffer.from('\n'),
    );
  }
  git(['fast-import', '--quiet'], Buffer.concat(parts));
}

/** git's own way: the list, then two processes that read a half of it each. */
async function gitAloneMs() {
  const start = process.hrtime.bigint();
  const list = git(['rev-list', '--objects', '--filter=object:type=blob', '--filter-provided-objects', '--all'])
    .toString('latin1')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(0, 40));
  const half = Math.ceil(list.length / 2);
  await Promise.all(
    [list.slice(0, half), list.slice(half)].map(
      (oids) =>
        new Promise((resolve, reject) => {
          const child = spawn('git', ['cat-file', '--batch', '--buffer'], { cwd: folder, env, stdio: ['pipe', 'ignore', 'ignore'] });
          child.on('error', reject);
          child.on('close', resolve);
          child.stdin.end(`${oids.join('\n')}\n`);
        }),
    ),
  );
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function ourMs() {
  const start = process.hrtime.bigint();
  const { stdout } = spawnSync(process.execPath, [cli, 'scan', '--history', '--all'], { cwd: folder, env });
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, said: stdout.toString().trim().split('\n').at(-2) ?? '' };
}

const median = (of) => of.sort((a, b) => a - b)[Math.floor(of.length / 2)];

try {
  await fill();
  const [alone, ours] = [[], []];
  let said = '';
  for (let run = -1; run < runs; run++) {
    const gitMs = await gitAloneMs();
    const own = ourMs();
    said = own.said;
    if (run < 0) continue;
    alone.push(gitMs);
    ours.push(own.ms);
  }
  console.log(said);
  const [gitMs, ownMs] = [median(alone), median(ours)];
  console.table([
    {
      what: `${TEXTS + IMAGES} commits, ${IMAGES} photographs of 0.6 MB`,
      'git alone (ms)': gitMs.toFixed(0),
      'scan --history (ms)': ownMs.toFixed(0),
      ratio: (ownMs / gitMs).toFixed(2),
      goal: GOAL_RATIO,
    },
  ]);
  process.exitCode = ownMs / gitMs <= GOAL_RATIO ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
