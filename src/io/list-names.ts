import { readdirSync } from 'node:fs';

/** The names in a folder, in no order; none where it cannot be listed: whoever opens a file in it is told why. */
export function listNames(directory: Buffer): Buffer[] {
  try {
    return readdirSync(directory, { encoding: 'buffer' }) as unknown as Buffer[];
  } catch {
    return [];
  }
}
