#!/usr/bin/env node
import type { OtherDoors } from './doors/cli/program.js';

// The commit hook is by far the most frequent caller: it goes its own way before anything else is loaded.
const [command, ...rest] = process.argv.slice(2);

const doors: OtherDoors = {
  watch: async (folders, options) => (await import('./doors/watch/main.js')).watchMain(folders, options, process),
  status: async (options) => (await import('./doors/watch/status-main.js')).statusMain(options, process),
  doctor: async (folders, options) => (await import('./doors/watch/doctor-main.js')).doctorMain(folders, options, process),
  service: async (options) =>
    (await import('./doors/service/main.js')).serviceMain(options, {
      stdout: process.stdout,
      env: process.env,
      platform: process.platform,
      execPath: process.execPath,
      program: process.argv[1] as string,
      cwd: () => process.cwd(),
    }),
  ci: async (options, terminal) => (await import('./doors/ci/main.js')).ciMain(options, terminal),
  historyScan: async (options, terminal, progress) => (await import('./doors/history/main.js')).historyScan(options, terminal, progress),
  historyFix: async (options, terminal, progress) => (await import('./doors/history/main.js')).historyFix(options, terminal, progress),
  hook: async (argv) => (await import('./doors/git/main.js')).hookMain([...argv], process.env, process),
};

async function enter(): Promise<number> {
  if (command === 'hook') return doors.hook(rest, process);
  const { cliMain } = await import('./doors/cli/program.js');
  return cliMain(process.argv.slice(2), process, doors);
}

enter().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // The message of an error that nobody foresaw may quote file content: its name and place have to do.
    const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')) : [];
    process.stderr.write(
      `exifence: this is a bug in exifence (${error instanceof Error ? error.name : typeof error}); please report it\n${frames.slice(0, 6).join('\n')}\n`,
    );
    process.exitCode = 70;
  },
);
