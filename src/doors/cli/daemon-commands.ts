import type { Command, Option } from 'commander';
import type { OtherDoors } from './program.js';
import type { Terminal } from './terminal.js';

type Subcommand = (name: string, description: string, examples: string) => Command;

/** Commands on the daemon itself. */
export function addDaemonCommands(
  subcommand: Subcommand,
  policyOption: () => Option,
  formatOption: () => Option,
  end: (code: number) => void,
  doors: Pick<OtherDoors, 'status' | 'doctor' | 'service'>,
  terminal: Terminal,
): void {
  subcommand(
    'status',
    'how the running daemon is: folders, queue, last files, what is held, problems',
    '  exifence status\n  exifence status --format json\n  exifence status --health            for supervisors: exit 0 is well, 1 not running, 3 unwell',
  )
    .addOption(formatOption())
    .option('--health', 'one word and the exit code')
    .action(async (options) => {
      end(await doors.status(options, terminal));
    });

  subcommand(
    'doctor',
    'check that the daemon can do its work here, and say what to do where it cannot',
    '  exifence doctor\n  exifence doctor ~/Pictures/Screenshots',
  )
    .argument('[folders...]', 'folders to watch (default: those of the policy)')
    .addOption(policyOption())
    .addOption(formatOption())
    .action(async (folders: string[], options) => {
      end(await doors.doctor(folders, options, terminal));
    });

  const service = subcommand(
    'service',
    'have the system start the daemon with your session (systemd, launchd, task scheduler)',
    '  exifence service install ~/Pictures/Screenshots\n  exifence service install --dry-run     show what would be written\n  exifence service uninstall',
  );
  const action = (name: 'install' | 'uninstall' | 'status', description: string): Command =>
    service
      .command(name)
      .description(description)
      .argument('[folders...]', 'folders to watch (default: those of the policy)')
      .addOption(policyOption())
      .option('-n, --dry-run', 'show what would be written and run')
      .exitOverride()
      .action(async (folders: string[], options) => {
        end(await doors.service({ ...options, action: name, folders }, terminal));
      });
  action('install', 'write the service file and start it');
  action('uninstall', 'stop it and take the file away');
  action('status', 'whether it is installed, and what the system says of it');
}
