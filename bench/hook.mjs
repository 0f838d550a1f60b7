// What the commit hook costs where no image is staged, in a repository of 10,000 text files. Run: node bench/hook.mjs [runs]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILES = 10_000;
const GOAL_MS = 80;
const runs = Number(process.argv[2] ?? 21);
const bundle = fileURLToPath(new URL('../dist/hook.cjs', import.meta.url));
if (!existsSync(bundle)) {
  console.error('dist/hook.cjs is missing: run `npm run build` first');
  process.exit(2);
}

const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const folder = mkdtempSync(join(tmpdir(), 'exifence-bench-'));
const git = (...args) =>
  execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args], { cwd: folder, env });

function onceMs(command, args) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { cwd: folder, env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} gave ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Medians of commands run in turn, so that a busy moment of the machine meets all of them. */
function mediansMs(commands) {
  const times = commands.map(() => []);
  for (let run = -2; run < runs; run++) {
    for (const [index, [command, ...args]] of commands.entries()) {
      const ms = onceMs(command, args);
      if (run >= 0) times[index].push(ms);
    }
  }
  return times.map((of) => of.sort((a, b) => a - b)[Math.floor(of.length / 2)]);
}

try {
  git('init', '-q');
  for (let index = 0; index < FILES; index++) {
    const sub = join(folder, `d${index % 100}`);
    if (index < 100) mkdirSync(sub);
    writeFileSync(join(sub, `f${index}.txt`), `text ${index}\n`);
  }
  git('add', '.');
  const hook = [bundle, 'run', 'pre-commit'];
  const rows = [];
  const measure = (what) => {
    const [nodeMs, gitMs, hookMs] = mediansMs([
      [process.execPath, '-e', '0'],
      ['git', 'diff', '--cached', '--name-only'],
      [process.execPath, ...hook],
    ]);
    rows.push({
      what,
      'node -e 0 (ms)': nodeMs.toFixed(1),
      'git diff --cached (ms)': gitMs.toFixed(1),
      'hook run (ms)': hookMs.toFixed(1),
      'over node (ms)': (hookMs - nodeMs).toFixed(1),
      goal: hookMs - nodeMs <= GOAL_MS ? `met (≤ ${GOAL_MS})` : `MISSED (≤ ${GOAL_MS})`,
    });
  };
  measure(`all ${FILES} staged for the first time`);
  git('commit', '-q', '-m', 'all');
  writeFileSync(join(folder, 'one.txt'), 'one\n');
  git('add', 'one.txt');
  measure(`${FILES} committed, one text file staged`);
  console.table(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
