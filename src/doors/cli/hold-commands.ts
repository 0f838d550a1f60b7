import type { Command, Option } from 'commander';
import type { Terminal } from './terminal.js';

type Subcommand = (name: string, description: string, examples: string) => Command;

/** Commands on what the daemon holds back. */
export function addHoldCommands(subcommand: Subcommand, formatOption: () => Option, end: (code: number) => void, terminal: Terminal): void {
  subcommand(
    'held',
    'list the pictures that are held back: since when, until when, and why',
    '  exifence held\n  exifence held --format json\n  exifence held --reveal                  shows where and when they were taken, on your screen',
  )
    .addOption(formatOption())
    .option('--reveal', 'show where and when they were taken')
    .action(async (options) => {
      const { runHeld } = await import('./held.js');
      end(await runHeld(options, terminal));
    });

  subcommand(
    'release',
    'let held pictures out: cleaned by the policy of now, proven, and put where they arrived (or in the outbox)',
    '  exifence release 3fa9c1d2               whatever its delay; ids are in: exifence held\n  exifence release Pictures/photo.jpg     by the name that it arrived with\n  exifence release --all                  all but those that are still in their posting delay\n  exifence release --all --now            those, too',
  )
    .argument('[pictures...]', 'ids, or the files as they were called')
    .option('--all', 'all that wait for a release or are due; with --now all')
    .option('--now', 'also what is still in its posting delay')
    .addOption(formatOption())
    .action(async (pictures: string[], options) => {
      const { runRelease } = await import('./release.js');
      end(await runRelease(pictures, options, terminal));
    });

  subcommand(
    'reject',
    'keep held pictures from ever appearing: their originals go to the vault, or for good',
    '  exifence reject 3fa9c1d2                into the vault, where there is one\n  exifence reject 3fa9c1d2 --delete       for good',
  )
    .argument('<pictures...>', 'ids, or the files as they were called')
    .option('--delete', 'delete the originals for good, vault or not')
    .addOption(formatOption())
    .action(async (pictures: string[], options) => {
      const { runReject } = await import('./reject.js');
      end(await runReject(pictures, options, terminal));
    });
}
