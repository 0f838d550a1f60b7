import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jpegWith } from '../../test/support/exif.js';
import { buildExif } from '../../test/support/tiff.js';

/** What a phone would have on it: places in Paris and Versailles, on one day. */
const SHOTS = {
  'cafe.jpg': { latitude: 48.8534, longitude: 2.3488, at: '09:12:40' },
  'hotel.jpg': { latitude: 48.8606, longitude: 2.3376, at: '20:31:05' },
  'station.jpg': { latitude: 48.8014, longitude: 2.1301, at: '21:40:55' },
  'badge.jpg': { latitude: 48.8606, longitude: 2.3376, at: '11:00:00' },
  'secret.jpg': { latitude: 48.8606, longitude: 2.3376, at: '11:02:00' },
} as const;

const [, , folder] = process.argv as [string, string, string];
mkdirSync(folder, { recursive: true });
for (const [name, { latitude, longitude, at }] of Object.entries(SHOTS))
  writeFileSync(
    join(folder, name),
    jpegWith(
      buildExif({
        make: 'Fairphone',
        model: 'FP5',
        serial: 'B3A94711',
        dateTimeOriginal: `2026:07:14 ${at}`,
        gps: { latitude, longitude },
      }),
    ),
  );
