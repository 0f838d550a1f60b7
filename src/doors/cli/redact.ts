import { resolve } from 'node:path';
import { countResults, exitCodeOf, type FileResult } from '../../core/result.js';
import { TOOL } from '../../core/tool.js';
import { UsageError } from '../../core/usage-error.js';
import { jsonReport } from '../../report/json.js';
import { prettyResult } from '../../report/pretty.js';
import { styleFor } from '../../report/style.js';
import type { RedactJob } from '../../service/visual/redact-file.js';
import { policiesFor } from './output.js';
import { parseRegions, redactRequestOf } from './redact-request.js';
import { nameBytes } from './targets.js';
import type { Terminal } from './terminal.js';

export interface RedactOptions {
  readonly policy?: string;
  readonly format: 'pretty' | 'json';
  readonly faces?: boolean | 'fill' | 'pixelate' | 'blur';
  readonly text?: boolean | 'sensitive' | 'all';
  readonly pattern?: readonly string[];
  readonly codes?: boolean;
  readonly background?: string;
  readonly boxes?: readonly string[];
  readonly style?: 'fill' | 'pixelate' | 'blur' | 'inpaint';
  readonly colour?: string;
  readonly out?: string;
  readonly preview?: string;
  readonly dryRun?: boolean;
}

/** `exifence redact`: changes what one picture shows. Exit codes as `scrub`. */
export async function runRedact(file: string, options: RedactOptions, terminal: Terminal): Promise<number> {
  const path = nameBytes(file);
  const { redactFile } = await import('../../service/visual/redact-file.js');
  const job: RedactJob = {
    dryRun: options.dryRun === true,
    ...target('target', options.out),
    ...target('preview', options.preview),
    ...requested(options, terminal),
  };
  requireDifferent(file, options, terminal);
  const result = await redactFile(path, policiesFor(options.policy, terminal), job);
  show(result, options, terminal);
  return exitCodeOf(countResults([result]));
}

function target<Key extends string>(key: Key, name: string | undefined): { readonly [K in Key]?: Buffer } {
  return (name === undefined ? {} : { [key]: nameBytes(name) }) as { readonly [K in Key]?: Buffer };
}

/** Nothing named on the command line: the policy says what. */
function requested(options: RedactOptions, terminal: Terminal): Pick<RedactJob, 'request'> {
  const { faces, text, codes, background, boxes, pattern } = options;
  const anything = [faces, text, codes, background, boxes, pattern].some((each) => each !== undefined && each !== false);
  if (!anything) {
    if (options.style !== undefined) throw new UsageError('--style says how to cover what --boxes names');
    return {};
  }
  return { request: redactRequestOf(options, parseRegions(boxes ?? [], options.style ?? 'fill'), terminal.cwd()) };
}

/** A preview over the picture itself would lose it. */
function requireDifferent(file: string, { out, preview }: RedactOptions, terminal: Terminal): void {
  const at = (name: string): string => resolve(terminal.cwd(), name);
  if (preview !== undefined && (at(preview) === at(file) || (out !== undefined && at(preview) === at(out))))
    throw new UsageError('--preview names the picture itself; name another file');
  if (out !== undefined && at(out) === at(file)) throw new UsageError('--out names the picture itself; leave it out to redact in place');
}

function show(result: FileResult, { format }: RedactOptions, terminal: Terminal): void {
  if (format === 'json') {
    terminal.stdout.write(`${jsonReport([result], TOOL, 'redact')}\n`);
    return;
  }
  const style = styleFor(terminal.stdout, terminal.env);
  const boxes = result.receipt?.visual?.boxes ?? [];
  const lines = [
    ...prettyResult(result, style, true),
    ...boxes.map(({ rule, style: how, x, y, width, height }) => `    ${rule.padEnd(20)} ${how.padEnd(8)} ${x},${y},${width},${height}`),
  ];
  const { visual } = result.receipt ?? {};
  if (visual !== undefined) {
    const { scales, changedOutside } = visual.proof;
    const again = scales.length === 0 ? 'no detector was asked for' : `looked at again at ${scales.join(', ')} of its size: nothing left`;
    lines.push(`    ${style.dim(`${again}; ${changedOutside} pixels changed elsewhere`)}`);
  }
  terminal.stdout.write(`${lines.join('\n')}\n`);
}
