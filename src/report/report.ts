import type { Links } from '../core/link.js';
import type { FileResult } from '../core/result.js';
import type { MachineFormat } from './formats.js';
import { githubReport } from './github.js';
import { gitlabReport } from './gitlab.js';
import { jsonReport } from './json.js';
import { junitReport } from './junit.js';
import { sarifReport } from './sarif.js';

/** What a run has to say. */
export interface Report {
  readonly results: readonly FileResult[];
  /** Name and version. */
  readonly tool: string;
  readonly command: string;
  readonly links?: Links | undefined;
}

/** The whole report as text, without a line end at its end. Never holds a private value. */
export function machineReport(format: MachineFormat, { results, tool, command, links }: Report): string {
  switch (format) {
    case 'json':
      return jsonReport(results, tool, command, links);
    case 'sarif':
      return sarifReport(results, tool);
    case 'junit':
      return junitReport(results, tool);
    case 'github':
      return githubReport(results);
    case 'gitlab':
      return gitlabReport(results);
  }
}
