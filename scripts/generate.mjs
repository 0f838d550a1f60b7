// Writes what is made from the sources: the JSON Schema, the presets, the example policy. A test holds the files to it.
import { mkdir, writeFile } from 'node:fs/promises';
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
for (const [path, text] of Object.entries(generatedFiles())) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
