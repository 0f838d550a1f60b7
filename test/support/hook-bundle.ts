import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import singleFile from '../../scripts/single-file.json' with { type: 'json' };
import { HOOK_NAMES } from '../../src/doors/git/hook-run.js';
import type { TestRepository } from './repository.js';

export interface HookBundle {
  readonly file: string;
  remove(): void;
}

/** Bundles an entry point as the package's own build does: one CJS file that real git can run. */
export async function bundleHook(entry: 'src/hook.ts' | 'test/support/fake-hook.ts'): Promise<HookBundle> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'exifence-hook-'));
  const file = join(folder, 'hook.cjs');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const external = entry === 'src/hook.ts' ? [] : ['../../service/blobs/engine-judge.js'];
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    ...singleFile,
    external: [...singleFile.external, ...external],
    logLevel: 'error',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Hooks that run the bundle, as plainly as can be. */
export function useHooks(repository: TestRepository, bundle: HookBundle, names: readonly string[] = HOOK_NAMES): void {
  for (const name of names) repository.hook(name, `#!/bin/sh\nexec '${process.execPath}' '${bundle.file}' run ${name} "$@"\n`);
}
