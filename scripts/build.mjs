// Bundles the sources into dist/: the command (ESM, split so that each door loads what it needs), the commit hook
// (one CJS file that starts fast and needs no node_modules) and the library with its types. With --action also the GitHub Action, one
// file that is committed: workflows run it as it lies in the repository.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
const dist = `${root}dist`;

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  define: { __VERSION__: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
};

await mkdir(dist, { recursive: true });
for (const name of await readdir(dist)) if (name !== 'action.cjs') await rm(`${dist}/${name}`, { recursive: true, force: true });
// Single files that need no node_modules. Pictures are looked at in the thread's own file beside them, where that is installed.
const singleFile = JSON.parse(await readFile(`${root}scripts/single-file.json`, 'utf8'));
const withoutPackages = { ...singleFile, define: { ...common.define, ...singleFile.define } };

await Promise.all([
  build({
    ...common,
    entryPoints: { cli: 'src/cli.ts', index: 'src/index.ts', 'visual-worker': 'src/visual-worker.ts', 'look-worker': 'src/look-worker.ts' },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    packages: 'external',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    banner: {},
  }),
  build({
    ...common,
    entryPoints: ['src/hook.ts'],
    outfile: 'dist/hook-main.cjs',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    ...withoutPackages,
  }),
]);
// What starts the bundle by what was compiled of it before.
await copyFile(`${root}hooks/start.cjs`, `${dist}/hook.cjs`);
if (process.argv.includes('--action')) {
  await build({
    ...common,
    target: 'node24',
    entryPoints: ['src/action.ts'],
    outfile: 'dist/action.cjs',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    ...withoutPackages,
    // The toolkit's client for tokens of other services, half a megabyte: never called.
    alias: { '@actions/http-client': './scripts/no-client.mjs', '@actions/http-client/lib/auth': './scripts/no-client.mjs' },
  });
}
if (process.argv.includes('--types')) {
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.types.json`], { stdio: 'inherit' });
}
// The command's first line names its interpreter; the bundler keeps it, npm sets the run bit.
const cli = await readFile(`${dist}/cli.mjs`, 'utf8');
if (!cli.startsWith('#!')) await writeFile(`${dist}/cli.mjs`, `#!/usr/bin/env node\n${cli}`, { mode: 0o755 });
