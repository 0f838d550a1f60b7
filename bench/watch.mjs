// The daemon beside the watching libraries alone: ready time and memory with many files, time from event to clean file, a burst, a
// second start. Run: node bench/watch.mjs [FILES ...]   (default: 10000 100000). Figures of processes come from /proc: Linux only.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.mjs');
const sizes = process.argv.slice(2).map(Number);
if (sizes.length === 0) sizes.push(10_000, 100_000);
if (!existsSync(cli)) {
  console.error('dist/cli.mjs is missing: run `npm run build` first');
  process.exit(2);
}
const parent = mkdtempSync(join(tmpdir(), 'exifence-bench-'));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const mib = (pid, what) => {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Math.round(Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024);
};

const SERIAL = 'CANARYBENCH';
/** JPEG: SOI, an Exif block with a body serial number, a scan without markers, EOI. */
function photo(sizeBytes) {
  const scan = randomBytes(sizeBytes);
  for (let i = scan.indexOf(0xff); i >= 0; i = scan.indexOf(0xff, i + 1)) scan[i] = 0xfe;
  const text = Buffer.from(`${SERIAL}\0`);
  const ifd = Buffer.from('MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0', 'latin1');
  const exif = Buffer.from('\0\x01\xa4\x31\0\x02\0\0\0\0\0\0\0\x2c\0\0\0\0', 'latin1');
  exif.writeUInt32BE(text.length, 6);
  const segment = (code, body) => Buffer.concat([Buffer.from([0xff, code, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
  const huffman = (kind) => Buffer.concat([Buffer.from([kind, 0, 1]), Buffer.alloc(14), Buffer.from([0])]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), ifd, exif, text])),
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    segment(0xc0, Buffer.from([8, 0, 16, 0, 16, 1, 1, 0x11, 0])),
    segment(0xc4, huffman(0)),
    segment(0xc4, huffman(0x10)),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    scan,
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** A program that prints `ready` and how long that took from its own start. */
const LIBRARIES = {
  'chokidar alone':
    "const from=performance.now();const {watch}=await import('chokidar');watch(process.argv[1],{ignoreInitial:true}).on('ready',()=>console.log('ready',performance.now()-from));",
  '@parcel/watcher alone':
    "const from=performance.now();const {default:w}=await import('@parcel/watcher');await w.subscribe(process.argv[1],()=>{});console.log('ready',performance.now()-from);setInterval(()=>{},1e6);",
};

async function library(code, folder) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const text = await new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
  const figures = { 'ready (ms)': Math.round(Number(text.split(' ')[1])), 'most RSS (MiB)': mib(child.pid, 'VmHWM') };
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  return figures;
}

/** Starts the daemon; resolves as soon as every change is told (`watched`) and after the first sweep (`ready`). */
async function daemon(folder, state, backend, settle = '100ms') {
  const policy = `${state}.yaml`;
  writeFileSync(
    policy,
    `version: 1\nextends: strict\nwatch: { settle: ${settle}, backend: ${backend}, folders: [${JSON.stringify(folder)}] }\n`,
  );
  const from = performance.now();
  const child = spawn(process.execPath, [cli, 'watch', '--policy', policy], {
    cwd: parent,
    env: { ...process.env, EXIFENCE_STATE_DIR: state },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const running = { child, cleaned: 0, durations: [], watchedMs: 0, readyMs: 0 };
  let rest = '';
  child.stderr.on('data', (chunk) => {
    rest += chunk;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { event, durationMs } = JSON.parse(line);
      if (event === 'backend') running.watchedMs = performance.now() - from;
      if (event === 'ready') running.readyMs = performance.now() - from;
      if (event === 'cleaned') {
        running.cleaned++;
        running.durations.push(durationMs);
      }
    }
  });
  while (running.readyMs === 0 && child.exitCode === null) await sleep(5);
  if (child.exitCode !== null) throw new Error('the daemon did not start');
  running.stop = async () => {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
  };
  return running;
}

const ready = [];
for (const count of sizes) {
  const folder = join(parent, `many-${count}`);
  for (let index = 0; index < count; index++) {
    if (index % 1000 === 0) mkdirSync(join(folder, String(index / 1000)), { recursive: true });
    writeFileSync(join(folder, String(Math.floor(index / 1000)), `${index}.txt`), `${index}`);
  }
  for (const [what, code] of Object.entries(LIBRARIES)) ready.push({ files: count, what, ...(await library(code, folder)) });
  for (const backend of ['chokidar', 'native']) {
    const state = join(parent, `state-${count}-${backend}`);
    for (const start of ['first', 'second']) {
      const running = await daemon(folder, state, backend);
      ready.push({
        files: count,
        what: `exifence, ${backend}, ${start} start`,
        'ready (ms)': Math.round(running.watchedMs),
        'swept (ms)': Math.round(running.readyMs),
        'most RSS (MiB)': mib(running.child.pid, 'VmHWM'),
      });
      await running.stop();
    }
  }
  rmSync(folder, { recursive: true, force: true });
}
console.table(ready);

// From the last write to the clean file under its name, beyond the settle time, as another program sees it.
const SETTLE_MS = 100;
const SINGLES = 60;
const latencies = [];
{
  const folder = join(parent, 'singles');
  mkdirSync(folder);
  const running = await daemon(folder, join(parent, 'state-singles'), 'chokidar', `${SETTLE_MS}ms`);
  const bytes = photo(4 * 2 ** 20);
  for (let index = 0; index < SINGLES; index++) {
    const path = join(folder, `${index}.jpg`);
    writeFileSync(path, bytes);
    const from = performance.now();
    const { ino } = statSync(path);
    while (statSync(path).ino === ino) await sleep(2);
    latencies.push(performance.now() - from - SETTLE_MS);
  }
  await running.stop();
}
latencies.sort((a, b) => a - b);
const quantile = (list, share) => Math.round(list[Math.min(list.length - 1, Math.floor(list.length * share))]);

const BURST = 5_000;
const burst = {};
{
  const folder = join(parent, 'burst');
  mkdirSync(folder);
  const running = await daemon(folder, join(parent, 'state-burst'), 'chokidar');
  const bytes = photo(50_000);
  const from = performance.now();
  for (let index = 0; index < BURST; index++) writeFileSync(join(folder, `${index}.jpg`), bytes);
  while (running.cleaned < BURST && performance.now() - from < 600_000) await sleep(50);
  burst['all clean (s)'] = ((performance.now() - from) / 1000).toFixed(1);
  await sleep(3_000);
  let missed = 0;
  for (let index = 0; index < BURST; index++) if (readFileSync(join(folder, `${index}.jpg`)).includes(SERIAL)) missed++;
  Object.assign(burst, { missed, 'done twice': running.cleaned - BURST + missed, 'most RSS (MiB)': mib(running.child.pid, 'VmHWM') });
  await running.stop();
}
console.table([
  { what: 'a photograph of 4 MB, event to clean file beyond the settle time, median', figure: `${quantile(latencies, 0.5)} ms`, goal: '' },
  { what: 'the same, p99', figure: `${quantile(latencies, 0.99)} ms`, goal: '300 ms' },
  { what: `a burst of ${BURST} files, all clean`, figure: `${burst['all clean (s)']} s`, goal: '' },
  { what: 'of these missed', figure: burst.missed, goal: '0' },
  { what: 'of these done twice', figure: burst['done twice'], goal: '0' },
  { what: 'most memory in the burst', figure: `${burst['most RSS (MiB)']} MiB`, goal: '250 MiB' },
]);
rmSync(parent, { recursive: true, force: true });
