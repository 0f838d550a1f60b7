import type { Command, Option } from 'commander';
import type { Terminal } from './terminal.js';

type Subcommand = (name: string, description: string, examples: string) => Command;

/** Commands on what the daemon keeps: originals and receipts. */
export function addStateCommands(
  subcommand: Subcommand,
  formatOption: () => Option,
  end: (code: number) => void,
  terminal: Terminal,
): void {
  const passphraseOption = (command: Command): Command =>
    command.option('--passphrase-file <file>', 'read the passphrase of an encrypted vault from there; - is standard input');

  passphraseOption(
    subcommand(
      'undo',
      'bring back originals that the daemon has cleaned; they then stay as they are',
      '  exifence undo Screenshots/a.png         the last original of this file\n  exifence undo --last                    the file that was cleaned last\n  exifence undo --since 2h                all that were cleaned in the last two hours',
    )
      .argument('[files...]', 'files as they are called now')
      .option('--last', 'the file that was cleaned last')
      .option('--since <time>', 'all that were cleaned since: 30m, 2h, 7d')
      .option('--force', 'also over a file that was changed since; what is there now goes into the vault'),
  ).action(async (files: string[], options) => {
    const { runUndo } = await import('./undo.js');
    end(await runUndo(files, options, terminal));
  });

  const vault = subcommand(
    'vault',
    'look after the originals that are kept',
    '  exifence vault list\n  exifence vault purge --older-than 7d\n  exifence vault encrypt                  from now on, only the passphrase opens them',
  );
  vault
    .command('list')
    .description('the originals that are kept')
    .addOption(formatOption())
    .exitOverride()
    .action(async (options) => {
      const { runVaultList } = await import('./vault.js');
      end(await runVaultList(options, terminal));
    });
  vault
    .command('purge')
    .description('remove originals for good')
    .option('--older-than <time>', 'only those older than: 30m, 2h, 7d')
    .option('--yes', 'all of them')
    .exitOverride()
    .action(async (options) => {
      const { runVaultPurge } = await import('./vault.js');
      end(await runVaultPurge(options, terminal));
    });
  passphraseOption(vault.command('encrypt').description('make the key that originals are encrypted with'))
    .exitOverride()
    .action(async (options) => {
      const { runVaultEncrypt } = await import('./vault.js');
      end(await runVaultEncrypt(options, terminal));
    });

  subcommand('verify', 'say whether a file is, byte for byte, what a receipt says was written', '  exifence verify to-post/photo.jpg')
    .argument('<files...>', 'images')
    .addOption(formatOption())
    .action(async (files: string[], options) => {
      const { runVerify } = await import('./verify.js');
      end(await runVerify(files, options, terminal));
    });

  subcommand(
    'verify-log',
    'check that no receipt was changed, removed, added or moved',
    '  exifence verify-log\n  exifence verify-log /backup/receipts\n  exifence verify-log receipts.ndjson     one file of the log',
  )
    .argument('[file]', 'the log, or the folder that it lies in (default: in the state folder)')
    .addOption(formatOption())
    .action(async (folder: string | undefined, options) => {
      const { runVerifyLog } = await import('./verify.js');
      end(await runVerifyLog(folder, options, terminal));
    });
}
