import { Command, CommanderError, Option } from 'commander';
import { EXIT } from '../../core/door.js';
import { TOOL } from '../../core/tool.js';
import { UsageError } from '../../core/usage-error.js';
import { REPORT_FORMATS, type ReportFormat } from '../../report/formats.js';
import { addDaemonCommands } from './daemon-commands.js';
import { addHoldCommands } from './hold-commands.js';
import { type Progress, progressOn } from './progress.js';
import { addRedact } from './redact-command.js';
import { addStateCommands } from './state-commands.js';
import type { Terminal } from './terminal.js';

/** What other doors do when the command line calls them. The entry point hands them in: doors do not know each other. */
export interface OtherDoors {
  watch(folders: readonly string[], options: WatchOptions, terminal: Terminal): Promise<number>;
  status(options: StatusOptions, terminal: Terminal): Promise<number>;
  doctor(folders: readonly string[], options: DoctorOptions, terminal: Terminal): Promise<number>;
  service(options: ServiceOptions, terminal: Terminal): Promise<number>;
  hook(argv: readonly string[], terminal: Terminal): Promise<number>;
  ci(options: CiOptions, terminal: Terminal): Promise<number>;
  historyScan(options: HistoryOptions, terminal: Terminal, progress: Progress): Promise<number>;
  historyFix(options: HistoryOptions & { readonly run?: boolean }, terminal: Terminal, progress: Progress): Promise<number>;
}

interface WatchOptions {
  readonly policy?: string;
  /** Watch this folder, made if missing, where none is named. */
  readonly fallbackFolder?: string;
  readonly metrics?: string;
  readonly notify?: boolean;
}

interface StatusOptions {
  readonly format: string;
  readonly health?: boolean;
}

interface DoctorOptions {
  readonly policy?: string;
  readonly format: string;
}

interface ServiceOptions {
  readonly action: 'install' | 'uninstall' | 'status';
  readonly folders: readonly string[];
  readonly policy?: string;
  readonly dryRun?: boolean;
}

interface HistoryOptions {
  readonly policy?: string;
  readonly format: ReportFormat;
  readonly all?: boolean;
}

interface CiOptions {
  readonly base: string;
  readonly head: string;
  readonly policy?: string;
  readonly format: ReportFormat;
  readonly output?: string;
}

const EXAMPLES = `
Examples:
  exifence scan ~/Pictures                 what would leak, and where it lies
  exifence scrub photo.jpg                 clean it in place; pixels, colours and orientation stay
  exifence scrub ~/export --out ~/public   leave the originals, write clean copies
  exifence explain photo.jpg               every part of a file and what the policy does with it
  exifence redact photo.jpg --faces        cover what the picture itself shows
  exifence report --out r.html photo.jpg   a page with what was found, and what can be recovered of it
  exifence watch ~/Pictures/Screenshots    clean whatever lands in a folder
  exifence held                            what is held back before it may be seen
  exifence undo --last                     bring the last original back
  exifence hook install                    keep images that leak out of commits
  exifence ci --base origin/main           check what a change brings in

Exit codes: 0 clean or all fixed, 1 the policy is violated, 2 wrong usage or policy, 3 something could not be proven
clean, 70 a bug in exifence.`;

/** Runs the command line. Never throws for what a user can do wrong. */
export async function cliMain(argv: readonly string[], terminal: Terminal, doors: OtherDoors): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('exifence');
  program
    .description('One privacy policy for every image: finds and removes what a picture reveals, without touching a pixel.')
    .version(TOOL, '-V, --version')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .showHelpAfterError('(run with --help for examples)')
    .configureOutput({ writeOut: (text) => terminal.stdout.write(text), writeErr: (text) => terminal.stderr.write(text) });

  const policyOption = (): Option =>
    new Option(
      '-p, --policy <file|preset>',
      'a policy file, or balanced, strict, location-only (default: .privacyrc.yaml found upwards, else balanced)',
    );
  const formatOption = (formats: readonly string[] = ['pretty', 'json']): Option =>
    new Option('-f, --format <format>', 'how to report').choices(formats).default('pretty');
  const subcommand = (name: string, description: string, examples: string): Command =>
    program.command(name).description(description).addHelpText('after', `\nExamples:\n${examples}`).exitOverride();

  subcommand(
    'scan',
    'report what files reveal and what the policy does not let stay',
    '  exifence scan photo.jpg exports/\n  find . -name "*.png" -print0 | exifence scan --stdin0 --format json\n  exifence scan --history --all',
  )
    .argument('[paths...]', 'files and folders')
    .addOption(policyOption())
    .addOption(formatOption(REPORT_FORMATS))
    .option('--stdin0', 'read more names from standard input, each ended by a NUL byte')
    .option('-v, --verbose', 'name clean and skipped files too')
    .option('--visual', 'decode pictures too: hold previews against them, look under transparency')
    .option('--reveal', 'show the serial numbers and ids that join files')
    .option('--history', 'every commit of the repository here, and who still holds what leaks')
    .option('--all', 'with --history: all branches and tags')
    .action(async (paths: string[], options) => {
      if (options.history === true) {
        exitCode = await doors.historyScan(options, terminal, await progressOn(terminal));
        return;
      }
      const { runScan } = await import('./scan.js');
      exitCode = await runScan(paths, options, terminal);
    });

  subcommand(
    'scrub',
    'take out what the policy does not let stay; pixels are not touched',
    '  exifence scrub photo.jpg\n  exifence scrub exports/ --out public/\n  exifence scrub --dry-run --policy strict exports/',
  )
    .argument('[paths...]', 'files and folders')
    .addOption(policyOption())
    .addOption(formatOption(REPORT_FORMATS))
    .option('--stdin0', 'read more names from standard input, each ended by a NUL byte')
    .option('-o, --out <folder>', 'write clean copies there and leave the originals as they are')
    .option('-n, --dry-run', 'say what would be done, write nothing')
    .option('-v, --verbose', 'name clean and skipped files too')
    .action(async (paths: string[], options) => {
      const { runScrub } = await import('./scrub.js');
      exitCode = await runScrub(paths, options, terminal);
    });

  subcommand(
    'explain',
    'show every part of a file: what it is, what it reveals, which policy line decides',
    '  exifence explain photo.jpg\n  exifence explain photo.jpg --reveal      shows the private values on your screen',
  )
    .argument('<file>', 'one image')
    .addOption(policyOption())
    .addOption(formatOption())
    .option('--reveal', 'show the private values themselves')
    .action(async (file: string, options) => {
      const { runExplain } = await import('./explain.js');
      exitCode = await runExplain(file, options, terminal);
    });

  addRedact(
    subcommand,
    policyOption,
    formatOption,
    (code) => {
      exitCode = code;
    },
    terminal,
  );
  subcommand(
    'report',
    'write a page (HTML) with what was found, and with pictures of what can be recovered from the files',
    '  exifence report --out report.html photo.jpg exports/\n  exifence report screenshot.png > report.html',
  )
    .argument('[paths...]', 'files and folders')
    .addOption(policyOption())
    .option('--stdin0', 'read more names from standard input, each ended by a NUL byte')
    .option('-o, --out <file>', 'where to write the page (default: standard output)')
    .option('--reveal', 'show the private values themselves')
    .action(async (paths: string[], options) => {
      const { runReport } = await import('./report.js');
      exitCode = await runReport(paths, options, terminal);
    });

  const policy = subcommand(
    'policy',
    'write, check and print policies',
    '  exifence policy init\n  exifence policy check .privacyrc.yaml\n  exifence policy print --policy strict',
  );
  const policyCommand = (name: string, description: string): Command =>
    policy
      .command(name)
      .description(description)
      .exitOverride()
      .action(async (...args: unknown[]) => {
        const command = args.at(-1) as Command;
        const { runPolicy } = await import('./policy.js');
        exitCode = await runPolicy(name, command.args, { ...command.opts(), ...command.parent?.opts() }, terminal);
      });
  policyCommand('init', 'write a commented .privacyrc.yaml here')
    .argument('[file]', 'where to write it', '.privacyrc.yaml')
    .option('--force', 'replace the file if there is one');
  policyCommand('check', 'say whether a policy is valid, and what in it is unused or expired').argument(
    '[file]',
    'the policy file (default: found upwards from here)',
  );
  policyCommand('print', 'print the policy as it is applied, with the line that each rule comes from')
    .argument('[path]', 'print it as it applies to this path')
    .addOption(policyOption());
  policyCommand('schema', 'print the JSON Schema of policy files');

  subcommand(
    'watch',
    'clean the images that land in folders, until stopped',
    '  exifence watch ~/Pictures/Screenshots\n  exifence watch                           the folders that the policy names',
  )
    .argument('[folders...]', 'folders to watch')
    .addOption(policyOption())
    .option('--metrics <port>', 'serve numbers for Prometheus on this port, to this machine only')
    .option('--notify', 'tell on the desktop what was removed')
    .action(async (folders: string[], options) => {
      exitCode = await doors.watch(folders, options, terminal);
    });

  addHoldCommands(
    subcommand,
    formatOption,
    (code) => {
      exitCode = code;
    },
    terminal,
  );
  addDaemonCommands(
    subcommand,
    policyOption,
    formatOption,
    (code) => {
      exitCode = code;
    },
    doors,
    terminal,
  );
  addStateCommands(
    subcommand,
    formatOption,
    (code) => {
      exitCode = code;
    },
    terminal,
  );

  program
    .command('start', { hidden: true })
    .description('sweep and watch a folder; ./inbox where none is named')
    .argument('[folders...]')
    .addOption(policyOption())
    .exitOverride()
    .action(async (folders: string[], options) => {
      exitCode = await doors.watch(folders, { ...options, fallbackFolder: 'inbox' }, terminal);
    });

  subcommand(
    'ci',
    'check what commits bring in, by the policy that their base has: for any CI',
    '  exifence ci --base origin/main\n  exifence ci --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA" --format gitlab --output gl-code-quality-report.json',
  )
    .requiredOption('--base <rev>', 'the commit that the change starts from')
    .option('--head <rev>', 'the commit that it ends with', 'HEAD')
    .addOption(policyOption())
    .addOption(formatOption(REPORT_FORMATS))
    .option('-o, --output <file>', 'write the report there, and what people read to standard output')
    .action(async (options) => {
      exitCode = await doors.ci(options, terminal);
    });

  const history = subcommand(
    'history',
    'make a history anew without what leaks in it',
    '  exifence scan --history --all\n  exifence history fix\n  exifence history fix --run      runs git filter-repo where it is installed',
  );
  history
    .command('fix')
    .description('write clean versions of all images of the history that leak, and the callback for git filter-repo')
    .addOption(policyOption())
    .option('--run', 'run git filter-repo: commits get other ids')
    .exitOverride()
    .action(async (options) => {
      exitCode = await doors.historyFix({ ...options, format: 'pretty' }, terminal, await progressOn(terminal));
    });

  const exceptionOptions = (command: Command): Command =>
    command
      .requiredOption('--owner <who>', 'who answers for it')
      .option('--expires <day>', 'the last day on which it holds, YYYY-MM-DD (default: in a year)');

  exceptionOptions(
    subcommand(
      'allow',
      'let an image stay as it is: writes an exception for this very content to .exifence/allow/',
      '  exifence allow docs/map.jpg --reason "the place is the point" --owner docs --expires 2027-06-30',
    )
      .argument('<files...>', 'images')
      .requiredOption('--reason <why>', 'why it may stay as it is'),
  ).action(async (files: string[], options) => {
    const { runAllow } = await import('./allow.js');
    exitCode = await runAllow(files, options, terminal);
  });

  exceptionOptions(
    subcommand(
      'baseline',
      'adopt an old repository: lets every image that leaks today stay until a day, so that only new leaks are stopped',
      '  exifence baseline --owner docs\n  exifence baseline --history --owner docs --expires 2027-06-30',
    )
      .argument('[paths...]', 'files and folders (default: here)')
      .option('--history', 'every commit of the repository too')
      .addOption(policyOption()),
  ).action(async (paths: string[], options) => {
    const { runBaseline } = await import('./baseline.js');
    exitCode = await runBaseline(paths, options, terminal);
  });

  program
    .command('hook')
    .description('install and run the git hooks (install, uninstall, status, doctor, run)')
    .argument('[args...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[]) => {
      exitCode = await doors.hook(args, terminal);
    });

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof UsageError) {
      terminal.stderr.write(`exifence: ${error.userMessage}\n`);
      return EXIT.usage;
    }
    throw error;
  }
}
