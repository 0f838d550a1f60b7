import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import exiftoolPath from 'exiftool-vendored.pl';

const run = promisify(execFile);

/** The oracle: ExifTool by the system's perl. Never a dependency of the tool itself. */
export const havePerl = (() => {
  try {
    execFileSync('perl', ['-e', '1']);
    return true;
  } catch {
    return false;
  }
})();

export const oracleNote = havePerl ? '' : ' [SKIPPED: no perl to run ExifTool with]';

export type Tags = Readonly<Record<string, unknown>>;

/** All tags of the files, unknown and duplicate ones too, keyed `Group0:Group1:…:Tag`; by file path as given. */
export async function readTags(paths: readonly string[]): Promise<Map<string, Tags>> {
  const found = new Map<string, Tags>();
  const batch = 100;
  for (let at = 0; at < paths.length; at += batch) {
    const names = paths.slice(at, at + batch);
    // Exit code 1 only says that one of the files had an error; that is in the tags.
    const { stdout } = await run(
      'perl',
      [exiftoolPath, '-j', '-G0:1:3:4', '-a', '-u', '-U', '-ee', '-api', 'largefilesupport=1', '--', ...names],
      {
        maxBuffer: 1 << 30,
      },
    ).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '[]' }));
    for (const tags of JSON.parse(stdout === '' ? '[]' : stdout) as Tags[]) found.set(String(tags.SourceFile), tags);
  }
  return found;
}

/** The colour profile as ExifTool takes it out; `undefined` where its tags show none. */
export async function readProfile(path: string, tags: Tags): Promise<Buffer | undefined> {
  if (!Object.keys(tags).some((name) => name.startsWith('ICC_Profile:'))) return undefined;
  const { stdout } = await run('perl', [exiftoolPath, '-b', '-icc_profile', '--', path], { encoding: 'buffer', maxBuffer: 1 << 26 });
  return stdout.length === 0 ? undefined : stdout;
}
