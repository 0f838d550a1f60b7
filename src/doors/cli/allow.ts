import { statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { exceptionRoot, inAYear, sha256OfFile, writeException } from '../../service/exceptions.js';
import { today } from '../../service/policies.js';
import type { Terminal } from './terminal.js';

export interface AllowOptions {
  readonly reason: string;
  readonly owner: string;
  readonly expires?: string;
}

/** `exifence allow`: writes one exception for each file. */
export async function runAllow(files: readonly string[], options: AllowOptions, terminal: Terminal): Promise<number> {
  const terms = { reason: options.reason, owner: options.owner, expires: options.expires ?? inAYear(today()) };
  for (const file of files) {
    const path = resolve(terminal.cwd(), file);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw new UsageError(`${displayPath(file)} is no file`);
    const sha256 = await sha256OfFile(Buffer.from(path));
    const written = writeException(exceptionRoot(dirname(path), terminal.env), sha256, terms);
    const said =
      written === undefined
        ? `${displayPath(file)}: there is an exception for this content already: change or delete ${sha256}.yaml`
        : `${displayPath(file)}: allowed until ${terms.expires} by ${displayPath(relative(terminal.cwd(), written))}; commit it for others to see`;
    terminal.stdout.write(`${said}\n`);
  }
  return EXIT.ok;
}
