// Runs the real daemon under load and holds its memory and file descriptors against a flat line.
// npm run soak [-- --minutes 20] [--write]: with --write, figures and plot go to docs/soak.md and docs/soak.svg. Linux only (/proc).
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.mjs');
const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const minutes = argument('minutes', 20);
const writes = process.argv.includes('--write');
if (process.platform !== 'linux') {
  console.log('soak: SKIPPED: figures of a process come from /proc, which is on Linux only');
  process.exit(0);
}
if (!existsSync(cli)) {
  console.error('dist/cli.mjs is missing: run `npm run build` first');
  process.exit(2);
}

const SAMPLE_MS = 2_000;
/** What may be gained over the second half, by a straight line through it. */
const MOST_GAIN_MIB = 16;
const MOST_GAIN_FDS = 4;
const MOST_RSS_MIB = 250;

const folder = mkdtempSync(join(tmpdir(), 'exifence-soak-'));
const at = (...names) => join(folder, ...names);
for (const name of ['shots', 'camera', 'late']) mkdirSync(at(name));
writeFileSync(
  at('policy.yaml'),
  `version: 1
extends: strict
watch:
  settle: 200ms
  vault: { size: 50MB, keep: 1h }
  folders:
    - shots
    - { path: camera, mode: outbox, outbox: out }
    - { path: late, hold: 20s }
`,
);

/** A word that stands for a place and a serial number; each file has one of its own. */
const CANARY = 'CANARYSOAK';

/** JPEG: SOI, an Exif block with a body serial number, a scan without markers, EOI. */
function photo(sizeBytes) {
  const scan = randomBytes(sizeBytes);
  for (let i = scan.indexOf(0xff); i >= 0; i = scan.indexOf(0xff, i + 1)) scan[i] = 0xfe;
  const text = Buffer.from(`${CANARY}${randomBytes(6).toString('hex')}\0`);
  const ifd = Buffer.alloc(18 + 18);
  ifd.write('MM\0*\0\0\0\x08\0\x01', 0, 'latin1');
  ifd.writeUInt16BE(0x8769, 10);
  ifd.writeUInt16BE(4, 12);
  ifd.writeUInt32BE(1, 14);
  ifd.writeUInt32BE(26, 18);
  const exif = Buffer.alloc(18);
  exif.writeUInt16BE(1, 0);
  exif.writeUInt16BE(0xa431, 2);
  exif.writeUInt16BE(2, 4);
  exif.writeUInt32BE(text.length, 6);
  exif.writeUInt32BE(26 + 18, 10);
  const segment = (code, body) => Buffer.concat([Buffer.from([0xff, code, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
  const huffman = (kind) => Buffer.concat([Buffer.from([kind, 0, 1]), Buffer.alloc(14), Buffer.from([0])]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), ifd.subarray(0, 26), exif, text])),
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    segment(0xc0, Buffer.from([8, 0, 16, 0, 16, 1, 1, 0x11, 0])),
    segment(0xc4, huffman(0)),
    segment(0xc4, huffman(0x10)),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    scan,
    Buffer.from([0xff, 0xd9]),
  ]);
}

const child = spawn(process.execPath, [cli, 'watch', '--policy', at('policy.yaml')], {
  cwd: folder,
  env: { ...process.env, EXIFENCE_STATE_DIR: at('state') },
  stdio: ['ignore', 'pipe', 'pipe'],
});
const counts = { cleaned: 0, held: 0, released: 0, unreadable: 0, bug: 0, trouble: 0 };
const durations = [];
let rest = '';
let ready = false;
child.stdout.on('data', (chunk) => {
  if (/^ready\b/m.test(String(chunk))) ready = true;
});
child.stderr.on('data', (chunk) => {
  rest += chunk;
  const lines = rest.split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    try {
      const { event, durationMs } = JSON.parse(line);
      if (event in counts) counts[event]++;
      if (event === 'cleaned' && durationMs !== undefined) durations.push(durationMs);
    } catch {
      counts.bug++;
    }
  }
});
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
while (!ready && child.exitCode === null) await sleep(50);

const started = Date.now();
const samples = [];
const ticks = () => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
};
function sample() {
  const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
  samples.push({
    seconds: (Date.now() - started) / 1000,
    rssMiB: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
    fds: readdirSync(`/proc/${child.pid}/fd`).length,
    cleaned: counts.cleaned,
  });
}
const sampler = setInterval(sample, SAMPLE_MS);

const endMs = started + minutes * 60_000;
let written = 0;
let turn = 0;
/** What has to be clean at the end. */
const files = new Set();
const put = (path, bytes) => {
  writeFileSync(path, bytes);
  files.add(path);
  written++;
};
while (Date.now() < endMs && child.exitCode === null) {
  turn++;
  const size = [20_000, 200_000, 1_000_000, 4_000_000][turn % 4];
  put(at('shots', `${turn % 400}.jpg`), photo(size));
  if (turn % 3 === 0) put(at('camera', `${turn % 200}.jpg`), photo(100_000));
  if (turn % 10 === 0) put(at('late', `${turn % 50}.jpg`), photo(50_000));
  // An atomic save, a slow writer, a folder that comes and goes, a file that is deleted while it settles.
  if (turn % 7 === 0) {
    writeFileSync(at('shots', '.saving.tmp'), photo(50_000));
    renameSync(at('shots', '.saving.tmp'), at('shots', `saved-${turn % 50}.jpg`));
    files.add(at('shots', `saved-${turn % 50}.jpg`));
    written++;
  }
  if (turn % 11 === 0) {
    const slow = photo(300_000);
    const path = at('shots', `slow-${turn % 20}.jpg`);
    void (async () => {
      for (let part = 1; part <= 4; part++) {
        writeFileSync(path, slow.subarray(0, (slow.length * part) / 4));
        await sleep(120);
      }
      files.add(path);
      written++;
    })();
  }
  if (turn % 13 === 0) {
    rmSync(at('shots', 'trip'), { recursive: true, force: true });
    mkdirSync(at('shots', 'trip', 'deep'), { recursive: true });
    for (const name of [...files]) if (name.includes('/trip/')) files.delete(name);
    put(at('shots', 'trip', 'deep', `${turn}.jpg`), photo(30_000));
  }
  if (turn % 17 === 0) {
    writeFileSync(at('shots', 'gone.jpg'), photo(30_000));
    await sleep(30);
    unlinkSync(at('shots', 'gone.jpg'));
  }
  await sleep(90);
}
// Everything comes to rest, what is held comes out.
for (let quiet = 0; quiet < 3; ) {
  const before = counts.cleaned + counts.released;
  await sleep(8_000);
  quiet = counts.cleaned + counts.released === before ? quiet + 1 : 0;
}
const [idleFrom, idleTicks] = [Date.now(), ticks()];
await sleep(Math.min(30_000, minutes * 6_000));
const idlePercent = ((ticks() - idleTicks) * 10) / ((Date.now() - idleFrom) / 100);
sample();
clearInterval(sampler);
child.kill('SIGTERM');
const code = await new Promise((resolve) => child.once('close', resolve));

const left = [];
for (const path of files) {
  const place = path.includes('/camera/') ? path.replace('/camera/', '/out/') : path;
  if (!existsSync(place)) left.push(`${place.slice(folder.length + 1)}: not there`);
  else if (readFileSync(place).includes(CANARY)) left.push(`${place.slice(folder.length + 1)}: leaks`);
  else if (statSync(place).size < 1000) left.push(`${place.slice(folder.length + 1)}: torn`);
}
const strays = readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('.exifence-'));

/** The gain over the second half by the straight line that fits best. */
function gain(of) {
  const half = samples.filter(({ seconds }) => seconds > samples.at(-1).seconds / 2);
  const n = half.length;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / n;
  const [x, y] = [half.map(({ seconds }) => seconds), half.map(of)];
  const [mx, my] = [mean(x), mean(y)];
  const slope =
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) / (x.reduce((sum, value) => sum + (value - mx) ** 2, 0) || 1);
  return slope * (half.at(-1).seconds - half[0].seconds);
}
durations.sort((a, b) => a - b);
const quantile = (share) => durations[Math.min(durations.length - 1, Math.floor(durations.length * share))] ?? 0;
const most = (of) => Math.max(...samples.map(of));
const figures = {
  minutes,
  'files written': written,
  cleaned: counts.cleaned,
  held: counts.held,
  released: counts.released,
  'could not be proven clean': counts.unreadable,
  bugs: counts.bug,
  'lost, torn or leaking at the end': left.length,
  'temporary files left': strays.length,
  'RSS at the end (MiB)': samples.at(-1).rssMiB.toFixed(0),
  'most RSS (MiB)': most(({ rssMiB }) => rssMiB).toFixed(0),
  'gain of RSS over the second half (MiB)': gain(({ rssMiB }) => rssMiB).toFixed(1),
  'most file descriptors': most(({ fds }) => fds),
  'gain of descriptors over the second half': gain(({ fds }) => fds).toFixed(1),
  'work on a file, median (ms)': quantile(0.5),
  'work on a file, p99 (ms)': quantile(0.99),
  'processor while idle (%)': idlePercent.toFixed(2),
  'exit code': code,
};
const failed = [];
if (left.length > 0) failed.push(...left.slice(0, 10));
if (strays.length > 0) failed.push(`${strays.length} temporary files are left`);
if (counts.bug > 0) failed.push(`${counts.bug} bugs were logged`);
if (code !== 0) failed.push(`the daemon ended with ${code}`);
if (gain(({ rssMiB }) => rssMiB) > MOST_GAIN_MIB) failed.push('memory grows');
if (gain(({ fds }) => fds) > MOST_GAIN_FDS) failed.push('file descriptors grow');
if (most(({ rssMiB }) => rssMiB) > MOST_RSS_MIB) failed.push(`more than ${MOST_RSS_MIB} MiB of memory`);
console.table(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, { value }])));
for (const what of failed) console.error(`soak: FAILED: ${what}`);
rmSync(folder, { recursive: true, force: true });

if (writes && failed.length === 0) {
  writeFileSync(join(root, 'docs/soak.svg'), plot());
  writeFileSync(
    join(root, 'docs/soak.md'),
    `# The daemon under load\n\n\`npm run soak -- --minutes ${minutes} --write\` wrote this: photographs of 20 kB to 4 MB come into three folders (cleaned in place, copied to an outbox, held for 20 s) without a break, some written slowly, saved atomically, overwritten, or deleted at once; then the daemon idles.\n\n![memory and file descriptors over time](soak.svg)\n\n| what | figure |\n| --- | --- |\n${Object.entries(
      figures,
    )
      .map(([name, value]) => `| ${name} | ${value} |`)
      .join('\n')}\n`,
  );
}
process.exit(failed.length === 0 ? 0 : 1);

function plot() {
  const [width, height, edge] = [720, 260, 40];
  const seconds = samples.at(-1).seconds;
  const x = (value) => (edge + (value / seconds) * (width - 2 * edge)).toFixed(1);
  const line = (of, top) =>
    samples.map((item) => `${x(item.seconds)},${(height - edge - (of(item) / top) * (height - 2 * edge)).toFixed(1)}`).join(' ');
  const topRss = Math.ceil(most(({ rssMiB }) => rssMiB) / 50) * 50;
  const topFds = Math.ceil(most(({ fds }) => fds) / 20) * 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="white"/>
<path d="M${edge} ${edge}V${height - edge}H${width - edge}V${edge}" fill="none" stroke="#999"/>
<polyline points="${line(({ rssMiB }) => rssMiB, topRss)}" fill="none" stroke="#0a62c4"/>
<polyline points="${line(({ fds }) => fds, topFds)}" fill="none" stroke="#c4560a"/>
<text x="${edge}" y="${edge - 12}" fill="#0a62c4">memory (RSS), 0 to ${topRss} MiB</text>
<text x="${width - edge}" y="${edge - 12}" fill="#c4560a" text-anchor="end">file descriptors, 0 to ${topFds}</text>
<text x="${width / 2}" y="${height - 12}" text-anchor="middle" fill="#333">0 to ${(seconds / 60).toFixed(0)} minutes</text>
</svg>
`;
}
