// What the Action costs beyond the checkout: a cold run on a pull request of 50 photographs of 4 MB. Run: node bench/action.mjs [runs]
import { execFileSync, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const IMAGES = 50;
const IMAGE_BYTES = 4 * 2 ** 20;
const GOAL_MS = 1000;
const runs = Number(process.argv[2] ?? 5);
const action = fileURLToPath(new URL('../dist/action.cjs', import.meta.url));
if (!existsSync(action)) {
  console.error('dist/action.cjs is missing: run `npm run bundle` first');
  process.exit(2);
}

const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const folder = mkdtempSync(join(tmpdir(), 'exifence-bench-'));
const git = (...args) =>
  execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args], { cwd: folder, env })
    .toString()
    .trim();

/** A JPEG of one scan, with a camera's orientation and nothing else. */
function photo() {
  const scan = randomFillSync(Buffer.alloc(IMAGE_BYTES)).map((byte) => (byte === 0xff ? 0xfe : byte));
  const head = Buffer.from(
    'ffd8ffe000104a46494600010100000100010000ffdb004300' +
      '10'.repeat(64) +
      'ffc0000b080010001001011100ffc4001400010000000000000000000000000000000000ffc40014100100000000000000000000000000000000ffda0008010100003f00',
    'hex',
  );
  return Buffer.concat([head, scan, Buffer.from('ffd9', 'hex')]);
}

try {
  git('init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'readme.txt'), 'text\n');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  const base = git('rev-parse', 'HEAD');
  for (let at = 0; at < IMAGES; at++) writeFileSync(join(folder, `p${at}.jpg`), photo());
  git('add', '.');
  git('commit', '-q', '-m', 'photographs');
  const head = git('rev-parse', 'HEAD');
  const event = join(folder, '.git', 'event.json');
  const repo = { full_name: 'o/r' };
  writeFileSync(
    event,
    JSON.stringify({ pull_request: { number: 1, base: { sha: base, ref: 'main', repo }, head: { sha: head, ref: 'b', repo } } }),
  );
  const times = [];
  let scanned = '';
  for (let run = 0; run < runs; run++) {
    const output = join(folder, '.git', `output-${run}`);
    writeFileSync(output, '');
    const start = process.hrtime.bigint();
    const { stdout } = spawnSync(process.execPath, [action], {
      cwd: folder,
      env: {
        ...env,
        GITHUB_WORKSPACE: folder,
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: event,
        RUNNER_TEMP: join(folder, '.git'),
      },
    });
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
    scanned = /exifence: .*/.exec(stdout.toString())?.[0] ?? '';
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  console.log(scanned);
  console.table([
    {
      what: `${IMAGES} photographs of 4 MB`,
      'least (ms)': times[0].toFixed(0),
      'median (ms)': median.toFixed(0),
      'most (ms)': times.at(-1).toFixed(0),
      'goal (ms)': GOAL_MS,
    },
  ]);
  process.exitCode = median <= GOAL_MS ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
