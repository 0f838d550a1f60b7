import { EXIT } from '../../core/door.js';
import { judge } from '../../engine/judge.js';
import { judgeXmpFile } from '../../engine/xmp-file.js';
import { openFileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import { explainBeyond, explainJson, explainPretty } from '../../report/explain.js';
import { styleFor } from '../../report/style.js';
import { FolderIndex } from '../../service/beyond/folder-index.js';
import { PictureJobs } from '../../service/beyond/picture-job.js';
import { fileOptions } from '../../service/file-options.js';
import { policiesFor } from './output.js';
import { nameBytes } from './targets.js';
import type { Terminal } from './terminal.js';

export interface ExplainOptions {
  readonly policy?: string;
  readonly format: 'pretty' | 'json';
  readonly reveal?: boolean;
}

/** `exifence explain`: every part of one file. Exit codes as `scan`. */
export async function runExplain(file: string, options: ExplainOptions, terminal: Terminal): Promise<number> {
  const path = nameBytes(file);
  const policies = policiesFor(options.policy, terminal);
  const { options: judging } = await fileOptions(policies, path);
  const { artifact } = judging;
  let source: ReturnType<typeof openFileSource>;
  try {
    source = openFileSource(path);
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    terminal.stderr.write(`exifence: ${artifact}: ${error.message}; ${error.hint}\n`);
    return EXIT.unproven;
  }
  try {
    const role = new FolderIndex().roleOf(path);
    const isXmp = role.kind === 'sidecar' && role.sidecar.reading === 'xmp';
    const judgement = isXmp ? judgeXmpFile(source, judging) : judge(source, judging);
    const { verdict } = judgement;
    const reveal = options.reveal === true;
    const [beside, ...sidecars] = await new PictureJobs(policies).run(path, { kind: 'judge', fingerprints: false });
    const beyond = [...(beside?.beyond ?? []), ...sidecars.flatMap((sidecar) => sidecar.beyond ?? [])];
    if (options.format === 'json') {
      terminal.stdout.write(`${explainJson(judgement, reveal, beyond)}\n`);
    } else if (verdict.kind === 'unreadable') {
      const { code, byteOffset, message, hint } = verdict.unreadable;
      terminal.stdout.write(`${artifact}: could not be read: ${code} at byte ${byteOffset}: ${message}\nwhat to do: ${hint}\n`);
    } else if (verdict.kind === 'not-an-image') {
      terminal.stdout.write(`${artifact}: neither by name nor by content an image that is known here\n`);
    } else {
      const style = styleFor(terminal.stdout, terminal.env);
      terminal.stdout.write(`${[...explainPretty(judgement, style, reveal), ...explainBeyond(beyond, style)].join('\n')}\n`);
    }
    return verdict.kind === 'unreadable'
      ? EXIT.unproven
      : verdict.kind === 'violates' || beside?.status === 'violates'
        ? EXIT.violations
        : EXIT.ok;
  } finally {
    source.close();
  }
}
