// Plays commands through for real, in a home of their own, and puts what the terminal shows into docs, between the recording's marks.
// Run: npm run record -- posting-delay docs/watch.md
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const [name, document] = process.argv.slice(2);
if (!/^[a-z-]+$/.test(name ?? '') || document === undefined) {
  console.error('name a recording of scripts/recordings and the document that shows it');
  process.exit(2);
}
spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });

const home = realpathSync(mkdtempSync(join(tmpdir(), 'recording-')));
const daemons = [];
process.on('exit', () => {
  for (const daemon of daemons) daemon.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const bin = join(home, '.bin');
mkdirSync(bin);
writeFileSync(join(bin, 'exifence'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/cli.mjs')}' "$@"\n`);
chmodSync(join(bin, 'exifence'), 0o755);
const env = { HOME: home, PATH: `${bin}:${process.env.PATH}`, LC_ALL: 'C.UTF-8', TZ: 'UTC', EXIFENCE_STATE_DIR: join(home, '.state') };

await makePictures();
const policy = readFileSync(join(here, `${name}.yaml`), 'utf8');
writeFileSync(join(home, '.privacyrc.yaml'), policy);
for (const [, folder] of policy.matchAll(/(?:path|outbox): (\w+)/g)) mkdirSync(join(home, folder), { recursive: true });

const shown = [];
for (const line of readFileSync(join(here, `${name}.txt`), 'utf8')
  .split('\n')
  .filter(Boolean)) {
  shown.push(line.startsWith('#') ? `\n${line}` : `$ ${line}`);
  if (line.startsWith('#')) continue;
  if (line.endsWith('&')) {
    daemons.push(spawn('bash', ['-c', `exec ${line.slice(0, -1)}`], { cwd: home, env, stdio: 'ignore' }));
    await until(() => /^ready/m.test(readFileSync(join(home, 'watch.log'), 'utf8')));
    continue;
  }
  const { stdout, stderr, status } = spawnSync('bash', ['-c', `${line} 2>&1`], { cwd: home, env, encoding: 'utf8' });
  if (status === null || status === 2 || status === 70) throw new Error(`${line}: ${stdout}${stderr}`);
  shown.push(
    ...stdout
      .replaceAll(home, '~')
      .replaceAll(' root root ', ' me me ')
      .trimEnd()
      .split('\n')
      .filter((text) => text !== ''),
  );
  // A person would be slower than the daemon.
  if (line.startsWith('cp ')) await new Promise((resolve) => setTimeout(resolve, 1_500));
}

const begin = `<!-- recording: ${name} -->`;
const end = '<!-- end of recording -->';
const path = join(root, document);
const text = readFileSync(path, 'utf8');
const at = text.indexOf(begin);
const endAt = text.indexOf(end, at);
if (at < 0 || endAt < 0) throw new Error(`${document} has no place for it: ${begin} … ${end}`);
writeFileSync(path, `${text.slice(0, at)}${begin}\n\n\`\`\`console\n${shown.join('\n').trim()}\n\`\`\`\n\n${text.slice(endAt)}`);
console.log(shown.join('\n'));
// The daemon would keep us here.
process.exit(0);

async function makePictures() {
  const bundle = join(root, 'node_modules', `.recording-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/recordings/pictures.ts'],
    outfile: bundle,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    define: { __VERSION__: '"0"' },
  });
  try {
    spawnSync(process.execPath, [bundle, join(home, 'phone')], { stdio: 'inherit' });
  } finally {
    rmSync(bundle, { force: true });
  }
}

async function until(met) {
  for (let tries = 0; tries < 400; tries++) {
    try {
      if (met()) return;
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the daemon did not come up');
}
