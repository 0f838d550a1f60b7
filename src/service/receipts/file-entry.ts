import { TOOL } from '../../core/tool.js';
import type { Done } from '../delivery/delivery.js';
import { type FileEntry, pathFields } from './entry.js';

/** What was done to a file, for the log of receipts. */
export function fileEntry(path: Buffer, { event, before, after, receipt, output, vaultId }: Done, at: Date = new Date()): FileEntry {
  const removed: Record<string, number> = {};
  for (const { category } of receipt?.decisions ?? []) removed[category] = (removed[category] ?? 0) + 1;
  return {
    at: at.toISOString(),
    event,
    ...pathFields('file', path),
    ...(output === undefined ? {} : pathFields('output', output)),
    ...(receipt === undefined ? {} : { format: receipt.format, pixels: receipt.pixels, policySha256: receipt.policySha256, removed }),
    before,
    ...(after === undefined ? {} : { after }),
    ...(vaultId === undefined ? {} : { vaultId }),
    tool: TOOL,
  };
}
