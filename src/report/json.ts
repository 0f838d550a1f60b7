import type { Links } from '../core/link.js';
import { countResults, type FileResult } from '../core/result.js';
import { jsonLinks } from './links.js';

/** The machine's view: one object, stable keys, no private values. */
export function jsonReport(results: readonly FileResult[], tool: string, command: string, links?: Links): string {
  const report = {
    schema: 'exifence/report@1',
    tool,
    command,
    summary: countResults(results),
    files: results.map(jsonFile),
    ...(links === undefined ? {} : jsonLinks(links)),
  };
  return JSON.stringify(report, null, 2);
}

function jsonFile(result: FileResult): object {
  const { judgement, unreadable } = result;
  return {
    path: result.artifact,
    ...(result.nameBytes === undefined ? {} : { pathBase64: Buffer.from(result.nameBytes).toString('base64') }),
    ...(result.sidecarOf === undefined ? {} : { sidecarOf: result.sidecarOf }),
    status: result.status,
    ...(judgement?.format === undefined ? {} : { format: judgement.format }),
    findings: judgement?.findings ?? [],
    ...(judgement?.visual === undefined ? {} : { visual: judgement.visual }),
    ...(result.beyond === undefined ? {} : { beyond: result.beyond }),
    ...(result.hidden === undefined ? {} : { hidden: result.hidden }),
    ...(unreadable === undefined ? {} : { unreadable }),
    ...(result.receipt === undefined ? {} : { receipt: result.receipt }),
    ...(result.output === undefined ? {} : { output: result.output }),
    ...(result.outputBytes === undefined ? {} : { outputBase64: Buffer.from(result.outputBytes).toString('base64') }),
    ...(result.policyNotes === undefined ? {} : { policyNotes: result.policyNotes }),
    notes: result.notes,
  };
}
