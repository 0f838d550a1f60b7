// Writes what is made from the sources: the JSON Schema, the presets, the example policy, the Action. With --check it writes nothing and fails
// where a file is not as it would be written.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['scripts/generated-files.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  write: false,
});
const { generatedFiles } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
const check = process.argv.includes('--check');
for (const [path, text] of Object.entries(generatedFiles(new URL('..', import.meta.url)))) {
  if (check) {
    const written = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (written === text) continue;
    console.error(`${path} is not what is made from the sources: run \`npm run generate\``);
    process.exitCode = 1;
    continue;
  }
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
