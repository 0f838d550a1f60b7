// What the commit hook costs, beside git itself, Node's start and other runners of hooks. Run: npm run bench [-- RUNS [IMAGES]]
// Minimum and median of runs in turn, so that a busy moment of the machine meets all of them. Goals are those of the project.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runs = Number(process.argv[2] ?? 11);
const manyImages = Number(process.argv[3] ?? 10_000);
const bundle = join(root, 'dist/hook.cjs');
if (!existsSync(bundle)) {
  console.error('dist/hook.cjs is missing: run `npm run build` first');
  process.exit(2);
}

const parent = mkdtempSync(join(tmpdir(), 'exifence-bench-'));
const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
};
const shim = join(parent, 'exifence-hook');
writeFileSync(
  shim,
  readFileSync(join(root, 'hooks/exifence-hook.sh'), 'utf8')
    .replace("exifence_node=''", `exifence_node='${process.execPath}'`)
    .replace("exifence_bundle=''", `exifence_bundle='${bundle}'`),
  { mode: 0o755 },
);

/** JPEG: SOI, an Exif block with an orientation only or with a place, a scan of random bytes that holds no marker, EOI. */
function photo(sizeBytes, leaks) {
  const scan = randomBytes(sizeBytes);
  for (let at = scan.indexOf(0xff); at >= 0; at = scan.indexOf(0xff, at + 1)) scan[at] = 0xfe;
  const comment = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1');
  const segment = (code, body) => Buffer.concat([Buffer.from([0xff, code, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
  const frame = Buffer.from([8, 16, 0, 16, 0, 1, 1, 0x11, 0]);
  frame.set([8, 0, 16, 0, 16, 1, 1, 0x11, 0]);
  const table = Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)]);
  const huffman = (kind) => Buffer.concat([Buffer.from([kind, 0, 1]), Buffer.alloc(14), Buffer.from([0])]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, comment),
    segment(0xdb, table),
    segment(0xc0, frame),
    segment(0xc4, huffman(0)),
    segment(0xc4, huffman(0x10)),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    scan,
    Buffer.from([0xff, 0xd9]),
    leaks ? Buffer.from('data behind the end of the image') : Buffer.alloc(0),
  ]);
}

class Repository {
  constructor(name) {
    this.folder = join(parent, name);
    mkdirSync(this.folder);
    this.git('init', '-q');
    writeFileSync(join(this.folder, 'readme.txt'), 'text\n');
    this.git('add', '.');
    this.git('commit', '-qm', 'first');
  }

  git(...args) {
    return execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args], { cwd: this.folder, env });
  }

  write(name, content) {
    mkdirSync(join(this.folder, name, '..'), { recursive: true });
    writeFileSync(join(this.folder, name), content);
  }
}

function onceMs(folder, [command, ...args]) {
  const start = process.hrtime.bigint();
  const { status, error, stderr } = spawnSync(command, args, { cwd: folder, env });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (error !== undefined || status !== 0) throw new Error(`${command} ${args.join(' ')} gave ${status}: ${error ?? stderr}`);
  return ms;
}

/** Minimum and median of each command, run in turn. `before` sets the scene anew where a command changes it. */
function measure(folder, commands, { times = runs, before = () => undefined } = {}) {
  const all = commands.map(() => []);
  for (let run = -1; run < times; run++)
    for (const [index, command] of commands.entries()) {
      before();
      const ms = onceMs(folder, command);
      if (run >= 0) all[index].push(ms);
    }
  return all.map((of) => {
    of.sort((a, b) => a - b);
    return { least: of[0], median: of[Math.floor(of.length / 2)] };
  });
}

const rows = [];
function row(what, base, { least, median }, goalMs) {
  const over = base === undefined ? median : median - base.median;
  const leastOver = base === undefined ? least : least - base.least;
  rows.push({
    what,
    'median ms': median.toFixed(1),
    'least ms': least.toFixed(1),
    'over base, median': base === undefined ? '' : over.toFixed(1),
    'over base, least': base === undefined ? '' : leastOver.toFixed(1),
    'times base': base === undefined ? '' : (median / base.median).toFixed(2),
    goal: goalMs === undefined ? '' : `${over <= goalMs ? 'met' : leastOver <= goalMs ? 'met by the least' : 'MISSED'} (≤ ${goalMs})`,
  });
}

const HOOK = [shim, 'pre-commit'];
const NODE = [process.execPath, '-e', '0'];
const isThere = (...command) => spawnSync(command[0], command.slice(1), { env }).status === 0;

try {
  const text = new Repository('text');
  for (let index = 0; index < 10_000; index++) text.write(`d${index % 100}/f${index}.txt`, `text ${index}\n`);
  text.git('add', '.');
  text.git('commit', '-qm', 'all');
  text.write('one.txt', 'one\n');
  text.git('add', 'one.txt');
  const others = [];
  writeFileSync(join(text.folder, '.lintstagedrc.json'), '{"*.none":"true"}');
  others.push(['lint-staged, no task', ['lint-staged', '--quiet']]);
  if (isThere('pre-commit', '--version')) {
    writeFileSync(
      join(text.folder, '.pre-commit-config.yaml'),
      'repos:\n- repo: local\n  hooks:\n  - {id: none, name: none, language: system, entry: "true", files: none$}\n',
    );
    text.git('add', '.pre-commit-config.yaml');
    others.push(['the pre-commit framework, no task', ['pre-commit', 'run']]);
  } else console.log('pre-commit is not installed: left out');
  if (isThere('gitleaks', 'version')) others.push(['gitleaks on what is staged', ['gitleaks', 'git', '--staged', '--no-banner']]);
  else console.log('gitleaks is not installed: left out');
  const [gitOnly, node, hook, ...theirs] = measure(text.folder, [
    ['git', 'diff', '--cached', '--name-only'],
    NODE,
    HOOK,
    ...others.map(([, command]) => command),
  ]);
  row('git diff --cached, 10,000 files', undefined, gitOnly);
  row('node -e 0', undefined, node);
  row('the hook, no image staged; base git diff', gitOnly, hook, 10);
  for (const [index, [what]] of others.entries()) row(`${what}; base git diff`, gitOnly, theirs[index]);

  const one = new Repository('one');
  one.write('a.jpg', photo(200_000, false));
  one.git('add', '.');
  const [nodeOne, hookOne] = measure(one.folder, [NODE, HOOK]);
  row('the hook, 1 image; base node', nodeOne, hookOne, 35);

  const fifty = new Repository('fifty');
  for (let index = 0; index < 50; index++) fifty.write(`p${index}.jpg`, photo(4_000_000, false));
  fifty.git('add', '.');
  const [nodeFifty, catFifty, hookFifty] = measure(
    fifty.folder,
    [NODE, ['sh', '-c', 'git ls-files -s | cut -d" " -f2 | git cat-file --batch >/dev/null'], HOOK],
    { times: 5 },
  );
  row('git cat-file of 50 photographs of 4 MB', undefined, catFifty);
  row('the hook, 50 photographs of 4 MB; base node', nodeFifty, hookFifty, 150);

  const fix = new Repository('fix');
  for (let index = 0; index < 50; index++) fix.write(`p${index}.jpg`, photo(4_000_000, true));
  fix.git('add', '.');
  fix.git('commit', '-qm', 'leaks');
  const leaking = fix.git('rev-parse', 'HEAD').toString().trim();
  const [, fixed] = measure(fix.folder, [NODE, [...HOOK, '--fix']], {
    times: 3,
    before: () => {
      fix.git('checkout', '-q', '-f', leaking);
      fix.git('reset', '-q', '--soft', 'HEAD~1');
    },
  });
  row('fixing 50 photographs of 4 MB', undefined, fixed, 400);

  const many = new Repository('many');
  for (let index = 0; index < manyImages; index++) many.write(`d${index % 100}/p${index}.jpg`, photo(2_000, false));
  many.git('add', '.');
  const [allMany] = measure(many.folder, [HOOK], { times: 1 });
  row(`the hook, ${manyImages} images`, undefined, allMany, 30_000);
  console.table(rows);
} finally {
  rmSync(parent, { recursive: true, force: true });
}
